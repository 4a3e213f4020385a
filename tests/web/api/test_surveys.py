"""Surveys over the API: counts, and none of few people, of a survey that is not over, or of what was written."""

import datetime as dt
from collections.abc import Callable

from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.services.surveys.conftest import KEY, School, settle
from tests.web.api.test_api import key_of
from vekha.bootstrap import App
from vekha.web.app import create_app


def test_results_are_counts_of_enough_people(
    app: App, clock: VirtualClock, add_institution: Callable[..., str]
) -> None:
    settle(app, add_institution)
    school = School(app, clock)
    number = school.create(closes=dt.date(2026, 5, 5))
    few = school.create("feedback", closes=dt.date(2026, 5, 5))
    links = [*school.invite(number).values()]
    for serial, token in enumerate(links[:6]):
        words = {"keep": "Встречи"} if serial < 4 else {}
        school.answer(token, {"clarity": 8, "organisation": 7, "help": 9, "safety": 6, "recommend": True, **words})
    for token in school.invite(few, ["p5", "p6"]).values():
        school.answer(token, {"comfort": 8, "progress": 7, "difficulties": "Мало времени"})
    headers = {"Authorization": f"Bearer {key_of(app, 'curator')}"}
    with TestClient(create_app(app)) as client:

        def get(path: str = "") -> object:
            return client.get(f"/api/v1/programmes/{KEY}/surveys{path}", headers=headers).json()

        assert [each["answered"] for each in get()] == [2, 6]  # type: ignore[attr-defined]
        going = get(f"/{number}")
        assert (going["secret"], going["questions"]) == (True, [])  # type: ignore[index]
        clock.to(dt.date(2026, 5, 6))
        over, small = get(f"/{number}"), get(f"/{few}")
        assert [each["mean"] for each in over["questions"]][:2] == [8.0, 7.0]  # type: ignore[index]
        assert "Встречи" not in str(over)
        assert (small["withheld"], small["questions"]) == (True, [])  # type: ignore[index]
        assert client.get(f"/api/v1/programmes/{KEY}/surveys/99", headers=headers).status_code == 404
