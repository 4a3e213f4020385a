"""Registers, tables of participants and look-alikes on pages."""

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import pypdfium2
import pytest

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    Purpose,
    Register,
    Role,
    WithdrawConsent,
)
from vekha.domain.people_rows import LAYOUT
from vekha.services.mentoring import people, person_changes, portfolio
from vekha.services.process.programmes import load
from vekha.spreadsheet import parse

PAGE = f"/programmes/{KEY}"
PUPIL, MENTOR = "Журавлёв Илья Сергеевич", "Соколова Анна Викторовна"
TITLES = ("name", "role", "born", "consent", "registered", "guardian")


def two(app: App) -> None:
    """A pupil and an alumna who mentors him, in a pair."""
    with app.work() as work:
        today = load(work, KEY).now.today
        dates = {"signed": today, "until": today + dt.timedelta(days=400), "purpose": Purpose.PROCESSING}
        commands = (
            Introduce(name=PUPIL, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28), position="8 «Б»"),
            Introduce(name=MENTOR, role=Role.MENTOR, contact="+7 900 000-00-02"),
            AddEmployer(name="ООО «Река»", inn="0000000000"),
            GiveConsent(subject="p1", guardian="Журавлёва Мария Петровна", relation="мать", **dates),
            GiveConsent(subject="p2", **dates),
            Register(person="p1", role=Role.MENTEE, on=today, details={"request": "Олимпиада"}),
            Register(person="p2", role=Role.MENTOR, on=today, base="А", employer="e1", details={"hours": 4}),
            FormPair(mentors=("p2",), mentees=("p1",), format="пара", starts=today, ends=today),
            HoldMeeting(kind="trial", on=today, pair="n1"),
        )
        people.carry_out(work, KEY, commands)
        person_changes.correct(work, KEY, "p2", graduated=2015)


REGISTERS = {
    "mentees": (PUPIL, "Журавлёва Мария Петровна, мать", "Олимпиада", MENTOR),
    "mentors": (MENTOR, "ООО «Река»", "+7 900 000-00-02", PUPIL),
    "employers": ("ООО «Река»", "0000000000", MENTOR),
    "guardians": ("Журавлёва Мария Петровна", f"{PUPIL} (мать)"),
    "alumni": (MENTOR, "2015"),
    "long": (MENTOR, PUPIL, "работает"),
}


@pytest.mark.parametrize("which", REGISTERS)
def test_each_register_has_its_people(app: App, programme: str, browser: Browser, which: str) -> None:
    curator = browser("curator")
    empty = curator.get(f"{PAGE}/registers?register={which}").text
    assert "Здесь пока никого нет" in empty
    two(app)
    shown = curator.get(f"{PAGE}/registers?register={which}&whole=1").text
    for word in REGISTERS[which]:
        assert word in shown, word
    assert "Здесь пока никого нет" in curator.get(f"{PAGE}/registers?register={which}&search=такогонет").text
    saved = parse(curator.get(f"{PAGE}/registers.xlsx?register={which}").content, "реестр.xlsx")
    assert REGISTERS[which][0] in saved.rows[2]


@pytest.mark.parametrize(
    ("which", "paper"),
    [
        ("mentees", "stages/mentees/activities/mentee_data/documents/mentee_register"),
        ("mentors", "stages/mentors/activities/mentor_base/documents/mentor_register"),
        ("employers", None),
    ],
)
def test_a_register_leads_to_its_document(
    app: App, programme: str, browser: Browser, which: str, paper: str | None
) -> None:
    two(app)
    shown = browser("curator").get(f"{PAGE}/registers?register={which}").text
    assert ("Документ для печати" in shown, f'href="{PAGE}/{paper}"' in shown) == (paper is not None,) * 2


def test_what_was_searched_for_is_what_is_saved(app: App, programme: str, browser: Browser) -> None:
    two(app)
    curator = browser("curator")
    shown = curator.get(f"{PAGE}/registers?register=long&search=Журавлёв").text
    [link] = re.findall(r'href="([^"]+registers\.xlsx[^"]+)"', shown)
    assert len(parse(curator.get(unescape(link)).content, "реестр.xlsx").rows) == 2
    none = curator.get(unescape(link).replace("%D0%96", "%D0%A9")).content  # «Щуравлёв»
    assert len(parse(none, "реестр.xlsx").rows) == 1


def test_who_took_the_consent_back_is_in_no_register(app: App, programme: str, browser: Browser) -> None:
    two(app)
    curator = browser("curator")
    assert MENTOR in curator.get(f"{PAGE}/registers?register=long").text
    with app.work() as work:
        today = load(work, KEY).now.today
        people.carry_out(work, KEY, [WithdrawConsent(subject="p2", purpose=Purpose.PROCESSING, on=today)])
    for which in REGISTERS:
        assert MENTOR not in curator.get(f"{PAGE}/registers?register={which}&whole=1").text, which
    assert "Не показаны" in curator.get(f"{PAGE}/registers?register=long").text


