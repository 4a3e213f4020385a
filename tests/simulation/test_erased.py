"""After a whole year with everything in it people are erased: a thief who takes the folder finds nobody's name.

Searched are the bytes of the database, its log and every stored file, unpacked, for the surname in every case. What is
left are papers that the law keeps: the head was told of each, and they alone hold the name.
"""

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from tests.simulation.years import live
from vekha.bootstrap import App
from vekha.documents.declension import CASES, name_parts
from vekha.documents.views import PersonView, name_parts_of
from vekha.domain.access import ENGINE, Actor, Grant
from vekha.domain.people import Role
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.practice import Card
from vekha.domain.reporting.swot import Quarter
from vekha.files import FileStore
from vekha.services.mentoring import erasure, links, pair_feeds, people_import, registers
from vekha.services.mentoring.askings import Recipient
from vekha.services.mentoring.erasure import Erased
from vekha.services.office import uploads
from vekha.services.process import drafts
from vekha.services.process.programmes import load
from vekha.services.reporting import awards, collecting, monitoring_report, practices, region_report, swots
from vekha.simulation.institution import REGION
from vekha.simulation.journey import Journey
from vekha.spreadsheet import write_xlsx
from vekha.storage.tables import (
    Addressee,
    Document,
    Guardian,
    Meeting,
    Notice,
    Person,
    Stage,
    Submission,
    SurveyAsked,
)
from vekha.web.holding import Holding

KEYS, COLLECTION = ("school-1-2026", "college-1-2026"), "year"
HEAD = Actor(name="Руководитель", grants=(Grant(role="director", region=REGION),))
SCAN = b"%PDF-1.7\nscan: "


@dataclass(frozen=True)
class Victim:
    """Somebody to be erased: the code, and every name that has to go."""

    programme: str
    code: str
    names: tuple[str, ...]
    contacts: tuple[str, ...]

    @property
    def words(self) -> set[str]:
        """Surnames in every case and of either gender, and contacts: as text, as JSON escapes, as a form is sent."""
        found = set(self.contacts)
        for name in self.names:
            last, first, middle = name_parts_of(name)
            for gender in ("m", "f"):
                view = PersonView(last_name=last, first_name=first, middle_name=middle, gender=gender)
                found |= {name_parts(view, case)[0] for case in CASES}
        return {each for word in found for each in (word, word.lower(), word.upper(), json.dumps(word)[1:-1])}


@dataclass(frozen=True)
class Year:
    app: App
    home: Path
    victims: tuple[Victim, ...]
    before: tuple[Any, ...]
    done: tuple[Erased, ...]
    stored: frozenset[str]  # before


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    home = tmp_path_factory.mktemp("year")
    app, clock, journeys = live(home, ("school", "college"), papers=True)
    clock.day += dt.timedelta(days=30)
    victims = (
        _victim(app, journeys["school"], Role.MENTEE),  # a minor: the guardian goes too
        _victim(app, journeys["school"], Role.MENTOR),
        _victim(app, journeys["college"], Role.MENTEE),
    )
    for each in victims:
        _mention(app, each)
    with app.work() as work:
        day = work.now.date()
        dates = {"since": dt.date(2026, 1, 1), "on": day, "opens": day, "closes": day}
        collecting.create(work, COLLECTION, REGION, Terms(title="Год", plan={}, **dates))
    assert all(_holding(home, each.words) for each in victims)  # the thief's search finds what is there
    before, stored = _totals(app), frozenset(digest for digest, _ in FileStore(app.settings.files).every())
    done = []
    for each in victims:
        with app.work(HEAD) as work:
            done.append(erasure.erase(work, each.programme, each.code, f"просьба: {each.names[0]}"))
    yield Year(app, home, victims, before, tuple(done), stored)
    app.engine.dispose()


