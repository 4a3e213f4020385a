"""A script typed into every text field of every page that three people can reach stays text on all of them.

It walks the console as a browser would: what forms a page has is read from the page, so a new field is tried as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import Introduce, Role
from vekha.services.launch import campaigns
from vekha.services.mentoring import people

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
WRITTEN = ("text", "search", "email", "tel", "textarea")
MOST = 60  # pages of one walk: of each kind of page only the first few
STARTS = {
    "operator": ["/board", "/campaigns", "/institutions", "/accounts", "/tokens", "/journal", "/shifts", "/extensions"],
    "director": ["/approvals", "/desk", f"/programmes/{KEY}/people", f"/programmes/{KEY}/stages/prepare"],
    "curator": ["/desk", f"/programmes/{KEY}/pairs", f"/programmes/{KEY}/answers"],
}
LEFT_ALONE = re.compile(
    r"/logout|/sessions/|/end$|/disable|/cancel|/erase|/static/|\.(zip|pdf|xlsx|csv|ics|docx)|/file"
)


@dataclass
class Sent:
    """A form of a page as it would be sent."""

    action: str
    method: str
    plain: dict[str, str] = field(default_factory=dict[str, str])
    written: list[str] = field(default_factory=list[str])
    upload: bool = False


class Page(HTMLParser):
    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Sent]()
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, form = told.get("name", ""), self.forms[-1] if self.forms else None
        if tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append(Sent(told.get("action") or self.address, told.get("method", "get").lower()))
        elif form is None or not (name or tag == "option"):
            return
        elif tag == "textarea" or (tag == "input" and told.get("type", "text") in WRITTEN):
            form.written.append(name)
        elif tag == "input" and told["type"] == "file":
            form.upload = True
        elif tag == "input":
            form.plain.setdefault(name, told.get("value", "") or ("2026-06-01" if told["type"] == "date" else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and told.get("value"):
            form.plain.setdefault(self._select, told["value"])


def kind_of(address: str) -> str:
    """Pages that differ in a number or a code of their address are of one kind."""
    return re.sub(r"\d+", "0", address.partition("?")[0])


def walk(client: TestClient, starts: list[str]) -> Iterator[Page]:
    """Pages by breadth, two of a kind."""
    waiting, seen, kinds = list(starts), set[str](), dict[str, int]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0).partition("#")[0]
        kinds[kind_of(address)] = kinds.get(kind_of(address), 0) + 1
        if address in seen or LEFT_ALONE.search(address) or kinds[kind_of(address)] > 2:
            continue
        seen.add(address)
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code < 500, address
        page = Page(address, answer.text)
        waiting += page.links
        yield page
        assert live(answer.text) == [], address


def live(text: str) -> list[str]:
    """What of the attack a browser would run."""
    return re.findall(r"<script>alert|<img src=x", text)


@pytest.mark.slow
def test_a_script_in_any_field_stays_text(app: App, browser: Browser, programme: str) -> None:
    with app.work() as work:
        people.carry_out(work, programme, [Introduce(name=f"Белов {ATTACK}", role=Role.MENTOR, contact=ATTACK)])
        campaigns.create(work, campaigns.CampaignData(code="c-2027", title=ATTACK, region="02", year=2027))
    tried, kept = 0, 0
    for who, starts in STARTS.items():
        client, done = browser(who), set[tuple[str, tuple[str, ...]]]()
        for page in list(walk(client, starts)):
            for form in page.forms:
                shape = (kind_of(form.action), tuple(form.written))
                if not form.written or form.upload or shape in done or LEFT_ALONE.search(form.action):
                    continue
                done.add(shape)
                told = {**form.plain, **dict.fromkeys(form.written, ATTACK)}
                how = {"params": told} if form.method == "get" else {"data": told}
                answer = client.request(form.method, form.action, **how, follow_redirects=True)
                assert (answer.status_code < 500, live(answer.text)) == (True, []), form.action
                tried += len(form.written)
                kept += str(escape(ATTACK)) in answer.text
        assert all(page.address for page in walk(client, starts))  # what was stored, on every page again
    assert (tried > 80, kept > 20) == (True, True), (tried, kept)
