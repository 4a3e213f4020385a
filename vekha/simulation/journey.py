"""The story of one programme: its people do every activity with real forms, documents and meetings.

Nothing here knows a type of institution: what to fill is read from the roadmap, how an answer looks the form says
(`Form.sample`), and who plays, the type's cast. The services refuse whatever a real curator would be refused.
"""

import datetime as dt
import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from vekha.domain.access import Actor, Grant
from vekha.domain.calendar import WorkingCalendar, russian_calendar
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.gate import PAIR_MEETINGS, gate
from vekha.domain.people import FormPair, HoldMeeting, Introduce, PersonFact, Role, SupportUnpaired
from vekha.domain.programme import SETTLED, ActivityNow, ActivityState, StageState, subjects
from vekha.domain.roadmap import Activity, DocumentKind, FormUse, Scope
from vekha.forms.base import SampleRequest
from vekha.forms.cast import Cast, CastPerson
from vekha.services.mentoring import pair_plans, people
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import activities, forms, stages
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.simulation import polls
from vekha.simulation.pair_story import PairStory

POSTER = "best_mentor"
PUBLICATION = "consent_public"  # nobody has to give it; in the story the mentors do, so that the best can be named
LATE_PLANS = ("programme", "practice_plan")  # made of what the same activity decides or gathers
LAST = 0.95  # of an activity's time: when mentors report on their pairs
CLOSING = "satisfaction"  # with it goes the anonymous survey of the year
RETRY = dt.timedelta(days=1)

Issue = Callable[[Work, Loaded, Sequence[DocumentPlace]], None]  # brings about the documents of an activity


