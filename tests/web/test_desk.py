"""«Мои дела»: also a way into the programmes themselves, when nothing in them is due any more."""

from collections.abc import Callable

import pytest
from sqlmodel import col, update

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.services.process import desk
from vekha.storage.tables import Activity, Programme, Stage


def finish(app: App) -> None:
    with app.work() as work:
        work.session.execute(update(Stage).values(state="closed"))
        work.session.execute(update(Activity).values(state="done"))
        work.session.execute(update(Programme).where(col(Programme.key) == KEY).values(state="finished"))


def test_a_programme_that_runs_is_named_with_what_is_behind_it(browser: Browser, programme: str) -> None:
    page = browser("curator").get("/desk").text
    assert [f'href="/programmes/{programme}"' in page, "завершено 0 из 7 этапов" in page] == [True, True]


def test_whoever_has_done_everything_still_finds_the_programme(app: App, browser: Browser, programme: str) -> None:
    finish(app)
    for who in ("curator", "director"):
        page = browser(who).get("/desk").text
        assert ["Сейчас всё сделано" in page, f'href="/programmes/{programme}"' in page] == [True, True], who
        assert [">завершена<" in page, "цикл 2026 года" in page] == [True, True]


def test_whoever_has_no_programme_yet_is_told_who_begins_it(browser: Browser, programme: str) -> None:
    page = browser("stranger").get("/desk").text
    assert ["Программа ещё не начата" in page, "Сейчас всё сделано" in page, programme in page] == [True, False, False]


def test_others_programmes_are_not_named(browser: Browser, programme: str) -> None:
    for who in ("stranger", "municipal"):
        assert programme not in browser(who).get("/desk").text


def test_only_so_many_are_named(app: App, add_institution: Callable[..., str], programme: str) -> None:
    from vekha.services.launch import campaigns  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415

    codes = [add_institution(app, number=number) for number in range(20, 20 + desk.OWN)]
    with app.work() as work:
        for code in codes:
            campaigns.start_one(work, institutions.one(work, code), 2026)
    with app.work(writes=False) as work:
        assert len(desk.desk(work).own) == desk.OWN


def test_whoever_has_a_whole_region_is_led_to_the_board(
    app: App, browser: Browser, add_institution: Callable[..., str], programme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vekha.services.launch import campaigns  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415

    operator = browser("operator")
    monkeypatch.setattr(desk, "MANY", 1)
    assert "Программ слишком много" not in operator.get("/desk").text
    code = add_institution(app, number=20)
    with app.work() as work:
        campaigns.start_one(work, institutions.one(work, code), 2026)
    page = operator.get("/desk").text
    assert ["Программ слишком много для одного списка" in page, 'href="/board"' in page] == [True, True]
    assert 'class="dues"' in browser("curator").get("/desk").text.split("Программы")[0]
