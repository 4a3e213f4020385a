"""`vekha campaign`: launching a cycle for many institutions at once."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from vekha import spreadsheet
from vekha.cli import watching
from vekha.cli.arguments import Campaign, Reason, Wait, argument, date_of, option, switch
from vekha.cli.choices import choice
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, as_json, count, line, listing, show_warnings, table, warn, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.calendar import Roll
from vekha.domain.errors import WrongUseError, problem
from vekha.domain.roadmap import Roadmap
from vekha.services.launch import campaign_life, campaigns
from vekha.services.process import lists
from vekha.services.watch import monitoring, monitoring_sheets
from vekha.services.watch.monitoring_queries import PAGE, Chosen
from vekha.texts import text

commands = family("campaign")

Several = list[str] | None
MOST = 8  # warnings of one kind about one type of institution


@commands.command("create")
def create(
    campaign: Campaign,
    title: Annotated[str, option("--title", "campaign_title", "text")],
    region: Annotated[str, option("--region", "region")],
    year: Annotated[int, option("--year", "year")],
    types: Annotated[Several, option("--type", "only_type", "type")] = None,
    municipalities: Annotated[Several, option("--municipality", "only_municipality", "text")] = None,
    only: Annotated[Several, option("--only", "only_institution", "code")] = None,
    deadlines: Annotated[Several, option("--deadline", "deadline_override", "override")] = None,
    roll: Annotated[str, option("--roll", "roll")] = "forward",
) -> None:
    chosen = {"types": types, "municipalities": municipalities, "institutions": only}
    data = campaigns.CampaignData(
        code=campaign,
        title=title,
        region=region,
        year=year,
        chosen={name: values for name, values in chosen.items() if values},
        overrides=_overrides(deadlines or []),
        roll=choice(roll, {each.value: each for each in Roll}, "--roll"),
    )
    with work() as unit:
        campaigns.create(unit, data)
    answer({"campaign": campaign, "state": "draft"}, words("campaign.created", campaign=campaign))


@commands.command("preview")
def preview(campaign: Campaign) -> None:
    with work(writes=False) as unit:
        found = campaigns.preview(unit, campaign)
        titles = found.roadmaps
    if options.json:
        plans = {
            kind: [{"stage": each.code, "opens": each.opens, "due": each.due} for each in plan.stages]
            for kind, plan in found.plans.items()
        }
        as_json({"institutions": found.institutions, "plans": plans, "warnings": found.warnings})
        return
    names = {code: kind.title for code, kind in unit.tools.registry.types.items()}
    for kind, plan in found.plans.items():
        line(
            words(
                "campaign.of_type",
                kind=names.get(kind, kind),
                institutions=count(found.institutions[kind], "institution"),
            )
        )
        rows = [(titles[kind].stage(each.code).title, each.opens, each.due) for each in plan.stages]
        table([words(f"columns.{name}") for name in ("stage", "opens", "due")], rows)
        line()
    for kind, told in found.warnings.items():
        warn(words("campaign.to_look_at", kind=names.get(kind, kind), remarks=count(len(told), "remark")))
        show_warnings((replace(each, where=_named(each.where, titles[kind])) for each in told), most=MOST)


def _named(place: str, roadmap: Roadmap) -> str:
    """«prepare.inform» as a person calls it: the title of the activity."""
    return next((row.title for stage, row in roadmap.rows() if f"{stage.code}.{row.code}" == place), place)


@commands.command("launch")
def launch(campaign: Campaign, wait: Wait = False) -> None:
    with work() as unit:
        campaigns.request_launch(unit, campaign)
    done = finish_queued(wait=wait)
    with work(writes=False) as unit:
        started = len(lists.programmes(unit, campaign=campaign))
    state = "running" if done else "launching"
    told = words("campaign.launched", programmes=count(started, "programme")) if done else words("campaign.requested")
    answer({"campaign": campaign, "state": state, "programmes": started}, told)


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = lists.campaigns(unit)
    _list(rows)


def _list(rows: list[lists.Row]) -> None:
    if not options.json:
        rows = [{**row, "state": text(f"process.campaign_state.{row['state']}")} for row in rows]
    columns = {"campaign": "code", "title": "title", "year": "year", "state": "state", "programmes": "programmes"}
    listing(rows, columns, words("campaign.none"))


# --- its life ---------------------------------------------------------------------------------------------------------


@commands.command("pause")
def pause(campaign: Campaign, reason: Reason) -> None:
    with work() as unit:
        programmes = campaign_life.pause(unit, campaign, reason)
    _turned(campaign, "paused", programmes)


@commands.command("resume")
def resume(campaign: Campaign) -> None:
    with work() as unit:
        programmes = campaign_life.resume(unit, campaign)
    _turned(campaign, "running", programmes)


@commands.command("cancel")
def cancel(campaign: Campaign, reason: Reason) -> None:
    with work() as unit:
        programmes = campaign_life.cancel(unit, campaign, reason)
    _turned(campaign, "cancelled", programmes)


def _turned(campaign: str, state: str, programmes: int) -> None:
    told = words(f"campaign.now.{state}", programmes=count(programmes, "programme"))
    answer({"campaign": campaign, "state": state, "programmes": programmes}, told)


@commands.command("add")
def add(
    campaign: Campaign,
    institutions: Annotated[list[str] | None, argument("late_comers", "institution")] = None,
    starts: Annotated[str | None, option("--starts", "own_start", "date")] = None,
) -> None:
    begins = date_of(starts, "--starts") if starts else None
    with work() as unit:
        keys = campaign_life.add(unit, campaign, institutions or (), begins)
    told = words("campaign.joined", programmes=count(len(keys), "programme"), keys=", ".join(keys))
    answer({"campaign": campaign, "programmes": keys}, told)


# --- how it stands ----------------------------------------------------------------------------------------------------

OnlyType = Annotated[str | None, option("--type", "one_type", "type")]
OnlyMunicipality = Annotated[str | None, option("--municipality", "one_municipality", "text")]
Limit = Annotated[int, option("--limit", "limit", "number")]


@commands.command("status")
def status(
    campaign: Annotated[str | None, argument("campaign_or_all", "campaign")] = None,
    by: Annotated[str, option("--by", "by", "by")] = "institution",
    kind: OnlyType = None,
    municipality: OnlyMunicipality = None,
    late: Annotated[bool, switch("--late", "only_overdue")] = False,
    limit: Limit = PAGE,
    out: Annotated[Path | None, option("--out", "watched_out", "file")] = None,
) -> None:
    chosen = Chosen(kind, municipality, late=late, limit=limit)
    municipal = choice(by, {"institution": False, "municipality": True}, "--by")
    with work(writes=False) as unit:
        if campaign is None:
            _list(lists.campaigns(unit))
            return
        if out is not None:
            spreadsheet.write_xlsx(out, monitoring_sheets.tables(unit, campaign, chosen))
            answer({"file": str(out)}, words("watching.written", path=out))
            return
        titles = {code: each.title for code, each in unit.tools.registry.types.items()}
        if municipal:
            watching.show_municipal_maps(monitoring.municipal_maps(unit, campaign, chosen), titles)
        else:
            watching.show_heat_maps(monitoring.heat_maps(unit, campaign, chosen), titles, limit)


@commands.command("late")
def late(campaign: Campaign, kind: OnlyType = None, municipality: OnlyMunicipality = None, limit: Limit = PAGE) -> None:
    with work(writes=False) as unit:
        watching.show_late(monitoring.late(unit, campaign, Chosen(kind, municipality, limit=limit)))


@commands.command("forecast")
def forecast(
    campaign: Campaign, kind: OnlyType = None, municipality: OnlyMunicipality = None, limit: Limit = PAGE
) -> None:
    with work(writes=False) as unit:
        watching.show_forecast(monitoring.forecast(unit, campaign, Chosen(kind, municipality, limit=limit)))


def _overrides(values: list[str]) -> dict[str, dict[str, str]]:
    """«type:school/prepare.informing=до 1 июня»; without a level it is the whole campaign's."""
    made: dict[str, dict[str, str]] = {}
    for value in values:
        place, sign, phrase = value.partition("=")
        level, slash, row = place.rpartition("/")
        if not sign or "." not in row:
            example = "prepare.informing=до 1 июня"
            raise WrongUseError(problem("cli.bad_pair", "--deadline", value=value, example=example))
        made.setdefault(level if slash else "campaign", {})[row.strip()] = phrase.strip()
    return made
