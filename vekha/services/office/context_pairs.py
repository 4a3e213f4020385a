"""Pairs and meetings as document templates see them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from vekha.documents.context import (
    EmployerView,
    MeetingView,
    PairChangeView,
    PairView,
    PersonView,
    StepView,
)
from vekha.domain.pairs import PairEvent, state_of
from vekha.domain.people import Role
from vekha.services.mentoring.pair_plans import term_of
from vekha.services.process.programmes import Loaded
from vekha.storage.tables import Meeting, Pair, PairChange, PairMember, PlanStep


def pair_views(
    session: Session,
    loaded: Loaded,
    people: Mapping[Role, Mapping[str, PersonView]],
    employers: Mapping[str, EmployerView],
    meetings: Iterable[Meeting],
) -> tuple[PairView, ...]:
    """The pairs in their order, each with its members, meetings and what was done to it."""
    key = loaded.key
    held: dict[str | None, list[MeetingView]] = defaultdict(list)
    for each in meetings:
        held[each.pair].append(meeting_view(each))
    members: dict[str, dict[Role, list[PersonView]]] = defaultdict(lambda: defaultdict(list))
    for row in session.exec(select(PairMember).where(PairMember.programme == key).order_by(col(PairMember.person))):
        members[row.pair][Role(row.role)].append(people[Role(row.role)][row.person])
    changes, steps = _changes(session, key), _steps(session, key, loaded.now.today)
    return tuple(
        PairView(
            code=row.code,
            number=row.ordinal,
            mentors=tuple(members[row.code][Role.MENTOR]),
            mentees=tuple(members[row.code][Role.MENTEE]),
            format=row.format,
            starts=row.starts,
            ends=row.ends,
            goal=row.goal,
            employer=employers.get(row.employer or ""),
            meetings=tuple(held[row.code]),
            steps=tuple(steps[row.code]),
            ended_on=row.ended_on,
            state=state_of(term_of(row), loaded.now.people.pairs[row.code]).value,
            replaces=row.replaces,
            changes=tuple(changes[row.code]),
        )
        for row in session.exec(select(Pair).where(Pair.programme == key).order_by(col(Pair.ordinal)))
    )


def _changes(session: Session, key: str) -> Mapping[str, list[PairChangeView]]:
    """What was done to each pair and was not undone, oldest first."""
    found: dict[str, list[PairChangeView]] = defaultdict(list)
    rows = select(PairChange).where(PairChange.programme == key, col(PairChange.undone_at).is_(None))
    for row in session.exec(rows.order_by(col(PairChange.id))):
        if row.kind not in (PairEvent.REPLACES, PairEvent.CANCELLED):
            told = row.details
            old = dt.date.fromisoformat(told["old"]) if row.kind == PairEvent.EXTENDED else None
            words = {name: told.get(name) for name in ("done", "left")}
            found[row.pair].append(PairChangeView(kind=row.kind, on=row.on, reason=row.reason, old_ends=old, **words))
    return found


def _steps(session: Session, key: str, today: dt.date) -> Mapping[str, list[StepView]]:
    """The steps of each pair's plan, in their order."""
    found: dict[str, list[StepView]] = defaultdict(list)
    rows = select(PlanStep).where(PlanStep.programme == key).order_by(col(PlanStep.pair), col(PlanStep.number))
    for row in session.exec(rows):
        told = {name: getattr(row, name) for name in ("task", "due", "expected", "actual", "mark", "done_on")}
        dropped = None if row.dropped_on is None else row.reason or ""
        found[row.pair].append(StepView(**told, dropped=dropped, ahead=row.due > today))
    return found


def meeting_view(row: Meeting) -> MeetingView:
    return MeetingView(kind=row.kind, on=row.on, topic=row.topic, minutes=row.minutes, absent=row.absent)
