"""`vekha campaign`: launching a cycle for many institutions at once."""

from typing import Annotated

from vekha.cli.arguments import Campaign, Wait, argument, option
from vekha.cli.choices import choice
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, as_json, count, line, listing, show_warnings, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.calendar import Roll
from vekha.domain.errors import WrongUseError, problem
from vekha.services import campaigns, lists
from vekha.texts import text

commands = family("campaign")

Several = list[str] | None


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
        titles = {kind: unit.tools.registry.roadmap(kind) for kind in found.plans}
    if options.json:
        plans = {
            kind: [{"stage": each.code, "opens": each.opens, "due": each.due} for each in plan.stages]
            for kind, plan in found.plans.items()
        }
        as_json({"institutions": found.institutions, "plans": plans, "warnings": list(found.warnings)})
        return
    for kind, plan in found.plans.items():
        line(words("campaign.of_type", kind=kind, institutions=count(found.institutions[kind], "institution")))
        rows = [(titles[kind].stage(each.code).title, each.opens, each.due) for each in plan.stages]
        table([words(f"columns.{name}") for name in ("stage", "opens", "due")], rows)
        line()
    show_warnings(found.warnings)


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


@commands.command("status")
def status(campaign: Annotated[str | None, argument("campaign_code", "campaign")] = None) -> None:
    with work(writes=False) as unit:
        rows = [row for row in lists.campaigns(unit) if campaign in (None, row["campaign"])]
        if campaign is not None:
            campaigns.campaign_of(unit, campaign)
    if not options.json:
        rows = [{**row, "state": text(f"process.campaign_state.{row['state']}")} for row in rows]
    columns = {"campaign": "code", "title": "title", "year": "year", "state": "state", "programmes": "programmes"}
    listing(rows, columns, words("campaign.none"))


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
