"""«Ключи API» in the console: given out, shown once, listed to their owner, revoked."""

import re

import pytest

from tests.web.conftest import Browser

ASKED = {"name": "Сайт ведомства", "scopes": ["programmes:read"], "days": "30"}


def test_a_key_is_shown_once_and_works(browser: Browser, programme: str) -> None:
    client = browser("operator")
    assert "права «programmes:read» нет" in client.post("/tokens", data=ASKED).text
    made = client.post("/tokens", data={**ASKED, "scopes": ["statuses:read"]})
    [secret] = re.findall(r'value="(vekha_[\w-]+)"', made.text)
    page = client.get("/tokens").text
    assert ["Сайт ведомства" in page, secret in page, "читать состояние программ" in page] == [True, False, True]
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/programmes", headers=headers).status_code == 200
    [place] = re.findall(r'action="(/tokens/\d+/revoke)"', page)
    assert browser("director").post(place).status_code == 404
    assert client.post(place).status_code == 303
    assert client.get("/api/v1/programmes", headers=headers).status_code == 401


def test_what_is_wrong_with_a_key_is_told_at_once(browser: Browser) -> None:
    page = browser("operator").post("/tokens", data={"name": " ", "days": "400"}).text
    told = ("нет названия", "не выбрано ни одного права", "от 1 до 366")
    assert [each in page for each in told] == [True] * 3


@pytest.mark.parametrize("who", ["municipal", "director", "curator", "stranger"])
def test_keys_are_for_whoever_keeps_institutions(browser: Browser, who: str) -> None:
    client = browser(who)
    assert (client.get("/tokens").status_code, client.post("/tokens", data=ASKED).status_code) == (403, 403)


def test_an_administrator_sees_every_key_an_operator_their_own(browser: Browser) -> None:
    mine, root = browser("operator"), browser("administrator")
    root.post("/tokens", data={**ASKED, "name": "Чужой", "scopes": ["statuses:read"]})
    mine.post("/tokens", data={**ASKED, "name": "Свой", "scopes": ["statuses:read"]})
    for client, seen in ((mine, [True, False]), (root, [True, True])):
        page = client.get("/tokens").text
        assert ["Свой" in page, "Чужой" in page] == seen
