"""The machine's Chromium on a served console; skipped where there is none."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser.console import CHROMIUM, browsing, serving
from tests.web.browser.pages import cookies, region
from tests.web.browser.walker import Town
from vekha.bootstrap import App, build
from vekha.settings import Settings
from vekha.simulation import showcase
from vekha.simulation.clock import VirtualClock
from vekha.simulation.showcase import Showcase


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


@pytest.fixture(scope="session")
def _settled() -> Iterator[tuple[Path, Showcase, dict[str, str]]]:
    """A region that has lived until the middle of October, one institution of each type: eight seconds, once."""
    with region(each=1) as (app, made):
        known = cookies(app, made)
        app.engine.dispose()  # nothing is left in a journal beside the database's file
        yield app.settings.home, made, known


@pytest.fixture
def town(_settled: tuple[Path, Showcase, dict[str, str]], tmp_path: Path) -> Iterator[Town]:
    """A copy of it to walk through: a journey that is tried again finds everything as it was."""
    settled, made, known = _settled
    home = Path(shutil.copytree(settled, tmp_path / "town"))
    app = build(Settings(home=home, database_url=None, files_dir=None), VirtualClock(showcase.DAY))
    with serving(app) as answers:
        yield Town(app, made, known, answers)
    app.engine.dispose()
