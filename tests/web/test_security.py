"""What attackers try, one test each; sessions, other sites and open redirects are in `test_foundation`, uploads and
oversized bodies in `test_forms`, guessed links in `test_links`."""

import re

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import Introduce, Role
from vekha.services.mentoring import people
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace

STAGE = f"/programmes/{KEY}/stages/prepare"
SCRIPT = "<script>alert(1)</script>"
QUOTED = '"><img src=x onerror=alert(1)>'


def live(page: str) -> list[str]:
    """What of an attack a browser would run."""
    return re.findall(r"<script>alert|<img src=x", page)


@pytest.mark.parametrize("attack", [SCRIPT, QUOTED], ids=["script", "attribute"])
def test_a_script_in_any_text_field_stays_text(app: App, browser: Browser, programme: str, attack: str) -> None:
    curator = browser("curator")
    seen: list[str] = []
    for form in app.registry.type("school").forms:  # every field of every form: typed, kept, drawn again
        here = f"{STAGE}/activities/requests/forms/{form.code}"
        page = curator.get(here).text
        names = dict.fromkeys(re.findall(r'<(?:input|textarea)[^>]* name="([a-z][\w-]*)"', page), attack)
        assert names, form.code
        seen += [
            curator.post(here, data=names).text,
            curator.get(here).text,
            curator.get(f"{here}?subject={attack}").text,
        ]
        seen.append(curator.get(f"{here}/links").text)
    with app.work() as work:
        people.carry_out(work, programme, [Introduce(name=f"Белов {attack}", role=Role.MENTOR, contact=attack)])
    own = {"title": attack, "due": "2026-05-20", "reason": attack, "wanted": "2026-12-01"}
    for path in ("/activities", "/extension"):
        assert curator.post(STAGE + path, data=own).status_code == 303
    seen += [
        curator.get(address).text for address in (STAGE, "/desk", f"{STAGE}/activities/requests/forms/mutual_choice")
    ]
    seen.append(curator.get(f"/login?next={attack}").text)
    assert [found for page in seen for found in live(page)] == []
    assert sum(str(escape(attack)) in page for page in seen) > 10  # it was there


@pytest.mark.parametrize(
    "path",
    [
        "/static/../vekha.db",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        f"/programmes/{KEY}/stages/..%2f..%2fetc/pack",
        f"{STAGE}/activities/legal_basis/documents/..%2f..%2fplugin.py",
        f"{STAGE}/activities/legal_basis/documents/..%2f..%2fplugin.py/text",
        "/forms/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out(browser: Browser, programme: str, path: str) -> None:
    assert programme
    answer = browser("curator").get(path)
    assert answer.status_code in (404, 422), answer.status_code
    assert ["root:" in answer.text, "SQLite format" in answer.text, "class Settings" in answer.text] == [False] * 3


def test_numbers_guessed_in_turn_tell_a_stranger_nothing(app: App, browser: Browser, programme: str) -> None:
    with app.work() as work:
        [row] = documents.approve(work, programme, [DocumentPlace("prepare", "legal_basis", "order_launch")])
    stranger = browser("stranger")
    answers = {number: stranger.get(f"/documents/{number}/file") for number in range(1, 6)}
    assert {each.status_code for each in answers.values()} <= {403, 404}
    assert all(row.title not in each.text for each in answers.values())
    looks = {stranger.get(f"/d/{number}").status_code for number in range(1, 6)}
    assert looks == {404}  # and nobody learns which of them exist


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808", "0"])
def test_a_number_that_no_row_can_have_is_a_page_that_is_not_there(browser: Browser, number: str) -> None:
    curator, operator = browser("curator"), browser("operator")
    answers = [curator.get(f"/{place}".format(number)) for place in ("answers/{}", "documents/{}/file", "practices/{}")]
    answers += [operator.get(f"/{place}".format(number)) for place in ("shifts/{}", "accounts/{}", "d/{}?h=made-up")]
    assert [each.status_code for each in answers] == [404] * len(answers)


def test_an_address_or_a_form_that_cannot_be_understood_is_told_in_words(
    browser: Browser, anonymous: TestClient
) -> None:
    wrong = browser("operator").get("/shifts/abc")
    assert (wrong.status_code, "Такой страницы нет" in wrong.text) == (404, True)
    empty = anonymous.post("/welcome/made-up", data={})
    assert (empty.status_code, "Запрос не понят" in empty.text, "Field required" in empty.text) == (422, True, False)


def test_a_personal_page_is_for_no_search_engine_and_tells_no_other_site(anonymous: TestClient) -> None:
    page = anonymous.get("/f/made-up").text
    assert ['name="robots" content="noindex"' in page, 'content="no-referrer"' in page] == [True, True]