@dataclass(slots=True)
class Journey:
    """One programme's year. `issue` brings about the documents that an activity still needs."""

    programme: str
    institution: str
    cast: Cast
    issue: Issue
    late_every: int = 0  # every so-many-th activity is done after its due date; 0 = none is
    polls: bool = True  # what can be sent as a survey is; else the curator types the answers in
    together: bool = False  # pairs have a calendar, reflections, a replacement and an early end
    refused: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)  # why an activity is not done yet
    _pairs: PairStory | None = None
    _agenda: list[dt.date] = field(default_factory=list)
    _serials: dict[str, int] = field(default_factory=dict)
    _days: dict[tuple[str, str], list[dt.date]] = field(default_factory=dict)

    def start(self, work: Work) -> None:
        """The people of the story become known, and the days of the year are laid out."""
        loaded = load(work, self.programme)
        for role, cast in ((Role.MENTEE, self.cast.mentees), (Role.MENTOR, self.cast.mentors)):
            for person in cast:
                people.carry_out_one(work, loaded, _introduction(person, role))
        days = {stage.opens for stage in loaded.now.stages.values()}
        for place, activity in loaded.now.activities.items():
            self._days[place] = self._lay_out(loaded, activity)
            days |= {activity.opens, *self._days[place]}
        self._agenda = sorted({next_monday(day) for day in days})

    @property
    def next_day(self) -> dt.date | None:
        """The next day on which something happens; None when the story is over."""
        return self._agenda[0] if self._agenda else None

    def live(self, work: Work) -> list[str]:
        """Everything that this day holds; returns the stages whose completion was asked for."""
        loaded = load(work, self.programme)
        today = loaded.now.today
        while self._agenda and self._agenda[0] <= today:
            heapq.heappop(self._agenda)
        stages.open_due(work, self.programme)
        blocked = False
        loaded = load(work, self.programme)
        for place in self._days:
            if self._is_due(loaded.now.activities[place], loaded):
                blocked |= not self._act(work, loaded, loaded.now.activities[place])
                loaded = load(work, self.programme)  # anew after a refusal: what it took back is not what was loaded
        if self.together:
            self._live_together(work)
            loaded = load(work, self.programme)
        asked = self._complete_stages(work, loaded)
        if blocked and today < loaded.programme.cycle_ends + dt.timedelta(days=60):
            heapq.heappush(self._agenda, next_monday(today + RETRY))
        return asked

    def again(self, day: dt.date) -> None:
        """Something opened after the day's round: look again."""
        heapq.heappush(self._agenda, next_monday(day))

    def _live_together(self, work: Work) -> None:
        """The pairs' day; it opens again on the days that they have planned."""

        def curator() -> AbstractContextManager[None]:
            return acting(work, self.staff("curator"))

        if self._pairs is None:
            self._pairs = PairStory(self.programme, self.issue, lambda *names: _luck(self.institution, *names))
        for day in self._pairs.live(work, curator):
            heapq.heappush(self._agenda, next_monday(day))

    # --- when ---------------------------------------------------------------------------------------------------------

    def _lay_out(self, loaded: Loaded, activity: ActivityNow) -> list[dt.date]:
        """The days an activity is worked on; the last one finishes it.

        A plan is made early in its time, or it would plan what is over, and looked at again on the last day. The
        meetings of pairs are close together at first and rarer later, the final one at the end; then mentors report.
        """
        row = loaded.roadmap.activity(activity.stage, activity.code)
        due = activity.due if activity.gate.carries_on else min(activity.due, loaded.stages[activity.stage].due)
        span = max((due - activity.opens).days, 0)
        luck = _luck(self.institution, activity.stage, activity.code)
        share = LAST if any(_reports_on_pair(loaded, use.code) for use in row.documents) else 0.55 + 0.4 * luck
        last = _in_time(activity.opens + dt.timedelta(days=round(span * share)), due)
        if self.late_every and int(luck * 1000) % self.late_every == 0:
            last = next_monday(due + dt.timedelta(days=1 + int(luck * 7)))
        several = any(use.each for use in row.forms) and any(not use.each and use.at_least for use in row.forms)
        last = next_monday(last)
        if _is_planning(loaded, row):
            return [min(next_monday(activity.opens + dt.timedelta(days=round(span * 0.1 * luck))), last), last]
        visits = sum(need for kind, need in row.meetings.items() if kind in PAIR_MEETINGS) or 1 + several
        whole = last - activity.opens
        return [next_monday(activity.opens + whole * (visit / visits) ** 2) for visit in range(1, visits)] + [last]

    def _is_due(self, activity: ActivityNow, loaded: Loaded) -> bool:
        days = self._days.get((activity.stage, activity.code))
        opened = activity.state is ActivityState.OPEN
        return opened and days is not None and days[0] <= loaded.now.today

    # --- what ---------------------------------------------------------------------------------------------------------

    def _act(self, work: Work, loaded: Loaded, activity: ActivityNow) -> bool:
        """Works on an activity; True unless it has to be tried again."""
        row = loaded.roadmap.activity(activity.stage, activity.code)
        days = self._days[activity.stage, activity.code]
        passed = [day for day in days if day <= loaded.now.today]
        last = len(passed) == len(days)
        self._days[activity.stage, activity.code] = days[len(passed) :] or [days[-1]]
        try:
            with work.attempt(self.programme):
                self._work_on(work, loaded, row, activity, last=last)
                if last:
                    activities.done(work, self.programme, activity.stage, activity.code)
        except VekhaError as refusal:
            self.refused[activity.stage, activity.code] = refusal.problems
            return False
        self.refused.pop((activity.stage, activity.code), None)
        return True

    def _work_on(self, work: Work, loaded: Loaded, row: Activity, activity: ActivityNow, *, last: bool) -> None:
        """What needs no one in particular comes on the first day, what is asked of each on the last one.

        Plans do not wait for the last day, nor do the forms that they are made of.
        """
        planning = _is_planning(loaded, row)
        self._register(work, loaded, row, activity)
        for use in row.forms:
            if use.each is None:
                self._fill(work, loaded, activity, use)
        self._form_pairs(work, loaded, row)
        self._meet(work, loaded, row, activity, all_of_them=last)
        for use in row.forms:
            if (last or planning) and use.each is not None:
                self._fill(work, loaded, activity, use)
        if last:
            self._support(work, loaded, row)
        wanted = [
            place
            for place in documents.needed(loaded, activity.stage, row.code)
            if not _issued(loaded, place)
            and (last or (_plans(loaded, place.code) and (planning or not place.subject)))
            and (place.code != POSTER or place.subject == _busiest(loaded))
        ]
        if wanted:
            self._tell_steps(work, loaded, wanted)
            self.issue(work, loaded, wanted)

    def _tell_steps(self, work: Work, loaded: Loaded, wanted: list[DocumentPlace]) -> None:
        """Before a mentor reports on a pair, the steps of its plan that are due are marked as done."""
        today = loaded.now.today
        for place in wanted:
            if _reports_on_pair(loaded, place.code):
                for row in pair_plans.steps(work, self.programme, place.subject):
                    if not pair_plans.now_of(row).settled and row.due <= today:
                        pair_plans.done(work, self.programme, place.subject, row.number, today, row.expected or "")

    def _complete_stages(self, work: Work, loaded: Loaded) -> list[str]:
        asked: list[str] = []
        for stage in loaded.now.stages.values():
            optional_left = any(
                each.state not in SETTLED and not each.gate.carries_on for each in loaded.now.of_stage(stage.code)
            )
            if stage.state is StageState.OPEN and not optional_left and not gate(stage.code, loaded.now):
                with acting(work, self.staff("curator")):
                    stages.complete(work, self.programme, stage.code)
                asked.append(stage.code)
        return asked

    def _register(self, work: Work, loaded: Loaded, row: Activity, activity: ActivityNow) -> None:
        """Everybody who asked or offered enters the register, with the consent first."""
        for use in row.forms:
            role = forms.form_of(loaded.type, use.code).registers
            for person in loaded.now.people.candidates(role) if role else ():
                self._consent(work, loaded, person)
                if role is Role.MENTOR and _collects(loaded, PUBLICATION):
                    self._submit(work, loaded, PUBLICATION, person.code, None)
                self._submit(work, loaded, use.code, person.code, activity)

    def _consent(self, work: Work, loaded: Loaded, person: PersonFact) -> None:
        """The paper comes first: the guardian's for a minor, one's own for everybody else."""
        if person.consents:
            return
        code = "consent_minor" if person.is_minor(loaded.now.today) else "consent_adult"
        self._submit(work, loaded, code, person.code, None)

    def _form_pairs(self, work: Work, loaded: Loaded, row: Activity) -> None:
        """Where no form has made the pairs, the curator makes them."""
        if "pairs_formed" not in row.checks or loaded.now.people.pairs:
            return
        for pair in self.cast.pairs:
            sides = (
                [self.cast.mentors[each].name for each in pair.mentors],
                [self.cast.mentees[each].name for each in pair.mentees],
            )
            mentors, mentees = (tuple(loaded.now.people.find(name)[0].code for name in side) for side in sides)
            shape = "группа" if len(mentees) > 1 else "пара"
            starts, ends = loaded.now.today, loaded.programme.cycle_ends
            command = FormPair(mentors=mentors, mentees=mentees, format=shape, starts=starts, ends=ends)
            people.carry_out_one(work, loaded, command)

    def _meet(self, work: Work, loaded: Loaded, row: Activity, activity: ActivityNow, *, all_of_them: bool) -> None:
        """Holds what is lacking: one meeting of each pair on a visit, everything on the last one."""
        for kind, need in row.meetings.items():
            if kind in PAIR_MEETINGS:
                lacking = {each.code: need - each.meetings.get(kind, 0) for each in loaded.now.people.active_pairs}
                for pair, count in lacking.items():
                    for _ in range(count if all_of_them else min(count, 1)):
                        self._log_meeting(work, loaded, activity, kind, pair)
                if not all_of_them and max(lacking.values(), default=0) > 0:
                    return
            elif all_of_them:
                for _ in range(need - loaded.now.people.events.get(kind, 0)):
                    self._log_meeting(work, loaded, activity, kind, None)

    def _log_meeting(self, work: Work, loaded: Loaded, activity: ActivityNow, kind: str, pair: str | None) -> None:
        code = "meeting_log" if pair else "event_log"
        if any(form.code == code for form in loaded.type.forms):
            self._submit(work, loaded, code, pair, activity, wanted=kind)
        else:
            people.carry_out_one(work, loaded, HoldMeeting(kind=kind, on=loaded.now.today, pair=pair))

    def _fill(self, work: Work, loaded: Loaded, activity: ActivityNow, use: FormUse) -> None:
        about = loaded.now.answers.get((activity.stage, activity.code, use.code), ())
        if use.each is not None:
            lacking = [code for code in _everybody(use.each, loaded) for _ in range(use.at_least - about.count(code))]
            for code in self._poll(work, loaded, use.code, lacking, activity):
                self._submit(work, loaded, use.code, code, activity)
        elif use.at_least:
            wanted = max(use.at_least, forms.form_of(loaded.type, use.code).sample_count(self.cast))
            for _ in range(wanted - len(about)):
                self._submit(work, loaded, use.code, None, activity)

    def _poll(self, work: Work, loaded: Loaded, code: str, about: list[str], activity: ActivityNow) -> list[str]:
        """Sends the form as a survey where it is one; returns who has to be asked otherwise."""
        form = forms.form_of(loaded.type, code)
        if not self.polls or form.survey is None:
            return about

        def curator() -> AbstractContextManager[None]:
            return acting(work, self.staff("curator"))

        place = (activity.stage, activity.code)
        left = polls.poll(work, loaded, form, place, about, lambda each: self._sample(loaded, code, each), curator)
        if code == CLOSING:
            opinion = next((each.code for each in loaded.type.forms if each.survey and each.anonymous), "")
            polls.ask_without_names(work, loaded, lambda _: self._sample(loaded, opinion, None), curator)
        return left

    def _submit(
        self,
        work: Work,
        loaded: Loaded,
        code: str,
        subject: str | None,
        activity: ActivityNow | None,
        *,
        wanted: str | None = None,
    ) -> None:
        place = (activity.stage, activity.code) if activity else None
        forms.submit(work, self.programme, code, self._sample(loaded, code, subject, wanted), place=place)

    def _sample(self, loaded: Loaded, code: str, subject: str | None, wanted: str | None = None) -> Mapping[str, Any]:
        """The next answer of the story to a form."""
        serial = self._serials.get(code, 0)
        self._serials[code] = serial + 1
        request = SampleRequest(
            today=loaded.now.today,
            cycle_starts=loaded.programme.cycle_starts,
            cycle_ends=loaded.programme.cycle_ends,
            serial=serial,
            subject=subject,
            people=loaded.now.people,
            cast=self.cast,
            wanted=wanted,
        )
        return forms.form_of(loaded.type, code).sample(request)

    def _support(self, work: Work, loaded: Loaded, row: Activity) -> None:
        if "unpaired_supported" in row.checks:
            for person in loaded.now.people.unpaired():
                if not person.supported:
                    note = "беседа с педагогом-психологом"
                    command = SupportUnpaired(mentee=person.code, on=loaded.now.today, note=note)
                    people.carry_out_one(work, loaded, command)

    def staff(self, role: str) -> Actor:
        person = self.cast.staff.get(role)
        grant = Grant(role="director" if role == "director" else "curator", institution=self.institution)
        return Actor(name=person.name if person else role, grants=(grant,))


