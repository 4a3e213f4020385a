"""`vekha match`: pairs proposed, explained, fixed, priced, confirmed; the rounds of speed mentoring."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import Programme, argument, date_of, option, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, as_json, line, table, waiting, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.access import Action
from vekha.services.mentoring import match_sheet, matching, speed_sheets
from vekha.services.mentoring.match_sheet import Line, Sheet
from vekha.services.mentoring.matching import Change
from vekha.services.process.programmes import load
from vekha.spreadsheet import write_xlsx
from vekha.texts import text

commands = family("match")

Mentor = Annotated[str, argument("match_mentor", "person")]
Mentee = Annotated[str, argument("match_mentee", "person")]
Why = Annotated[str, option("--reason", "match_reason", "text")]


@commands.command("propose")
def propose(
    programme: Programme, model: Annotated[str, option("--model", "match_model", "model")] = "one_to_one"
) -> None:
    with waiting(words("match.proposing")), work() as unit:
        matching.propose(unit, programme, matching.model_of(model))
        found = match_sheet.sheet(unit, programme)
    _show(found)


@commands.command("show")
def show(programme: Programme) -> None:
    with work(writes=False) as unit:
        found = match_sheet.sheet(unit, programme)
    _show(found)


@commands.command("pin")
def pin(programme: Programme, mentee: Mentee, mentor: Mentor, reason: Why = "") -> None:
    _fix(programme, Change(matching.PIN, mentee, mentor, reason))


@commands.command("forbid")
def forbid(programme: Programme, mentee: Mentee, mentor: Mentor, reason: Why = "") -> None:
    _fix(programme, Change(matching.FORBID, mentee, mentor, reason))


@commands.command("unpin")
def unpin(programme: Programme, mentee: Mentee, mentor: Mentor) -> None:
    _fix(programme, Change(matching.UNPIN, mentee, mentor))


@commands.command("cost")
def cost(
    programme: Programme,
    mentee: Mentee,
    mentor: Mentor,
    kind: Annotated[str, option("--change", "match_change", "change")] = matching.PIN,
) -> None:
    with work(writes=False) as unit:
        found = matching.cost(unit, programme, Change(matching.kind_of(kind), mentee, mentor))
        people = load(unit, programme, Action.VIEW).now.people.persons.values()
        told = match_sheet.cost_words(found, {each.code: each.name for each in people})
    answer({**asdict(found), "words": told}, "\n".join(told))


@commands.command("confirm")
def confirm(
    programme: Programme,
    version: Annotated[int | None, option("--version", "match_version", "number")] = None,
    starts: Annotated[str | None, option("--from", "match_from", "date")] = None,
    ends: Annotated[str | None, option("--until", "match_until", "date")] = None,
) -> None:
    dates = {
        "starts": date_of(starts, "--from") if starts else None,
        "ends": date_of(ends, "--until") if ends else None,
    }
    with work() as unit:
        row = matching.confirm(unit, programme, version=version, **dates)
        data = {"programme": programme, "version": row.version, "pairs": len(row.content["pairs"])}
    answer(data, words("match.confirmed", pairs=data["pairs"]))


@commands.command("discard")
def discard(programme: Programme) -> None:
    with work() as unit:
        matching.discard(unit, programme)
    answer({"programme": programme, "state": matching.DISCARDED}, words("match.discarded"))


@commands.command("speed")
def speed(
    programme: Programme,
    rounds: Annotated[int | None, option("--rounds", "speed_rounds", "number")] = None,
    out: Annotated[Path | None, option("--out", "speed_out", "file")] = None,
) -> None:
    with work(writes=False) as unit:
        found = speed_sheets.sheet(unit, programme, rounds)
        if out is not None and out.suffix.casefold() == ".xlsx":
            write_xlsx(out, speed_sheets.tables(found))
        elif out is not None:
            write_file(out, speed_sheets.pdf(unit, found))
    if options.json:
        as_json(found)
    elif out is not None:
        line(words("match.written", path=out))
    else:
        for each in found.tables:
            line(each.title)
            table(each.head, each.rows)
            line()


# --- parts ------------------------------------------------------------------------------------------------------------


def _fix(programme: str, change: Change) -> None:
    with work() as unit:
        matching.fix(unit, programme, change)
    data = {"programme": programme, "mentee": change.mentee, "mentor": change.mentor, "kind": change.kind}
    answer(data, words(f"match.{change.kind}"))


def _show(found: Sheet) -> None:
    if options.json:
        as_json(_plain(found))
        return
    if not found.version:
        line(words("match.none"))
        return
    state = text(f"matching.states.{found.state}")
    line(words("match.about", version=found.version, state=state, matched=found.matched, left=len(found.left)))
    rows = [
        (", ".join(n for _, n in group.mentors), each.name, _why(each))
        for group in found.groups
        for each in group.lines
    ]
    if rows:
        table([words("columns.mentor"), words("columns.mentee"), words("columns.why")], rows)
    if found.left:
        line()
        table([words("columns.unpaired"), words("columns.why")], [(each.name, _why(each)) for each in found.left])
    for each in found.aside:
        line(words("match.aside", problem=each.message))
    for each in found.fixed:
        line(words("match.fixed_pin" if each.pinned else "match.fixed_forbid", pair=each.words))


def _why(each: Line) -> str:
    return "; ".join(each.reasons)


def _plain(found: Sheet) -> dict[str, Any]:
    return {
        **asdict(found),
        "aside": [each.as_dict() for each in found.aside],
        "at_work": [asdict(each) for each in found.at_work],
    }
