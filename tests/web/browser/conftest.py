"""The machine's Chromium on a served console; skipped where there is none."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser.console import CHROMIUM, browsing, serving
from vekha.bootstrap import App


@pytest.fixture
def address(app: App) -> Iterator[str]:
    """Where the console answers."""
    with serving(app) as answers:
        yield answers


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("нет Chromium: script/setup --dev ставит его")
        pytest.skip("нет Chromium: выполните script/setup --dev")
    pytest.importorskip("playwright.sync_api", reason="нет пакета playwright")
    with browsing() as browser:
        yield browser