def _victim(app: App, journey: Journey, role: Role) -> Victim:
    with app.work() as work:
        people = load(work, journey.programme).now.people
        guardians = {
            each.person: each
            for each in work.session.exec(select(Guardian).where(Guardian.institution == journey.institution))
        }
        code = next(
            code
            for pair in people.pairs.values()
            for code in (pair.mentees if role is Role.MENTEE else pair.mentors)
            if role is Role.MENTOR or code in guardians
        )
        row = work.session.get_one(Person, (journey.institution, code))
        guardian = guardians.get(code)
        names = (row.name, *((guardian.name,) if guardian else ()))
        row.contact = f"victim-{code}@{journey.institution}.example"  # invented telephones repeat
        work.session.add(row)
        contacts = (row.contact,)
        if guardian:
            guardian.contact = f"guardian-{code}@{journey.institution}.example"
            work.session.add(guardian)
            contacts = (*contacts, guardian.contact)
        return Victim(journey.programme, code, names, contacts)


def _mention(app: App, victim: Victim) -> None:
    """Whatever else a year may leave of somebody, beside what the story of the year has done."""
    key, name, told = victim.programme, victim.names[0], f"{victim.names[0]}: опыт года"
    with app.work(ENGINE) as work:
        home = load(work, key).institution
        scan = uploads.keep(work, SCAN + name.encode(), f"{name}.pdf")
        place = links.place_of(work, key, "best_practice")
        slot = drafts.Slot(key, *place, "best_practice", victim.code, "", "account:1")
        drafts.save(work, slot, 0, "1", {"summary": told, "attachment": scan})
        links.create(work, key, place, "best_practice", [Recipient(victim.code, name, "family@vekha.example")])
        kind = "thanks" if victim.names[1:] == () else "certificate"
        awards.choose(work, key, [(victim.code, kind)], words=told)
        practice = practices.create(work, key, Card(title=told, problem=told, done=told, result=told), [victim.code])
        practices.attach(work, practice.id or 0, SCAN + f"practice {home.code}".encode(), f"{name}.pdf")
        swots.save(work, key, dict.fromkeys(Quarter, told), swots.swot(work, key, {}).version)
        pair_feeds.create(work, key, person=victim.code)
        work.session.add(Meeting(programme=key, pair="n1", kind="series", on=work.now.date(), absent=True, topic=told))
        curator = Addressee(
            key=f"curator:{victim.code}:{key}", name="Куратор", institution=home.code, region=REGION, timezone="UTC"
        )
        work.session.add(curator)
        work.session.flush()
        facts = {"on": work.now.date(), "at": work.now, "subject": told, "body": {"words": told}}
        work.session.add(Notice(key=f"{key}:{victim.code}", addressee=curator.id or 0, **facts))
        work.queue(
            "link", f"link:{key}:{victim.code}", {"programme": key, "name": name, "email": "family@vekha.example"}
        )
    with app.work(ENGINE, writes=False) as work:
        table = people_import.as_table(people_import.exported(work, key))
    write_xlsx(app.settings.home / "table.xlsx", [table])
    table_file = app.settings.home / "table.xlsx"
    Holding(app.settings.home / "uploads").put(1, table_file.read_bytes(), f"{name}.xlsx")
    table_file.unlink()


# --- the thief --------------------------------------------------------------------------------------------------------


def _holding(home: Path, words: set[str]) -> dict[Path, set[str]]:
    """File → the words that its bytes hold; of an archive, what is packed in it."""
    raw = {each: each.encode() for each in words}
    found = {
        path: {word for word, sought in raw.items() for content in _unpacked(path.read_bytes()) if sought in content}
        for path in home.rglob("*")
        if path.is_file()
    }
    return {path: each for path, each in found.items() if each}


def _unpacked(content: bytes) -> Iterator[bytes]:
    yield content
    start = content.find(b"PK\x03\x04")
    if 0 <= start < 300:
        with zipfile.ZipFile(io.BytesIO(content[start:])) as archive:
            for each in archive.namelist():
                yield each.encode()
                yield from _unpacked(archive.read(each))


