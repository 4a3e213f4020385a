"""The page of one pair and the page behind a reflection's link, used as a browser without JavaScript uses them."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import FormPair, GiveConsent, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.services.mentoring import people
from vekha.storage.tables import Outbox, Person, Programme, Reflection
from vekha.web.app import create_app

PAIR = f"/programmes/{KEY}/pairs/n1"
TODAY = dt.date(2026, 5, 4)
UNTIL = dt.date(2027, 5, 31)
WHO = (
    ("Журавлёв Илья Сергеевич", Role.MENTEE, dt.date(2012, 2, 28)),
    ("Соколова Анна Викторовна", Role.MENTOR, None),
    ("Миронова Алсу Рашитовна", Role.MENTOR, None),
)


@pytest.fixture
def curator(app: App, browser: Browser, programme: str) -> TestClient:
    with app.work() as work:
        for number, (name, role, born) in enumerate(WHO, 1):
            consent = {"purpose": Purpose.PROCESSING, "signed": TODAY, "until": dt.date(2027, 12, 31)}
            guardian = "Журавлёва Мария Петровна" if born else None
            commands = (
                Introduce(name=name, role=role, birth_date=born),
                GiveConsent(subject=f"p{number}", guardian=guardian, **consent),
                Register(person=f"p{number}", role=role, on=TODAY),
            )
            people.carry_out(work, programme, commands)
        pair = FormPair(mentors=("p2",), mentees=("p1",), format="один на один", starts=TODAY, ends=UNTIL)
        people.carry_out(work, programme, [pair])
    return browser("curator")


@pytest.fixture
def anybody(app: App) -> Iterator[TestClient]:
    with TestClient(create_app(app), follow_redirects=False) as client:
        yield client


def words_of(client: TestClient, address: str = PAIR) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def post(client: TestClient, path: str, to: str = PAIR, **data: object) -> None:
    answer = client.post(f"{PAIR}/{path}", data=data)
    assert (answer.status_code, answer.headers.get("location", "").partition("#")[0]) == (303, to), answer.text


def held(client: TestClient) -> None:
    """A meeting of today, planned and held by both."""
    post(client, "meetings", kind="introduction", on="2026-05-04", time="9.30", topic="знакомство")
    post(client, "meetings/1", _do="hold", on="2026-05-04", present=["p1", "p2"], minutes="45", topic="знакомство")


def test_a_pair_from_its_first_meeting_to_the_end(curator: TestClient) -> None:
    assert f'href="{PAIR}"' in curator.get(f"/programmes/{KEY}/pairs").text
    told = words_of(curator)
    assert "Соколова Анна Викторовна – Журавлёв Илья Сергеевич" in told
    assert "сформирована" in told
    held(curator)
    told = words_of(curator)
    assert "4 мая, пн, 09:30 · встреча-знакомство знакомство 45 мин" in told
    assert "работает" in told
    post(curator, "meetings", kind="final", on="2026-05-04")
    post(curator, "meetings/2", _do="hold", on="2026-05-04", present=["p1", "p2"])
    post(curator, "end", _do="finish", on="2026-05-04", reason="цель достигнута")
    told = words_of(curator)
    assert "завершена цель достигнута" in told
    assert "Пара завершила работу" in told
    post(curator, "undo")
    assert "работает" in words_of(curator)


def test_a_series_keeps_to_working_days_and_its_meetings_can_be_moved(curator: TestClient) -> None:
    """9 May is a holiday, 11 May 2026 the day off in its place."""
    post(curator, "meetings", kind="series", on="2026-05-04", rhythm="weekly", count="3", time="15:30", place="каб. 5")
    told = words_of(curator)
    assert all(day in told for day in ("4 мая, пн, 15:30", "12 мая, вт, 15:30", "18 мая, пн, 15:30"))
    post(curator, "meetings/3", _do="move", on="2026-05-19", time="", reason="экзамен")
    assert "Перенесена с 18.05.2026: экзамен" in words_of(curator)
    post(curator, "meetings/2", _do="cancel", reason="болезнь")
    assert "отменена" in words_of(curator)
    post(curator, "meetings/2", _do="restore")
    answer = curator.post(f"{PAIR}/meetings", data={"kind": "series", "on": "2026-05-19"})
    assert answer.status_code == 422
    assert "на эти дни у пары уже назначены встречи: 19.05.2026" in answer.text


def test_steps_of_the_plan(curator: TestClient) -> None:
    assert "Плана ещё нет" in words_of(curator)
    post(curator, "steps", task="Разобрать задачи", due="2026-06-01", expected="двадцать задач")
    post(curator, "steps/1", _do="move", on="2026-06-15", reason="каникулы")
    assert "Перенесён с 01.06.2026 на 15.06.2026: каникулы" in words_of(curator)
    post(curator, "steps/1", _do="done", on="2026-05-04", actual="двадцать одна", mark="5")
    assert "Получилось: двадцать одна · оценка 5" in words_of(curator)
    post(curator, "steps/1", _do="reopen")
    answer = curator.post(f"{PAIR}/steps/1", data={"_do": "move", "on": "2028-01-01", "reason": "лето"})
    assert "дата шага 01.01.2028 вне срока пары" in answer.text


def test_another_mentor_and_back(curator: TestClient) -> None:
    post(curator, "steps", task="Провести опыты", due="2026-06-01")
    assert '<select name="old"><option value="p2">' in curator.get(PAIR).text
    data = {"old": "p2", "new": "p3", "on": "2026-05-04", "reason": "переезд", "done": "план", "left": "опыты"}
    post(curator, "replace", to=f"/programmes/{KEY}/pairs/n2", **data)
    told = words_of(curator, f"/programmes/{KEY}/pairs/n2")
    assert "Миронова Алсу Рашитовна – Журавлёв Илья Сергеевич" in told
    assert "Сделано: план Осталось: опыты" in told
    assert "Провести опыты" in told
    assert "наставник заменён" in words_of(curator)
    post(curator, "undo")
    assert "сформирована" in words_of(curator)


def links_of(page: str) -> list[str]:
    return re.findall(r'value="[^"]*(/r/[^"]+)"', page)


def test_reflections_are_given_once_and_read_by_the_curator(curator: TestClient, anybody: TestClient) -> None:
    held(curator)
    asked = curator.post(f"{PAIR}/meetings/1/ask", data={"_do": "show"})
    mentor, mentee = links_of(asked.text)
    assert "Как прошла встреча?" in anybody.get(mentee).text
    refused = anybody.post(mentee, data={"words": "хорошо"})
    assert (refused.status_code, "не отмечено, насколько полезной" in refused.text) == (422, True)
    assert "хорошо" in refused.text
    given = {"useful": "2", "words": "не всё понял", "ahead": "повторю", "wants_curator": "yes"}
    assert anybody.post(mentee, data=given).status_code == 303
    assert "Спасибо, ответ получен" in anybody.get(mentee).text
    second = anybody.post(mentee, data={"useful": "5"})
    assert (second.status_code, "Этот ответ не принят: раньше уже ответили" in second.text) == (409, True)
    told = words_of(curator)
    assert "полезность 2 из 5 просит о встрече с куратором не всё понял Дальше: повторю" in told
    assert "не всё понял" not in anybody.get(mentor).text
    post(curator, "meetings/1/settle", person="p1", note="поговорили")
    assert "Решено: поговорили" in words_of(curator)
    again = curator.post(f"{PAIR}/meetings/1/ask", data={"_do": "show"})
    assert len(links_of(again.text)) == 1
    assert anybody.get(mentor).status_code == 410


def test_reflections_are_asked_for_by_letter(app: App, curator: TestClient) -> None:
    held(curator)
    refused = curator.post(f"{PAIR}/meetings/1/ask", data={"_do": "send"})
    assert (refused.status_code, "нет адреса почты" in refused.text) == (422, True)
    with app.work() as work:
        [home] = work.session.exec(select(Programme.institution).where(Programme.key == KEY)).all()
        mentor = work.session.get_one(Person, (home, "p2"))
        name, mentor.contact = mentor.name, "p2@example.org"
    told = curator.post(f"{PAIR}/meetings/1/ask", data={"_do": "send"}).text
    assert "Отправляем 1 письмо" in told
    assert "Нет адреса почты:" in told
    assert name not in told.partition("Нет адреса почты:")[2].partition("</p>")[0]
    with app.work(writes=False) as work:
        [job] = work.session.exec(select(Outbox).where(Outbox.kind == "reflection")).all()
    assert (job.payload["person"], job.payload["again"]) == ("p2", False)


def test_nobody_but_the_institution_reads_reflections(
    curator: TestClient, anybody: TestClient, browser: Browser
) -> None:
    held(curator)
    _, mentee = links_of(curator.post(f"{PAIR}/meetings/1/ask", data={}).text)
    anybody.post(mentee, data={"useful": "1", "words": "тайна"})
    operator = browser("operator")
    told = words_of(operator)
    assert "тайна" not in told
    assert "Отзывы читает куратор организации" in told
    answer = operator.post(f"{PAIR}/meetings/1/settle", data={"person": "p1", "note": "видел"})
    assert answer.status_code == 403


def test_a_consent_that_is_gone_closes_the_link(app: App, curator: TestClient, anybody: TestClient) -> None:
    held(curator)
    _, mentee = links_of(curator.post(f"{PAIR}/meetings/1/ask", data={}).text)
    with app.work() as work:
        people.carry_out(work, KEY, [WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=TODAY)])
    assert anybody.get(mentee).status_code == 410
    assert anybody.post(mentee, data={"useful": "5"}).status_code == 410


def test_a_link_whose_time_is_over_says_so(
    app: App, curator: TestClient, anybody: TestClient, clock: VirtualClock
) -> None:
    held(curator)
    _, mentee = links_of(curator.post(f"{PAIR}/meetings/1/ask", data={}).text)
    clock.pass_days(90)
    for answer in (anybody.get(mentee), anybody.post(mentee, data={"useful": "5"})):
        assert (answer.status_code, "Срок этой ссылки вышел" in answer.text) == (410, True)
    with app.work(writes=False) as work:
        assert not any(row.answered_at for row in work.session.exec(select(Reflection)))


def test_papers_and_calendars(curator: TestClient, anybody: TestClient) -> None:
    held(curator)
    post(curator, "meetings", kind="series", on="2026-05-20", time="15:30")
    assert "Приказ о закреплении наставнических пар и групп" in words_of(curator)
    assert curator.get(f"{PAIR}/journal.pdf").content.startswith(b"%PDF")
    page = curator.post(f"{PAIR}/feed", data={"person": "p2"}).text
    [address] = re.findall(r"/feeds/[^\"]+\.ics", page)
    calendar = anybody.get(address).text
    assert "DTSTART:20260520T103000Z" in calendar
    assert "Соколова" in calendar
    post(curator, "feed", _do="revoke", person="p2")
    assert anybody.get(address).status_code == 404


def test_a_pair_that_is_not_there(curator: TestClient) -> None:
    assert curator.get(f"/programmes/{KEY}/pairs/n9").status_code == 404
    assert curator.post(f"/programmes/{KEY}/pairs/n9/undo").status_code == 404


@pytest.mark.usefixtures("programme")
def test_a_series_without_an_end_is_asked_for_on_a_leap_day(browser: Browser, clock: VirtualClock) -> None:
    """Two years later there is no twenty-ninth of February: the answer is about the pair that is not there."""
    clock.to(dt.date(2028, 2, 29))
    asked = {"kind": "series", "on": "2028-03-01", "rhythm": "weekly"}
    answer = browser("curator").post(f"{PAIR}/meetings", data=asked)
    assert (answer.status_code, "login" in answer.headers.get("location", "")) == (404, False)
