"""Personal links from the curator's table to the thanks page, and what anybody may look at without an account."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError
from vekha.domain.people import Introduce, Purpose, Role
from vekha.services.delivery import feeds
from vekha.services.mentoring import links, people
from vekha.services.mentoring.askings import Recipient
from vekha.services.office import documents, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import load
from vekha.storage.tables import Consent, FormDraft, Outbox, PersonalLink, Submission

STAGE = f"/programmes/{KEY}/stages/mentees"
PLACE = ("mentees", "mentee_data")
CONSENT = f"{STAGE}/activities/mentee_data/forms/consent_minor"
CHILD, MOTHER, OTHER = "Журавлёв Илья Сергеевич", "Журавлёва Ольга Николаевна", "Белова Анна Ильинична"
FILLED = {
    "guardian": MOTHER,
    "relation": "мать",
    "authority": "свидетельство о рождении № 518204",
    "operator": "Школа № 12",
    "purpose": "участие в программе наставничества",
    "data": ["фамилия, имя, отчество"],
    "term": "2027-06-30",
    "signed": "2026-05-04",
}
CURATOR = Actor(name="Куратор", grants=(Grant(role="curator", institution="school-12"),))


@pytest.fixture
def place(app: App, programme: str) -> tuple[str, str]:
    """The activity that collects consents of guardians; two minors and a mentor are known."""
    with app.work() as work:
        people.carry_out(
            work,
            programme,
            [
                Introduce(name=CHILD, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28), contact="olga@example.org"),
                Introduce(name=OTHER, role=Role.MENTEE, birth_date=dt.date(2013, 3, 1)),
                Introduce(name="Соколова Анна Викторовна", role=Role.MENTOR, birth_date=dt.date(1980, 3, 1)),
            ],
        )
        return links.place_of(work, programme, "consent_minor")


@pytest.fixture
def address(place: tuple[str, str]) -> str:
    return f"/programmes/{KEY}/stages/{place[0]}/activities/{place[1]}/forms/consent_minor"


@pytest.fixture
def token(app: App, place: tuple[str, str]) -> str:
    return make(app, place)


def make(app: App, place: tuple[str, str], form: str = "consent_minor", subject: str = "p1", days: int = 30) -> str:
    with app.work(CURATOR) as work:
        [made] = links.create(work, KEY, place, form, [Recipient(subject, MOTHER, "olga@example.org")], days=days)
    return made.token


def rows(app: App, table: Any) -> list[Any]:
    with app.work(writes=False) as work:
        return list(work.session.exec(select(table)))


# --- a guardian -------------------------------------------------------------------------------------------------------


def test_a_guardians_answer_becomes_the_consent_of_the_minor(app: App, anonymous: TestClient, token: str) -> None:
    page = anonymous.get(f"/f/{token}")
    assert page.status_code == 200
    for said in ("Согласие законного представителя", CHILD, "Вас просит об этом", "3 июня", "«Школа № 24»"):
        assert said in page.text, said
    assert ["<script" in page.text, OTHER in page.text, 'name="child"' in page.text] == [False, False, False]
    wrong = anonymous.post(f"/f/{token}", data={**FILLED, "relation": ""})
    assert [wrong.status_code, 'href="#relation"' in wrong.text] == [422, True]
    assert MOTHER in anonymous.get(f"/f/{token}").text  # what was typed is there when the link is opened again
    done = anonymous.post(f"/f/{token}", data=FILLED, follow_redirects=True)
    assert [done.status_code, "Спасибо, ответ получен" in done.text] == [200, True]
    [consent] = rows(app, Consent)
    assert (consent.person, consent.guardian, consent.purpose) == ("p1", MOTHER, Purpose.PROCESSING)
    [answer] = rows(app, Submission)
    assert (answer.subject, answer.who) == ("p1", f"{MOTHER} (по личной ссылке)")
    again = anonymous.post(f"/f/{token}", data=FILLED)
    assert [again.status_code, "Этот ответ не принят: раньше уже ответили" in again.text] == [409, True]
    assert len(rows(app, Submission)) == 1
    assert all(row.data == {} for row in rows(app, FormDraft))


def test_a_link_answers_for_nobody_else(app: App, anonymous: TestClient, token: str) -> None:
    anonymous.post(f"/f/{token}", data={**FILLED, "child": OTHER})
    assert [each.person for each in rows(app, Consent)] == ["p1"]


def test_one_answer_closes_every_link_of_the_person(
    app: App, anonymous: TestClient, token: str, place: tuple[str, str]
) -> None:
    second = make(app, place)
    anonymous.post(f"/f/{token}", data=FILLED)
    assert "Спасибо, ответ получен" in anonymous.get(f"/f/{second}").text


def test_a_half_filled_form_waits_behind_its_link(anonymous: TestClient, token: str) -> None:
    saved = anonymous.post(f"/f/{token}", data={"authority": "паспорт", "_save": "1"})
    assert [saved.status_code, "Черновик сохранён" in saved.text] == [200, True]
    assert "паспорт" in anonymous.get(f"/f/{token}").text


# --- links that lead nowhere ------------------------------------------------------------------------------------------


def test_a_made_up_link_says_nothing(anonymous: TestClient, token: str) -> None:
    for guess in ("x", token[:-1], token + "x", "../../etc/passwd", "%00"):
        answer = anonymous.get(f"/f/{guess}")
        assert (answer.status_code, CHILD in answer.text) == (404, False)
    assert anonymous.post("/f/made-up", data=FILLED).status_code == 404


def test_an_old_link_and_a_revoked_one_say_what_to_do(
    app: App, anonymous: TestClient, clock: VirtualClock, place: tuple[str, str], token: str
) -> None:
    other = make(app, place, subject="p2")
    with app.work(CURATOR) as work:
        assert links.revoke(work, KEY, place, "consent_minor", [("p2", MOTHER)]) == 1
    revoked = anonymous.get(f"/f/{other}")
    assert [revoked.status_code, "отозвана" in revoked.text, "новую ссылку даст куратор" in revoked.text] == [
        410,
        True,
        True,
    ]
    clock.pass_days(31)
    old = anonymous.post(f"/f/{token}", data=FILLED)
    assert [old.status_code, "Срок этой ссылки вышел" in old.text, rows(app, Consent)] == [410, True, []]


def test_the_secret_is_kept_nowhere(app: App, token: str) -> None:
    kept = (app.settings.home / "vekha.db").read_bytes()
    assert (token.encode() in kept, len(rows(app, PersonalLink)), len(token) >= 43) == (False, 1, True)


# --- the curator ------------------------------------------------------------------------------------------------------


def test_the_curator_makes_sees_and_revokes_links(app: App, browser: Browser, address: str) -> None:
    curator = browser("curator")
    page = curator.get(f"{address}/links").text
    values = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert values == [f"p1|Законный представитель: {CHILD}", f"p2|Законный представитель: {OTHER}"]
    assert "Почта не настроена" in page
    made = curator.post(f"{address}/links", data={"chosen": values[:1], "_do": "show"}).text
    [link] = re.findall(r"<code>http://testserver(/f/[\w-]+)</code>", made)
    assert curator.get(link).status_code == 200
    assert "открыта, ответа нет" in curator.get(f"{address}/links").text
    stage = curator.get(address.partition("/activities")[0]).text
    assert "Ссылки: ответили 0 из 1" in stage
    assert curator.post(f"{address}/links", data={"chosen": values[:1], "_do": "revoke"}).status_code == 303
    assert curator.get(link).status_code == 410


def test_a_sheet_with_codes_is_printed(app: App, browser: Browser, address: str) -> None:
    curator = browser("curator")
    data = {"chosen": [f"p1|Законный представитель: {CHILD}"], "_do": "print"}
    sheet = curator.post(f"{address}/links", data=data)
    assert (sheet.headers["content-type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")
    import pypdfium2  # noqa: PLC0415

    text = "".join(each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(io.BytesIO(sheet.content)))
    assert ["/f/" in text, "Журавл" in text] == [True, True]


def test_letters_are_queued_and_a_reminder_goes_to_who_has_not_answered(
    app: App, browser: Browser, address: str, token: str, anonymous: TestClient, place: tuple[str, str]
) -> None:
    curator = browser("curator")
    make(app, place, subject="p2")
    anonymous.post(f"/f/{token}", data=FILLED)
    assert curator.post(f"{address}/links", data={"_do": "remind"}).status_code == 303
    [job] = [row for row in rows(app, Outbox) if row.kind == "link"]
    assert (job.payload["subject"], job.payload["email"]) == ("p2", "olga@example.org")
    assert "token" not in job.payload


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"_do": "show"}, "не выбран никто"),
        ({"_do": "mail", "chosen": [f"p2|Законный представитель: {OTHER}"]}, "нет адреса почты"),
    ],
)
def test_nothing_chosen_and_nobody_to_write_to(browser: Browser, address: str, data: dict[str, Any], said: str) -> None:
    answer = browser("curator").post(f"{address}/links", data=data)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_somebody_new_is_named(app: App, browser: Browser, programme: str) -> None:
    here = f"/programmes/{programme}/stages/prepare/activities/requests/forms/prelim_request/links"
    made = browser("curator").post(here, data={"names": f"{OTHER}, anna@example.org\n\n", "_do": "show"}).text
    assert len(re.findall(r"<code>http://testserver/f/", made)) == 1
    [row] = rows(app, PersonalLink)
    assert (row.name, row.email, row.subject) == (OTHER, "anna@example.org", "")


def test_a_form_of_the_staff_has_no_links(browser: Browser, programme: str) -> None:
    answer = browser("curator").get(f"/programmes/{programme}/stages/prepare/activities/requests/forms/swot/links")
    assert [answer.status_code, "сотрудники со своей учётной записью" in answer.text] == [422, True]


def test_a_form_without_a_place_and_a_person_unknown(app: App, place: tuple[str, str]) -> None:
    with pytest.raises(VekhaError) as caught, app.work() as work:
        links.place_of(work, KEY, "no_such_form")
    assert [each.code for each in caught.value.problems] == ["link.no_place"]
    assert place


# --- the code on a paper form -----------------------------------------------------------------------------------------


def test_the_code_on_paper_leads_everybody_somewhere(browser: Browser, anonymous: TestClient, programme: str) -> None:
    assert "попросите у куратора программы личную ссылку" in anonymous.get("/forms/prelim_request").text
    assert anonymous.get("/forms/nothing").status_code == 404
    led = browser("curator").get("/forms/prelim_request")
    assert led.headers["location"] == f"/programmes/{programme}/stages/prepare/activities/requests/forms/prelim_request"
    assert "ни одна ваша программа" in browser("stranger").get("/forms/prelim_request").text


# --- a paper, a calendar ----------------------------------------------------------------------------------------------


@pytest.fixture
def issued(app: App, programme: str) -> tuple[int, str, bytes]:
    """An approved order: its id, its code and its PDF."""
    with app.work() as work:
        load(work, programme)
        [row] = documents.approve(work, programme, [DocumentPlace("prepare", "legal_basis", "order_launch")])
        number, code = row.id or 0, (row.content or "")[:12]
    with app.work() as work:
        content = work.tools.files.get(prints.render(work, number))
    return number, code, content


def test_a_paper_tells_what_it_is_to_who_has_it_in_hand(anonymous: TestClient, issued: tuple[int, str, bytes]) -> None:
    number, code, content = issued
    page = anonymous.get(f"/d/{number}?h={code}")
    assert [page.status_code, "Документ действует" in page.text, "Приказ" in page.text] == [200, True, True]
    for wrong in ("", "0" * 12, code[:-1], code + "0"):
        assert anonymous.get(f"/d/{number}?h={wrong}").status_code == 404
        assert anonymous.post(f"/d/{number}?h={wrong}", files={"file": ("a.pdf", content)}).status_code == 404
    ours = anonymous.post(f"/d/{number}?h={code}", files={"file": ("a.pdf", content)})
    assert "подлинный файл" in ours.text
    other = anonymous.post(f"/d/{number}?h={code}", files={"file": ("a.pdf", b"%PDF-1.7 another paper")})
    assert "не тот документ" in other.text
    wrong = anonymous.post(f"/d/{number}?h={code}", files={"file": ("a.pdf", b"MZ")})
    assert [wrong.status_code, "такие файлы не принимаются" in wrong.text.lower()] == [422, True]


def test_a_calendar_behind_its_secret_address(app: App, anonymous: TestClient, programme: str) -> None:
    assert programme
    with app.work() as work:
        from vekha.services.delivery.addressees import sync  # noqa: PLC0415
        from vekha.storage.tables import Addressee  # noqa: PLC0415

        sync(work)
        person = work.session.exec(select(Addressee)).first()
        assert person is not None
        token = feeds.create(work, person.name)
    answer = anonymous.get(f"/feeds/{token}.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    assert anonymous.get("/feeds/made-up.ics").status_code == 404