def next_monday(day: dt.date) -> dt.date:
    """The story works in weekly rounds: the Monday on or after the day, unless it is a holiday."""
    day += dt.timedelta(days=-day.weekday() % 7)
    while not _calendar().is_working(day):
        day += dt.timedelta(days=7)
    return day


@cache
def _calendar() -> WorkingCalendar:
    return russian_calendar()


def _in_time(day: dt.date, due: dt.date) -> dt.date:
    """The Monday of the round that `day` belongs to, unless that would be too late."""
    return min(next_monday(day), max(day, due))


@contextmanager
def acting(work: Work, actor: Actor) -> Iterator[None]:
    """Somebody else acts for a moment: the head approves, the curator asks for completion."""
    before, work.actor = work.actor, actor
    try:
        yield
    finally:
        work.actor = before


def _introduction(person: CastPerson, role: Role) -> Introduce:
    return Introduce(
        name=person.name, role=role, gender=person.gender, birth_date=person.birth_date, position=person.position
    )


def _luck(*names: str) -> float:
    """A number in [0, 1) that is always the same for the same names."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:4]) / 2**32


def _everybody(scope: Scope, loaded: Loaded) -> tuple[str, ...]:
    """Whom a form is asked about: those registered, and the candidates a real curator would not leave out."""
    known = loaded.now.people
    roles = {Scope.MENTEE: (Role.MENTEE,), Scope.MENTOR: (Role.MENTOR,), Scope.PARTICIPANT: tuple(Role)}
    candidates = (each.code for role in roles.get(scope, ()) for each in known.candidates(role))
    return tuple(dict.fromkeys((*subjects(scope, known), *candidates)))


def _plans(loaded: Loaded, document: str) -> bool:
    """Whether it is a plan, of no use once the time that it plans is over, and waits for no paper beside it."""
    return loaded.roadmap.documents[document].kind in ("plan", "programme") and document not in LATE_PLANS


def _reports_on_pair(loaded: Loaded, document: str) -> bool:
    """Whether it is a mentor's report on a pair: of use when the pair's work is nearly done."""
    spec = loaded.roadmap.documents[document]
    return spec.per is Scope.PAIR and spec.kind is DocumentKind.REPORT


def _is_planning(loaded: Loaded, row: Activity) -> bool:
    """Whether an activity makes plans and nothing that comes of them."""
    return not PAIR_MEETINGS & row.meetings.keys() and any(_plans(loaded, use.code) for use in row.documents)


def _busiest(loaded: Loaded) -> str | None:
    """The mentor with most meetings: the poster «Лучший наставник» is for one."""
    met: dict[str, int] = {}
    for pair in loaded.now.people.pairs.values():
        for mentor in pair.mentors:
            met[mentor] = met.get(mentor, 0) + pair.meetings_total
    return max(met, key=lambda code: (met[code], code), default=None)


def _collects(loaded: Loaded, form: str) -> bool:
    return any(use.code == form for _, row in loaded.roadmap.rows() for use in row.forms)


def _issued(loaded: Loaded, place: DocumentPlace) -> bool:
    return place.subject in loaded.now.documents.get((place.stage, place.activity, place.code), {})
