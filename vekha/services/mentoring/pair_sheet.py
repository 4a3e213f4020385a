"""One pair as its page shows it: people, papers, plan, meetings, reflections, history."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem
from vekha.domain.meetings import MeetingState
from vekha.domain.pairs import PairState
from vekha.domain.people import Purpose, Role, Standing
from vekha.domain.programme import DocumentState, name_of
from vekha.domain.reflections import Answer, ask_problems
from vekha.domain.roadmap import Scope
from vekha.services.mentoring import pair_plans, reflections
from vekha.services.mentoring.pair_life import Known, known, newest
from vekha.services.work import Work
from vekha.storage.tables import Attendance, Document, Meeting, PairChange, PlanMove, PlannedMeeting, Reflection
from vekha.texts import text

LATE_MARKS = {"late": "late", "open": "going", "done": "done", "dropped": "yet", "handed": "yet"}
PAIR_ORDER = "pair_order"  # about all pairs at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    code: str
    name: str
    role: Role
    minor: bool
    consented: bool
    registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the pair, or the order that names it; `state` '' where nobody has begun it."""

    title: str
    state: str
    address: str
    number: str = ""
    dated: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    number: int
    task: str
    due: dt.date
    expected: str
    actual: str
    mark: int | None
    state: str
    done_on: dt.date | None
    reason: str
    moves: tuple[PlanMove, ...]

    @property
    def tint(self) -> str:
        return LATE_MARKS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One side's reflection. `words` are empty for whoever may not read them."""

    person: str
    name: str
    role: Role
    answered: bool
    link_until: dt.date | None = None
    useful: int | None = None
    words: str = ""
    ahead: str = ""
    wants_curator: bool = False
    trouble: bool = False
    settled: str = ""
    settled_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A planned meeting, or one that was only written down (`planned` is None)."""

    planned: int | None
    meeting: int | None
    kind: str
    on: dt.date
    time: str
    place: str
    topic: str
    state: str
    reason: str
    minutes: int | None
    moves: tuple[Mapping[str, Any], ...]
    present: tuple[str, ...] | None  # names
    absent: tuple[str, ...]
    said: tuple[Said, ...] = ()

    @property
    def waits(self) -> bool:
        """Its day has come and nobody has said whether it was held."""
        return self.state == "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    at: dt.datetime
    on: dt.date
    kind: str
    who: str
    reason: str
    undone: bool
    details: Mapping[str, Any]
    other: str  # the pair that it went on as, or came from


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSheet:
    key: str
    code: str
    institution: str
    timezone: str
    name: str
    format: str
    goal: str
    starts: dt.date
    ends: dt.date
    state: PairState
    late: bool
    members: tuple[Member, ...]
    papers: tuple[Paper, ...]
    steps: tuple[StepLine, ...]
    ahead: tuple[MeetingLine, ...]
    past: tuple[MeetingLine, ...]
    held: Mapping[str, int]
    history: tuple[Happened, ...]
    may_undo: str  # the kind of change that can be undone, '' for none
    may_work: bool
    may_read: bool
    today: dt.date
    cycle_ends: dt.date
    mentors: tuple[tuple[str, str], ...]  # who might take over
    cannot_ask: tuple[Problem, ...]
    end_reason: str

    @property
    def active(self) -> bool:
        return self.state in (PairState.FORMED, PairState.WORKING, PairState.EXTENDED)

    @property
    def own_mentors(self) -> tuple[Member, ...]:
        return tuple(each for each in self.members if each.role is Role.MENTOR)


def sheet(work: Work, key: str, pair: str) -> PairSheet:
    """Raises VekhaError people.unknown_pair, programme.unknown, access.denied."""
    found = known(work, key, pair, Action.VIEW)
    loaded, row, today = found.loaded, found.row, found.loaded.now.today
    home = loaded.institution
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    may_read = reflections.may_read(work.actor, home)
    meetings = tuple(_meetings(work, found, may_read=may_read))
    last = newest(work, key, pair)
    undoable = last is not None and last.kind not in ("replaces", "cancelled")
    undoable = undoable and (last is not None and (last.kind != "extended" or row.ended_on is None))
    people = loaded.now.people
    inside = {*found.fact.mentors, *found.fact.mentees}
    return PairSheet(
        key=key,
        code=pair,
        institution=home.short_title,
        timezone=home.timezone,
        name=name_of(pair, people),
        format=row.format,
        goal=row.goal or "",
        starts=row.starts,
        ends=row.ends,
        state=found.state,
        late=found.term.late(today),
        members=tuple(_members(found)),
        papers=tuple(_papers(work, found)),
        steps=tuple(_steps(work, found)),
        ahead=tuple(each for each in meetings if each.state in ("planned", "waits")),
        past=tuple(reversed([each for each in meetings if each.state not in ("planned", "waits")])),
        held=dict(found.fact.meetings),
        history=tuple(_history(work, found)),
        may_undo=last.kind if last is not None and undoable else "",
        may_work=work.actor.may(Action.WORK, **place),
        may_read=may_read,
        today=today,
        cycle_ends=loaded.programme.cycle_ends,
        mentors=tuple((each.code, each.name) for each in people.registered(Role.MENTOR) if each.code not in inside),
        cannot_ask=tuple(
            problem
            for person in (*found.fact.mentors, *found.fact.mentees)
            for problem in ask_problems(people, found.fact, person, today)
        ),
        end_reason=row.end_reason or "",
    )


# --- parts ------------------------------------------------------------------------------------------------------------


def _members(found: Known) -> Iterator[Member]:
    people, today = found.loaded.now.people, found.loaded.now.today
    for role, side in ((Role.MENTOR, found.fact.mentors), (Role.MENTEE, found.fact.mentees)):
        for code in side:
            person = people.persons[code]
            yield Member(
                code=code,
                name=person.name,
                role=role,
                minor=person.is_minor(today),
                consented=person.consented(Purpose.PROCESSING, today),
                registered=person.standings.get(role) is Standing.REGISTERED,
            )


def _papers(work: Work, found: Known) -> Iterator[Paper]:
    """What the roadmap has of papers about a pair, and the order that fixes all of them."""
    loaded, pair = found.loaded, found.row.code
    rows = select(Document).where(Document.programme == loaded.key, Document.state != DocumentState.SUPERSEDED)
    known_rows = {
        (row.stage, row.activity, row.code, row.subject): row
        for row in work.session.exec(rows.order_by(col(Document.version)))
    }
    for stage, activity in loaded.roadmap.rows():
        for use in activity.documents:
            spec = loaded.roadmap.documents[use.code]
            own = spec.per is Scope.PAIR
            if not own and use.code != PAIR_ORDER:
                continue
            subject = pair if own else ""
            row = known_rows.get((stage.code, activity.code, use.code, subject))
            query = f"?subject={pair}" if own else ""
            base = f"/programmes/{loaded.key}/stages/{stage.code}/activities/{activity.code}/documents/{use.code}"
            yield Paper(
                title=spec.title,
                state=str(row.state) if row else "",
                address=base + query,
                number=(row.number or "") if row else "",
                dated=row.dated if row else None,
            )


def _steps(work: Work, found: Known) -> Iterator[StepLine]:
    key, pair, today = found.loaded.key, found.row.code, found.loaded.now.today
    moves = pair_plans.moves(work, key, pair)
    for row in sorted(pair_plans.steps(work, key, pair), key=lambda each: (each.due, each.number)):
        state = "done" if row.done_on else "handed" if row.handed else "dropped" if row.dropped_on else ""
        yield StepLine(
            number=row.number,
            task=row.task,
            due=row.due,
            expected=row.expected or "",
            actual=row.actual or "",
            mark=row.mark,
            state=state or ("late" if row.due < today else "open"),
            done_on=row.done_on,
            reason=row.reason or "",
            moves=tuple(moves.get(row.number, ())),
        )


def _meetings(work: Work, found: Known, *, may_read: bool) -> Iterator[MeetingLine]:
    """Planned and held ones together, by day."""
    key, pair, today = found.loaded.key, found.row.code, found.loaded.now.today
    held = {
        row.id: row for row in work.session.exec(select(Meeting).where(Meeting.programme == key, Meeting.pair == pair))
    }
    came = _attendance(work, [serial for serial in held if serial])
    said = _said(work, found, may_read=may_read)
    rows = select(PlannedMeeting).where(PlannedMeeting.programme == key, PlannedMeeting.pair == pair)
    planned = work.session.exec(rows).all()
    meant = {row.meeting for row in planned}
    lines = [_line(found, row, held.get(row.meeting), came, said, today) for row in planned]
    lines += [_line(found, None, row, came, said, today) for serial, row in held.items() if serial not in meant]
    yield from sorted(lines, key=lambda each: (each.on, each.time, each.planned or 0, each.meeting or 0))


def _line(
    found: Known,
    planned: PlannedMeeting | None,
    held: Meeting | None,
    came: Mapping[int, Mapping[str, bool]],
    said: Mapping[int, Sequence[Said]],
    today: dt.date,
) -> MeetingLine:
    if planned is not None:
        waits = planned.state is MeetingState.PLANNED and planned.on <= today
        state = "waits" if waits else planned.state.value
    else:
        state = "missed" if held is not None and held.absent else "held"
    serial = (held.id or 0) if held else 0
    persons = found.loaded.now.people.persons
    present = came.get(serial)
    return MeetingLine(
        planned=planned.id if planned else None,
        meeting=held.id if held else None,
        kind=(held or planned).kind,  # type: ignore[union-attr]
        on=held.on if held else planned.on,  # type: ignore[union-attr]
        time=(planned.at or "") if planned else "",
        place=(planned.place or "") if planned else "",
        topic=(held.topic if held else None) or (planned.topic if planned else None) or "",
        state=state,
        reason=(planned.reason or "") if planned else "",
        minutes=held.minutes if held else None,
        moves=tuple(planned.moves) if planned else (),
        present=tuple(persons[each].name for each, here in present.items() if here) if present else None,
        absent=tuple(persons[each].name for each, here in present.items() if not here) if present else (),
        said=tuple(said.get(serial, ())),
    )


def _attendance(work: Work, serials: Sequence[int]) -> dict[int, dict[str, bool]]:
    found = defaultdict[int, dict[str, bool]](dict)
    rows = select(Attendance).where(col(Attendance.meeting).in_(serials)).order_by(col(Attendance.person))
    for row in work.session.exec(rows):
        found[row.meeting][row.person] = row.present
    return found


def _said(work: Work, found: Known, *, may_read: bool) -> dict[int, list[Said]]:
    """Nobody who may not read them gets the words or the mark, only who has answered."""
    result = defaultdict[int, list[Said]](list)
    persons = found.loaded.now.people.persons
    rows = select(Reflection).where(Reflection.programme == found.loaded.key, Reflection.pair == found.row.code)
    for row in work.session.exec(rows.order_by(col(Reflection.role), col(Reflection.person))):
        answered = row.answered_at is not None
        facts = {"person": row.person, "name": persons[row.person].name, "role": Role(row.role), "answered": answered}
        if answered and may_read:
            trouble = Answer(useful=row.useful or 0, wants_curator=row.wants_curator).trouble
            facts |= {"useful": row.useful, "words": row.words or "", "ahead": row.ahead or ""}
            facts |= {"wants_curator": row.wants_curator, "trouble": trouble and row.settled_at is None}
            facts |= {"settled": row.settled_note or "", "settled_by": row.settled_by or ""}
        result[row.meeting].append(Said(**facts))
    return result


def _history(work: Work, found: Known) -> Iterator[Happened]:
    rows = select(PairChange).where(PairChange.programme == found.loaded.key, PairChange.pair == found.row.code)
    people = found.loaded.now.people
    for row in work.session.exec(rows.order_by(col(PairChange.id).desc())):
        yield Happened(
            at=row.at,
            on=row.on,
            kind=text(f"pair.event.{row.kind}"),
            who=row.who,
            reason=row.reason,
            undone=row.undone_at is not None,
            details={
                name: people.persons[value].name if name in ("old", "new") and value in people.persons else value
                for name, value in row.details.items()
            },
            other=str(row.details.get("pair") or row.details.get("successor") or ""),
        )
