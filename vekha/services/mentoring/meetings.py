"""The calendar of a pair: planning one meeting or a series, moving, cancelling, holding, taking each of them back."""

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, delete, func, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.gate import PAIR_MEETINGS
from vekha.domain.meetings import (
    MeetingState,
    Rhythm,
    Series,
    change_problems,
    days_of,
    hold_problems,
    missed,
    plan_problems,
    time_of,
)
from vekha.domain.people import HoldMeeting
from vekha.services.mentoring.pair_life import Known, known
from vekha.services.mentoring.people import carry_out_one
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage.tables import Meeting, PlannedMeeting, Reflection


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is told of a planned meeting besides its day; empty means that nobody said."""

    kind: str = "series"
    time: str = ""
    place: str = ""
    topic: str = ""


def plan(work: Work, key: str, pair: str, days: Sequence[dt.date], details: Details) -> list[int]:
    """Puts meetings into the pair's calendar, all or none; returns their serials.

    Raises VekhaError meeting.outside_term, meeting.day_taken, meeting.bad_time …
    """
    found = known(work, key, pair)
    if details.kind not in PAIR_MEETINGS:
        raise VekhaError(problem("meeting.unknown_kind", kind=details.kind, known=", ".join(sorted(PAIR_MEETINGS))))
    refuse(plan_problems(found.term, days, _taken(work, key, pair), details.time or None))
    rows = [
        PlannedMeeting(
            programme=key,
            pair=pair,
            kind=details.kind,
            on=day,
            at=time_of(details.time),
            place=details.place.strip() or None,
            topic=details.topic.strip() or None,
            series=series,
            who=work.actor.name,
            made_at=work.now,
        )
        for series in [secrets.token_hex(8) if len(days) > 1 else None]
        for day in days
    ]
    work.session.add_all(rows)
    work.session.flush()
    told = f"{days[0]:%d.%m.%Y}" if len(days) == 1 else f"{days[0]:%d.%m.%Y} – {days[-1]:%d.%m.%Y}: {len(days)}"
    work.audit(f"planned_meeting:{pair}", programme=key, new="planned", why=told)
    return [row.id or 0 for row in rows]


def series_days(work: Work, key: str, pair: str, series: Series) -> tuple[dt.date, ...]:
    """The days that a series would have, by the working calendar of the region and not past the pair's term."""
    found = known(work, key, pair, Action.VIEW)
    until = min(series.until, found.row.ends)
    calendar = work.tools.calendar(found.loaded.institution.region)
    return days_of(Series(first=series.first, until=until, rhythm=series.rhythm, count=series.count), calendar)


def rhythm_of(name: str) -> Rhythm:
    """Raises VekhaError meeting.unknown_rhythm."""
    try:
        return Rhythm(name)
    except ValueError as reason:
        raise VekhaError(problem("meeting.unknown_rhythm", rhythm=name, known=", ".join(Rhythm))) from reason


def move(work: Work, key: str, serial: int, day: dt.date, time: str, why: str) -> None:
    """To another day, or only another hour; where it was moved from stays with it."""
    found, row = _row(work, key, serial)
    others = _taken(work, key, row.pair) - {row.on}
    refuse([*change_problems(row.state, why), *plan_problems(found.term, [day], others, time or None)])
    told = {"from": row.on.isoformat(), "at": row.at, "why": why.strip(), "who": work.actor.name}
    row.moves = [*row.moves, told]
    old, row.on, row.at = row.on, day, time_of(time) if time else row.at
    _save(work, row, "moved", f"{old:%d.%m.%Y} → {day:%d.%m.%Y}: {why.strip()}")


def cancel(work: Work, key: str, serial: int, why: str) -> None:
    _, row = _row(work, key, serial)
    refuse(change_problems(row.state, why))
    row.state, row.reason = MeetingState.CANCELLED, why.strip()
    _save(work, row, "cancelled", why.strip())


def hold(
    work: Work,
    key: str,
    serial: int,
    *,
    on: dt.date,
    present: Collection[str],
    minutes: int | None = None,
    topic: str = "",
) -> int:
    """A planned meeting took place, or did not for want of one side; returns the serial of the record.

    Whatever is planned for a day ahead cannot have been held: VekhaError people.meeting_ahead.
    """
    found, row = _row(work, key, serial)
    refuse(hold_problems(row.state, found.fact, present))
    command = HoldMeeting(
        kind=row.kind,
        on=on,
        pair=row.pair,
        topic=topic.strip() or row.topic,
        minutes=minutes,
        absent=missed(found.fact, present),
        present=tuple(sorted(present)),
        planned=serial,
    )
    carry_out_one(work, found.loaded, command)
    work.session.flush()
    return row.meeting or 0


def restore(work: Work, key: str, serial: int) -> None:
    """Takes back a cancellation, or that a meeting was held: then its record goes, and nobody may have answered yet."""
    found, row = _row(work, key, serial)
    if row.state is MeetingState.PLANNED:
        raise VekhaError(problem("meeting.nothing_to_undo"))
    if row.meeting is not None:
        _forget_record(work, row)
        work.programmes.pop(key, None)
    elif row.on in _taken(work, key, row.pair):
        raise VekhaError(problem("meeting.day_taken", days=f"{row.on:%d.%m.%Y}"))
    if found.term.ended_on is not None:
        raise VekhaError(problem("people.pair_ended", pair=row.pair, on=f"{found.term.ended_on:%d.%m.%Y}"))
    row.state, row.reason = MeetingState.PLANNED, None
    _save(work, row, "restored")


def _forget_record(work: Work, row: PlannedMeeting) -> None:
    answers = select(func.count()).select_from(Reflection).where(Reflection.meeting == row.meeting)
    if work.session.exec(answers.where(col(Reflection.answered_at).is_not(None))).one():
        raise VekhaError(problem("meeting.answered"))
    serial, row.meeting = row.meeting, None
    work.session.add(row)
    work.session.flush()
    work.session.exec(delete(Meeting).where(col(Meeting.id) == serial))


# --- parts ------------------------------------------------------------------------------------------------------------


def _row(work: Work, key: str, serial: int) -> tuple[Known, PlannedMeeting]:
    """Raises VekhaError meeting.unknown."""
    load(work, key, Action.WORK)
    row = work.session.get(PlannedMeeting, serial)
    if row is None or row.programme != key:
        raise VekhaError(problem("meeting.unknown", meeting=serial))
    return known(work, key, row.pair), row


def _taken(work: Work, key: str, pair: str) -> set[dt.date]:
    rows = select(col(PlannedMeeting.on)).where(PlannedMeeting.programme == key, PlannedMeeting.pair == pair)
    return set(work.session.exec(rows.where(PlannedMeeting.state == MeetingState.PLANNED)))


def _save(work: Work, row: PlannedMeeting, new: str, why: str = "") -> None:
    work.session.add(row)
    work.session.flush()
    work.audit(f"planned_meeting:{row.pair}", programme=row.programme, new=new, why=why or None)