def _unlisted(pack: Path, words: set[str], kept: set[str | None]) -> list[str]:
    """What a stage's pack holds of somebody beside the papers that were listed; its own inventory names these."""
    with zipfile.ZipFile(pack) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    held = [name for name, content in contents.items() if any(word.encode() in content for word in words)]
    listed = {name for name in held if hashlib.sha256(contents[name]).hexdigest() in kept}
    return [name for name in held if name not in listed and not name.startswith("Опись.")]


def test_nobody_who_takes_the_folder_finds_the_erased(year: Year) -> None:
    with year.app.work(writes=False) as work:
        rows = work.session.exec(select(Document)).all()
        packs = {pack for pack in work.session.exec(select(Stage.pack)) if pack}
    for victim, done in zip(year.victims, year.done, strict=True):
        listed = {each.document for each in done.kept}
        kept = {
            digest for row in rows if row.id in listed for digest in (row.content, row.html, row.file, row.signed_file)
        }
        left = _holding(year.home, victim.words)
        packed = {path: _unlisted(path, victim.words, kept) for path in left if path.name in packs}
        assert {
            path.relative_to(year.home): words for path, words in left.items() if path.name not in kept | packs
        } == {}
        assert {path: names for path, names in packed.items() if names} == {}
        assert listed
        assert not any(word in str(each) for each in done.kept for word in victim.words)
        assert all(each.retention for each in done.kept)
        assert {path.name for path in left} & kept  # the papers of the law do hold it


def test_whatever_a_row_still_names_is_in_the_store(year: Year) -> None:
    """Nothing was cleared away that anything leads to: looked for in another way, by every hash in any row."""
    store = FileStore(year.app.settings.files)
    named = {word for text in _everything(year.app) for word in re.findall(r"[0-9a-f]{64}", text)}
    gone = [digest for digest in named & year.stored if not store.path(digest).exists()]
    assert gone == []
    assert {digest for digest, _ in store.every()} - named == set()  # and nothing lies there without a row


def _everything(app: App) -> Iterator[str]:
    with app.work(writes=False) as work:
        for table in SQLModel.metadata.sorted_tables:
            yield from map(str, work.session.connection().execute(table.select()))


def test_the_erased_are_left_out_of_the_registers(year: Year) -> None:
    with year.app.work(writes=False) as work:
        for key in KEYS:
            found = [registers.read(work, key, registers.Wanted(register=each)) for each in registers.Register]
            assert not any(word in str(each.rows) for each in found for victim in year.victims for word in victim.words)
            assert any(each.rows for each in found)


def test_the_totals_of_every_report_are_what_they_were(year: Year) -> None:
    assert _totals(year.app) == year.before


def test_erasing_again_changes_nothing(year: Year) -> None:
    files = {path: path.stat().st_size for path in year.home.glob("files/*/*")}
    for victim in year.victims:
        with year.app.work(HEAD) as work:
            assert erasure.erase(work, victim.programme, victim.code, "ещё раз") == Erased(victim.code, {}, ())
    assert {path: path.stat().st_size for path in year.home.glob("files/*/*")} == files


def _totals(app: App) -> tuple[Any, ...]:
    """What the institution's and the region's reports print of the year, and how many answered."""
    found: list[Any] = []
    with app.work(ENGINE) as work:
        for key in KEYS:
            told = monitoring_report.monitoring(work, key)
            found.append([(each.indicator.code, each.figure) for each in told.figures])
            found += [told.stages, told.effects]
            found += [each.model_dump(exclude={"questions": {"__all__": {"texts"}}}) for each in told.surveys]
        collecting.count(work, COLLECTION, [key.removesuffix("-2026") for key in KEYS])
        report = region_report.report(work, COLLECTION)
        found += [[(each.indicator.code, each.figure, each.hidden) for each in report.summary], report.lines]
        found.append(sorted((row.form, row.stage, str(row.on)) for row in work.session.exec(select(Submission))))
        found.append(len(work.session.exec(select(SurveyAsked.id).where(col(SurveyAsked.answered).is_(True))).all()))
    return tuple(found)
