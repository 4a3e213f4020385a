"""«Доступ»: invited, given roles, substituted, sent a new link, disabled; each keeps only their own people."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from tests.conftest import VirtualClock
from tests.web.conftest import PASSWORD, ROOT, Browser
from vekha.bootstrap import App
from vekha.domain.access import Grant
from vekha.services.access import account_admin, accounts

Add = Callable[..., str]
INVITED = {"name": "Орлова Вера Павловна", "login": "orlova@example.org", "role": "curator", "region": "02"}


@pytest.fixture
def client(app: App, add_institution: Add, browser: Browser) -> TestClient:
    """The operator's browser; there is a school."""
    add_institution(app)
    return browser("operator")


def invited(client: TestClient, **told: str) -> str:
    """The secret of the link."""
    answer = client.post("/accounts/invite", data={**INVITED, "home": "school-12", **told})
    assert answer.status_code == 200, answer.text
    [link] = re.findall(r'readonly value="([^"]+)"', answer.text)
    return link.rpartition("/")[2]


def number_of(app: App, login: str = "orlova@example.org") -> int:
    with app.work(ROOT, writes=False) as work:
        return accounts.by_login(work, login).id or 0


def roles_of(app: App, login: str = "orlova@example.org") -> list[str]:
    with app.work(ROOT, writes=False) as work:
        return [each.role for each in accounts.grants_of(work, accounts.by_login(work, login))]


def test_somebody_is_invited_and_the_link_is_shown_once(client: TestClient, app: App) -> None:
    secret = invited(client)
    page = client.get("/accounts").text
    assert ["Орлова Вера Павловна" in page, "приглашение не принято" in page, secret in page] == [True, True, False]
    entered = TestClient(client.app, follow_redirects=False)
    assert entered.post(f"/welcome/{secret}", data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert roles_of(app) == ["curator"]
    again = client.post("/accounts/invite", data={**INVITED, "home": "school-12"})
    assert (again.status_code, "уже есть" in again.text) == (422, True)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"home": ""}, "для этой роли нужно место"),
        ({"home": "school-77"}, "не нашлась"),
        ({"home": "school-12", "name": "Вера"}, "Вера"),
        ({"home": "school-12", "login": "не почта"}, "не похоже на адрес"),
        ({"role": "municipal_curator"}, "для этой роли нужно место"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_told(client: TestClient, told: dict[str, str], expected: str) -> None:
    answer = client.post("/accounts/invite", data={**INVITED, **told})
    assert (answer.status_code, expected in answer.text) == (422, True), answer.text


@pytest.mark.parametrize("role", ["administrator", "operator"])
def test_an_operator_makes_no_operators(client: TestClient, role: str) -> None:
    assert client.post("/accounts/invite", data={**INVITED, "role": role}).status_code == 403
    assert f'value="{role}"' not in client.get("/accounts/invite").text


def test_an_operator_keeps_no_account_with_a_wider_role(client: TestClient, app: App, browser: Browser) -> None:
    browser("administrator")
    for number in (number_of(app, "administrator@example.org"), number_of(app, "operator@example.org"), 999):
        assert client.get(f"/accounts/{number}").status_code == 404
        for place in ("reset", "disable", "enable", "grants", "sessions/end", "grants/1/withdraw"):
            data = {"role": "curator", "region": "02", "home": "school-12"}
            assert client.post(f"/accounts/{number}/{place}", data=data).status_code == 404, place
    assert "administrator@example.org" not in client.get("/accounts").text


def test_an_invitation_is_sent_again_and_revoked(client: TestClient, app: App) -> None:
    first = invited(client)
    base = f"/accounts/{number_of(app)}"
    page = client.get(base).text
    assert ["Пригласить ещё раз" in page, "Отозвать приглашение" in page, "Ссылка для нового пароля" in page] == [
        True,
        True,
        False,
    ]
    again = client.post(f"{base}/reset").text
    assert "Новое приглашение" in again and "7 дней" in again
    [link] = re.findall(r'readonly value="([^"]+)"', again)
    somebody = TestClient(client.app, follow_redirects=False)
    assert somebody.get(f"/welcome/{first}").status_code == 422
    assert "Здравствуйте, Вера Павловна!" in somebody.get(f"/welcome/{link.rpartition('/')[2]}").text
    assert client.post(f"{base}/disable").status_code == 303
    assert somebody.get(f"/welcome/{link.rpartition('/')[2]}").status_code == 422


@pytest.mark.parametrize("who", ["municipal", "director", "curator", "stranger"])
def test_others_keep_nobody(client: TestClient, browser: Browser, app: App, who: str) -> None:
    invited(client)
    other, base = browser(who), f"/accounts/{number_of(app)}"
    for address in ("/accounts", "/accounts/invite", base):
        assert other.get(address).status_code == 403, address
    for place in ("reset", "disable", "grants", "substitute", "sessions/end"):
        data = {"role": "curator", "home": "school-12", "absent": "orlova@example.org"}
        data |= {"first": "2026-06-01", "last": "2026-06-02"}
        assert other.post(f"{base}/{place}", data=data).status_code == 403, place
    assert other.post("/accounts/invite", data=INVITED).status_code == 403


def test_a_role_is_given_and_taken(client: TestClient, app: App) -> None:
    invited(client)
    base = f"/accounts/{number_of(app)}"
    given = {"role": "director", "region": "02", "home": "school-12", "until": "2026-05-20"}
    assert client.post(f"{base}/grants", data=given).status_code == 303
    page = client.get(base).text
    assert (roles_of(app), "по 20 мая" in page) == (["curator", "director"], True)
    [first, _] = re.findall(rf'action="({base}/grants/\d+/withdraw)"', page)
    assert client.post(first).status_code == 303
    assert roles_of(app) == ["director"]
    assert "этой роли у него уже нет" in client.post(first).text


def test_a_substitution_begins_and_ends_by_itself(client: TestClient, app: App, clock: VirtualClock) -> None:
    invited(client)
    invited(client, login="petrova@example.org", name="Петрова Ольга Ивановна", role="director")
    base = f"/accounts/{number_of(app)}"
    period = {"absent": "petrova@example.org", "first": "2026-05-10", "last": "2026-05-12", "why": "Отпуск"}
    assert client.post(f"{base}/substitute", data=period).status_code == 303
    assert "Почему: Отпуск" in client.get(base).text
    found = []
    for day in (9, 10, 12, 13):
        clock.to(dt.date(2026, 5, day))
        found.append(roles_of(app))
    assert found == [["curator"], ["curator", "director"], ["curator", "director"], ["curator"]]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"first": "2026-06-10"}, "кончается раньше"),
        ({"first": "2026-01-01", "last": "2026-02-01"}, "уже прошёл"),
        ({"absent": "orlova@example.org"}, "замещать некого"),
        ({"absent": "nobody@example.org"}, "учётной записи nobody@example.org нет"),
        ({"first": "летом"}, "не похоже на дату"),
    ],
)
def test_a_wrong_substitution_is_refused(client: TestClient, app: App, told: dict[str, str], expected: str) -> None:
    invited(client)
    invited(client, login="petrova@example.org", name="Петрова Ольга Ивановна", role="director")
    period = {"absent": "petrova@example.org", "first": "2026-06-01", "last": "2026-06-02", **told}
    answer = client.post(f"/accounts/{number_of(app)}/substitute", data=period)
    assert (expected in answer.text, roles_of(app)) == (True, ["curator"])


