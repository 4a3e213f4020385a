"""Counts and shares for the reports: unique people, pairs, meetings, what was late, what changed (DOMAIN.md §6).

Process quality and effect on participants are measured apart; «before» and «after» are two measurements, not one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vekha.domain.people import People, Role
from vekha.domain.surveys.disclosure import LEAST

SATISFIED_FROM = 7  # of ten: an answer that counts as satisfied
SCALES = {"usefulness": "Польза", "comfort": "Комфорт", "support": "Поддержка"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """`activities` are (state, due, done on); `answers` map a form's code to the submitted data."""

    people: People
    today: date
    activities: Sequence[tuple[str, date, date | None]]
    answers: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    mentees: int
    mentors: int
    pairs: int
    pairs_completed: int
    unpaired: int
    meetings: int
    trainings: int
    employers: int
    activities: int
    activities_done: int
    activities_late: int
    satisfied_mentees: float | None  # per cent; None when nobody answered, or too few (`few_…`) to be printed
    satisfied_mentors: float | None
    few_mentees: bool = False
    few_mentors: bool = False
    before: Mapping[str, float] = field(default_factory=dict[str, float])
    after: Mapping[str, float] = field(default_factory=dict[str, float])


def measure(facts: ReportFacts) -> Measures:
    people = facts.people
    roles = {each: {person.code for person in people.registered(each)} for each in Role}
    pleased = {each: _satisfied(facts.answers.get("satisfaction", ()), codes) for each, codes in roles.items()}
    few = {each: 0 < len(found) < LEAST for each, found in pleased.items()}
    return Measures(
        mentees=len(roles[Role.MENTEE]),
        mentors=len(roles[Role.MENTOR]),
        pairs=sum(not pair.void for pair in people.pairs.values()),
        pairs_completed=sum(pair.completed for pair in people.pairs.values()),
        unpaired=len(people.unpaired()),
        meetings=sum(pair.meetings_total for pair in people.pairs.values()),
        trainings=people.events.get("training", 0),
        employers=len(people.employers),
        activities=len(facts.activities),
        activities_done=sum(state == "done" for state, _, _ in facts.activities),
        activities_late=sum(_late(each, facts.today) for each in facts.activities),
        satisfied_mentees=None if few[Role.MENTEE] else _share(pleased[Role.MENTEE]),
        satisfied_mentors=None if few[Role.MENTOR] else _share(pleased[Role.MENTOR]),
        few_mentees=few[Role.MENTEE],
        few_mentors=few[Role.MENTOR],
        before=_means(facts.answers.get("before_after", ()), "до"),
        after=_means(facts.answers.get("before_after", ()), "после"),
    )


def _late(activity: tuple[str, date, date | None], today: date) -> bool:
    state, due, done_on = activity
    if state == "waived":
        return False
    return (done_on or today) > due


def _satisfied(answers: Iterable[Mapping[str, Any]], respondents: set[str]) -> list[bool]:
    """Of each respondent, whether the mean over the scales is at least seven; one answer for each, the last."""
    last = {each["respondent"]: each for each in answers if each.get("respondent") in respondents}
    found: list[bool] = []
    for answer in last.values():
        marks = [answer[name] for name in ("effectiveness", "comfort", "usefulness") if answer.get(name) is not None]
        found.append(bool(marks) and sum(marks) / len(marks) >= SATISFIED_FROM)
    return found


def _share(satisfied: Sequence[bool]) -> float | None:
    return round(100 * sum(satisfied) / len(satisfied), 1) if satisfied else None


def _means(answers: Iterable[Mapping[str, Any]], moment: str) -> dict[str, float]:
    marks: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        if str(answer.get("moment", "")).lower().startswith(moment):
            for name, title in SCALES.items():
                if answer.get(name) is not None:
                    marks[title].append(answer[name])
    return {title: round(sum(each) / len(each), 1) for title, each in marks.items()}
