"""A machine that does to people whatever a console, a table, a link or a run can do, and looks after each step whether
anybody takes part or is shown without a consent.

What may be is decided here anew from the rows: nothing of the code under test is asked. A withdrawal is remembered
apart from the database too: whoever took a consent back and gave no other one takes part in nothing.
"""

import atexit
import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, func, select

from tests.conftest import VirtualClock
from tests.services.conftest import DECISION, ORDER, PDF, REGISTER, SCAN, TOY, Club
from tests.services.mentoring.test_people_import import table
from vekha.bootstrap import build, use
from vekha.domain.access import ENGINE
from vekha.domain.errors import VekhaError
from vekha.domain.pairs import Handover
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    Introduce,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    WithdrawConsent,
)
from vekha.domain.reporting.practice import Card, Step
from vekha.forms.standard.words import PublicCategory
from vekha.services.mentoring import (
    links,
    matching,
    merging,
    pair_life,
    people,
    people_import,
    person_changes,
    registers,
)
from vekha.services.mentoring.askings import Recipient
from vekha.services.office import documents
from vekha.services.process import activities, forms, stages
from vekha.services.region import public_page
from vekha.services.reporting import award_papers, awards, practices
from vekha.settings import Settings
from vekha.storage.tables import Audit, Award, Consent, Pair, PairMember, Participation, Person, Programme

KEYS = ("club-1-2026", "club-1-2027")
NAMES = ("Журавлёв Илья Сергеевич", "Журавлев Илья Сергевич", "Соколова Анна Викторовна", "Белов Павел Андреевич")
BIRTHS = (None, dt.date(2012, 2, 28), dt.date(2008, 7, 1), dt.date(1980, 1, 1))  # the third comes of age meanwhile
GUARDIANS = (None, "Журавлёва Мария Петровна", "Журавлёв Илья Сергеевич")
PERSONS = st.sampled_from(("p1", "p2", "p3", "p4"))
WHERE = st.sampled_from(KEYS)
AGO = st.sampled_from((0, 0, 5))
TERMS = st.sampled_from((10, 60, 700))
SHOWN = st.sampled_from(((PublicCategory.NAME.value,), (PublicCategory.PHOTO.value,)))
LIVE = ("running", "paused")
EIGHTEEN = 18


