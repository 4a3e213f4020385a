"""«Согласия»: how each stands, and links to everybody who is waited for."""

import datetime as dt

from sqlmodel import select

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.services.mentoring import consent_sheet, people
from vekha.services.process.programmes import load
from vekha.storage.tables import PersonalLink

PAGE = f"/programmes/{KEY}/consents"
PUPIL, MENTOR, OTHER = "Журавлёв Илья Сергеевич", "Соколова Анна Викторовна", "Белов Павел Андреевич"


def three(app: App) -> None:
    """A pupil without a consent, a mentor with one, somebody who took it back."""
    with app.work() as work:
        today = load(work, KEY).now.today
        dates = {"signed": today, "until": today + dt.timedelta(days=400), "purpose": Purpose.PROCESSING}
        commands = (
            Introduce(name=PUPIL, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28), contact="mother@example.org"),
            Introduce(name=MENTOR, role=Role.MENTOR, contact="mentor@example.org"),
            Introduce(name=OTHER, role=Role.MENTOR),
            GiveConsent(subject="p2", **dates),
            GiveConsent(subject="p3", **dates),
            Register(person="p2", role=Role.MENTOR, on=today),
            WithdrawConsent(subject="p3", purpose=Purpose.PROCESSING, on=today),
        )
        people.carry_out(work, KEY, commands)


def test_at_first_there_is_nobody(programme: str, browser: Browser) -> None:
    assert "Пока никого нет" in browser("curator").get(PAGE).text


def test_each_state_is_shown_and_only_those_waited_for_are_asked(app: App, programme: str, browser: Browser) -> None:
    three(app)
    curator = browser("curator")
    shown = curator.get(PAGE).text
    for word in ("нет согласия", "есть", "отозвано", "представитель", "выбыл"):
        assert word in shown, word
    answer = curator.post(PAGE, data={"purpose": "processing", "_do": "show_all"})
    assert answer.status_code == 200
    assert answer.text.count("/f/") == 1
    with app.work(writes=False) as work:
        found = {each.person: each for each in consent_sheet.consents(work, KEY).lines}
        assert {code: each.state.value for code, each in found.items()} == {
            "p1": "asked",
            "p2": "given",
            "p3": "withdrawn",
        }
        assert found["p1"].form == "consent_minor"
        assert found["p3"].form == ""


def test_letters_go_to_everybody_whose_address_is_known(app: App, programme: str, browser: Browser) -> None:
    three(app)
    with app.work() as work:
        assert consent_sheet.send(work, KEY, Purpose.PROCESSING, []) == 1
        assert consent_sheet.send(work, KEY, Purpose.PUBLICATION, []) == 2
    refused = browser("curator").post(PAGE, data={"purpose": "processing", "_do": "mail", "chosen": ["p3"]})
    assert refused.status_code == 422  # nobody who took it back is asked
    assert "не выбран никто" in refused.text.casefold()


def test_slips_with_codes_are_printed(app: App, programme: str, browser: Browser) -> None:
    three(app)
    answer = browser("curator").post(PAGE, data={"purpose": "publication", "_do": "print_all"})
    assert answer.headers["content-type"] == "application/pdf"
    with app.work(writes=False) as work:
        rows = work.session.exec(select(PersonalLink)).all()
        assert {(row.subject, row.form) for row in rows} == {("p1", "consent_public"), ("p2", "consent_public")}


def test_who_only_looks_asks_nobody(app: App, programme: str, browser: Browser) -> None:
    three(app)
    viewer = browser("municipal")
    assert "Послать ссылки" not in viewer.get(PAGE).text
    assert viewer.post(PAGE, data={"_do": "show_all"}).status_code == 403
