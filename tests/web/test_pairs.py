"""The page of pairs, used as a browser without JavaScript uses it."""

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people

PAIRS = f"/programmes/{KEY}/pairs"
TODAY = dt.date(2026, 5, 4)
WHO = (
    ("Галиева Алина Маратовна", Role.MENTEE, None),
    ("Журавлёв Илья Сергеевич", Role.MENTEE, None),
    ("Соколова Анна Викторовна", Role.MENTOR, {"competences": ["проекты и исследования"]}),
)


@pytest.fixture
def curator(app: App, browser: Browser, programme: str) -> TestClient:
    """Two mentees and one mentor wait for each other."""
    with app.work() as work:
        for number, (name, role, details) in enumerate(WHO, 1):
            consent = {"purpose": Purpose.PROCESSING, "signed": TODAY, "until": dt.date(2027, 12, 31)}
            commands = (
                Introduce(name=name, role=role),
                GiveConsent(subject=f"p{number}", **consent),
                Register(person=f"p{number}", role=role, on=TODAY, details=details or {}),
            )
            people.carry_out(work, programme, commands)
    return browser("curator")


def words_of(client: TestClient, address: str = PAIRS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def post(client: TestClient, path: str, **data: str) -> None:
    answer = client.post(f"{PAIRS}/{path}", data=data)
    assert (answer.status_code, answer.headers.get("location")) == (303, PAIRS), answer.text


def test_from_nothing_to_pairs_at_work_and_the_rest(curator: TestClient) -> None:
    assert "без наставника: 2" in words_of(curator)
    assert f'href="{PAIRS}"' in curator.get(f"/programmes/{KEY}/stages/prepare").text
    post(curator, "propose", model="one_to_one")
    told = words_of(curator)
    assert "Галиева Алина Маратовна Наставник: Соколова Анна Викторовна" in told
    assert "Подходит Соколова Анна Викторовна, но все места заняты: Галиева Алина Маратовна" in told
    cost = words_of(curator, f"{PAIRS}?change=pin&mentee=p2&mentor=p3")
    assert "Закрепить: Соколова Анна Викторовна – Журавлёв Илья Сергеевич" in cost
    assert "Останутся без наставника: Галиева Алина Маратовна." in cost
    post(curator, "fix", kind="pin", mentee="p2", mentor="p3", why="просили оба")
    told = words_of(curator)
    assert "Журавлёв Илья Сергеевич закреплено Наставник: Соколова Анна Викторовна" in told
    assert "просили оба" in told
    post(curator, "support", note="беседа с психологом")
    assert "Галиева Алина Маратовна поддержка оказана" in words_of(curator)
    post(curator, "confirm", version="2", starts="2026-05-05", ends="2027-05-31")
    told = words_of(curator)
    assert "1 пара в работе · без наставника: 1" in told
    assert "05.05.2026 – 31.05.2027" in told
    post(curator, "confirm", version="2")  # sent twice
    assert "1 пара в работе" in words_of(curator)


def test_a_forbidden_pair_can_be_taken_back(curator: TestClient) -> None:
    post(curator, "propose", model="peer")
    post(curator, "fix", kind="forbid", mentee="p1", mentor="p3")
    told = words_of(curator)
    assert "Запрещено куратором: Соколова Анна Викторовна" in told
    assert "Найдут наставника: Галиева Алина Маратовна." in words_of(
        curator, f"{PAIRS}?change=unpin&mentee=p1&mentor=p3"
    )
    post(curator, "fix", kind="unpin", mentee="p1", mentor="p3")
    post(curator, "discard")
    assert "Подобрать пары" in words_of(curator)


def test_a_refusal_is_the_page_with_the_reason(curator: TestClient) -> None:
    answer = curator.post(f"{PAIRS}/confirm", data={"version": "5"})
    assert answer.status_code == 422
    assert "нет предложения, которое можно подтвердить" in answer.text
    wrong = curator.get(f"{PAIRS}?change=pin&mentee=p3&mentor=p1")
    assert wrong.status_code == 422
    assert "не состоит в программе как наставляемый" in wrong.text
    assert curator.get(f"{PAIRS}?change=x&mentee=p1&mentor=p3").status_code == 422


def test_rounds_on_a_page_and_on_paper(curator: TestClient) -> None:
    assert "Раунд 2" in words_of(curator, f"{PAIRS}/speed")
    assert "Раунд 2" not in words_of(curator, f"{PAIRS}/speed?rounds=1")
    assert curator.get(f"{PAIRS}/speed.pdf?rounds=1").content.startswith(b"%PDF")
    assert curator.get(f"{PAIRS}/speed.xlsx").content.startswith(b"PK")
    assert curator.get(f"{PAIRS}/speed?rounds=0").status_code == 422


def test_who_only_looks_has_no_buttons_and_a_stranger_sees_nothing(curator: TestClient, browser: Browser) -> None:
    post(curator, "propose", model="one_to_one")
    municipal = browser("municipal")
    page = municipal.get(PAIRS)
    assert page.status_code == 200
    assert "Галиева Алина" in page.text
    assert f'action="{PAIRS}/' not in page.text.replace(f'action="{PAIRS}/speed"', "")
    for path in ("propose", "fix", "confirm", "discard", "support"):
        data = {"kind": "pin", "mentee": "p1", "mentor": "p3", "version": "1", "note": "x"}
        assert municipal.post(f"{PAIRS}/{path}", data=data).status_code == 403
    stranger = browser("stranger")
    assert stranger.get(PAIRS).status_code == 403
    assert stranger.get(f"{PAIRS}/speed").status_code == 403


def test_with_nobody_registered_there_is_nobody_to_match(browser: Browser, programme: str) -> None:
    assert programme == KEY
    told = words_of(browser("director"))
    assert ["Подбирать пока некого" in told, "Наставник есть у каждого" in told] == [True, False]