@cache
def prepared() -> Path:
    """An empty prepared database, made once: the migrations take longer than a whole run of the machine."""
    folder = Path(mkdtemp(prefix="vekha-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = build(Settings(home=folder, database_url=None, plugins_dir=TOY))
    app.prepare()
    app.engine.dispose()
    return folder / "vekha.db"


class Consents(RuleBasedStateMachine):
    """A club with two programmes and four names for at least three people."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory(prefix="vekha-consents-")
        self.clock = VirtualClock(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC))
        shutil.copy(prepared(), Path(self.folder.name) / "vekha.db")
        app = build(Settings(home=Path(self.folder.name), database_url=None, plugins_dir=TOY), self.clock)
        use(app)
        self.club = Club(app, self.clock)
        self.club.add()
        for year in (2026, 2027):
            self.club.start(year=year)
        self.gone: dict[tuple[str, Purpose], dt.date] = {}  # the withdrawals, as they were asked for
        self.merged: list[tuple[int, str, str]] = []
        self.seen: Any = None  # what the state was when it was looked at last
        self.papers: list[tuple[str, set[str]]] = []  # a paper just made, and the names that it may hold

    def teardown(self) -> None:
        if hasattr(self, "club"):
            self.club.app.engine.dispose()
            self.folder.cleanup()

    @contextmanager
    def trying(self) -> Iterator[Any]:
        """A unit of work that may be refused: nothing of it stays then."""
        try:
            with self.club.work() as work:
                yield work
        except VekhaError:
            pass

    def today(self) -> dt.date:
        return self.clock().date()

    def carry_out(self, key: str, *commands: PeopleCommand) -> bool:
        with self.trying() as work:
            people.carry_out(work, key, commands)
            return True
        return False

    # --- commands

    @rule(key=WHERE, number=st.integers(0, 3), role=st.sampled_from(Role), known=st.booleans(), term=TERMS)
    def enrol(self, key: str, number: int, role: Role, known: bool, term: int) -> None:
        """Somebody comes into a register as is right; half of the time before the birth date is known."""
        born = BIRTHS[number] if known else None
        name, until = NAMES[number], self.today() + dt.timedelta(days=term)
        if not self.carry_out(key, Introduce(name=name, role=role, birth_date=born)):
            return
        person = self.club.people(key).find(name)[0]
        guardian = GUARDIANS[1] if self.minor(person.birth_date) else None
        dates = {"signed": self.today(), "until": until, "purpose": Purpose.PROCESSING}
        if self.carry_out(key, GiveConsent(subject=person.code, guardian=guardian, **dates)):
            self.gone.pop((person.code, Purpose.PROCESSING), None)
            self.register(key, person.code, role, 0)

    @rule(key=WHERE)
    def pair_everybody(self, key: str) -> None:
        known = self.club.people(key)
        for mentee in known.unpaired():
            for mentor in known.registered(Role.MENTOR):
                self.pair(key, mentor.code, [mentee.code])

    @rule(key=WHERE, name=st.sampled_from(NAMES), role=st.sampled_from(Role), born=st.sampled_from(BIRTHS))
    def introduce(self, key: str, name: str, role: Role, born: dt.date | None) -> None:
        self.carry_out(key, Introduce(name=name, role=role, birth_date=born))

    @rule(
        key=WHERE,
        person=PERSONS,
        purpose=st.sampled_from(Purpose),
        guardian=st.sampled_from(GUARDIANS),
        ago=AGO,
        term=TERMS,
        shown=SHOWN,
    )
    def consent(
        self, key: str, person: str, purpose: Purpose, guardian: str | None, ago: int, term: int, shown: tuple[str, ...]
    ) -> None:
        signed = self.today() - dt.timedelta(days=ago)
        until = signed + dt.timedelta(days=term)
        dates = {"signed": signed, "until": until}
        given = GiveConsent(subject=person, purpose=purpose, guardian=guardian, categories=shown, **dates)
        if self.carry_out(key, given) and signed >= self.gone.get((person, purpose), signed):
            self.gone.pop((person, purpose), None)

    @rule(key=WHERE, person=PERSONS, purpose=st.sampled_from(Purpose), ago=AGO)
    def withdraw(self, key: str, person: str, purpose: Purpose, ago: int) -> None:
        on = self.today() - dt.timedelta(days=ago)
        if self.carry_out(key, WithdrawConsent(subject=person, purpose=purpose, on=on)):
            self.gone[person, purpose] = on

    @rule(key=WHERE, person=PERSONS, role=st.sampled_from(Role), ago=AGO)
    def register(self, key: str, person: str, role: Role, ago: int) -> None:
        self.carry_out(key, Register(person=person, role=role, on=self.today() - dt.timedelta(days=ago)))

    @rule(key=WHERE, mentor=PERSONS, mentees=st.lists(PERSONS, min_size=1, max_size=2, unique=True))
    def pair(self, key: str, mentor: str, mentees: list[str]) -> None:
        ends = self.today() + dt.timedelta(days=200)
        formed = FormPair(mentors=(mentor,), mentees=tuple(mentees), format="пара", starts=self.today(), ends=ends)
        self.carry_out(key, formed)

    @rule(key=WHERE)
    def match(self, key: str) -> None:
        with self.trying() as work:
            version = matching.propose(work, key).version
            matching.confirm(work, key, version=version)

    @rule(key=WHERE, undone=st.booleans())
    def end_pairs(self, key: str, undone: bool) -> None:
        for code in list(self.club.people(key).pairs):
            with self.trying() as work:
                if undone:
                    pair_life.undo(work, key, code)
                else:
                    pair_life.end_early(work, key, code, self.today(), "проба")

    @rule(key=WHERE, new=PERSONS)
    def hand_over(self, key: str, new: str) -> None:
        for pair in self.club.people(key).active_pairs:
            told = {"old": pair.mentors[0], "new": new, "on": self.today(), "reason": "проба"}
            with self.trying() as work:
                pair_life.replace_mentor(work, key, pair.code, Handover(**told, done="план", left="опыты"))

    @rule(key=WHERE, person=PERSONS, born=st.sampled_from(BIRTHS[1:]))
    def correct(self, key: str, person: str, born: dt.date) -> None:
        with self.trying() as work:
            person_changes.correct(work, key, person, birth_date=born)

    @rule(key=WHERE, keep=PERSONS, drop=PERSONS)
    def merge(self, key: str, keep: str, drop: str) -> None:
        with self.trying() as work:
            self.merged.append((merging.merge(work, key, keep, drop).id, keep, drop))
            for purpose in Purpose:  # one person's withdrawals are the other's
                if day := self.gone.get((drop, purpose)):
                    self.gone[keep, purpose] = max(day, self.gone.get((keep, purpose), day))

    @precondition(lambda self: bool(self.merged))
    @rule(key=WHERE)
    def unmerge(self, key: str) -> None:
        with self.trying() as work:
            number, *both = self.merged.pop()
            merging.undo(work, key, number)
            for each in [each for each in self.gone if each[0] in both]:
                del self.gone[each]  # whose withdrawal it was the rows tell again

    # --- tables and links

    @rule(key=WHERE, name=st.sampled_from(NAMES), born=st.sampled_from(BIRTHS), guardian=st.sampled_from(GUARDIANS))
    def row(self, key: str, name: str, born: dt.date | None, guardian: str | None) -> None:
        cells = {"name": name, "role": "наставляемый", "registered": f"{self.today():%d.%m.%Y}", "apart": "да"}
        cells |= {
            "consent": cells["registered"],
            "guardian": guardian or "",
            "born": f"{born:%d.%m.%Y}" if born else "",
        }
        known = {each.name: each.code for each in self.club.people(key).persons.values()}
        with self.trying() as work:
            people_import.load_table(work, key, table(cells))
            code = known.get(name)
            if code:  # a consent of today is a new one
                self.gone.pop((code, Purpose.PROCESSING), None)

    @rule(key=WHERE, person=PERSONS, own=st.booleans())
    def answer_by_link(self, key: str, person: str, own: bool) -> None:
        """A form filled in by whoever holds a personal link: an entry into the register, with no consent beside it."""
        with self.trying() as work:
            made = links.create(
                work, key, ("people", "data"), "note" if own else "mentee_entry", [Recipient(person, "Кто-то")]
            )
            found = links.opened(work, made[0].token)
            answer = {"name": person, "registered": f"{self.today():%d.%m.%Y}", "consent": True}
            forms.submit(work, found.row.programme, found.form.code, answer, place=found.place)

    # --- what is published

    @rule(key=WHERE, person=PERSONS, told=st.booleans())
    def publish_practice(self, key: str, person: str, told: bool) -> None:
        """With somebody named in its list, or only in its words."""
        with self.trying() as work:
            name = self.club.people(key).persons[person].name if person in self.club.people(key).persons else "никто"
            words = f"Придумал {name}" if told else "Придумали вместе"
            card = Card(title="Задача недели", problem="Скучно", done=words, result="Интересно", model="групповое")
            number = practices.create(work, key, card, () if told else (person,)).id or 0
            for each in (Step.SEND, Step.ACCEPT, Step.PUBLISH):
                practices.step(work, number, each)

    @rule(key=WHERE, person=PERSONS)
    def award(self, key: str, person: str) -> None:
        with self.trying() as work:
            awards.choose(work, key, [(person, "best")], "за всё")
            awards.decide(work, key, [(person, "best")], approve=True)

    @rule(key=WHERE)
    def issue_the_register(self, key: str) -> None:
        """The paper «Реестр» names those who may be named on its day."""
        with self.trying() as work:
            documents.approve(work, key, [REGISTER])
            [row] = [each for each in documents.issued(work, key) if each.code == REGISTER.code][-1:]
            self.papers.append((row.html or "", self.allowed(Purpose.PROCESSING)))

    # --- flows

    @rule(key=WHERE)
    def close_stages(self, key: str) -> None:
        """All that a stage waits for is done, and the run closes it and opens what comes next."""
        with self.trying() as work:
            documents.approve(work, key, [ORDER, DECISION])
            documents.attach(work, key, SCAN, PDF, "скан.pdf")
            activities.done(work, key, "prepare", "papers")
        for stage in ("prepare", "people", "work"):
            with self.trying() as work:
                stages.complete(work, key, stage)
        self.run_closings(key)

    @rule(days=st.sampled_from((1, 9, 50, 100)))
    def days_pass(self, days: int) -> None:
        self.clock.pass_days(days)
        self.run_the_round()

    def run_closings(self, key: str) -> None:
        """What the run does last, without the printing; `tests/flows` has the run itself."""
        for stage in ("prepare", "people", "work"):
            with self.trying() as work:
                stages.finish_closing(work, key, stage, pack="")

    def run_the_round(self) -> None:
        from tasks import sweep as steps  # noqa: PLC0415 — Prefect, slow to import

        steps.sweep_batch.fn(steps.programmes_to_sweep.fn())
        assert steps.stop_lapsed.fn() == []

    # --- what is right, by the rows alone

    def minor(self, born: dt.date | None) -> bool:
        today = self.today()
        return born is not None and (born.year + EIGHTEEN, born.month, born.day) > (today.year, today.month, today.day)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.club.app.work(writes=False) as work:
            return list(work.session.exec(select(table).where(*where)))

    def codes_allowed(self, purpose: Purpose, category: str = "") -> set[str]:
        today, given = self.today(), defaultdict[str, list[Consent]](list)
        for row in self.rows(Consent, Consent.purpose == purpose):
            given[row.person].append(row)
        return {
            person.code
            for person in self.rows(Person)
            if any(
                row.signed <= today <= row.until
                and (row.withdrawn_on is None or today < row.withdrawn_on)
                and (row.guardian is not None or not self.minor(person.birth_date))
                and (not category or category in row.categories)
                for row in given[person.code]
            )
            and (person.code, purpose) not in self.gone
        }

    def allowed(self, purpose: Purpose, category: str = "") -> set[str]:
        """Names of theirs; a namesake's consent is no other's, but a name is all that a reader sees."""
        codes = self.codes_allowed(purpose, category)
        return {each.name for each in self.rows(Person) if each.code in codes}

    def demand_named(self, text: str, allowed: Iterable[str], where: str, *, surnames: bool = False) -> None:
        said = {name: name.split()[0] if surnames else name for name in NAMES}
        named = {name for name in NAMES if said[name] in text.replace("\N{NO-BREAK SPACE}", " ")}
        assert named <= {*allowed}, f"{where}: {sorted(named - {*allowed})}"

    @invariant()
    def nobody_is_there_without_a_consent(self) -> None:
        """Looked at anew only after a step that changed something: every change is in the journal."""
        if not hasattr(self, "club"):
            return
        with self.club.app.work(writes=False) as work:
            state = (work.session.exec(select(func.max(Audit.id))).one(), self.today(), dict(self.gone))
        if state != self.seen:
            self.seen = state
            self.demand_consents_of_those_who_take_part()
            self.demand_consents_of_those_who_are_named()

    def demand_consents_of_those_who_take_part(self) -> None:
        live = [each.key for each in self.rows(Programme, col(Programme.state).in_(LIVE))]
        registered = {
            each.person
            for each in self.rows(Participation, col(Participation.programme).in_(live))
            if each.standing == "registered"
        }
        working = {(each.programme, each.code) for each in self.rows(Pair, col(Pair.ended_on).is_(None))}
        paired = {each.person for each in self.rows(PairMember) if (each.programme, each.pair) in working}
        lacking = (registered | paired) - self.codes_allowed(Purpose.PROCESSING)
        assert not lacking, f"{sorted(lacking)} take part without a consent"

    def demand_consents_of_those_who_are_named(self) -> None:
        by_name = self.allowed(Purpose.PUBLICATION, PublicCategory.NAME.value)
        by_case = by_name | self.allowed(Purpose.PUBLICATION, PublicCategory.CASE.value)
        known = self.allowed(Purpose.PROCESSING)
        with self.club.work(ENGINE, writes=False) as work:
            self.demand_named(public_page.html(work, "club-1", style="", papers="/"), by_case, "the page")
            for key in {each.programme for each in self.rows(Award)}:
                posters = "\n".join(each.person.last_name for each in award_papers.leaves(work, key))
                self.demand_named(posters, by_name, "a poster", surnames=True)
            for each in (registers.Register.MENTEES, registers.Register.MENTORS, registers.Register.LONG):
                rows = registers.read(work, KEYS[0], registers.Wanted(register=each, whole=True)).rows
                mine = "\n".join(cell for row in rows for cell in (row[0], *row[2:]))  # not the guardian, a namesake
                self.demand_named(mine, known, f"the register {each.value}")
        while self.papers:
            digest, allowed = self.papers.pop()
            self.demand_named(self.club.app.tools.files.get(digest).decode(), allowed, "the paper", surnames=True)
