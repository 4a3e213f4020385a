"""Logging in and out, guards of every request, error pages."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.web.conftest import PASSWORD, PEOPLE, ROOT, Browser
from vekha.bootstrap import App
from vekha.services.access import accounts
from vekha.web.app import create_app
from vekha.web.security import POLICY
from vekha.web.visitors import COOKIE

LOGIN = {"login": "curator@example.org", "password": PASSWORD}


def known(app: App, who: str = "curator") -> str:
    """Invites and returns the secret of the link."""
    with app.work(ROOT) as work:
        return accounts.invite(work, f"{who}@example.org", "Орлова Вера Павловна", PEOPLE[who])


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_a_visitor_is_led_to_the_login_page_and_back(anonymous: TestClient, app: App) -> None:
    answer = anonymous.get("/account?from=mail")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/account%3Ffrom%3Dmail")
    anonymous.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    anonymous.post("/logout")
    answer = anonymous.post("/login", data={**LOGIN, "next": "/account?from=mail"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?from=mail")
    assert anonymous.get("/login?next=/account").headers["location"] == "/account"  # logged in already


def test_an_htmx_request_without_a_session_leads_the_whole_page(anonymous: TestClient) -> None:
    answer = anonymous.get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (401, "/login?next=/account", "")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_no_way_elsewhere_rides_on_the_login_page(anonymous: TestClient, app: App, elsewhere: str) -> None:
    anonymous.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    assert anonymous.get("/login", params={"next": elsewhere}).headers["location"] == "/"
    anonymous.cookies.clear()
    assert anonymous.post("/login", data={**LOGIN, "next": elsewhere}).headers["location"] == "/"


def test_an_invitation_chooses_a_password(anonymous: TestClient, app: App) -> None:
    link = f"/welcome/{known(app)}"
    assert "Здравствуйте, Вера Павловна!" in anonymous.get(link).text
    differs = anonymous.post(link, data={"password": PASSWORD, "again": "другой пароль"})
    assert (differs.status_code, "пароли не совпадают" in differs.text) == (422, True)
    weak = anonymous.post(link, data={"password": "12345", "again": "12345"})
    assert [weak.status_code, "короче 10 знаков" in weak.text, "слишком простой" in weak.text] == [422, True, True]
    done = anonymous.post(link, data={"password": PASSWORD, "again": PASSWORD})
    cookie = done.headers["set-cookie"].lower()
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert ["httponly" in cookie, "samesite=lax" in cookie, "secure" in cookie] == [True, True, False]
    assert (anonymous.get(link).status_code, anonymous.get("/").headers["location"]) == (422, "/desk")


def test_the_cookie_is_for_https_where_the_page_is(app: App) -> None:
    with TestClient(create_app(app), base_url="https://vekha.example", follow_redirects=False) as client:
        done = client.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    assert "secure" in done.headers["set-cookie"].lower()


def test_five_wrong_passwords_lock_the_account(anonymous: TestClient, app: App, clock: VirtualClock) -> None:
    anonymous.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    anonymous.cookies.clear()
    for _ in range(5):
        wrong = anonymous.post("/login", data={**LOGIN, "password": "не тот пароль"})
        assert (wrong.status_code, "адрес или пароль не подходят" in wrong.text) == (422, True)
    locked = anonymous.post("/login", data=LOGIN)
    assert (locked.status_code, "вход временно закрыт" in locked.text) == (422, True)
    clock.pass_days(1)
    assert anonymous.post("/login", data=LOGIN).status_code == 303


def test_a_login_makes_a_session_of_its_own(anonymous: TestClient, app: App) -> None:
    """Session fixation: a token brought along is not the one logged in with."""
    anonymous.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    anonymous.cookies.clear()
    anonymous.cookies.set(COOKIE, "planted")
    made = anonymous.post("/login", data=LOGIN).cookies[COOKIE]
    anonymous.cookies.clear()
    anonymous.cookies.set(COOKIE, "planted")
    assert (made == "planted", anonymous.get("/account").status_code) == (False, 303)


def test_sessions_are_listed_and_ended(anonymous: TestClient, app: App) -> None:
    anonymous.post(f"/welcome/{known(app)}", data={"password": PASSWORD, "again": PASSWORD})
    with TestClient(create_app(app), follow_redirects=False) as other:
        other.post("/login", data=LOGIN, headers={"User-Agent": "Mozilla/5.0 (Linux; Android 9) Chrome/99.0"})
        page = anonymous.get("/account").text
        assert ["Chrome, Android" in page, page.count("это вы сейчас")] == [True, 1]
        [end] = re.findall(r'action="(/account/sessions/\w+/end)"', page)
        assert anonymous.post(end).status_code == 303
        assert other.get("/account").headers["location"] == "/login?next=/account"
    anonymous.post("/logout")
    assert anonymous.get("/account").status_code == 303


def test_a_strangers_session_is_not_ended(browser: Browser) -> None:
    mine, other = browser("curator"), browser("stranger")
    digest = accounts.digest(mine.cookies[COOKIE])
    assert other.post(f"/account/sessions/{digest}/end").status_code == 303
    assert mine.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "http://testserver"}, False),
        ({}, False),
    ],
)
def test_a_change_from_another_site_is_refused(browser: Browser, headers: dict[str, str], refused: bool) -> None:
    client = browser("curator")
    answer = client.post("/logout", headers=headers)
    assert (answer.status_code, client.get("/account").status_code) == ((403, 200) if refused else (303, 303))
    assert ("запрос пришёл с другого сайта" in answer.text) is refused


def test_every_answer_carries_the_headers(anonymous: TestClient) -> None:
    for address in ("/login", "/nowhere", "/static/app.css", "/welcome/unknown"):
        answer = anonymous.get(address)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers.get("cache-control") == (None if address.startswith("/static") else "no-store")
    assert ["'unsafe" in POLICY, "http" in POLICY] == [False, False]


def test_errors_are_told_in_russian(anonymous: TestClient, app: App) -> None:
    missing = anonymous.get("/nowhere")
    assert (missing.status_code, words_of(missing.text)) == (
        404,
        'id="main" class="page"> Такой страницы нет Возможно, ссылка устарела или в адресе ошибка. На главную',
    )
    assert "Здесь только выполняют действие" in anonymous.get("/logout").text
    spent = anonymous.get("/welcome/made-up")
    assert (spent.status_code, "ссылка недействительна" in spent.text) == (422, True)


def test_a_broken_page_says_so_and_shows_nothing_inside(app: App) -> None:
    web = create_app(app)

    @web.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret details")

    with TestClient(web, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert (answer.status_code, "Что-то сломалось" in answer.text) == (500, True)
    assert "secret" not in answer.text
    assert (answer.headers["content-security-policy"], answer.headers["cache-control"]) == (POLICY, "no-store")


def test_a_refusal_is_a_fragment_for_htmx(anonymous: TestClient) -> None:
    whole = anonymous.get("/welcome/made-up").text
    part = anonymous.get("/welcome/made-up", headers={"HX-Request": "true"}).text
    assert ["<html" in whole, "<html" in part, part.strip().startswith('<div class="problems"')] == [True, False, True]


@pytest.mark.parametrize("address", ["/login", "/account", "/nowhere"])
def test_no_address_outside_the_machine_and_nothing_inline(browser: Browser, address: str) -> None:
    page = browser("curator").get(address, follow_redirects=True).text
    assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', page) == []
    assert re.findall(r'<style|<script(?! src="/static/)|\sstyle="|\son\w+="|https?://', page) == []


def test_the_front_page_leads_each_to_their_own(browser: Browser) -> None:
    places = {who: browser(who).get("/").headers["location"] for who in PEOPLE}
    assert places == {
        "administrator": "/board",
        "operator": "/board",
        "municipal": "/board",
        "uezd": "/board",
        "director": "/approvals",
        "curator": "/desk",
        "stranger": "/desk",
    }


def test_health_is_for_everybody(anonymous: TestClient) -> None:
    assert anonymous.get("/health").json() == {"status": "ok"}


def test_a_page_is_read_while_somebody_writes(app: App, browser: Browser) -> None:
    """On SQLite there is one writer: a page that took the lock too would wait for half a minute and fail."""
    curator = browser("curator")
    with app.work(ROOT):
        assert curator.get("/desk").status_code == 200


def test_pages_are_packed_and_papers_are_not(app: App, browser: Browser, programme: str) -> None:
    curator = browser("curator")
    page = curator.get(f"/programmes/{programme}/stages/prepare")
    assert (page.headers["content-encoding"], page.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert page.num_bytes_downloaded * 2 < len(page.content)
    plain = curator.get(f"/programmes/{programme}/stages/prepare", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == page.text
    font = curator.get("/static/fonts/onest-cyrillic-wght-normal.woff2")
    assert font.status_code == 200 and "content-encoding" not in font.headers


NEW_PASSWORD = "пять синих автобусов"
CHANGE = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}


def test_the_own_password_is_changed_and_every_other_session_ends(app: App, browser: Browser) -> None:
    mine = browser("curator")
    with TestClient(create_app(app), follow_redirects=False) as other:
        other.post("/login", data=LOGIN)
        before = mine.cookies[COOKIE]
        done = mine.post("/account", data=CHANGE)
        assert (done.status_code, done.headers["location"]) == (303, "/account?changed=true")
        assert "Пароль изменён" in mine.get("/account?changed=true").text
        assert other.get("/account").headers["location"] == "/login?next=/account"
        other.cookies.set(COOKIE, before)  # somebody has copied the cookie
        assert other.get("/account").status_code == 303
        other.cookies.clear()
        assert [other.post("/login", data=LOGIN).status_code, mine.get("/account").text.count("это вы сейчас")] == [
            422,
            1,
        ]
        assert other.post("/login", data={**LOGIN, "password": NEW_PASSWORD}).status_code == 303


def test_everything_wrong_with_a_new_password_is_told_and_nothing_changes(browser: Browser) -> None:
    mine = browser("curator")
    answer = mine.post("/account", data={"old": "не тот", "new": "12345", "again": "1"})
    told = words_of(answer.text)
    assert answer.status_code == 422
    for each in ("нынешний пароль не подходит", "короче 10 знаков", "слишком простой", "пароли не совпадают"):
        assert each in told
    assert [word for word in ("old:", "new:", "again:", "password:") if word in told] == []  # names out of the program
    same = mine.post("/account", data={"old": PASSWORD, "new": PASSWORD, "again": PASSWORD})
    assert (same.status_code, "такой же, как нынешний" in same.text) == (422, True)
    assert mine.post("/login", data=LOGIN).status_code == 303


def test_guessing_the_own_password_locks_like_at_the_door(browser: Browser, clock: VirtualClock) -> None:
    """Somebody at an unlocked computer must not try passwords for ever."""
    mine = browser("curator")
    for _ in range(5):
        assert "нынешний пароль не подходит" in mine.post("/account", data={**CHANGE, "old": "не тот пароль"}).text
    locked = mine.post("/account", data=CHANGE)
    assert (locked.status_code, "вход временно закрыт" in locked.text) == (422, True)
    clock.pass_days(1)
    assert mine.post("/account", data=CHANGE).status_code == 303


def test_a_change_of_the_password_from_another_site_is_refused(browser: Browser) -> None:
    mine = browser("curator")
    assert mine.post("/account", data=CHANGE, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert mine.post("/login", data=LOGIN).status_code == 303  # the old one still lets in