def test_a_new_link_a_disabled_account_and_ended_sessions(client: TestClient, app: App, browser: Browser) -> None:
    theirs = browser("curator")
    number = number_of(app, "curator@example.org")
    base = f"/accounts/{number}"
    shown = client.post(f"{base}/reset")
    assert (shown.status_code, "/welcome/" in shown.text, theirs.get("/account").status_code) == (200, True, 200)
    assert client.post(f"{base}/sessions/end").status_code == 303
    assert theirs.get("/account").status_code == 303
    assert client.post(f"{base}/disable").status_code == 303
    login = {"login": "curator@example.org", "password": PASSWORD}
    assert (theirs.post("/login", data=login).status_code, "отключена" in client.get(base).text) == (422, True)
    assert client.post(f"{base}/enable").status_code == 303
    assert theirs.post("/login", data=login).status_code == 303


def test_the_last_administrator_stays(app: App, browser: Browser) -> None:
    client = browser("administrator")
    base = f"/accounts/{number_of(app, 'administrator@example.org')}"
    [withdraw] = re.findall(r'action="([^"]+/withdraw)"', client.get(base).text)
    for place in (withdraw, f"{base}/disable"):
        assert "последняя учётная запись администратора" in client.post(place).text
    with app.work(ROOT) as work:  # a substitute does not count: it ends
        accounts.invite(work, "second@example.org", "Вторая Анна", Grant(role="administrator"))
        number = accounts.by_login(work, "second@example.org").id or 0
        kept = account_admin.one(work, number)
        work.session.delete(kept.grants[0])
        work.session.flush()
        accounts.grant(work, "second@example.org", Grant(role="administrator"), until=dt.date(2026, 5, 20))
    assert "последняя учётная запись администратора" in client.post(withdraw).text


def test_an_administrator_of_everything_keeps_everybody(client: TestClient, app: App, browser: Browser) -> None:
    page = browser("administrator").get("/accounts?search=OPERATOR").text
    assert ["operator@example.org" in page, "administrator@example.org" in page] == [True, False]


def test_everybody_sees_the_names_of_their_places(client: TestClient, app: App, browser: Browser) -> None:
    """Not the codes of them; a substitution with its last day."""
    curator = browser("curator")
    with app.work(ROOT) as work:
        given = Grant(role="municipal_curator", region="02", municipality="г. Заречье")
        accounts.grant(work, "curator@example.org", given, until=dt.date(2026, 5, 20))
    page, title = curator.get("/account").text, str(escape(app.registry.type("school").cast(12).short_title))
    assert [title in page, "г. Заречье, по 20 мая" in page, "school-12" in page] == [True, True, False]
