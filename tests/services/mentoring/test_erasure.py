"""Somebody is erased after a whole year at school: nothing names them, every count is what it was."""

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from tests.services.conftest import CURATOR, DIRECTOR, KEY, MENTEE, MENTOR, REGISTER, VIEWER, Club, _club
from vekha.bootstrap import App, build
from vekha.domain.access import Actor, Grant
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.people import Introduce, Purpose, Role, WithdrawConsent
from vekha.domain.reporting.practice import Card
from vekha.services.mentoring import erasure, people
from vekha.services.office import documents
from vekha.services.process import drafts
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.services.reporting import practices
from vekha.settings import Settings
from vekha.simulation import region
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE
from vekha.storage.tables import (
    Activity,
    Addressee,
    Guardian,
    Meeting,
    Notice,
    Outbox,
    Person,
    PracticeFile,
    Submission,
)

SCHOOL = "school-1-2026"
HEAD = Actor(name="Руководитель", grants=(Grant(role="director", region=REGION),))
TODAY = dt.date(2026, 5, 4)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> App:
    """A school after its year."""
    home: Path = tmp_path_factory.mktemp("school")
    clock = VirtualClock(dt.date(2026, 1, 1))
    app = build(Settings(home=home, database_url=None, files_dir=None), clock)
    app.prepare()
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
    region.live_through(app, clock, "school", 0, 2026)
    return app


def everything(app: App) -> str:
    """All that the database holds, as text."""
    found: list[str] = []
    with app.work(writes=False) as work:
        for table in SQLModel.metadata.sorted_tables:
            found += [
                f"{table.name}: {json.dumps([str(each) for each in row], ensure_ascii=False)}"
                for row in work.session.connection().execute(table.select())
            ]
    return "\n".join(found)


def counts(app: App) -> dict[str, Any]:
    """The indicators of the report."""
    with app.work(writes=False) as work:
        loaded = load(work, SCHOOL)
        answers: dict[str, list[dict[str, Any]]] = {}
        for row in work.session.exec(select(Submission).order_by(Submission.id)):  # type: ignore[arg-type]
            answers.setdefault(row.form, []).append(row.data)
        done = [
            (row.state.value, row.due, row.done_on)
            for row in work.session.exec(select(Activity).order_by(Activity.stage, Activity.code))
        ]
        facts = ReportFacts(people=loaded.now.people, today=loaded.now.today, activities=done, answers=answers)
        return dataclasses.asdict(measure(facts))


def mentee_of(app: App) -> tuple[str, str, list[str]]:
    """Code, name and guardians of a minor."""
    with app.work(writes=False) as work:
        guardian = work.session.exec(select(Guardian).order_by(Guardian.person)).first()
        assert guardian is not None
        person = work.session.get_one(Person, (guardian.institution, guardian.person))
        return person.code, person.name, [guardian.name]


def test_nothing_names_the_person_and_every_count_stays(school: App) -> None:
    code, name, guardians = mentee_of(school)
    assert name in everything(school)
    before = counts(school)
    with school.work(HEAD) as work:
        done = erasure.erase(work, SCHOOL, code, f"просьба семьи: {name}")
    left = everything(school)
    for each in (name, *guardians):
        last, first, *_ = each.split()
        assert each not in left
        assert f"{last} {first[0]}." not in left
        assert f"{last} {first}" not in left
    assert counts(school) == before
    assert done.rows["submission"] > 0
    assert all(name not in each.title for each in done.kept)
    assert done.kept

    with school.work(HEAD) as work:
        assert erasure.erase(work, SCHOOL, code, "ещё раз") == erasure.Erased(code, {}, ())
    assert everything(school) == left


def test_who_still_takes_part_is_not_erased(any_club: Club) -> None:
    any_club.come_together()
    refused = any_club.refused(erasure.erase, KEY, MENTEE, " ", who=DIRECTOR)
    assert [each.code for each in refused] == ["stage.reason_needed", "people.erase_at_work"]
    any_club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    with any_club.work(DIRECTOR) as work:
        erasure.erase(work, KEY, MENTEE, "отзыв согласия")
    left = everything(any_club.app)
    assert MENTEE not in left
    assert "Журавлёва Мария Петровна" not in left
    assert "+7 900 000-00-01" not in left
    assert MENTOR in left
    known = any_club.people().persons["p1"]
    assert (known.name, known.birth_date) == ("участник p1 (данные удалены)", dt.date(2012, 1, 1))


