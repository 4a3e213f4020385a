"""A served console and a browser to look at it, for tests and for script/screens."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from vekha.bootstrap import App
from vekha.web.app import create_app

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
START_SECONDS, STOP_SECONDS = 90, 30  # a busy machine takes its time
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Where the console answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:  # held from the first moment: nobody else takes its port
        server = uvicorn.Server(uvicorn.Config(create_app(app), log_level="warning", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        try:
            until = time.monotonic() + START_SECONDS
            while not server.started:
                if not thread.is_alive() or time.monotonic() > until:
                    raise RuntimeError(f"the console has not started in {START_SECONDS} s")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


@contextmanager
def browsing() -> Iterator[Any]:
    """The machine's Chromium; `CHROMIUM` says whether there is one."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 — a heavy package, for development only

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def enter(page: Any, address: str, link: str, password: str) -> None:
    """By an invitation to one's first page, with its scripts at work: a test is quicker than they are."""
    page.goto(f"{address}/welcome/{link}")
    page.fill("[name=password]", password)
    page.fill("[name=again]", password)
    with page.expect_navigation():
        page.click("button.primary")
