"""Somebody who walks through the console in a real browser: every page they come to is looked at by axe-core, must fit
the window and must ask nothing of any other machine. `VEKHA_SHOTS=FOLDER` keeps a picture of each."""

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from tests.web.browser.axe import violations
from vekha.bootstrap import App
from vekha.simulation.showcase import Showcase

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
PATIENCE = 15_000  # milliseconds that anything on a page may take
SHOTS = os.environ.get("VEKHA_SHOTS")


@dataclass(frozen=True)
class Town:
    """A region in the middle of its year, served: one institution of each type, its people logged in."""

    app: App
    made: Showcase
    cookies: dict[str, str]
    address: str


class Walker:
    """`page` is Playwright's; `name` is what the pictures are called. axe-core cannot run where scripts do not: it then
    looks at the same page in `twin`, another browser's window."""

    def __init__(self, page: Any, address: str, name: str, twin: Any = None) -> None:
        self.page, self.address, self.name, self.twin = page, address, name, twin
        self.seen: set[str] = set()
        self.wrong: list[str] = []
        self._numbers = itertools.count(1)
        page.on("request", lambda sent: None if self._known(sent.url) else self.wrong.append(f"просит {sent.url}"))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if "Content Security" in told.text else None)

    def _known(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:"))

    def go(self, path: str) -> None:
        """A whole address is that of a link somebody was given."""
        self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        self.look()

    def look(self) -> None:
        """The page as it is now."""
        where = self.page.url.removeprefix(self.address)
        looked_at = self._with_scripts() if self.twin else self.page
        self.wrong += [f"{where}: {each}" for each in violations(looked_at)]
        if not looked_at.evaluate(FITS):
            self.wrong.append(f"{where}: шире экрана")
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{self.name}-{next(self._numbers):02}.png", full_page=True)

    def _with_scripts(self) -> Any:
        html = self.page.content()
        self.twin.route(self.page.url, lambda asked: asked.fulfill(body=html, content_type="text/html; charset=utf-8"))
        self.twin.goto(self.page.url)
        self.twin.unroute(self.page.url)
        return self.twin

    def text(self) -> str:
        return self.page.inner_text("main")

    def sees(self, *words: str) -> None:
        told = " ".join(self.text().split())
        assert [each for each in words if each not in told] == [], told

    def refused(self, *words: str) -> None:
        """Each is said among the reasons above; a reason begins with a capital on the page."""
        told = " ".join(self.page.inner_text(".problems").split())
        assert [each for each in words if each.casefold() not in told.casefold()] == [], told

    def within(self, selector: str, has: str = "") -> Any:
        return self.page.locator(selector, has_text=has).first if has else self.page.locator(selector).first

    def fill(self, within: Any = None, **values: str) -> None:
        """Fields by name, in a part of the page or in all of it."""
        for name, value in values.items():
            field = (within or self.page).locator(f"[name={name}]").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def open(self, words: str, within: Any = None) -> None:
        """What is folded under these words."""
        (within or self.page).locator("summary", has_text=words).first.click()

    def press(self, words: str, within: Any = None) -> None:
        """A button that leads to the next page."""
        with self.page.expect_navigation():
            (within or self.page).locator("button:visible, a:visible", has_text=words).first.click()
        self.look()

    def takes(self, words: str, within: Any = None) -> bytes:
        """The file that a button or a link hands out."""
        with self.page.expect_download() as coming:
            (within or self.page).locator("button:visible, a:visible", has_text=words).first.click()
        content = Path(coming.value.path()).read_bytes()
        if SHOTS:
            (Path(SHOTS) / f"{self.name}-{next(self._numbers):02} {coming.value.suggested_filename}").write_bytes(
                content
            )
        return content


@contextmanager
def walking(
    chromium: Any, town: Town, role: str = "", *, name: str, width: int = 1440, scripts: bool = True
) -> Iterator[Walker]:
    """`role` "" is nobody: whoever has a link."""
    look = {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce", "locale": "ru-RU"}
    context = chromium.new_context(**look, java_script_enabled=scripts)
    other = None if scripts else chromium.new_context(**look)
    if role:
        cookie, _, value = town.cookies[role].partition("=")
        context.add_cookies([{"name": cookie, "value": value, "url": town.address}])
    walker = Walker(context.new_page(), town.address, f"{name}-{width}", other and other.new_page())
    walker.page.set_default_timeout(PATIENCE)
    yield walker
    for each in filter(None, (context, other)):
        each.close()
    assert walker.wrong == [], "\n".join(walker.wrong)


def words_of(pdf: bytes) -> str:
    """What a paper says: its spaces all alike, words divided at the end of a line put together again."""
    with pypdfium2.PdfDocument(pdf) as paper:
        told = " ".join(page.get_textpage().get_text_range() for page in paper)
    return " ".join(re.sub("[\xad\ufffe\x02]\\s*", "", told).split())
