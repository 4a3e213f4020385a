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
    page = director.get("/approvals").text
    with app.work(writes=False) as work:
        rows = approvals.waiting(work).rows
    assert ready(page) == [each.key for each in rows if each.ready]
    assert len(rows) > len(ready(page))
    told = words_of(page)
    for each in rows:
        assert each.title in told
        for blank in each.blanks:
            assert blank in told
    assert "Утвердить пока нельзя, не заполнено" in told


def test_everything_ready_is_approved_at_once(director: TestClient) -> None:
    before = ready(director.get("/approvals").text)
    assert director.post("/approvals", data={"everything": "1"}).status_code == 303
    after = ready(director.get("/approvals").text)
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
        return statements(app, lambda: director.get("/approvals"))

    ask(1)
    assert ask(1) == ask(3)


def test_another_institutions_papers_are_not_there(
    app: App, director: TestClient, add_institution: Callable[..., str], browser: Browser
) -> None:
    assert add_institution(app, number=13)
    assert "school-13" not in director.get("/approvals").text
    assert "Утверждать нечего" in browser("municipal").get("/approvals").text
