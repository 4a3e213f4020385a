"""`vekha pair` and `vekha meeting`: a pair's year on the command line."""

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.domain.people import FormPair, GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people

TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 5, 31)
WHO = {
    "Ученикова Дина Ильинична": Role.MENTEE,
    "Наставник Анна Ивановна": Role.MENTOR,
    "Сменщик Азат Маратович": Role.MENTOR,
}


@pytest.fixture
def pair(school: str, app: App) -> str:
    with app.work() as work:
        for number, (name, role) in enumerate(WHO.items(), 1):
            consent = {"purpose": Purpose.PROCESSING, "signed": TODAY, "until": dt.date(2027, 6, 30)}
            commands = (
                Introduce(name=name, role=role),
                GiveConsent(subject=f"p{number}", **consent),
                Register(person=f"p{number}", role=role, on=TODAY),
            )
            people.carry_out(work, school, commands)
        pair = FormPair(mentors=("p2",), mentees=("p1",), format="один на один", starts=TODAY, ends=UNTIL)
        people.carry_out(work, school, [pair])
    return school


def done(vekha: Vekha, *arguments: str) -> str:
    told = vekha(*arguments)
    assert told.code == 0, told.err
    return told.out


def test_meetings_from_plan_to_reflections(vekha: Vekha, pair: str, tmp_path: Path) -> None:
    assert "Встреч ещё нет." in done(vekha, "meeting", "list", pair, "n1")
    series = ("--every", "weekly", "--count", "3", "--time", "15:30", "--topic", "опыты")
    assert "Назначено встреч: 3" in done(vekha, "meeting", "plan", pair, "n1", "--on", "04.05.2026", *series)
    assert "перенесена на 19.05.2026" in done(
        vekha, "meeting", "move", pair, "3", "--to", "19.05.2026", "--reason", "экзамен"
    )
    came = ("--present", "p1", "--present", "Наставник Анна Ивановна")
    assert "Встреча записана: 1" in done(vekha, "meeting", "hold", pair, "1", *came, "--on", "04.05.2026")
    assert vekha("meeting", "hold", pair, "1", "--present", "p1", "--on", "04.05.2026", "--json").codes == [
        "meeting.already_held"
    ]
    done(vekha, "meeting", "cancel", pair, "2", "--reason", "болезнь")
    done(vekha, "meeting", "restore", pair, "2")
    rows = vekha("meeting", "list", pair, "n1", "--json").json
    assert [(row["planned"], row["on"], row["state"]) for row in rows] == [
        (1, "2026-05-04", "held"),
        (2, "2026-05-12", "planned"),
        (3, "2026-05-19", "planned"),
    ]
    assert "рабочая встреча" in done(vekha, "meeting", "list", pair, "n1")
    sheet = tmp_path / "links.pdf"
    told = done(vekha, "meeting", "ask", pair, "1", "--print", str(sheet))
    assert len(re.findall(r"/r/", told)) == 2
    assert sheet.read_bytes().startswith(b"%PDF")
    asked = vekha("meeting", "ask", pair, "1", "--person", "p1", "--json").json
    assert [each["name"] for each in asked["links"]] == ["Ученикова Дина Ильинична"]
    assert vekha("meeting", "ask", pair, "1", "--send", "--json").codes == ["link.no_addresses"]
    paper = tmp_path / "journal.pdf"
    assert "Журнал записан" in done(vekha, "pair", "journal", pair, "n1", "--out", str(paper))


