"""A survey from the curator's page to the thanks page and its results; what an anonymous one never shows."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
import python_calamine as calamine
from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.services.surveys.conftest import OPINION, settle
from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App

HERE = f"/programmes/{KEY}/surveys"
ANSWER = {"clarity": "8", "organisation": "7", "help": "9", "safety": "6", "recommend": "да"}


@pytest.fixture
def curator(app: App, browser: Browser, add_institution: Callable[..., str]) -> TestClient:
    settle(app, add_institution)
    return browser("curator")


def created(curator: TestClient, form: str = "programme_opinion", **told: str) -> str:
    answer = curator.post(HERE, data={"form": form, "opens": "2026-05-04", "closes": "18.05.2026", **told})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def links(curator: TestClient, survey: str, *codes: str) -> list[str]:
    page = curator.post(f"{survey}/ask", data={"chosen": codes, "_do": "show"})
    assert page.status_code == 200, page.text
    return [each.removeprefix("http://testserver") for each in re.findall(r"<code>([^<]+)</code>", page.text)]


def test_a_survey_is_made_asked_answered_and_counted(
    curator: TestClient, anonymous: TestClient, clock: VirtualClock
) -> None:
    assert "Опросов ещё не было" in curator.get(HERE).text
    survey = created(curator, closes="2026-05-05")
    page = curator.get(f"{survey}?done=created").text
    assert ["Кого спросить" in page, "нет согласия" in page, "Родитель1 Мария Петровна" in page] == [True] * 3
    made = links(curator, survey, *(f"p{number}" for number in (5, 6, 7, 8, 9, 13, 14)))
    for address in made:
        opened = anonymous.get(address)
        assert [opened.status_code, "анонимный" in opened.text, "<script" in opened.text] == [200, True, False]
        done = anonymous.post(address, data=ANSWER, follow_redirects=True)
        assert "Спасибо, ответ получен" in done.text
    page = curator.get(survey).text
    assert ["Итоги появятся после окончания" in page, "ответили" in page, ">ответил<" in page] == [True, False, False]
    clock.to(dt.date(2026, 5, 6))
    page = curator.get(survey).text
    assert ["завершён" in page, "среднее 8,0" in page, "Показано не всё" in page, "скрыто" in page] == [True] * 4
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(curator.get(f"{survey}/results.xlsx").content))
    assert book.sheet_names == ["Ход", "Ответы", "Свободные ответы"]
    _, first, *_ = book.get_sheet_by_name("Ответы").to_python()
    assert first == ["Насколько понятны цели и порядок программы", "Ответили", 7, "", "скрыто", "скрыто"]


def test_of_two_tabs_the_first_answer_counts(curator: TestClient, anonymous: TestClient) -> None:
    [address] = links(curator, created(curator), "p5")
    assert anonymous.post(address, data=ANSWER).status_code == 303
    late = anonymous.post(address, data={**ANSWER, "clarity": "1"})
    assert [late.status_code, "Этот ответ не принят: раньше уже ответили" in late.text] == [409, True]
    assert "Второй раз ответить нельзя" in late.text


def test_a_wrong_answer_stays_on_the_page(curator: TestClient, anonymous: TestClient) -> None:
    [address] = links(curator, created(curator), "p5")
    wrong = anonymous.post(address, data={**ANSWER, "recommend": "", "keep": "Встречи в парке"})
    assert [wrong.status_code, 'href="#recommend"' in wrong.text, "Встречи в парке" in wrong.text] == [422, True, True]
    assert "Насколько" in anonymous.get(address).text


def test_the_end_and_the_beginning_of_a_survey_are_told(
    curator: TestClient, anonymous: TestClient, clock: VirtualClock
) -> None:
    survey = created(curator, opens="2026-05-06")
    [address] = links(curator, survey, "p5")
    early = anonymous.get(address)
    assert [early.status_code, "Он откроется 06.05.2026" in early.text] == [200, True]
    clock.to(dt.date(2026, 5, 19))
    over = anonymous.post(address, data=ANSWER)
    assert [over.status_code, "Ответы принимали до 18.05.2026" in over.text] == [410, True]
    assert anonymous.get("/s/made-up").status_code == 404


def test_refusals_stand_above_the_form_with_what_was_typed(curator: TestClient) -> None:
    refused = curator.post(HERE, data={"form": "before_after", "opens": "2026-05-20", "closes": "2026-05-01"})
    assert refused.status_code == 422
    for said in ("измеряет дважды", "раньше, чем начинается", 'value="before_after" selected', 'value="2026-05-20"'):
        assert said in refused.text, said
    survey = created(curator, "feedback")
    assert "не выбран никто" in curator.post(f"{survey}/ask", data={"_do": "mail"}).text
    assert "нет действующего согласия" in curator.post(f"{survey}/ask", data={"chosen": "p4", "_do": "show"}).text
    assert curator.post(f"{survey}/remind").status_code == 422
    assert curator.get(f"{HERE}/99").status_code == 404


def test_slips_are_printed_with_names_or_without(curator: TestClient) -> None:
    named, opinion = created(curator, "feedback"), created(curator)
    for path, data in (
        (f"{named}/ask", {"chosen": ["p5", "p6"], "_do": "print"}),
        (f"{opinion}/slips", {"audience": "teacher", "count": "3"}),
    ):
        answer = curator.post(path, data=data)
        assert [answer.status_code, answer.headers["content-type"]] == [200, "application/pdf"]
        assert answer.content.startswith(b"%PDF")
    assert "уже напечатано: 3" in curator.get(opinion).text


def test_days_are_moved_and_a_survey_is_closed_or_taken_back(curator: TestClient) -> None:
    survey = created(curator)
    assert curator.post(f"{survey}/days", data={"closes": "2026-05-25"}).status_code == 303
    assert "25.05.2026" in curator.get(survey).text
    assert curator.post(f"{survey}/close").status_code == 303
    assert "не продлевают" in curator.post(f"{survey}/days", data={"closes": "2026-05-25"}).text
    other = created(curator)
    assert curator.post(f"{other}/cancel").headers["location"] == f"{HERE}?done=cancelled"
    assert other not in curator.get(HERE).text


def test_before_and_after_of_the_same_people(curator: TestClient, anonymous: TestClient, clock: VirtualClock) -> None:
    marks = {"usefulness": "5", "comfort": "5", "support": "5"}
    for moment, codes, more in (("before", ("p5", "p6", "p7"), 0), ("after", ("p6", "p7", "p8"), 3)):
        survey = created(curator, "before_after", moment=moment)
        for number, address in enumerate(links(curator, survey, *codes)):
            given = {**marks, "comfort": str(5 + more - number)}
            assert anonymous.post(address, data=given).status_code == 303
    page = curator.get(HERE).text
    assert "Сравниваются только те, кто ответил дважды: 2 человека" in page
    assert "только «до» ответили 1, только «после» – 1" in page
    assert ["100 %" in page, OPINION["clarity"] == 8] == [True, True]
