"""«Типы организаций»: what is installed, how many there are of each, whether the checks pass."""

import re

from tests.web.conftest import Browser
from tests.web.test_board import region, words_of  # noqa: F401
from vekha.bootstrap import App
from vekha.web.health import Checkup


def test_installed_types_are_told_with_their_health(browser: Browser, region: App) -> None:  # noqa: F811
    assert region
    client = browser("operator")
    told = words_of(client.get("/plugins").text)
    for title in ("Школа", "Колледж", "Детский сад"):
        assert title in told
    assert re.search(r"версия 2 7 этапов, \d+ мероприяти\w+, \d+ документ", told)
    assert "Организации 3 Идущие программы 3" in told
    state = client.app.state  # type: ignore[attr-defined]
    checkup: Checkup = state.checkup
    checkup.wait()
    assert "исправен: пройдено проверок – " in words_of(client.get("/plugins").text)
    assert "проверяется" not in client.get("/plugins").text
    assert state.checkup is checkup


def test_a_municipal_curator_counts_the_own_place(browser: Browser, region: App) -> None:  # noqa: F811
    assert region
    assert "Организации 1 Идущие программы 1" in words_of(browser("uezd").get("/plugins").text)
    assert browser("curator").get("/plugins").status_code == 403
