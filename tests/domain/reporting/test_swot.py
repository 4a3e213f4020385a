"""Points from answers and figures: words once, the most frequent first; a number in the middle says nothing."""

import pytest

from vekha.domain.reporting.indicators import Figure
from vekha.domain.reporting.swot import Mark, Material, Point, Quarter, as_text, assemble


def test_nothing_known_nothing_said() -> None:
    assert assemble(Material()) == dict.fromkeys(Quarter, ())


def test_the_same_words_are_one_point_and_frequent_ones_come_first() -> None:
    said = ["разборы задач", "Экскурсии.", "Разборы  задач.", "  ", "экскурсии", "Разборы задач"]
    found = assemble(Material(valued=said))
    assert found[Quarter.STRENGTHS] == (
        Point("Разборы задач", "satisfaction", 3),
        Point("Экскурсии", "satisfaction", 2),
    )
    assert as_text(found[Quarter.STRENGTHS]) == "Разборы задач\nЭкскурсии"


@pytest.mark.parametrize(
    "words", ["Всего хватило", "Нет", "—", "Особых трудностей нет.", "не было проблем", "Всё устраивает!", "Ничего"]
)
def test_an_answer_that_nothing_was_lacking_is_no_weakness(words: str) -> None:
    told = ["Времени на практику", *[words] * 5]
    found = assemble(Material(missing=told, difficulties=told, change=told, deviations=[words]))
    assert [each.words for each in found[Quarter.WEAKNESSES]] == ["Времени на практику"] * 3
    assert found[Quarter.THREATS] == ()


def test_what_only_begins_with_no_is_a_weakness() -> None:
    told = ["Нет времени на встречи"] * 5
    assert [each.words for each in assemble(Material(missing=told))[Quarter.WEAKNESSES]] == ["Нет времени на встречи"]


def test_nothing_that_fewer_than_five_have_said_is_a_point() -> None:
    few, mark = ["Слова"] * 4, Mark(question="Помощь", mean=10, least=1, most=10, answers=4)
    said = dict.fromkeys(("valued", "missing", "difficulties", "keep", "change"), few)
    counts = dict.fromkeys(("go_on", "become_mentor", "change_mentor"), (4, 4))
    figures = {"recommended": Figure(4, 4)}
    assert assemble(Material(**said, **counts, marks=[mark], figures=figures)) == dict.fromkeys(Quarter, ())
    assert all(assemble(Material(**{name: [*few, "Ещё"] for name in said})).get(each) for each in [*Quarter][:2])


def test_surveys_speak_where_their_marks_are_far_from_the_middle() -> None:
    marks = [
        Mark(question=title, mean=mean, least=1, most=10, answers=12)
        for title, mean in (("Порядок", 8.25), ("Помощь", 7.0), ("Связь", 5.5))
    ]
    found = assemble(Material(marks=marks, keep=["встречи"] * 5, change=["переносы"] * 6))
    assert found[Quarter.STRENGTHS] == (
        Point("Встречи", "programme_opinion", 5),
        Point("Высоко оценено: «Порядок» – 8,2 из 10", "survey", 12),
    )
    assert found[Quarter.WEAKNESSES] == (
        Point("Переносы", "programme_opinion", 6),
        Point("Низко оценено: «Связь» – 5,5 из 10", "survey", 12),
    )


def test_figures_speak_when_they_are_far_from_the_middle() -> None:
    figures = {"satisfied_mentees": Figure(9, 10), "completion": Figure(7, 10), "tasks_in_time": Figure(5, 10)}
    found = assemble(Material(figures=figures))
    assert [each.words for each in found[Quarter.STRENGTHS]] == ["Довольны участием 90 % ответивших наставляемых"]
    assert [each.words for each in found[Quarter.WEAKNESSES]] == ["Вовремя выполнено только 50 % мероприятий"]


def test_answers_of_a_few_are_no_figure() -> None:
    assert assemble(Material(figures={"satisfied_mentees": Figure(4, 4)}))[Quarter.STRENGTHS] == ()


def test_hopes_and_worries() -> None:
    figures = {"unpaired": Figure(3), "tasks_late": Figure(0)}
    found = assemble(
        Material(become_mentor=(2, 5), go_on=(0, 5), change_mentor=(1, 5), figures=figures, deviations=["Карантин"])
    )
    assert [each.words for each in found[Quarter.OPPORTUNITIES]] == [
        "Стать наставниками готовы 2 из 5 опрошенных наставляемых"
    ]
    assert [each.source for each in found[Quarter.THREATS]] == ["figures", "feedback", "curator_report"]
