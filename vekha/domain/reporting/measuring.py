"""Counting the indicators of one institution on a day, over a period that ends with it.

Unique people: somebody in two programmes of the institution is one, somebody in both roles is one in each. Age is that
on the reporting day. What counts are the dates that were recorded, so the same day gives the same figures for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from vekha.domain.ages import age_on
from vekha.domain.people import Role
from vekha.domain.reporting.history import History, Opinion, Stay
from vekha.domain.reporting.indicators import Figure, Figures
from vekha.domain.surveys.release import told

CHILDREN = (10, 19)  # full years on the reporting day, both included
YOUTH = (15, 19)
TRAINING = frozenset({"training", "seminar"})
SATISFIED_FROM = 7.0  # of ten, as the reports of programmes say it


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The state is that of the evening of `on`; what happened is counted from `since` to `on`, both included."""

    since: date
    on: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.on


def measure(
    history: History, window: Window, given: Mapping[str, int] | None = None, *, in_portions: bool = False
) -> Figures:
    """Every indicator, in the order of `INDICATORS`. `in_portions` is for whoever may look at any day and may not open
    the answers: of two days one after the other nobody's answer is the difference (`release`)."""
    effect = _effect(history, window, in_portions=in_portions)
    return {**_reach(history, window, given or {}), **_process(history, window), **effect}


def mid_cycle(history: History, window: Window) -> int:
    """Programmes that are under way on that day: their figures are those of the middle of a cycle, not of its end."""
    return sum(each.runs(window.on) and each.planned_end > window.on for each in history.courses)


def ages_unknown(history: History, window: Window) -> int:
    """People of the period whose age nobody can tell: they are in no indicator that asks for it."""
    people = _people(history.stays, window, Role.MENTEE) | _people(history.stays, window, Role.MENTOR)
    return sum(history.births.get(each) is None for each in people)


# --- who is reached ---------------------------------------------------------------------------------------------------


def _reach(history: History, window: Window, given: Mapping[str, int]) -> Figures:
    state = {
        role: {each.person for each in history.stays if each.role is role and each.covers(window.on)} for role in Role
    }
    period = {role: _people(history.stays, window, role) for role in Role}
    mentors = [each for each in history.stays if each.role is Role.MENTOR and each.meets(window.since, window.on)]
    return {
        "mentees": Figure(len(state[Role.MENTEE])),
        "mentees_period": Figure(len(period[Role.MENTEE])),
        "children_share": Figure(_aged(history, period[Role.MENTEE], CHILDREN, window.on), given.get("children")),
        "mentors": Figure(len(state[Role.MENTOR])),
        "mentors_period": Figure(len(period[Role.MENTOR])),
        "youth_share": Figure(_aged(history, period[Role.MENTOR], YOUTH, window.on), given.get("youth")),
        "both_roles": Figure(len(period[Role.MENTEE] & period[Role.MENTOR])),
        "employers": Figure(len({each.employer for each in mentors if each.employer})),
    }


def _people(stays: Iterable[Stay], window: Window, role: Role) -> set[str]:
    return {each.person for each in stays if each.role is role and each.meets(window.since, window.on)}


def _aged(history: History, people: Iterable[str], ages: tuple[int, int], on: date) -> int:
    born = (history.births.get(each) for each in people)
    return sum(ages[0] <= age_on(each, on) <= ages[1] for each in born if each is not None)


# --- how it goes ------------------------------------------------------------------------------------------------------


def _process(history: History, window: Window) -> Figures:
    pairings, worked = history.pairings, [each for each in history.pairings if each.worked(window.since, window.on)]
    finished = sum(window.holds(each.finished) for each in pairings)
    broken = sum(window.holds(each.broken) for each in pairings)
    held = [each for each in history.contacts if window.holds(each.on)]
    of_pairs = sum(each.pair is not None for each in held)
    return {
        "pairs": Figure(sum(each.works(window.on) for each in pairings)),
        "pairs_started": Figure(sum(window.holds(each.starts) for each in pairings)),
        "pairs_finished": Figure(finished),
        "completion": Figure(finished, finished + broken),
        "unpaired": Figure(len(_unpaired(history, window.on))),
        "meetings": Figure(of_pairs),
        "meetings_per_pair": Figure(of_pairs, len(worked)),
        "trainings": Figure(sum(each.pair is None and each.kind in TRAINING for each in held)),
        **_tasks(history, window),
        "survey_response": _response(history, window),
    }


def _unpaired(history: History, on: date) -> set[tuple[str, str]]:
    """(programme, mentee) in the register that day, in no pair at work and in none that came to its end by then."""
    paired = {
        (each.programme, mentee)
        for each in history.pairings
        if each.works(on) or (each.finished is not None and each.finished <= on)
        for mentee in each.mentees
    }
    here = {(each.programme, each.person) for each in history.stays if each.role is Role.MENTEE and each.covers(on)}
    return here - paired