def test_somebody_of_the_same_name_who_comes_later_is_somebody_else(club: Club) -> None:
    club.come_together()
    club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    with club.work(DIRECTOR) as work:
        erasure.erase(work, KEY, "p1", "отзыв согласия")
    club.carry_out(Introduce(name=MENTEE, role=Role.MENTEE))
    assert club.people().persons["p3"].name == MENTEE


def test_only_the_head_decides(club: Club) -> None:
    club.come_together()
    for who in (CURATOR, VIEWER):
        assert club.codes(erasure.erase, KEY, "p1", "просьба", who=who) == ["access.denied"]
    assert club.codes(erasure.erase, KEY, "p9", "просьба") == ["people.unknown_person"]


def test_the_siblings_guardian_stays(club: Club) -> None:
    club.come_together()
    mother = "Журавлёва Мария Петровна"
    club.carry_out(Introduce(name="Журавлёв Олег Сергеевич", role=Role.MENTEE, birth_date=dt.date(2013, 1, 1)))
    with club.work() as work:
        work.session.add(Guardian(institution="club-1", person="p3", name=mother))
    club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    with club.work(DIRECTOR) as work:
        erasure.erase(work, KEY, "p1", "отзыв согласия")
    assert [(each.person, each.name) for each in club.rows(Guardian)] == [("p3", mother)]
    assert people.code_of(club.people(), "Журавлёв Олег Сергеевич") == "p3"


def test_a_namesake_of_another_institution_is_not_touched(club: Club) -> None:
    """What belongs to no institution by itself belongs to that of its card, its addressee, its programme."""
    club.come_together()
    club.add(2)
    club.start("club-2")
    told = "Журавлёв Илья Сергеевич пришёл"
    with club.work() as work:
        for home in ("club-1", "club-2"):
            card = Card(title="Задача", problem="", done="", result="")
            number = practices.create(work, f"{home}-2026", card).id or 0
            work.session.add(PracticeFile(practice=number, digest="0" * 64, name=f"{told}.pdf", media_type="pdf"))
            person = Addressee(key=home, name="Кто-то", institution=home, region="02", timezone="UTC")
            work.session.add(person)
            work.session.flush()
            facts = {"on": TODAY, "at": work.now, "subject": told, "body": {"words": told}}
            work.session.add(Notice(key=home, addressee=person.id, **facts))
            work.queue("link", f"link:{home}", {"programme": f"{home}-2026", "name": MENTEE})
    club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
    with club.work(DIRECTOR) as work:
        erasure.erase(work, KEY, "p1", "отзыв согласия")
    assert ["Журавл" in each.name for each in club.rows(PracticeFile)] == [False, True]
    known = {each.key: "Журавл" in str(each.body) for each in club.rows(Notice) if each.key.startswith("club")}
    assert known == {"club-1": False, "club-2": True}
    sent = {each.key: "Журавл" in str(each.payload) for each in club.rows(Outbox) if each.key.startswith("link:")}
    assert sent == {"link:club-1": False, "link:club-2": True}


def test_nothing_of_the_name_is_left_in_the_folder(home: Path, clock: Any) -> None:
    """Searched as a thief would: the database's file with what it has freed, and every stored file, unpacked."""
    for club in _club(home, None, clock):
        club.come_together()
        with club.work() as work:
            documents.draft(work, KEY, REGISTER)
            drafts.save(work, drafts.Slot(KEY, "people", "data", "note", "", "a", "a"), 0, "1", {"words": MENTEE})
            work.session.add(Meeting(programme=KEY, pair="n1", kind="series", on=TODAY, topic=f"{MENTEE}: опыты"))
            work.queue("link", "link:1", {"programme": KEY, "name": MENTEE, "email": "mother@family.example"})
        club.carry_out(WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY))
        with club.work(DIRECTOR) as work:
            assert erasure.erase(work, KEY, "p1", f"просьба: {MENTEE}").kept == ()
    last, first, _ = MENTEE.split()
    words = [last, first, "Мария Петровна"]
    escaped = [json.dumps(each)[1:-1] for each in words]
    found = [
        (path.relative_to(home), each)
        for path in home.rglob("*")
        if path.is_file()
        for each in (*words, *escaped)
        if each.encode() in path.read_bytes()
    ]
    assert found == []