def table(*rows: tuple[str, ...]) -> bytes:
    lines = [";".join(LAYOUT.title_of(key) for key in TITLES), *(";".join(row) for row in rows)]
    return "\n".join(lines).encode("utf-8-sig")


def test_a_table_is_tried_then_loaded(app: App, programme: str, browser: Browser) -> None:
    curator = browser("curator")
    assert curator.get(f"{PAGE}/people/import").status_code == 200
    assert curator.get(f"{PAGE}/people/import/template.xlsx").status_code == 200
    content = table(
        (PUPIL, "наставляемый", "28.02.2012", "01.05.2026", "02.05.2026", "Журавлёва Мария Петровна"),
        ("Белов", "наставник", "", "", "", ""),
    )
    sent = curator.post(f"{PAGE}/people/import", files={"file": ("люди.csv", content)})
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    report = curator.get(address).text
    assert "в имени «Белов» нет фамилии или имени" in report
    assert "Загрузить остальное" in report
    assert "Пока никого нет" in curator.get(f"{PAGE}/people").text  # a trial
    assert curator.get(f"{address}/problems.xlsx").status_code == 200
    assert curator.post(address).status_code == 422
    assert curator.post(address, data={"skip_bad": "true"}).status_code == 303
    assert PUPIL in curator.get(f"{PAGE}/people").text
    assert curator.get(address).status_code == 422  # it is gone
    assert curator.get(f"{PAGE}/people/export.xlsx").status_code == 200
    assert curator.post(f"{PAGE}/people/import").status_code == 422
    assert browser("stranger").post(f"{PAGE}/people/import", files={"file": ("a.csv", content)}).status_code == 403


def test_a_look_alike_is_asked_about_merged_and_undone(app: App, programme: str, browser: Browser) -> None:
    two(app)
    curator = browser("curator")
    typed = {"name": "Журавлев Илья Сергевич", "role": "mentee", "born": "2012-02-28"}
    asked = curator.post(f"{PAGE}/people", data=typed)
    assert asked.status_code == 422
    assert f"{PUPIL} (p1)" in asked.text
    assert "Это другой человек" in asked.text
    assert curator.post(f"{PAGE}/people", data={**typed, "other": "true"}).status_code == 303
    assert "Есть похожие записи (1)" in curator.get(f"{PAGE}/people").text
    listed = curator.get(f"{PAGE}/doubles").text
    assert "Журавлев Илья Сергевич" in listed
    preview = curator.get(f"{PAGE}/doubles?keep=p1&drop=p3").text
    assert "Запись p3 станет частью p1" in preview
    assert curator.get(f"{PAGE}/doubles?keep=p1&drop=p2").status_code == 422  # mentor and mentee of one pair
    assert curator.post(f"{PAGE}/doubles/merge", data={"keep": "p1", "drop": "p3"}).status_code == 303
    merged = curator.get(f"{PAGE}/doubles").text
    assert ("p3 стала частью p1" in merged, f"Журавлев Илья Сергевич → {PUPIL}" in merged) == (True, True)
    assert curator.post(f"{PAGE}/doubles/undo", data={"merge": "1"}).status_code == 303
    assert curator.post(f"{PAGE}/doubles/undo", data={"merge": "1"}).status_code == 422
    assert curator.post(f"{PAGE}/doubles/apart", data={"one": "p1", "other": "p3"}).status_code == 303
    assert "Похожих записей нет" in curator.get(f"{PAGE}/doubles").text


def test_a_mentor_has_a_portfolio_while_the_consent_holds(app: App, programme: str, browser: Browser) -> None:
    two(app)
    curator = browser("curator")
    assert "p2/portfolio.pdf" in curator.get(f"{PAGE}/people").text
    with app.work(writes=False) as work:
        found = portfolio.of(work, KEY, "p2")
        assert [(each.mentees, each.meetings) for each in found.pairs] == [((PUPIL,), 1)]
    printed = curator.get(f"{PAGE}/people/p2/portfolio.pdf")
    assert printed.content.startswith(b"%PDF")
    with app.work(writes=False) as work:
        lasting = replace(found, pairs=tuple(replace(each, minutes=84) for each in found.pairs))
        [page] = pypdfium2.PdfDocument(portfolio.pdf(work, lasting))
    assert "встречах: 1,4." in page.get_textpage().get_text_range()
    assert curator.get(f"{PAGE}/people/p1/portfolio.pdf").status_code == 422  # no mentor
    assert browser("stranger").get(f"{PAGE}/people/p2/portfolio.pdf").status_code == 403
    with app.work() as work:
        today = load(work, KEY).now.today
        people.carry_out(work, KEY, [WithdrawConsent(subject="p2", purpose=Purpose.PROCESSING, on=today)])
    assert curator.get(f"{PAGE}/people/p2/portfolio.pdf").status_code == 422
