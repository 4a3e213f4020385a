"""Every page in a real browser, light and dark, wide and narrow: WCAG 2.2 AA by axe-core, nothing from elsewhere.

And its HTML by the Nu checker. The pages stand in pages.py; a route that is neither there nor in NOT_PAGES fails.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from tests.web.browser.axe import CHECKERS, RULES, absent, missing, violations
from tests.web.browser.console import serving
from tests.web.browser.pages import PAGES, SECRETS, Page, cookies, region
from vekha.bootstrap import App
from vekha.simulation.showcase import Showcase
from vekha.web.app import create_app

pytestmark = pytest.mark.slow

NU = CHECKERS / "vnu-jar/build/dist/vnu.jar"
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOKS = {1280: {"light": RULES, "dark": COLOURS}, 390: {"light": RULES}}
"""What is looked for, by the window's width and the scheme: dark is the same page in other colours."""

NOT_PAGES = {
    "/health": "for machines",
    "/board/export": "a file",
    "/collections/{code}/report.pdf": "a file",
    "/collections/{code}/report.xlsx": "a file",
    "/practices/{number}/files/{digest}": "a file",
    "/programmes/{key}/awards/papers.pdf": "a file",
    "/programmes/{key}/monitoring/report.pdf": "a file",
    "/public/{institution}/documents/practice-{material}": "a file",
    "/documents/{document}/file": "a file",
    "/programmes/{key}/stages/{stage}/activities/{activity}/documents/{code}/text": "the text inside a frame",
    "/": "leads on",
    "/login/oidc": "leads on",
    "/login/oidc/back": "leads on",
    "/programmes/{key}": "leads on",
    "/programmes/{key}/stages/{stage}/progress": "a part of the stage's page",
    "/programmes/{key}/stages/{stage}/pack": "a file",
    "/programmes/{key}/pairs/speed.pdf": "a file",
    "/programmes/{key}/pairs/{pair}/journal.pdf": "a file",
    "/programmes/{key}/stages/{stage}/activities/{activity}/documents/{code}/docx": "a file",
    "/programmes/{key}/stages/{stage}/activities/{activity}/forms/{code}/conflict": "after two saved one form",
    "/forms/{code}": "leads on, or explains how to get a link",
    "/feeds/{token}.ics": "a calendar",
    "/public/{institution}/documents/{document}": "a file",
    "/institutions/{institution}/site.zip": "a file",
    "/institutions/export.xlsx": "a file",
    "/institutions/export.csv": "a file",
    "/programmes/{key}/registers.xlsx": "a file",
    "/programmes/{key}/people/{person}/portfolio.pdf": "a file",
    "/programmes/{key}/people/export.xlsx": "a file",
    "/programmes/{key}/people/import/template.xlsx": "a file",
    "/programmes/{key}/people/import/{token}/problems.xlsx": "a file",
    "/institutions/import/template.xlsx": "a file",
    "/institutions/import/{token}/problems.xlsx": "a file",
    "/campaigns/{code}/progress": "a part of the campaign's page",
    "/campaigns/{code}/deadline": "drawn as the page of a shift",
    "/extensions/grant": "drawn as the page of a shift",
    "/programmes/{key}/pairs/speed.xlsx": "a file",
    "/programmes/{key}/answers.pdf": "a file",
    "/programmes/{key}/surveys/{number}/results.xlsx": "a file",
    "/answers/{number}/answer.pdf": "a file",
    "/answers/{number}/files/{field}": "a file",
}


@dataclass(frozen=True)
class Site:
    app: App
    made: Showcase
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with region() as (app, made):
        yield Site(app, made, cookies(app, made))


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site.app) as answers:
        yield answers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_anybody_can_use_it(site: Site, address: str, chromium: Any, page: Page) -> None:
    found: list[str] = []
    for width, schemes in LOOKS.items():
        # Without motion a change of the scheme is at once all there is.
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        if page.role:
            name, _, value = site.cookies[page.role].partition("=")
            context.add_cookies([{"name": name, "value": value, "url": address}])
        tab, asked = context.new_page(), list[str]()
        tab.on("request", lambda sent, asked=asked: asked.append(sent.url))
        answer = tab.goto(f"{address}{page.address(site.made)}")
        assert answer.status == page.status, page.name
        for scheme, rules in schemes.items():
            tab.emulate_media(color_scheme=scheme)
            found += [f"{scheme}, {width}: {each}" for each in violations(tab, rules)]
        if not tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            found.append(f"{width}: шире экрана")
        assert [url for url in asked if not url.startswith(address)] == []
        context.close()
    assert found == [], "\n".join(found)


def test_the_html_is_valid(site: Site, tmp_path: Path) -> None:
    if not NU.is_file():
        absent(missing(NU))
    if shutil.which("java") is None:
        pytest.skip("нет Java: проверка HTML (vnu) написана на ней")
    with TestClient(create_app(site.app), follow_redirects=False) as client:
        for page in PAGES:
            headers = {"Cookie": site.cookies[page.role]} if page.role else {}
            answer = client.get(page.address(site.made), headers=headers)
            assert answer.status_code == page.status, page.name
            (tmp_path / f"{page.name}.html").write_text(answer.text, encoding="utf-8")
    # The attributes of htmx are its own; the checker knows only those of HTML.
    command = ["java", "-jar", str(NU), "--format", "json", "--stdout", "--filterpattern", ".*“hx-.*"]
    told = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    messages = json.loads(told.stdout)["messages"]
    found = [
        f"{Path(each['url']).stem}:{each.get('lastLine')}: {each['message']}"
        for each in messages
        if each["type"] == "error"
    ]
    assert sorted(set(found)) == []


def test_no_page_is_left_out(site: Site) -> None:
    routes = {
        each.path
        for each in iter_route_contexts(create_app(site.app).routes)
        if each.path and "GET" in (each.methods or ()) and not each.path.startswith("/api/")
    }
    shown = {re.sub(r"{(\w+)}", lambda part: f"{{{SECRETS.get(part[1], part[1])}}}", page.route) for page in PAGES}
    assert routes - shown - set(NOT_PAGES) == set()
