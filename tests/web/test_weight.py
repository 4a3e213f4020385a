"""What a browser loads the first time it opens the console: the login page and, behind it, the desk."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import KEY, Browser

MOST = 250_000  # bytes, and nothing of it compressed: compressed it is less still


def loaded(client: TestClient, addresses: list[str]) -> dict[str, int]:
    """The size of each page and of every file it asks for; fonts of all alphabets, though a browser takes two."""
    sizes: dict[str, int] = {}
    waiting = list(addresses)
    while waiting:
        address = waiting.pop()
        if address in sizes:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        sizes[address] = len(answer.content)
        kind = answer.headers["content-type"]
        if kind.startswith("text/html"):
            waiting += re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
        elif kind.startswith("text/css"):
            waiting += [f"/static/{each}" for each in re.findall(r"url\((?!data:)([^)]+)\)", answer.text)]
    return sizes


@pytest.mark.parametrize("first", ["/desk", f"/programmes/{KEY}/stages/prepare"])
def test_the_first_load_is_light(browser: Browser, anonymous: TestClient, programme: str, first: str) -> None:
    assert programme
    sizes = loaded(anonymous, ["/login"]) | loaded(browser("curator"), [first])
    names = " ".join(sizes)
    expected = ("app.css", "htmx", "app.js", "cyrillic-wght", "latin-wght", "icon")
    assert [each for each in expected if each not in names] == []
    assert "echarts" not in names
    assert sum(sizes.values()) <= MOST, sizes


def test_the_operators_first_load_is_light_without_charts(browser: Browser, programme: str) -> None:
    assert programme
    sizes = loaded(browser("operator"), ["/board", "/institutions", "/campaigns"])
    assert ("echarts" in " ".join(sizes), sum(sizes.values()) <= MOST) == (False, True), sizes
