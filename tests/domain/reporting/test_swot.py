"""Points from answers and figures: words once, the most frequent first; a number in the middle says nothing."""

from vekha.domain.reporting.indicators import Figure
from vekha.domain.reporting.swot import Material, Point, Quarter, as_text, assemble


def test_nothing_known_nothing_said() -> None:
    assert assemble(Material()) == dict.fromkeys(Quarter, ())


def test_the_same_words_are_one_point_and_frequent_ones_come_first() -> None:
    found = assemble(Material(valued=["разборы задач", "Экскурсии.", "Разборы  задач.", "  "]))
    assert found[Quarter.STRENGTHS] == (
        Point("Разборы задач", "satisfaction", 2),
        Point("Экскурсии", "satisfaction", 1),
    )
    assert as_text(found[Quarter.STRENGTHS]) == "Разборы задач\nЭкскурсии"


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
        Material(become_mentor=(2, 5), go_on=(0, 5), change_mentor=1, figures=figures, deviations=["Карантин"])
    )
    assert [each.words for each in found[Quarter.OPPORTUNITIES]] == [
        "Стать наставниками готовы 2 из 5 опрошенных наставляемых"
    ]
    assert [each.source for each in found[Quarter.THREATS]] == ["figures", "feedback", "curator_report"]
