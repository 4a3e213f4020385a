"""`vekha survey` from the forms there are to the results, and its letters at a real mail server."""

import re
from pathlib import Path

from sqlmodel import select

from flows import deliveries
from tests.cli.conftest import Vekha
from tests.conftest import VirtualClock
from tests.mail.server import Mailbox, serving
from tests.services.surveys.conftest import NOBODY, OPINION, people_of_school
from vekha.bootstrap import App
from vekha.services.surveys import answering
from vekha.storage import outbox
from vekha.storage.tables import SurveyAsked


def test_a_survey_on_the_command_line(vekha: Vekha, school: str, app: App, home: Path) -> None:
    people_of_school(app)
    assert "Анонимный отзыв о программе" in vekha("survey", "forms", school).out
    assert vekha("survey", "list", school).out.startswith("Опросов ещё не было")
    assert vekha("survey", "create", school, "mentee_entry", "--json").codes == ["survey.not_a_survey"]
    assert vekha("survey", "create", school, "before_after", "--json").codes == ["survey.moment_needed"]
    made = vekha("survey", "create", school, "programme_opinion", "--until", "20.05.2026", "--json")
    assert (made.json["survey"], made.json["closes"], made.json["anonymous"]) == (1, "2026-05-20", True)
    sheet = home / "листки.pdf"
    links = vekha("survey", "link", school, "1", "--print", sheet, "--json")
    assert sheet.read_bytes()[:5] == b"%PDF-"
    slips = vekha("survey", "link", school, "1", "--slips", "2", "--audience", "teacher", "--json")
    assert [each["name"] for each in slips.json["links"]] == ["", ""]
    for each in [*links.json["links"], *slips.json["links"]]:
        [token] = re.findall(r"/s/([\w-]+)$", each["address"])
        with app.work(NOBODY) as work:
            answering.answer(work, token, OPINION)
    assert "Итоги появятся после окончания" in vekha("survey", "results", school, "1").out
    assert vekha("survey", "cancel", school, "1", "--json").codes == ["survey.has_answers"]
    assert vekha("survey", "prolong", school, "1", "2026-05-25").out == "Последний день опроса: 25.05.2026.\n"
    assert vekha("survey", "close", school, "1").out == "Опрос завершён.\n"
    told = vekha("survey", "results", school, "1", "--out", home / "итоги.xlsx")
    assert ["Среднее 8,0, ответили" in told.out, (home / "итоги.xlsx").stat().st_size > 5000] == [True, True]
    assert vekha("survey", "results", school, "1", "--json").json["questions"][0]["mean"] == 8.0
    assert vekha("survey", "close", school, "1", "--json").codes == ["survey.over"]
    assert vekha("survey", "prolong", school, "1", "2026-05-25", "--json").codes == ["survey.anonymous_over"]
    assert "завершён" in vekha("survey", "list", school).out
    assert vekha("survey", "show", school, "7", "--json").codes == ["survey.unknown"]


def test_letters_go_to_those_who_have_not_answered(app: App, vekha: Vekha, school: str, clock: VirtualClock) -> None:
    people_of_school(app)
    vekha("survey", "create", school, "feedback", "--json")
    assert vekha("survey", "remind", school, "1", "--json").codes == ["survey.nobody_to_remind"]
    sent = vekha("survey", "send", school, "1", "--person", "p5", "--person", "p6", "--json")
    assert (sent.code, sent.json) == (0, {"queued": 2})
    mailbox = Mailbox(answers={"RCPT": "451 later"})
    with serving(mailbox) as server:
        app.tools.__dict__["mail_server"] = server
        assert deliveries.poll(app, jobs(app)) == {}
        assert mailbox.letters == []
        mailbox.answers.clear()
        clock.pass_days(1)
        deliveries.poll(app, jobs(app))
        first, second = [each.get_body(("plain",)).get_content() for each in mailbox.letters]  # type: ignore[union-attr]
        [token] = re.findall(r"/s/([\w-]+)", first)
        with app.work(NOBODY) as work:
            answering.answer(work, token, {"comfort": 8, "progress": 7})
        assert "с подписью" not in second
        assert vekha("survey", "remind", school, "1", "--json").json == {"queued": 1}
        assert vekha("survey", "remind", school, "1", "--json").codes == ["survey.nobody_to_remind"]
        deliveries.poll(app, jobs(app))
        [again] = mailbox.letters[2:]
        assert (again["To"], "Напоминание" in again["Subject"]) == ("p6@example.org", True)
    assert [each.mailed_on is not None for each in rows(app)] == [True, True]


def jobs(app: App) -> list[outbox.Job]:
    return [each for each in outbox.take(app.engine, "test", app.clock(), 50) if each.kind == "survey"]


def rows(app: App) -> list[SurveyAsked]:
    with app.work(writes=False) as work:
        return list(work.session.exec(select(SurveyAsked)))