def _tasks(history: History, window: Window) -> Figures:
    """Those that fell due in the period, by the dates and states of its last evening; a waived one is nobody's debt."""
    due = done = in_time = late = 0
    for task in history.tasks:
        day, settled = task.due_on(window.on), task.settled(window.on)
        if settled is not None and settled[0] == "waived":
            continue
        late += day < window.on and settled is None
        if window.holds(day):
            due += 1
            done += settled is not None
            in_time += settled is not None and settled[1] <= day
    return {"tasks_done": Figure(done, due), "tasks_in_time": Figure(in_time, due), "tasks_late": Figure(late)}


def _response(history: History, window: Window) -> Figure:
    """Of surveys that came to their end in the period; that somebody answered tells nothing of what was said."""
    over = [each for each in history.polls if window.holds(each.over)]
    return Figure(sum(each.answered for each in over), sum(each.asked for each in over))


# --- what it changes --------------------------------------------------------------------------------------------------


def _effect(history: History, window: Window, *, in_portions: bool) -> Figures:
    said = [each for each in history.opinions if window.holds(each.on) and each.moment == "satisfaction"]
    until = _told(_completed(history.opinions, window), window.on) if in_portions else window.on
    compared = _compared(history.opinions, window, until)
    over = [each for each in history.polls if window.holds(each.over)]
    return {
        "satisfied_mentees": _satisfied(said, _in_role(history, Role.MENTEE), window.on, in_portions=in_portions),
        "satisfied_mentors": _satisfied(said, _in_role(history, Role.MENTOR), window.on, in_portions=in_portions),
        "recommended": Figure(sum(each.recommended for each in over), sum(each.told for each in over)),
        "improved": Figure(sum(after > before for before, after in compared), len(compared)),
        "growth": Figure(round(sum(after - before for before, after in compared), 6), len(compared)),
    }


def _told(said: Iterable[tuple[date, str]], on: date) -> date:
    """The last day whose answers may be told of by the evening of `on`; few of one day wait for those of the next."""
    days = defaultdict[date, set[str]](set)
    for day, person in said:
        days[day].add(person)
    ordered = sorted(day for day in days if day <= on)
    count = told([days[day] for day in ordered])
    return ordered[count - 1] if count else date.min


def _in_role(history: History, role: Role) -> set[tuple[str, str]]:
    return {(each.programme, each.person) for each in history.stays if each.role is role}


def _satisfied(said: Iterable[Opinion], respondents: set[tuple[str, str]], on: date, *, in_portions: bool) -> Figure:
    """One answer for each person, the last one, whatever the number of programmes."""
    mine = [each for each in sorted(said, key=_when) if (each.programme, each.person) in respondents]
    until = _told(((each.on, each.person) for each in mine), on) if in_portions else on
    last = {each.person: each.mark for each in mine if each.on <= until}
    return Figure(sum(mark >= SATISFIED_FROM for mark in last.values()), len(last))


def _completed(opinions: Iterable[Opinion], window: Window) -> Iterable[tuple[date, str]]:
    """The days on which somebody came to have both, or another «after»."""
    ordered = sorted(opinions, key=_when)
    first: dict[tuple[str, str, str], date] = {}
    for each in ordered:
        if each.moment == "before":
            first.setdefault((each.programme, each.person, each.form), each.on)
    for each in ordered:
        before = first.get((each.programme, each.person, each.form))
        if each.moment == "after" and window.holds(each.on) and before is not None:
            yield max(before, each.on), each.person


def _compared(opinions: Iterable[Opinion], window: Window, until: date) -> list[tuple[float, float]]:
    """(before, after) of each person and programme that has both in the same form by `until`; the «after» falls into
    the period, and the first «before» counts: nobody may lower it once the work has begun. Of several forms the means.
    """
    before: dict[tuple[str, str, str], float] = {}
    after: dict[tuple[str, str, str], float] = {}
    for each in sorted(opinions, key=_when):
        what = (each.programme, each.person, each.form)
        if each.moment == "before" and each.on <= until:
            before.setdefault(what, each.mark)
        elif each.moment == "after" and each.on <= until and window.holds(each.on):
            after[what] = each.mark
    of_one = defaultdict[tuple[str, str], list[tuple[float, float]]](list)
    for what in sorted(before.keys() & after.keys()):
        of_one[what[:2]].append((before[what], after[what]))
    return [(fmean(one for one, _ in each), fmean(other for _, other in each)) for each in of_one.values()]


def _when(opinion: Opinion) -> tuple[date, str, str]:
    return opinion.on, opinion.programme, opinion.person
