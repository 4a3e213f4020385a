"""«Показатели» of a programme: why the draft of the SWOT is empty, and what whoever may not open the answers sees."""

from collections.abc import Callable

import pytest

from tests.services.surveys.conftest import School, settle
from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.services.process import forms
from vekha.services.process.programmes import load

HERE = f"/programmes/{KEY}/monitoring"
PLEASED = {"role": "наставляемый", "effectiveness": 9, "comfort": 9, "usefulness": 9, "valued": "Беседы у реки"}


@pytest.fixture
def school(app: App, clock: object, add_institution: Callable[..., str]) -> School:
    settle(app, add_institution)
    return School(app, clock)  # type: ignore[arg-type]


def please(school: School, *people: str) -> None:
    for person in people:
        school.does(forms.submit, KEY, "satisfaction", {**PLEASED, "respondent": person})


def test_the_page_says_why_the_draft_is_empty_and_what_to_do(school: School, browser: Browser) -> None:
    curator = browser("curator")
    assert "участники ещё не ответили" in curator.get(HERE).text
    please(school, "p5")
    page = curator.get(HERE).text
    assert "ни слов, ни оценок участников здесь нет" in page
    assert "Пока пусто: «Сильные стороны»" in page
    assert "Беседы у реки" not in page
    please(school, "p6", "p7", "p8", "p9")
    page = curator.get(HERE).text
    assert ["Беседы у реки" in page, "ни слов, ни оценок участников здесь нет" in page] == [True, False]


def test_a_watcher_sees_no_draft_and_is_told_how_answers_are_counted(school: School, browser: Browser) -> None:
    please(school, "p5", "p6", "p7", "p8", "p9")
    page = browser("municipal").get(HERE).text
    assert ["Беседы у реки" in page, "Куратор ещё не сохранил SWOT-анализ" in page] == [False, True]
    assert "группами не меньше пяти человек" in page
    assert "группами не меньше пяти человек" not in browser("curator").get(HERE).text


def test_a_watcher_sees_results_of_a_named_survey_after_its_end_alone(school: School, browser: Browser) -> None:
    number = school.create("feedback")
    for token in school.invite(number, ["p5", "p6"]).values():
        school.answer(token, {"comfort": 8, "progress": 6, "difficulties": "Далеко ехать"})
    address = f"/programmes/{KEY}/surveys/{number}"
    assert "Далеко ехать" in browser("curator").get(address).text
    watcher = browser("municipal")
    page = watcher.get(address).text
    assert ["Далеко ехать" in page, "Итоги появятся после окончания" in page] == [False, True]
    sent = watcher.get(f"{address}/results.xlsx")
    assert (sent.status_code, "Далеко".encode() in sent.content) == (200, False)


def test_a_watcher_reads_a_report_when_it_is_issued(school: School, browser: Browser) -> None:
    """Its draft is made of today's answers: two days of it would tell what somebody has said."""
    loaded = school.does(load, KEY)
    stage, activity = next(
        (stage.code, row.code)
        for stage, row in loaded.roadmap.rows()
        if any(use.code == "final_report" for use in row.documents)
    )
    address = f"/programmes/{KEY}/stages/{stage}/activities/{activity}/documents/final_report"
    curator, watcher = browser("curator"), browser("municipal")
    assert [curator.get(address).status_code, curator.get(f"{address}/text").status_code] == [200, 200]
    page = watcher.get(address)
    assert (page.status_code, "его видят те, кто работает с программой" in page.text) == (200, True)
    assert ["<iframe" in page.text, "/docx" in page.text] == [False, False]
    assert [watcher.get(f"{address}/{each}").status_code for each in ("text", "docx")] == [403, 403]
    register = address.replace(f"{stage}/activities/{activity}", "mentees/activities/mentee_data")
    assert watcher.get(register.replace("final_report", "mentee_register")).status_code == 200
