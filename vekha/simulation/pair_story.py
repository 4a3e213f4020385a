"""What pairs live through in a story: a calendar of meetings, who came, reflections, steps of plans, one mentor who is
replaced, one pair that is broken off, and the end of the others.

Everything is done by the services that a curator's page uses; luck is always the same for the same names.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from vekha.domain.errors import VekhaError
from vekha.domain.gate import PAIR_MEETINGS
from vekha.domain.meetings import MeetingState, Rhythm, Series
from vekha.domain.pairs import Handover
from vekha.domain.people import FINAL, PairFact, Role, SupportUnpaired
from vekha.domain.programme import SETTLED
from vekha.domain.reflections import POOR, Answer
from vekha.domain.roadmap import Scope
from vekha.services.mentoring import meetings, pair_life, pair_plans, reflections
from vekha.services.mentoring.meetings import Details
from vekha.services.mentoring.people import carry_out_one
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Pair, PlannedMeeting, Reflection
from vekha.texts import section, text

REPLACED_AT, ENDED_AT, FINISHED_AT = 0.3, 0.45, 0.7  # of the term of a pair
ENOUGH = 2  # pairs at work, so that one may be broken off
FIRST_MEETINGS = 49  # days: acquaintance, trial, planning
WEDNESDAY = 2
MINUTES = (45, 60, 60, 75, 90)
PAPERS = ("pair_change_order", "agreement")

Luck = Callable[..., float]
Acting = Callable[[], AbstractContextManager[None]]


@dataclass(slots=True)
class PairStory:
    """The pairs of one programme. `luck` gives a number in [0, 1), always the same for the same names."""

    programme: str
    issue: Callable[[Work, Loaded, list[DocumentPlace]], None]
    luck: Luck
    _planned: set[str] = field(default_factory=set[str])
    _replaced: bool = False
    _ended: bool = False
    _curator: Acting = nullcontext  # of the day's own transaction

    def live(self, work: Work, curator: Acting) -> list[dt.date]:
        """What this day holds for the pairs; returns the days of the meetings planned meanwhile."""
        self._curator = curator
        ahead: list[dt.date] = []
        with self._curator():
            loaded = load(work, self.programme)
            for pair in loaded.now.people.active_pairs:
                if pair.code not in self._planned:
                    self._planned.add(pair.code)
                    ahead += self._plan(work, loaded, pair)
            self._meet(work, loaded)
            self._settle(work)
            self._steps(work, loaded)
        self._change(work)
        return ahead

    # --- meetings and what is said of them ----------------------------------------------------------------------------

    def _plan(self, work: Work, loaded: Loaded, pair: PairFact) -> list[dt.date]:
        """Once a month on Wednesdays, after the first meetings and to the end of the term."""
        row = work.session.get_one(Pair, (self.programme, pair.code))
        first = loaded.now.today + dt.timedelta(days=FIRST_MEETINGS + WEDNESDAY - loaded.now.today.weekday())
        series = Series(first=first, until=row.ends, rhythm=Rhythm.MONTHLY)
        taken = set(work.session.exec(select(col(PlannedMeeting.on)).where(PlannedMeeting.pair == pair.code)))
        days = [each for each in meetings.series_days(work, self.programme, pair.code, series) if each not in taken]
        if days and first <= row.ends:
            words = section("demo.pairs")
            details = Details(kind="series", time="15:30", place=words["place"], topic=words["topic"])
            meetings.plan(work, self.programme, pair.code, days, details)
        return days

    def _meet(self, work: Work, loaded: Loaded) -> None:
        today = loaded.now.today
        rows = select(PlannedMeeting).where(PlannedMeeting.programme == self.programme, PlannedMeeting.on <= today)
        rows = rows.where(PlannedMeeting.state == MeetingState.PLANNED).order_by(col(PlannedMeeting.id))
        for row in work.session.exec(rows).all():
            self._one_meeting(work, load(work, self.programme).now.people.pairs[row.pair], row, today)

    def _one_meeting(self, work: Work, pair: PairFact, row: PlannedMeeting, today: dt.date) -> None:
        luck, serial = self.luck("meeting", row.pair, row.on.isoformat()), row.id or 0
        words = section("demo.pairs")
        later = row.on + dt.timedelta(days=7)
        home = work.session.get_one(Pair, (self.programme, row.pair))
        if FINAL in pair.meetings:
            meetings.cancel(work, self.programme, serial, words["after_final"])
        elif luck < 0.06:
            meetings.cancel(work, self.programme, serial, words["cancelled"])
        elif luck < 0.14 and not row.moves and today < later <= home.ends:
            meetings.move(work, self.programme, serial, later, "", words["moved"])
        else:
            everybody = (*pair.mentors, *pair.mentees)
            # In a group somebody may be away; of a pair of two it is then a missed meeting.
            away = {pair.mentees[int(luck * 100) % len(pair.mentees)]} if luck < 0.24 else set[str]()
            present = [each for each in everybody if each not in away]
            minutes = MINUTES[int(luck * 97) % len(MINUTES)]
            held = meetings.hold(work, self.programme, serial, on=row.on, present=present, minutes=minutes)
            if row.state is MeetingState.HELD:
                self._reflect(work, held, present)

    def _reflect(self, work: Work, meeting: int, people: Iterable[str]) -> None:
        words = section("demo.pairs")
        asked = reflections.ask(work, self.programme, meeting, people)
        for made in asked.made:
            luck = self.luck("reflection", str(meeting), made.name)
            if luck > 0.8:  # one in five never answers
                continue
            useful = 2 if luck < 0.03 else 3 + int(luck * 100) % 3
            said = words["said"][int(luck * 1000) % len(words["said"])]
            ahead = words["ahead"][int(luck * 777) % len(words["ahead"])]
            given = Answer(useful=useful, words=said, ahead=ahead, wants_curator=0.03 <= luck < 0.06)
            with self._curator():
                reflections.answer(work, made.token, given)

    def _settle(self, work: Work) -> None:
        """The curator talks to whoever asked for it."""
        rows = select(Reflection).where(Reflection.programme == self.programme, col(Reflection.settled_at).is_(None))
        rows = rows.where(col(Reflection.wants_curator) | (col(Reflection.useful) <= POOR))
        for row in work.session.exec(rows.order_by(col(Reflection.meeting), col(Reflection.person))).all():
            if row.answered_at is not None and row.answered_at.date() < work.now.date():
                reflections.settle(work, self.programme, row.meeting, row.person, text("demo.pairs.settled"))

    # --- the plan -----------------------------------------------------------------------------------------------------

    def _steps(self, work: Work, loaded: Loaded) -> None:
        """Steps that are due are done, some a fortnight later than planned."""
        today = loaded.now.today
        for pair in loaded.now.people.active_pairs:
            moved = pair_plans.moves(work, self.programme, pair.code)
            home = work.session.get_one(Pair, (self.programme, pair.code))
            for row in pair_plans.steps(work, self.programme, pair.code):
                if pair_plans.now_of(row).settled or row.due > today:
                    continue
                luck, later = self.luck("step", pair.code, str(row.number)), today + dt.timedelta(days=14)
                if luck < 0.2 and row.number not in moved and later <= home.ends:
                    why = text("demo.pairs.step_moved")
                    pair_plans.move(work, self.programme, pair.code, row.number, later, why)
                else:
                    mark = 4 + int(luck * 10) % 2
                    pair_plans.done(work, self.programme, pair.code, row.number, today, row.expected or "", mark)

    # --- another mentor, an early end, the end ------------------------------------------------------------------------

    def _change(self, work: Work) -> None:
        loaded = load(work, self.programme)
        pairs = loaded.now.people.active_pairs
        if not self._replaced and pairs and self._elapsed(work, pairs[0], loaded.now.today) >= REPLACED_AT:
            self._replaced = True
            self._replace(work, loaded, pairs[0])
        elif (
            not self._ended and len(pairs) >= ENOUGH and (self._elapsed(work, pairs[-1], loaded.now.today) >= ENDED_AT)
        ):
            self._ended = True
            self._break_off(work, loaded, min(pairs, key=lambda each: (len(each.mentees), -len(each.code), each.code)))
        else:
            self._finish(work, loaded)

    def _elapsed(self, work: Work, pair: PairFact, today: dt.date) -> float:
        row = work.session.get_one(Pair, (self.programme, pair.code))
        return (today - row.starts).days / max((row.ends - row.starts).days, 1)

    def _replace(self, work: Work, loaded: Loaded, pair: PairFact) -> None:
        busy = {*pair.mentors, *pair.mentees}
        free = [each.code for each in loaded.now.people.registered(Role.MENTOR) if each.code not in busy]
        if not free:
            return
        words = section("demo.pairs")
        told = {"reason": words["replaced"], "done": words["handed_done"], "left": words["handed_left"]}
        what = Handover(old=pair.mentors[0], new=free[-1], on=loaded.now.today, **told)
        with self._curator():
            successor = pair_life.replace_mentor(work, self.programme, pair.code, what)
        self._planned.add(successor)
        self._papers(work, {"pair_change_order": pair.code, "agreement": successor})

    def _break_off(self, work: Work, loaded: Loaded, pair: PairFact) -> None:
        with self._curator():
            pair_life.end_early(work, self.programme, pair.code, loaded.now.today, text("demo.pairs.ended"))
            fresh = load(work, self.programme)
            for person in fresh.now.people.unpaired():
                if not person.supported:
                    note = text("demo.pairs.supported")
                    carry_out_one(work, fresh, SupportUnpaired(mentee=person.code, on=loaded.now.today, note=note))
        self._papers(work, {"pair_change_order": pair.code})

    def _finish(self, work: Work, loaded: Loaded) -> None:
        """When nothing more is asked of pairs, those that held their final meeting come to their end."""
        if any(self._asks_of_pairs(loaded)):
            return
        today = loaded.now.today
        with self._curator():
            for pair in loaded.now.people.active_pairs:
                if FINAL in pair.meetings and self._elapsed(work, pair, today) >= FINISHED_AT:
                    self._last_steps(work, pair, today)
                    pair_life.finish(work, self.programme, pair.code, today)

    def _last_steps(self, work: Work, pair: PairFact, today: dt.date) -> None:
        """What was still ahead is done by the last meeting, or will not be."""
        for row in pair_plans.steps(work, self.programme, pair.code):
            if pair_plans.now_of(row).settled:
                continue
            if self.luck("last", pair.code, str(row.number)) < 0.75:
                pair_plans.done(work, self.programme, pair.code, row.number, today, row.expected or "", 4)
            else:
                pair_plans.drop(work, self.programme, pair.code, row.number, text("demo.pairs.not_done"))

    def _asks_of_pairs(self, loaded: Loaded) -> Iterator[bool]:
        for place, activity in loaded.now.activities.items():
            if activity.own or activity.state in SETTLED:
                continue
            row = loaded.roadmap.activity(*place)
            yield any(use.each is Scope.PAIR for use in row.forms) or bool(PAIR_MEETINGS & row.meetings.keys())
            yield any(
                loaded.roadmap.documents[use.code].per is Scope.PAIR and not use.on_demand for use in row.documents
            )

    def _papers(self, work: Work, wanted: dict[str, str]) -> None:
        """The order, and for a new pair its agreement, where the roadmap has them and they are made here."""
        loaded = load(work, self.programme)
        places: list[Any] = []
        for stage, row in loaded.roadmap.rows():
            for use in row.documents:
                if use.code in wanted and loaded.roadmap.documents[use.code].per is Scope.PAIR:
                    places.append(DocumentPlace(stage.code, row.code, use.code, wanted[use.code]))
        for place in places:
            try:
                with work.attempt():
                    self.issue(work, load(work, self.programme), [place])
            except VekhaError:  # an agreement with blanks waits for the curator, as it does in a school
                continue
