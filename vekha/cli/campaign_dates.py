"""`vekha campaign shift|undo|shifts|deadlines|calendar`: dates of running programmes, seen first and then applied."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from vekha.cli.arguments import Campaign, argument, option, switch, text_of
from vekha.cli.campaign import Several, commands
from vekha.cli.office import work
from vekha.cli.output import answer, as_json, count, line, listing, show_problems, show_warnings, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.aims import By, ByDays, Selection, To
from vekha.domain.calendar import load_overrides
from vekha.domain.errors import VekhaError, WrongUseError, problem
from vekha.domain.shifting import Place
from vekha.services.dates import batches, decrees, schedules, shifts
from vekha.services.dates.shifts import Change, Filter, Order, Preview
from vekha.services.work import Work
from vekha.storage.tables import DueBatch
from vekha.texts import text

__all__ = ["commands"]

deadlines = family("campaign.deadlines")
commands.add_typer(deadlines, name="deadlines")

Make = Callable[[Work], Change]
Token = Annotated[str | None, option("--apply", "apply_token", "token")]
Why = Annotated[str, option("--reason", "shift_reason", "text")]
OrderNumber = Annotated[str, option("--order", "order_number", "text")]
Batch = Annotated[int, argument("batch")]
Level = Annotated[str, option("--level", "level")]
Row = Annotated[str, argument("row")]


def say(key: str, /, **params: object) -> str:
    """A text of `cli/dates.toml`."""
    return text(f"cli.dates.{key}", **params)


@commands.command("shift")
def shift(
    campaign: Campaign,
    days: Annotated[int | None, option("--days", "shift_days", "number")] = None,
    working: Annotated[int | None, option("--working-days", "shift_working", "number")] = None,
    to: Annotated[str | None, option("--to", "shift_to", "phrase")] = None,
    stages: Annotated[Several, option("--stage", "shift_stage", "stage")] = None,
    activities: Annotated[Several, option("--activity", "shift_activity", "row")] = None,
    types: Annotated[Several, option("--type", "only_type", "type")] = None,
    municipalities: Annotated[Several, option("--municipality", "only_municipality", "text")] = None,
    only: Annotated[Several, option("--only", "only_institution", "code")] = None,
    only_open: Annotated[bool, switch("--open", "only_open")] = False,
    late: Annotated[bool, switch("--late", "shift_late")] = False,
    with_own: Annotated[bool, switch("--with-own", "with_own")] = False,
    apply: Token = None,
    reason: Why = "",
    order: OrderNumber = "",
) -> None:
    selection = Selection(
        stages=frozenset(stages or ()),
        activities=frozenset(_place(each) for each in activities or ()),
        only_open=only_open,
        only_late=late,
        with_own=with_own,
    )
    by = _by(days, working, to)
    chosen = Filter(
        types=tuple(types or ()), municipalities=tuple(municipalities or ()), institutions=tuple(only or ())
    )
    offer(lambda unit: shifts.bulk_shift(unit, campaign, selection, by, chosen), apply, Order(reason, order))


def _place(value: str) -> Place:
    stage, dot, activity = value.partition(".")
    if not dot:
        raise WrongUseError(problem("cli.bad_pair", "--activity", value=value, example="prepare.inform"))
    return stage, activity


def _by(days: int | None, working: int | None, to: str | None) -> By:
    found: list[By] = [] if days is None else [ByDays(days)]
    if working is not None:
        found.append(ByDays(working, working=True))
    if to is not None:
        found.append(To(to))
    if len(found) != 1:
        raise WrongUseError(problem("shift.nothing_chosen", "vekha campaign shift"))
    return found[0]


@commands.command("undo")
def undo(
    batch: Batch,
    reason: Why = "",
    order: OrderNumber = "",
    preview: Annotated[bool, switch("--preview", "preview_only")] = False,
) -> None:
    offer(lambda unit: batches.undo(unit, batch), None if preview else "", Order(reason, order))


@commands.command("shifts")
def history(
    campaign: Annotated[str | None, argument("of_campaign", "campaign")] = None,
    programme: Annotated[str | None, option("--programme", "shifts_programme", "programme")] = None,
) -> None:
    with work(writes=False) as unit:
        found = batches.changes(unit, programme) if programme else batches.history(unit, campaign)
    if programme:
        columns = {"batch": "batch", "stage": "stage", "activity": "activity", "old": "old", "new": "new"}
        listing(found, columns | {"at": "at", "who": "who", "why": "why", "order_number": "order"}, say("shift.none"))
        return
    if not options.json:
        found = [{**row, "kind": say(f"shift.kinds.{row['kind']}")} for row in found]
    columns = {"id": "batch", "at": "at", "who": "who", "kind": "kind", "why": "why", "order_number": "order"}
    columns |= {"activities": "activities", "programmes": "programmes", "undoes": "undoes", "in_force": "in_force"}
    listing(found, columns, say("shift.none"))


@commands.command("calendar")
def calendar(
    region: Annotated[str, argument("region")],
    file: Annotated[Path | None, option("--file", "calendar_file", "file")] = None,
    apply: Token = None,
    reason: Why = "",
    order: OrderNumber = "",
) -> None:
    stated = load_overrides(text_of(file), file.name) if file else None
    source = file.name if file else say("shift.today_s_calendar")
    offer(lambda unit: decrees.recheck(unit, region, source, stated), apply, Order(reason, order))


# --- deadlines by level -----------------------------------------------------------------------------------------------


@deadlines.command("list")
def list_deadlines(campaign: Campaign) -> None:
    with work(writes=False) as unit:
        rows = schedules.deadlines(unit, campaign)
    listing(rows, {"level": "level", "place": "code", "deadline": "due"}, say("schedule.none"))


@deadlines.command("set")
def set_deadline(
    campaign: Campaign,
    row: Row,
    phrase: Annotated[str, argument("phrase")],
    level: Level = "campaign",
    apply: Token = None,
    reason: Why = "",
    order: OrderNumber = "",
) -> None:
    _change_deadline((campaign, level, row, phrase), apply, Order(reason, order))


@deadlines.command("clear")
def clear_deadline(
    campaign: Campaign,
    row: Row,
    level: Level = "campaign",
    apply: Token = None,
    reason: Why = "",
    order: OrderNumber = "",
) -> None:
    _change_deadline((campaign, level, row, None), apply, Order(reason, order))


def _change_deadline(told: tuple[str, str, str, str | None], token: str | None, order: Order) -> None:
    with work() as unit:
        written = schedules.write_in_draft(unit, *told)
    if written:
        answer({"state": "draft"}, say("schedule.written"))
    else:
        offer(lambda unit: schedules.set_deadline(unit, *told), token, order)


# --- seeing and doing, for every change of dates ----------------------------------------------------------------------


def offer(make: Make, token: str | None, order: Order) -> None:
    """Shows what a change would do or, with a token, does it; an empty token means whatever it would do now."""
    if token is None:
        show(_seen(make))
        return
    try:
        with work() as unit:
            batch = shifts.apply(unit, make(unit), token or None, order)
    except VekhaError as refusal:
        if any(each.code == "shift.stale" for each in refusal.problems):
            _show_stale(_seen(make), refusal)
        raise
    _tell(batch)


def _seen(make: Make) -> Preview:
    with work(writes=False) as unit:
        return shifts.preview(unit, make(unit))


def show(found: Preview) -> None:
    """The table of a preview; exit code 1 when it cannot be applied."""
    if options.json:
        as_json(_as_dict(found) | ({"problems": list(found.conflicts)} if found.conflicts else {}))
    else:
        _print(found)
        show_warnings(found.warnings)
        if found.conflicts:
            show_problems(found.conflicts)
        elif found.activities:
            line(say("shift.apply", token=found.token))
    if found.conflicts:
        raise typer.Exit(1)


def _print(found: Preview) -> None:
    rows = [(each.kind, each.title, each.old, each.new, each.programmes) for each in found.rows]
    if rows:
        several = len({kind for kind, *_ in rows}) > 1
        names = ("type", "activity", "old", "new", "programmes")[0 if several else 1 :]
        table([words(f"columns.{name}") for name in names], [row[0 if several else 1 :] for row in rows])
    facts = {"activities": count(found.activities, "activity"), "programmes": count(found.programmes, "programme")}
    line(say("shift.total", **facts) if rows else say("shift.nothing"))
    for why, times in found.left.items():
        line(say(f"shift.left.{why}", activities=count(times, "activity")))


def _as_dict(found: Preview) -> dict[str, Any]:
    names = ("token", "programmes", "activities", "left", "conflicts", "warnings")
    rows = [
        {
            "type": each.kind,
            "stage": each.stage,
            "activity": each.activity,
            "title": each.title,
            "old_opens": each.opens[0],
            "new_opens": each.opens[1],
            "old": each.old,
            "new": each.new,
            "programmes": each.programmes,
        }
        for each in found.rows
    ]
    return {**{name: getattr(found, name) for name in names}, "rows": rows}


def _show_stale(found: Preview, refusal: VekhaError) -> None:
    """What others have done, and what the change would do now."""
    if options.json:
        as_json({"problems": list(refusal.problems), "preview": _as_dict(found)})
    else:
        show_problems(refusal.problems)
        _print(found)
        line(say("shift.apply", token=found.token))
    raise typer.Exit(refusal.exit_code)


def _tell(batch: DueBatch) -> None:
    names = ("id", "kind", "activities", "programmes", "why", "order_number", "undoes")
    counts = {
        "activities": count(batch.activities, "activity"),
        "programmes": count(batch.programmes, "programme"),
    }
    key = "shift.undone" if batch.undoes else "shift.done"
    facts = {"batch": batch.id, "undoes": batch.undoes, **counts}
    answer({name: getattr(batch, name) for name in names}, say(key, **facts))
