"""`vekha meeting`, the calendar of a pair: planned, held, moved, cancelled; reflections asked for."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import On, Pair, Programme, Reason, argument, date_of, date_or, option, switch, write_file
from vekha.cli.choices import today_at
from vekha.cli.meeting import commands
from vekha.cli.office import installation, work
from vekha.cli.output import answer, count, day, listing, words
from vekha.cli.state import options
from vekha.domain.meetings import Series
from vekha.services.mentoring import link_sheets, meetings, pair_sheet, reflection_letters, reflections
from vekha.services.mentoring.meetings import Details
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import load
from vekha.texts import text

__all__ = ["commands"]

Meeting = Annotated[int, argument("meeting", "number")]
LATEST = dt.timedelta(days=730)  # the pair's own term bounds a series without an end


@commands.command("list")
def every(programme: Programme, pair: Pair) -> None:
    with work(writes=False) as unit:
        found = pair_sheet.sheet(unit, programme, pair)
    rows: list[dict[str, Any]] = [
        {
            "planned": each.planned,
            "meeting": each.meeting,
            "on": each.on,
            "time": each.time,
            "kind": each.kind,
            "topic": each.topic,
            "state": each.state,
            "answered": sum(said.answered for said in each.said),
        }
        for each in (*reversed(found.past), *found.ahead)
    ]
    if not options.json:
        for row in rows:
            row["on"], row["planned"] = f"{day(row['on'])} {row['time']}".strip(), row["planned"] or "—"
            row["kind"] = text(f"process.meeting.{row['kind']}")
            row["state"] = text(f"pair.meeting_state.{row['state']}")
    columns = {"planned": "number", "on": "date", "kind": "meeting_kind", "topic": "topic", "state": "state"}
    listing(rows, columns, words("meeting.none"))


@commands.command("plan")
def plan(
    programme: Programme,
    pair: Pair,
    on: Annotated[str, option("--on", "meeting_day", "date")],
    kind: Annotated[str, option("--kind", "pair_kind", "code")] = "series",
    time: Annotated[str, option("--time", "meeting_time", "time")] = "",
    place: Annotated[str, option("--place", "meeting_place", "text")] = "",
    topic: Annotated[str, option("--topic", "topic", "text")] = "",
    every_: Annotated[str, option("--every", "rhythm", "code")] = "",
    until: Annotated[str | None, option("--until", "series_until", "date")] = None,
    number: Annotated[int | None, option("--count", "series_count", "number", min=1, max=60)] = None,
) -> None:
    first = date_of(on, "--on")
    with work() as unit:
        days = (first,)
        if every_:
            last = date_of(until, "--until") if until else first + LATEST
            series = Series(first=first, until=last, rhythm=meetings.rhythm_of(every_), count=number)
            days = meetings.series_days(unit, programme, pair, series)
        details = Details(kind=kind, time=time, place=place, topic=topic)
        planned = meetings.plan(unit, programme, pair, days, details)
    rows = [{"planned": serial, "on": each} for serial, each in zip(planned, days, strict=True)]
    answer({"programme": programme, "pair": pair, "planned": rows}, words("meeting.planned", number=len(rows)))


@commands.command("hold")
def hold(
    programme: Programme,
    meeting: Meeting,
    present: Annotated[list[str], option("--present", "present", "person")],
    minutes: Annotated[int | None, option("--minutes", "minutes", "number")] = None,
    topic: Annotated[str, option("--topic", "topic", "text")] = "",
    on: On = None,
) -> None:
    with work() as unit:
        people = load(unit, programme).now.people
        here = [code_of(people, each) for each in present]
        when = date_or(on, today_at(unit, programme))
        held = meetings.hold(unit, programme, meeting, on=when, present=here, minutes=minutes, topic=topic)
    answer({"programme": programme, "planned": meeting, "meeting": held}, words("meeting.held", number=held))


@commands.command("move")
def move(
    programme: Programme,
    meeting: Meeting,
    to: Annotated[str, option("--to", "meeting_day", "date")],
    reason: Reason,
    time: Annotated[str, option("--time", "meeting_time", "time")] = "",
) -> None:
    with work() as unit:
        meetings.move(unit, programme, meeting, when := date_of(to, "--to"), time, reason)
    answer({"programme": programme, "planned": meeting, "on": when}, words("meeting.moved", date=day(when)))


@commands.command("cancel")
def cancel(programme: Programme, meeting: Meeting, reason: Reason) -> None:
    with work() as unit:
        meetings.cancel(unit, programme, meeting, reason)
    answer({"programme": programme, "planned": meeting}, words("meeting.cancelled"))


@commands.command("restore")
def restore(programme: Programme, meeting: Meeting) -> None:
    with work() as unit:
        meetings.restore(unit, programme, meeting)
    answer({"programme": programme, "planned": meeting}, words("meeting.restored"))


@commands.command("ask")
def ask(
    programme: Programme,
    meeting: Annotated[int, argument("held_meeting", "number")],
    people: Annotated[list[str] | None, option("--person", "reflection_of", "person")] = None,
    out: Annotated[Path | None, option("--print", "link_sheet", "file")] = None,
    by_letter: Annotated[bool, switch("--send", "reflection_send")] = False,
) -> None:
    if by_letter:
        _send(programme, meeting, people or ())
        return
    base = installation().settings.console_url
    with work() as unit:
        known = load(unit, programme)
        asked = reflections.ask(unit, programme, meeting, [code_of(known.now.people, each) for each in people or ()])
        if out is not None and asked.made:
            title = text("reflection.title")
            write_file(out, link_sheets.sheet(unit, title, known.institution.short_title, asked.made, base))
    rows = [{"name": each.name, "about": each.about, "address": each.address(base)} for each in asked.made]
    refused = [each.as_dict() for each in asked.refused]
    if options.json:
        answer({"links": rows, "refused": refused, "sheet": str(out) if out else None}, "")
        return
    listing(rows, {"name": "who", "about": "about", "address": "address"}, words("meeting.nobody_asked"))
    for each in asked.refused:
        answer({}, str(each))
    answer({}, words("meeting.asked", links=count(len(rows), "link")))


def _send(programme: str, meeting: int, people: Sequence[str]) -> None:
    with work() as unit:
        known = load(unit, programme).now.people
        posted = reflection_letters.send(unit, programme, meeting, [code_of(known, each) for each in people])
    refused = [each.as_dict() for each in posted.refused]
    told = {"letters": posted.letters, "unreachable": list(posted.unreachable), "refused": refused}
    answer(told, words("meeting.posted", letters=count(posted.letters, "letter")))
    if not options.json:
        for name in posted.unreachable:
            answer({}, words("meeting.unreachable", name=name))
        for each in posted.refused:
            answer({}, str(each))