def test_a_plan_step_by_step(vekha: Vekha, pair: str) -> None:
    assert "Плана ещё нет." in done(vekha, "pair", "show", pair, "n1")
    done(vekha, "pair", "step-add", pair, "n1", "--task", "Разобрать задачи", "--due", "01.06.2026")
    done(vekha, "pair", "step-move", pair, "n1", "1", "--due", "15.06.2026", "--reason", "каникулы")
    done(vekha, "pair", "step-done", pair, "n1", "1", "--result", "двадцать", "--mark", "5", "--on", "04.05.2026")
    done(vekha, "pair", "step-reopen", pair, "n1", "1")
    assert vekha("pair", "step-done", pair, "n1", "1", "--mark", "7", "--json", "--on", "04.05.2026").codes == [
        "pair.step_bad_mark"
    ]
    done(vekha, "pair", "step-drop", pair, "n1", "1", "--reason", "не нужен")
    [step] = vekha("pair", "show", pair, "n1", "--json").json["steps"]
    assert (step["due"], step["state"], step["actual"]) == ("2026-06-15", "dropped", "двадцать")
    assert "снят" in done(vekha, "pair", "show", pair, "n1")


def test_more_time_another_mentor_and_the_end(vekha: Vekha, pair: str) -> None:
    assert "продлена по 10.06.2027" in done(
        vekha, "pair", "extend", pair, "n1", "--until", "10.06.2027", "--reason", "олимпиада"
    )
    handover = ("--reason", "переезд", "--done", "план", "--left", "опыты", "--on", "04.05.2026")
    assert "Новая пара: n2" in done(vekha, "pair", "replace", pair, "n1", "--mentor", "p3", *handover)
    assert "Отменено: замену наставника" in done(vekha, "pair", "undo", pair, "n1")
    assert vekha("pair", "finish", pair, "n1", "--on", "04.05.2026", "--json").codes == ["pair.not_completed"]
    done(vekha, "meeting", "add", pair, "--kind", "final", "--pair", "n1", "--on", "04.05.2026")
    assert "завершила работу" in done(vekha, "pair", "finish", pair, "n1", "--on", "04.05.2026")
    found = vekha("pair", "show", pair, "n1", "--json").json
    assert (found["state"], found["meetings"]) == ("finished", {"final": 1})
    assert "Пара продлена: олимпиада" in done(vekha, "pair", "show", pair, "n1")


def test_in_a_group_it_is_said_who_hands_over(vekha: Vekha, pair: str, app: App) -> None:
    with app.work() as work:
        group = FormPair(mentors=("p2", "p3"), mentees=("p1",), format="групповое", starts=TODAY, ends=UNTIL)
        people.carry_out(work, pair, [group])
    words = ("--reason", "переезд", "--done", "план", "--left", "опыты")
    told = vekha("pair", "replace", pair, "n2", "--mentor", "p3", *words, "--json")
    assert (told.code, told.codes) == (1, ["pair.which_mentor"])


def test_calendars_of_a_pair_and_of_a_person(vekha: Vekha, pair: str) -> None:
    assert re.search(r"/feeds/\S+\.ics", done(vekha, "pair", "feed", pair, "n1"))
    assert "token" in vekha("pair", "feed", pair, "n1", "--person", "p2", "--json").json
    assert vekha("pair", "feed", pair, "n1", "--revoke", "--json").json == {"revoked": 1}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "n1", "--on", "01.09.2030"), "meeting.outside_term"),
        (("plan", "n1", "--on", "05.05.2026", "--kind", "seminar"), "meeting.unknown_kind"),
        (("plan", "n1", "--on", "05.05.2026", "--time", "25:61"), "meeting.bad_time"),
        (("plan", "n1", "--on", "05.05.2026", "--every", "иногда"), "meeting.unknown_rhythm"),
        (("plan", "n1", "--on", "05.05.2026", "--every", "weekly", "--until", "01.05.2026"), "meeting.no_days"),
        (("plan", "n1", "--on", "05.05.2026", "--every", "twice_a_week"), "meeting.too_many"),
        (("cancel", "7", "--reason", "нет"), "meeting.unknown"),
        (("ask", "7"), "meeting.unknown"),
        (("ask", "7", "--send"), "meeting.unknown"),
    ],
)
def test_what_is_refused(vekha: Vekha, pair: str, arguments: tuple[str, ...], code: str) -> None:
    command, *rest = arguments
    assert vekha("meeting", command, pair, *rest, "--json").codes == [code]
