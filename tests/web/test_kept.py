"""What is typed outlives the session: the login page takes it along and brings it back."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.web.access import FAMILIES, FILLED
from tests.web.conftest import KEY, PASSWORD, Browser
from tests.web.test_forms import ANSWER, HTMX, REQUEST, hidden, rows, value_of
from vekha.bootstrap import App
from vekha.storage.tables import FormDraft, Submission

LOGIN = {"login": "curator@example.org", "password": PASSWORD}
WAIVE = f"/programmes/{KEY}/stages/prepare/activities/requests/waive"
TRICKY = 'Строка «раз»\nи "два" <script>alert(1)</script> & %41'


@pytest.fixture
def curator(browser: Browser, programme: str) -> TestClient:
    assert programme == KEY
    return browser("curator")


def carried(page: str) -> list[tuple[str, str]]:
    """The hidden fields, as a browser sends them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return [(html.unescape(name), html.unescape(value)) for name, value in found]


def gone(client: TestClient, clock: VirtualClock) -> None:
    clock.pass_days(4)
    assert client.get("/account").status_code == 303


def test_a_form_comes_back_with_its_text(app: App, curator: TestClient, clock: VirtualClock) -> None:
    data = {**hidden(curator.get(REQUEST).text), **ANSWER, "request": TRICKY}
    gone(curator, clock)
    asked = curator.post(REQUEST, data=data)
    assert (asked.status_code, "введённое сохранено на этой странице" in asked.text.lower()) == (401, True)
    wrong = curator.post("/login", data={**dict(carried(asked.text)), **LOGIN, "password": "не тот пароль"})
    assert (wrong.status_code, "адрес или пароль не подходят" in wrong.text) == (422, True)
    back = curator.post("/login", data={**dict(carried(wrong.text)), **LOGIN})
    assert ["Вы снова вошли" in back.text, "<script>alert" in back.text] == [True, False]
    assert f'action="{REQUEST}"' in back.text
    seen = curator.post(REQUEST, data=dict(carried(back.text)))
    assert (seen.status_code, seen.headers["location"]) == (303, REQUEST)
    assert [row.data["request"] for row in rows(app, FormDraft)] == [TRICKY]
    assert rows(app, Submission) == []  # a look at it first
    page = hidden(curator.get(REQUEST).text)
    assert html.unescape(value_of(curator.get(REQUEST).text, "request")) == TRICKY
    assert curator.post(REQUEST, data={**page, **ANSWER}).status_code == 303


def test_repeated_fields_and_the_query_are_kept_and_a_file_is_asked_for_again(
    curator: TestClient, clock: VirtualClock
) -> None:
    gone(curator, clock)
    address = f"{REQUEST}?subject=p1"
    files = {"photo": ("скан.pdf", b"%PDF-1.7 a paper")}
    asked = curator.post(address, data={"area": ["один", "два"]}, files=files)
    assert "Файл нужно будет выбрать ещё раз" in asked.text
    back = curator.post("/login", data={**dict(carried(asked.text)), **LOGIN})
    assert [pair for pair in carried(back.text) if pair[0] == "area"] == [("area", "один"), ("area", "два")]
    assert f'action="{address}"' in back.text and "Файл нужно будет выбрать ещё раз" in back.text


def test_a_reason_is_sent_again_after_the_login(app: App, curator: TestClient, clock: VirtualClock) -> None:
    gone(curator, clock)
    asked = curator.post(WAIVE, data={"reason": "Запросы собраны в прошлом году"})
    back = curator.post("/login", data={**dict(carried(asked.text)), **LOGIN})
    done = curator.post(WAIVE, data=dict(carried(back.text)))
    assert done.status_code == 303
    with app.work(writes=False) as work:
        from vekha.services.process.programmes import load  # noqa: PLC0415

        assert load(work, KEY).now.activities["prepare", "requests"].state == "waived"


def test_whoever_logged_in_beside_only_goes_on(curator: TestClient, clock: VirtualClock) -> None:
    gone(curator, clock)
    asked = curator.post(WAIVE, data={"reason": "Уже было"})
    pressed = curator.post("/login", data={**dict(carried(asked.text)), "login": "", "password": ""})
    assert pressed.status_code == 422  # not logged in yet: the page stays, and the text on it
    assert ("reason", "Уже было") in [tuple(each) for each in _fields(pressed.text)]
    curator.post("/login", data=LOGIN)
    pressed = curator.post("/login", data={**dict(carried(pressed.text)), "login": "", "password": ""})
    assert ["Вы снова вошли" in pressed.text, ("reason", "Уже было") in carried(pressed.text)] == [True, True]


def _fields(page: str) -> list[list[str]]:
    import json  # noqa: PLC0415

    return json.loads(dict(carried(page))["fields"])


def test_with_htmx_the_page_stays_and_says_so(curator: TestClient, clock: VirtualClock) -> None:
    gone(curator, clock)
    told = curator.post(WAIVE, data={"reason": "Уже было"}, headers={**HTMX, "HX-Target": "stage"})
    assert (told.status_code, "hx-redirect" in told.headers, told.text.startswith('<div class="problems"')) == (
        401,
        False,
        True,
    )
    assert "действие не выполнено" in told.text
    draft = curator.post(f"{REQUEST}/draft", data={"request": "Помочь"}, headers={**HTMX, "HX-Target": "draft"})
    assert (draft.status_code, draft.text) == (401, "")


@pytest.mark.parametrize("again", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nothing_is_sent_elsewhere(curator: TestClient, again: str) -> None:
    back = curator.post("/login", data={**LOGIN, "again": again, "fields": '[["a", "b"]]'})
    assert 'action="/"' in back.text and "evil" not in back.text


@pytest.mark.parametrize("fields", ["{", "[1]", "null", '["a"]', '[["a"]]'])
def test_what_no_page_of_ours_has_sent_is_refused(curator: TestClient, fields: str) -> None:
    answer = curator.post("/login", data={**LOGIN, "again": WAIVE, "fields": fields})
    assert (answer.status_code, "страница устарела" in answer.text) == (422, True)


NOTHING_TYPED = {  # files, ticks and secrets: nothing that one would write again, or that may be carried about
    "/account",
    "/account/sessions/{token}/end",
    "/institutions/import",
    "/institutions/import/{token}",
    "/programmes/{key}/people/import",
    "/programmes/{key}/people/import/{token}",
    "/board/remind",
    "/queue/{number}/retry",
}


def test_whatever_page_one_writes_on_takes_it_along(anonymous: TestClient) -> None:
    """A new page needs `route_class=Lasting`, or a line above."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for row in (row for family in FAMILIES.values() for row in family):
        if row.method == "POST" and "anonymous" not in row.who:
            filled = {**FILLED, "document": "1", **row.fill}
            address = re.sub(r"{(\w+)(?::\w+)?}", lambda part, filled=filled: filled[part[1]], row.path)
            answer = anonymous.post(address, data={"reason": "Написано"})
            lasts = answer.status_code == 401 and ["reason", "Написано"] in _fields(answer.text)
            assert lasts or answer.headers["location"].startswith("/login?"), row.path
            found[lasts].add(row.path)
    assert (found[False], len(found[True]) > 80) == (NOTHING_TYPED, True)
