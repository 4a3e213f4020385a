"""«Согласия работников на наставничество»: terms written down, changed, ended with three working days' notice."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.web.conftest import KEY, Browser
from tests.web.test_consents import MENTOR, three
from vekha.bootstrap import App
from vekha.services.mentoring import duties
from vekha.services.process.programmes import load

PAGE = f"/programmes/{KEY}/consents/workers"


@pytest.fixture
def today(app: App, programme: str) -> Iterator[dt.date]:
    """A school whose type says that every mentor is a worker."""
    three(app)
    kind = app.registry.types["school"]
    object.__setattr__(kind, "duty_consent", lambda person: True)  # a type is frozen, and this one is a test's
    with app.work(writes=False) as work:
        yield load(work, KEY).now.today
    object.__setattr__(kind, "duty_consent", None)


def terms(today: dt.date, **changed: str) -> dict[str, str]:
    ends = (today + dt.timedelta(days=200)).isoformat()
    told = {"person": "p2", "signed": today.isoformat(), "starts": today.isoformat(), "ends": ends}
    return {**told, "content": "помощь молодому учителю", "form": "встречи", "pay": "10 % оклада", **changed}


def test_who_lacks_a_consent_stands_first_and_gets_one(app: App, today: dt.date, browser: Browser) -> None:
    curator = browser("curator")
    assert PAGE in curator.get(f"/programmes/{KEY}/consents").text
    page = curator.get(PAGE).text
    assert MENTOR in page and "нет согласия" in page
    answer = curator.post(PAGE, data=terms(today, addendum="№ 7"), follow_redirects=True)
    assert answer.status_code == 200
    assert f"Записано: {MENTOR}." in answer.text and "действует" in answer.text and "№ 7" in answer.text
    with app.work(writes=False) as work:
        [row] = duties.every(work, KEY)
    assert (row.person, row.pay, row.ends_on) == ("p2", "10 % оклада", None)


def test_all_that_is_wrong_is_said_and_what_was_typed_stays(today: dt.date, browser: Browser) -> None:
    early = (today - dt.timedelta(days=3)).isoformat()
    curator = browser("curator")
    answer = curator.post(PAGE, data=terms(today, starts=early, pay=" ", content="Уроки вдвоём"))
    assert answer.status_code == 422
    assert "раньше согласия" in answer.text and "не указаны содержание, форма или оплата" in answer.text
    assert "Уроки вдвоём" in answer.text
    both = curator.post(PAGE, data=terms(today, signed="вчера", ends="никогда"))
    assert both.status_code == 422 and "«вчера»" in both.text and "«никогда»" in both.text


def test_an_early_end_gives_three_working_days(app: App, today: dt.date, browser: Browser) -> None:
    curator = browser("curator")
    curator.post(PAGE, data=terms(today))
    ending = {"person": "p2", "by": "employer", "noticed": today.isoformat(), "reason": "новая нагрузка"}
    refused = curator.post(f"{PAGE}/end", data={**ending, "last": today.isoformat()})
    assert refused.status_code == 422 and "раньше трёх рабочих дней" in refused.text
    assert "новая нагрузка" in refused.text
    last = (today + dt.timedelta(days=10)).isoformat()
    answer = curator.post(f"{PAGE}/end", data={**ending, "last": last}, follow_redirects=True)
    assert "прекращается" in answer.text and "Работодатель отменил поручение" in answer.text
    with app.work(writes=False) as work:
        [row] = duties.every(work, KEY)
    assert (row.ended_by, row.ends_on) == ("employer", today + dt.timedelta(days=10))


def test_who_only_looks_sees_no_fields(today: dt.date, browser: Browser) -> None:
    page = browser("municipal").get(PAGE).text
    assert MENTOR in page and '<form method="post" action="' + PAGE not in page
