"""«Люди»: who takes part, a consent taken back, data erased; each only by whom it is allowed."""

import datetime as dt

from sqlalchemy import event

from tests.web.conftest import KEY, Browser
from vekha.bootstrap import App
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people
from vekha.services.process.programmes import load

PAGE = f"/programmes/{KEY}/people"
PUPIL = "Журавлёв Илья Сергеевич"


def with_pupil(app: App) -> None:
    with app.work() as work:
        today = load(work, KEY).now.today
        dates = {"signed": today, "until": today + dt.timedelta(days=400), "purpose": Purpose.PROCESSING}
        commands = (
            Introduce(name=PUPIL, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28)),
            GiveConsent(subject="p1", guardian="Журавлёва Мария Петровна", **dates),
            Register(person="p1", role=Role.MENTEE, on=today),
        )
        people.carry_out(work, KEY, commands)


def standing(app: App) -> dict[Role, str]:
    with app.work(writes=False) as work:
        return {role: str(each) for role, each in load(work, KEY).now.people.persons["p1"].standings.items()}


def test_at_first_there_is_nobody_and_somebody_is_added(app: App, programme: str, browser: Browser) -> None:
    curator = browser("curator")
    assert "Пока никого нет" in curator.get(PAGE).text
    typed = {"name": f" {PUPIL} ", "role": "mentee", "gender": "m", "born": "2012-02-28", "contact": ""}
    assert curator.post(PAGE, data=typed).status_code == 303
    shown = curator.get(PAGE).text
    assert PUPIL in shown
    assert "Без действующего согласия на обработку данных: 1 человек" in shown
    assert "младше 18 лет" in shown


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app: App, programme: str, browser: Browser) -> None:
    curator = browser("curator")
    answer = curator.post(PAGE, data={"name": "Журавлёв", "role": "mentor", "born": "31.02.2012"})
    assert answer.status_code == 422
    assert 'value="Журавлёв"' in answer.text
    assert 'value="31.02.2012"' in answer.text
    assert '<option value="mentor" selected>' in answer.text


def test_a_consent_is_taken_back_and_the_head_erases(app: App, programme: str, browser: Browser) -> None:
    with_pupil(app)
    curator, director = browser("curator"), browser("director")
    assert "У всех участников есть согласие" in curator.get(PAGE).text
    today = app.clock().date().isoformat()
    assert director.post(f"{PAGE}/p1/erase", data={"reason": "просьба"}).status_code == 422  # still takes part
    taken = curator.post(f"{PAGE}/p1/consent", data={"purpose": "processing", "on": today})
    assert taken.status_code == 303
    assert standing(app) == {Role.MENTEE: "withdrawn"}
    assert "отозвано" in curator.get(PAGE).text
    assert "Удалить данные" not in curator.get(PAGE).text
    assert curator.post(f"{PAGE}/p1/erase", data={"reason": "просьба"}).status_code == 403
    erased = director.post(f"{PAGE}/p1/erase", data={"reason": "просьба"})
    assert erased.status_code == 200
    assert "Данные удалены" in erased.text
    assert PUPIL not in erased.text


def test_somebody_leaves_with_a_reason(app: App, programme: str, browser: Browser) -> None:
    with_pupil(app)
    curator = browser("curator")
    assert curator.post(f"{PAGE}/p1/leave", data={"role": "mentee", "reason": " "}).status_code == 422
    assert curator.post(f"{PAGE}/p1/leave", data={"role": "mentee", "reason": "переезд"}).status_code == 303
    assert standing(app) == {Role.MENTEE: "withdrawn"}
    assert "переезд" in curator.get(PAGE).text


def test_nobody_from_elsewhere_sees_or_changes_anything(app: App, programme: str, browser: Browser) -> None:
    with_pupil(app)
    stranger = browser("stranger")
    assert stranger.get(PAGE).status_code == 403
    for action, data in (("consent", {"purpose": "processing", "on": "2026-05-04"}), ("erase", {"reason": "да"})):
        assert stranger.post(f"{PAGE}/p1/{action}", data=data).status_code == 403
    viewer = browser("municipal")
    assert "Отозвать согласие" not in viewer.get(PAGE).text
    assert viewer.post(PAGE, data={"name": PUPIL, "role": "mentee"}).status_code == 403


def test_the_page_asks_the_database_as_often_for_one_as_for_many(app: App, programme: str, browser: Browser) -> None:
    curator = browser("curator")
    with_pupil(app)
    curator.get(PAGE)
    asked: list[str] = []
    event.listen(app.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    curator.get(PAGE)
    few = len(asked)
    with app.work() as work:
        names = (f"Белов Павел {letter}нтонович" for letter in "АБВГДЕ")
        people.carry_out(work, KEY, [Introduce(name=name, role=Role.MENTEE) for name in names])
    asked.clear()
    curator.get(PAGE)
    assert len(asked) == few
