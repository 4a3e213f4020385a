"""Whatever is done, in whatever order: no minor stands in a register, a pair or on the page without the guardian.

Commands, rows of tables, answers by personal links, corrections, merges and their undoing are tried at random, refused
or not; days pass and the round is made. After every step the database is read anew. A withdrawal is remembered here,
apart from the code: whoever took a consent back and gave no other one takes part in nothing.
"""

import atexit
import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conftest import VirtualClock
from tests.services.conftest import TOY, Club
from tests.services.mentoring.test_people_import import table
from vekha.bootstrap import build
from vekha.domain.access import ENGINE
from vekha.domain.errors import VekhaError
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    Introduce,
    PeopleCommand,
    PersonFact,
    Purpose,
    Register,
    Role,
    Standing,
    WithdrawConsent,
)
from vekha.forms.standard.words import PublicCategory
from vekha.services.mentoring import links, merging, people, people_import, person_changes, stopping
from vekha.services.mentoring.askings import Recipient
from vekha.services.process import forms
from vekha.services.process.programmes import load
from vekha.services.region import public_page
from vekha.settings import Settings

START = dt.date(2026, 5, 4)
KEYS = ("club-1-2026", "club-1-2027")
NAMES = ("Журавлёв Илья Сергеевич", "Журавлев Илья Сергевич", "Соколова Анна Викторовна", "Белов Павел Андреевич")
BIRTHS = (None, dt.date(2012, 2, 28), dt.date(2008, 7, 1), dt.date(1980, 1, 1))  # the third comes of age meanwhile
GUARDIANS = (None, "Журавлёва Мария Петровна", "Журавлёв Илья Сергеевич")
PERSONS = st.sampled_from(("p1", "p2", "p3", "p4"))
WHERE = st.sampled_from(KEYS)
SHOWN = (PublicCategory.NAME.value,)
TERMS = st.sampled_from((10, 60, 700))


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
        self.club = Club(app, self.clock)
        self.club.add()
        for year in (2026, 2027):
            self.club.start(year=year)
        self.gone: dict[tuple[str, Purpose], dt.date] = {}  # the withdrawals, as they were asked for
        self.merged: list[int] = []

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

    # --- what people do

    @rule(key=WHERE, number=st.integers(0, 3), role=st.sampled_from(Role), known=st.booleans(), term=TERMS)
    def enrol(self, key: str, number: int, role: Role, known: bool, term: int) -> None:
        """Somebody comes into a register as is right; half of the time before the birth date is known."""
        born = BIRTHS[number] if known else None
        name, until = NAMES[number], self.today() + dt.timedelta(days=term)
        if not self.carry_out(key, Introduce(name=name, role=role, birth_date=born)):
            return
        person = self.club.people(key).find(name)[0]
        guardian = GUARDIANS[1] if person.is_minor(self.today()) else None
        dates = {"signed": self.today(), "until": until, "purpose": Purpose.PROCESSING}
        if self.carry_out(key, GiveConsent(subject=person.code, guardian=guardian, **dates)):
            self.gone.pop((person.code, Purpose.PROCESSING), None)
            self.register(key, person.code, role)

    @rule(key=WHERE)
    def pair_everybody(self, key: str) -> None:
        known = self.club.people(key)
        ends = self.today() + dt.timedelta(days=200)
        for mentee in known.unpaired():
            for mentor in known.registered(Role.MENTOR):
                formed = FormPair(
                    mentors=(mentor.code,), mentees=(mentee.code,), format="пара", starts=self.today(), ends=ends
                )
                self.carry_out(key, formed)

    @rule(key=WHERE, name=st.sampled_from(NAMES), role=st.sampled_from(Role), born=st.sampled_from(BIRTHS))
    def introduce(self, key: str, name: str, role: Role, born: dt.date | None) -> None:
        self.carry_out(key, Introduce(name=name, role=role, birth_date=born))

    @rule(
        key=WHERE,
        person=PERSONS,
        purpose=st.sampled_from(Purpose),
        guardian=st.sampled_from(GUARDIANS),
        ago=st.sampled_from((0, 0, 5)),
        term=TERMS,
    )
    def consent(self, key: str, person: str, purpose: Purpose, guardian: str | None, ago: int, term: int) -> None:
        signed = self.today() - dt.timedelta(days=ago)
        until = signed + dt.timedelta(days=term)
        dates = {"signed": signed, "until": until}
        given = GiveConsent(subject=person, purpose=purpose, guardian=guardian, categories=SHOWN, **dates)
        if self.carry_out(key, given) and signed >= self.gone.get((person, purpose), signed):
            self.gone.pop((person, purpose), None)

    @rule(key=WHERE, person=PERSONS, purpose=st.sampled_from(Purpose))
    def withdraw(self, key: str, person: str, purpose: Purpose) -> None:
        if self.carry_out(key, WithdrawConsent(subject=person, purpose=purpose, on=self.today())):
            self.gone[person, purpose] = self.today()

    @rule(key=WHERE, person=PERSONS, role=st.sampled_from(Role))
    def register(self, key: str, person: str, role: Role) -> None:
        self.carry_out(key, Register(person=person, role=role, on=self.today()))

    @rule(key=WHERE, mentor=PERSONS, mentees=st.lists(PERSONS, min_size=1, max_size=2, unique=True))
    def pair(self, key: str, mentor: str, mentees: list[str]) -> None:
        ends = self.today() + dt.timedelta(days=200)
        formed = FormPair(mentors=(mentor,), mentees=tuple(mentees), format="пара", starts=self.today(), ends=ends)
        self.carry_out(key, formed)

    @rule(key=WHERE, name=st.sampled_from(NAMES), born=st.sampled_from(BIRTHS), guardian=st.sampled_from(GUARDIANS))
    def row(self, key: str, name: str, born: dt.date | None, guardian: str | None) -> None:
        cells = {"name": name, "role": "наставляемый", "registered": f"{self.today():%d.%m.%Y}", "apart": "да"}
        cells |= {
            "consent": cells["registered"],
            "guardian": guardian or "",
            "born": f"{born:%d.%m.%Y}" if born else "",
        }
        known = {each.name: each.code for each in self.persons(key).values()}
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

    @rule(key=WHERE, person=PERSONS, born=st.sampled_from(BIRTHS[1:]))
    def correct(self, key: str, person: str, born: dt.date) -> None:
        with self.trying() as work:
            person_changes.correct(work, key, person, birth_date=born)

    @rule(key=WHERE, keep=PERSONS, drop=PERSONS)
    def merge(self, key: str, keep: str, drop: str) -> None:
        with self.trying() as work:
            self.merged.append(merging.merge(work, key, keep, drop).id)
            for purpose in Purpose:  # one person's withdrawals are the other's
                if day := self.gone.get((drop, purpose)):
                    self.gone[keep, purpose] = max(day, self.gone.get((keep, purpose), day))

    @precondition(lambda self: bool(self.merged))
    @rule(key=WHERE)
    def unmerge(self, key: str) -> None:
        with self.trying() as work:
            merging.undo(work, key, self.merged.pop())
            self.gone.clear()  # whose withdrawal it was the entries tell again

    @rule(days=st.sampled_from((1, 9, 50, 100)))
    def days_pass(self, days: int) -> None:
        self.clock.pass_days(days)
        with self.club.work() as work:
            for programme, person in stopping.lapsed(work):
                stopping.stop_lapsed(work, programme, person)

    # --- what never is

    def persons(self, key: str) -> dict[str, PersonFact]:
        return dict(self.club.people(key).persons)

    @invariant()
    def nobody_takes_part_without_a_consent(self) -> None:
        if not hasattr(self, "club"):
            return
        for key in KEYS:
            known = self.club.people(key)
            at_work = {code for pair in known.active_pairs for code in (*pair.mentors, *pair.mentees)}
            registered = {
                code for code, each in known.persons.items() if Standing.REGISTERED in each.standings.values()
            }
            for code in at_work | registered:
                person = known.persons[code]
                valid = [
                    each
                    for each in person.consents
                    if each.purpose is Purpose.PROCESSING and each.in_force(self.today())
                ]
                assert valid, f"{code} takes part without any consent"
                if person.is_minor(self.today()):
                    assert any(each.by_guardian for each in valid), f"{code} is a minor without the guardian's consent"
                assert (code, Purpose.PROCESSING) not in self.gone, f"{code} took the consent back and takes part"

    @invariant()
    def nobody_is_on_the_page_without_a_consent(self) -> None:
        if not hasattr(self, "club"):
            return
        with self.club.work(ENGINE, writes=False) as work:
            page = public_page.html(work, "club-1", style="", papers="/")
            for key in KEYS:
                for code, person in load(work, key).now.people.persons.items():
                    valid = [
                        each
                        for each in person.consents
                        if each.purpose is Purpose.PUBLICATION and each.in_force(self.today())
                    ]
                    minor = person.is_minor(self.today())
                    if not any(each.by_guardian or not minor for each in valid):
                        assert person.name not in page, f"{code} is on the page"


Consents.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # runs are short; making one shorter takes minutes
    suppress_health_check=list(HealthCheck),
)
TestConsents = Consents.TestCase
