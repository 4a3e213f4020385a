"""What is done to a pair while it works: finished, ended early, extended, handed over to another mentor; each kept in
its history, the newest one undone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.meetings import MeetingState
from vekha.domain.pairs import (
    ENDINGS,
    Handover,
    PairEvent,
    PairState,
    PairTerm,
    end_problems,
    extend_problems,
    finish_problems,
    mentors_after,
    replace_problems,
    state_of,
    successor_problems,
    undo_problems,
)
from vekha.domain.people import FormPair, PairFact
from vekha.services.mentoring.pair_plans import term_of
from vekha.services.mentoring.people import carry_out_one, code_of
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Pair, PairChange, PlannedMeeting, PlanStep
from vekha.texts import text


@dataclass(frozen=True, slots=True)
class Known:
    """A pair as the database and the domain see it."""

    loaded: Loaded
    row: Pair
    fact: PairFact

    @property
    def term(self) -> PairTerm:
        return term_of(self.row)

    @property
    def state(self) -> PairState:
        return state_of(self.term, self.fact)


def known(work: Work, key: str, pair: str, action: Action = Action.WORK) -> Known:
    """Raises VekhaError people.unknown_pair, programme.unknown, access.denied."""
    loaded = load(work, key, action)
    row = work.session.get(Pair, (key, pair))
    if row is None:
        raise VekhaError(problem("people.unknown_pair", pair=pair))
    return Known(loaded, row, loaded.now.people.pairs[pair])


def finish(work: Work, key: str, pair: str, on: dt.date, note: str = "") -> None:
    """The pair has come to its end with its final meeting. Raises VekhaError pair.not_completed, people.pair_ended …"""
    found = known(work, key, pair)
    refuse(finish_problems(found.term, found.fact, on, found.loaded.now.today))
    _end(work, found, on, PairEvent.FINISHED, note.strip() or text("pair.finished_reason"))


def end_early(work: Work, key: str, pair: str, on: dt.date, reason: str) -> None:
    """The pair is broken off; the others go on. Raises VekhaError stage.reason_needed, people.pair_ended …"""
    found = known(work, key, pair)
    refuse(end_problems(found.term, on, found.loaded.now.today, reason))
    _end(work, found, on, PairEvent.ENDED_EARLY, reason.strip())


def extend(work: Work, key: str, pair: str, until: dt.date, reason: str) -> None:
    """The pair works longer than it was formed for."""
    found = known(work, key, pair)
    refuse(extend_problems(found.term, until, found.loaded.programme.cycle_ends, reason))
    row = found.row
    told = {
        "old": row.ends.isoformat(),
        "new": until.isoformat(),
        "before": row.extended_on and row.extended_on.isoformat(),
    }
    row.ends, row.extended_on = until, found.loaded.now.today
    work.session.add(row)
    _remember(work, found, PairEvent.EXTENDED, found.loaded.now.today, reason.strip(), told)


def replace_mentor(work: Work, key: str, pair: str, what: Handover) -> str:
    """The pair ends and goes on as a new one with another mentor, who takes over the steps that are left and the
    meetings that are planned; returns the new pair's code. People by code or full name.

    Raises VekhaError with everything that stands in the way, of the handover and of the new pair.
    """
    found = known(work, key, pair)
    people = found.loaded.now.people
    what = replace(what, old=code_of(people, what.old), new=code_of(people, what.new))
    refuse(replace_problems(found.term, found.fact, what, found.loaded.now.today))
    row = found.row
    command = FormPair(
        mentors=mentors_after(found.fact, what),
        mentees=found.fact.mentees,
        format=row.format,
        starts=what.on,
        ends=row.ends,
        goal=row.goal,
        employer=people.persons[what.new].employer,
    )
    carry_out_one(work, found.loaded, command)
    work.flush()
    successor = list(found.loaded.now.people.pairs)[-1]
    fresh = work.session.get_one(Pair, (key, successor))
    fresh.replaces = pair
    work.session.add(fresh)
    told = {
        "old": what.old,
        "new": what.new,
        "successor": successor,
        "done": what.done.strip(),
        "left": what.left.strip(),
        **_hand_over(work, found, successor, since=what.on),
    }
    _end(work, found, what.on, PairEvent.REPLACED, what.reason.strip(), told)
    other = Known(found.loaded, fresh, found.loaded.now.people.pairs[successor])
    _remember(work, other, PairEvent.REPLACES, what.on, what.reason.strip(), {**told, "pair": pair})
    return successor


def undo(work: Work, key: str, pair: str) -> PairEvent:
    """Takes back what was done to the pair last; returns what it was."""
    found = known(work, key, pair)
    row, people = found.row, found.loaded.now.people
    change = newest(work, key, pair)
    refuse(undo_problems(change.kind if change else None, found.fact, people, found.loaded.now.today))
    assert change is not None  # noqa: S101 — `undo_problems` refuses where there is none
    kind, told = PairEvent(change.kind), change.details
    if kind is PairEvent.EXTENDED:
        row.ends = dt.date.fromisoformat(told["old"])
        row.extended_on = dt.date.fromisoformat(told["before"]) if told["before"] else None
    else:
        if kind is PairEvent.REPLACED:
            _take_back(work, found, told)
        _restore(work, found, told["cancelled"])
        row.ended_on = row.end_reason = row.ending = None
        _put(found, active=True, ending=None)
    work.session.add(row)
    change.undone_at, change.undone_by = work.now, work.actor.name
    work.session.add(change)
    work.audit(f"pair:{pair}", programme=key, old=kind.value, new="undone", why=change.reason)
    return kind


def newest(work: Work, key: str, pair: str) -> PairChange | None:
    """The newest change that stands."""
    rows = select(PairChange).where(PairChange.programme == key, PairChange.pair == pair)
    rows = rows.where(col(PairChange.undone_at).is_(None)).order_by(col(PairChange.id).desc())
    return work.session.exec(rows.limit(1)).first()


# --- parts ------------------------------------------------------------------------------------------------------------


def _end(
    work: Work, found: Known, on: dt.date, kind: PairEvent, reason: str, told: Mapping[str, Any] | None = None
) -> None:
    row = found.row
    row.ended_on, row.end_reason, row.ending = on, reason, kind.value
    work.session.add(row)
    ahead = _planned(work, found) if kind in ENDINGS else []
    for meeting in ahead:
        meeting.state, meeting.reason = MeetingState.CANCELLED, text("pair.meeting_dropped")
        work.session.add(meeting)
    _remember(work, found, kind, on, reason, {**(told or {}), "cancelled": [each.id for each in ahead]})
    _put(found, active=False, ending=kind.value)


def _remember(
    work: Work, found: Known, kind: PairEvent, on: dt.date, reason: str, told: Mapping[str, Any] | None = None
) -> None:
    key, pair = found.loaded.key, found.row.code
    change = PairChange(
        programme=key,
        pair=pair,
        kind=kind,
        on=on,
        reason=reason,
        who=work.actor.name,
        at=work.now,
        details=dict(told or {}),
    )
    work.session.add(change)
    old = "active" if kind in ENDINGS else None
    work.audit(f"pair:{pair}", programme=key, old=old, new="ended" if old else kind.value, why=reason)


def _put(found: Known, *, active: bool, ending: str | None) -> None:
    """The people of the programme as they are now."""
    loaded, code = found.loaded, found.row.code
    people = loaded.now.people
    pair = replace(people.pairs[code], active=active, ending=ending)
    loaded.now = replace(loaded.now, people=replace(people, pairs={**people.pairs, code: pair}))


def _planned(work: Work, found: Known) -> list[PlannedMeeting]:
    rows = select(PlannedMeeting).where(PlannedMeeting.programme == found.loaded.key)
    rows = rows.where(PlannedMeeting.pair == found.row.code, PlannedMeeting.state == MeetingState.PLANNED)
    return list(work.session.exec(rows.order_by(col(PlannedMeeting.on), col(PlannedMeeting.id))))


def _hand_over(work: Work, found: Known, successor: str, *, since: dt.date) -> dict[str, Any]:
    """Steps that are not settled are copied to the new pair, meetings still ahead move there."""
    key, old = found.loaded.key, found.row.code
    steps = select(PlanStep).where(PlanStep.programme == key, PlanStep.pair == old).order_by(col(PlanStep.number))
    left = [each for each in work.session.exec(steps) if not (each.done_on or each.dropped_on or each.handed)]
    for number, step in enumerate(left, 1):
        step.handed = successor
        work.session.add(step)
        facts = {"task": step.task, "due": step.due, "expected": step.expected}
        work.session.add(PlanStep(programme=key, pair=successor, number=number, **facts))
    meetings = [each for each in _planned(work, found) if each.on >= since]
    for meeting in meetings:
        meeting.pair = successor
        work.session.add(meeting)
    work.session.flush()
    return {"steps": [each.number for each in left], "meetings": [each.id for each in meetings]}


def _take_back(work: Work, found: Known, told: Mapping[str, Any]) -> None:
    """The new pair is void; its steps and meetings are the old pair's again."""
    key, successor = found.loaded.key, told["successor"]
    other = known(work, key, successor)
    done = select(PlanStep.number).where(PlanStep.programme == key, PlanStep.pair == successor)
    begun = work.session.exec(done.where(col(PlanStep.done_on).is_not(None))).first() is not None
    refuse(successor_problems(other.fact, begun=begun))
    for number in told["steps"]:
        step = work.session.get_one(PlanStep, (key, found.row.code, number))
        step.handed = None
        work.session.add(step)
    _restore(work, found, told["meetings"])
    _end(work, other, max(found.loaded.now.today, other.row.starts), PairEvent.CANCELLED, text("pair.replaced_undone"))


def _restore(work: Work, found: Known, serials: Sequence[int]) -> None:
    """Meetings are ahead of the pair again, unless they have become something else meanwhile."""
    for each in serials:
        meeting = work.session.get(PlannedMeeting, each)
        if meeting is not None and meeting.state in (MeetingState.PLANNED, MeetingState.CANCELLED):
            meeting.pair, meeting.state, meeting.reason = found.row.code, MeetingState.PLANNED, None
            work.session.add(meeting)
    work.session.flush()
