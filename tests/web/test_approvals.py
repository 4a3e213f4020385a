"""«На утверждение»: what is ready and what is not yet, and why; one or everything at once."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Browser
from tests.web.test_board import statements, words_of
from vekha.bootstrap import App
from vekha.services.office import approvals
from vekha.storage.tables import Institution

CHECKED = "/approvals?checked=true"


@pytest.fixture
def director(browser: Browser, programme: str) -> TestClient:
    assert programme
    return browser("director")


def ready(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([^"]+)"', page)


def test_what_has_blanks_is_told_and_cannot_be_ticked(app: App, director: TestClient) -> None:
    with app.work() as work:
        home = work.session.get_one(Institution, "school-12")
        home.staff = {role: told for role, told in home.staff.items() if role != "director"}
        work.session.add(home)
    page = director.get(CHECKED).text
    with app.work(writes=False) as work:
        rows = approvals.checked(work, approvals.waiting(work)).rows
    assert ready(page) == [each.key for each in rows if each.ready]
    assert len(rows) > len(ready(page))
    told = words_of(page)
    for each in rows:
        assert each.title in told
        for blank in each.blanks or ():
            assert blank in told
    assert "Утвердить пока нельзя, не заполнено" in told


def test_everything_ready_is_approved_at_once(director: TestClient) -> None:
    before = ready(director.get(CHECKED).text)
    assert director.post("/approvals", data={"everything": "1"}).status_code == 303
    after = ready(director.get(CHECKED).text)
    assert before and not set(before) & set(after)


def test_no_more_than_a_page_is_drafted(app: App, director: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.work(writes=False) as work:
        assert len(approvals.waiting(work, 1).rows) == 1
        assert approvals.waiting(work, 1).more
    monkeypatch.setattr(approvals.waiting, "__defaults__", (1,))
    assert "остальные появятся" in director.get("/approvals").text


def test_queries_do_not_grow_with_the_documents(
    app: App, director: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(shown: int) -> int:
        monkeypatch.setattr(approvals.waiting, "__defaults__", (shown,))
        return statements(app, lambda: director.get(CHECKED))

    ask(1)
    assert ask(1) == ask(3)


def test_the_list_opens_without_drafting_anything(
    app: App, director: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is blank is asked for when the page is there already."""
    made = count_texts(app, monkeypatch)
    page = director.get("/approvals").text
    assert (len(made), 'hx-trigger="load"' in page, "Проверить, всё ли заполнено" in page) == (0, True, True)
    told = director.get(CHECKED).text
    assert (len(made), 'hx-trigger="load"' in told) == (len(ready(page)), False)


def test_a_text_is_not_made_twice_of_the_same(app: App, director: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_texts(app, monkeypatch)
    first = director.get(CHECKED).text
    times = len(made)
    assert (director.get(CHECKED).text, len(made), times > 0) == (first, times, True)
    with app.work() as work:
        home = work.session.get_one(Institution, "school-12")
        home.staff = {role: told for role, told in home.staff.items() if role != "director"}
        work.session.add(home)
    assert (director.get(CHECKED).text == first, len(made) > times) == (False, True)  # of something else, anew


def test_a_changed_template_is_asked_again(app: App, director: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_texts(app, monkeypatch)
    director.get(CHECKED)
    with app.work(writes=False) as work:
        monkeypatch.setattr(type(work.tools.renderer), "changed", lambda _self: 1)
    times = len(made)
    director.get(CHECKED)
    assert len(made) == 2 * times


def count_texts(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that texts are made of from now on, one by one."""
    made: list[str] = []
    with app.work(writes=False) as work:
        renderer = work.tools.renderer
        real = type(renderer).html
        work.tools.blanks_seen.clear()

    def html(self: object, template: str, context: object) -> object:
        made.append(template)
        return real(self, template, context)  # type: ignore[arg-type]

    monkeypatch.setattr(type(renderer), "html", html)
    return made


def test_another_institutions_papers_are_not_there(
    app: App, director: TestClient, add_institution: Callable[..., str], browser: Browser
) -> None:
    assert add_institution(app, number=13)
    assert "school-13" not in director.get("/approvals").text
    assert "Утверждать нечего" in browser("municipal").get("/approvals").text
