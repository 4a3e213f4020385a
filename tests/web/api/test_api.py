"""The API: keys with scopes, pages by key, every refusal in one shape, nothing that breaks it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.conftest import VirtualClock
from tests.web.conftest import KEY, PEOPLE, ROOT, Browser
from vekha.bootstrap import App
from vekha.domain.tokens import Scope
from vekha.services.access import accounts, tokens
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.region import exchange
from vekha.services.region.exchange import Sought
from vekha.storage.tables import ApiToken, Outbox
from vekha.web.app import create_app

EVERY = [each.value for each in Scope]
Call = Callable[..., Any]


def key_of(app: App, who: str = "operator", scopes: list[str] | None = None, days: int = 30) -> str:
    login = f"{who}-key@example.org"
    with app.work(ROOT) as work:
        accounts.invite(work, login, f"Тестов {who.title()}", PEOPLE[who])
        return tokens.create(work, login, "Сайт", EVERY if scopes is None else scopes, days)


@pytest.fixture
def api(app: App, programme: str) -> Iterator[TestClient]:
    with TestClient(create_app(app), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def call(api: TestClient, app: App) -> Call:
    """Asks as the operator, with every scope."""
    headers = {"Authorization": f"Bearer {key_of(app)}"}
    return lambda method, path, **told: api.request(method, f"/api/v1{path}", headers=headers, **told)


def code_of(answer: Any) -> str:
    return answer.json()["problems"][0]["code"]


# --- keys -------------------------------------------------------------------------------------------------------------


def test_without_a_key_nothing_opens(api: TestClient, app: App) -> None:
    operations = api.get("/api/v1/openapi.json").json()["paths"]
    assert len(operations) == 18
    for path, methods in operations.items():
        for method in methods:
            for headers in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic eDp5"}):
                answer = api.request(method, f"/api/v1{path}".replace("{number}", "1"), headers=headers, json={})
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
                assert code_of(answer) == "token.unknown"


def test_a_cookie_is_no_key(browser: Browser, programme: str) -> None:
    assert browser("operator").get("/api/v1/institutions").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/institutions", Scope.READ_INSTITUTIONS),
        ("PUT", "/institutions/school-1", Scope.WRITE_INSTITUTIONS),
        ("GET", "/campaigns", Scope.READ_CAMPAIGNS),
        ("POST", "/campaigns/c-1/launch", Scope.WRITE_CAMPAIGNS),
        ("GET", "/programmes", Scope.READ_STATUSES),
        ("GET", "/documents", Scope.READ_DOCUMENTS),
        ("GET", "/programmes/x/surveys", Scope.READ_SURVEYS),
        ("GET", "/programmes/x/pairs", Scope.READ_PAIRS),
        ("GET", "/programmes/x/meetings", Scope.READ_PAIRS),
        ("GET", "/collections", Scope.READ_FIGURES),
        ("GET", "/practices", Scope.READ_PRACTICES),
    ],
)
def test_a_key_opens_its_scopes_only(api: TestClient, app: App, method: str, path: str, scope: Scope) -> None:
    others = [each for each in EVERY if each != scope.value]
    headers = {"Authorization": f"Bearer {key_of(app, scopes=others)}"}
    answer = api.request(method, f"/api/v1{path}", headers=headers, json={})
    assert (answer.status_code, code_of(answer)) == (403, "token.scope_missing")
    assert scope.value in answer.json()["problems"][0]["message"]


def test_a_key_ends_is_revoked_and_dies_with_its_account(api: TestClient, app: App, clock: VirtualClock) -> None:
    keys = [key_of(app, who, days=10) for who in ("operator", "municipal", "director")]

    def answers() -> list[int]:
        return [api.get("/api/v1/programmes", headers={"Authorization": f"Bearer {each}"}).status_code for each in keys]

    assert answers() == [200, 200, 200]
    with app.work(ROOT) as work:
        tokens.revoke(work, tokens.listing(work)[-1][0].id or 0)
        accounts.disable(work, "municipal-key@example.org")
    assert answers() == [401, 401, 200]
    clock.pass_days(11)
    assert answers() == [401, 401, 401]


def test_a_key_is_kept_as_a_digest_and_remembers_its_use(call: Call, app: App, clock: VirtualClock) -> None:
    call("GET", "/campaigns")
    with app.work(ROOT, writes=False) as work:
        [row] = work.session.query(ApiToken)
        assert (len(row.digest), row.used_at, row.shown[:6]) == (64, clock.now, "vekha_")
    clock.now += dt.timedelta(minutes=1)
    call("GET", "/campaigns")
    with app.work(ROOT, writes=False) as work:
        assert work.session.query(ApiToken).one().used_at == clock.now - dt.timedelta(minutes=1)  # not at every request


def test_a_key_sees_what_its_account_sees(api: TestClient, app: App) -> None:
    headers = {"Authorization": f"Bearer {key_of(app, 'stranger')}"}
    for path in ("institutions", "programmes", "documents"):
        assert api.get(f"/api/v1/{path}", headers=headers).json()["items"] == []
    for path in (f"programmes/{KEY}", "institutions/school-12"):
        assert api.get(f"/api/v1/{path}", headers=headers).status_code == 403
    told = {"type": "school", "title": "Наша школа", "region": "02"}
    assert api.put("/api/v1/institutions/school-77", headers=headers, json=told).status_code == 403


# --- what it answers --------------------------------------------------------------------------------------------------


def test_institutions_are_put_and_read_page_by_page(call: Call) -> None:
    told = {"type": "school", "title": "Школа № 5", "region": "02", "municipality": "Уфа", "inn": "0276012345"}
    made = call("PUT", "/institutions/school-5", json=told)
    assert (made.status_code, made.json()["inn"], made.json()["timezone"]) == (200, "0276012345", "Asia/Yekaterinburg")
    changed = call("PUT", "/institutions/school-5", json={"city": "Уфа"}).json()
    assert (changed["city"], changed["title"]) == ("Уфа", "Школа № 5")
    first = call("GET", "/institutions?limit=1").json()
    second = call("GET", f"/institutions?limit=1&after={first['next']}").json()
    assert ([first["items"][0]["code"], second["items"][0]["code"]], second["next"]) == (
        ["school-12", "school-5"],
        None,
    )
    wrong = call("PUT", "/institutions/school-5", json={"inn": "7", "type": "замок"})
    assert sorted(each["where"] for each in wrong.json()["problems"]) == ["inn", "type"]
    assert call("GET", "/institutions/nobody").status_code == 404
    assert call("PUT", "/institutions/school-5", json={"colour": "red"}).status_code == 422


def test_a_campaign_is_created_seen_and_launched(call: Call, app: App) -> None:
    told = {"code": "autumn", "title": "Осень", "region": "02", "year": 2027, "types": ["school"]}
    assert call("POST", "/campaigns", json=told).json()["state"] == "draft"
    assert call("POST", "/campaigns", json=told).status_code == 201  # said twice, done once
    assert (again := call("POST", "/campaigns", json={**told, "year": 2026})).status_code == 409, again.text
    assert call("GET", "/campaigns/autumn/preview").json()["institutions"] == {"school": 1}
    assert call("POST", "/campaigns/autumn/launch").json()["state"] == "launching"
    with app.work(ROOT, writes=False) as work:
        assert "launch_campaign" in [row.kind for row in work.session.query(Outbox)]
    assert [each["code"] for each in call("GET", "/campaigns").json()["items"]] == ["autumn"]
    assert call("GET", "/campaigns/nowhere").status_code == 404


def test_programmes_with_stages_dates_and_states(call: Call) -> None:
    [row] = call("GET", "/programmes").json()["items"]
    assert (row["key"], row["stages"][0]["state"], row["stages"][0]["late"]) == (KEY, "open", 0)
    whole = call("GET", f"/programmes/{KEY}").json()
    assert (
        len(whole["activities"]),
        {each["stage"] for each in whole["activities"]} - {s["code"] for s in whole["stages"]},
    ) == (31, set())
    assert call("GET", f"/programmes?after={KEY}").json() == {"items": [], "next": None}
    assert call("GET", "/programmes/nowhere").status_code == 404


def test_documents_that_were_given_out(call: Call, app: App) -> None:
    assert call("GET", "/documents").json()["items"] == []
    with app.work(ROOT) as work:
        place = DocumentPlace("prepare", "legal_basis", "order_launch")
        loaded = exchange.programme(work, KEY)
        assert loaded.stages
        place = next(iter(documents.needed(documents.load(work, KEY), "prepare")), place)
        documents.attach(work, KEY, place, b"%PDF-1.7 a paper", "приказ.pdf")
    [row] = call("GET", f"/documents?programme={KEY}").json()["items"]
    assert (row["institution"], row["state"] == "draft") == ("school-12", False)
    file = call("GET", f"/documents/{row['id']}/file")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7 a paper", "application/pdf")
    assert call("GET", f"/documents/{row['id']}").json() == row
    assert call("GET", f"/documents/{row['id']}/file?signed=true").status_code in (200, 404)
    assert call("GET", "/documents/999").status_code == 404


def test_programmes_are_read_as_often_for_many_as_for_one(app: App, programme: str, add_institution: Call) -> None:
    from vekha.services.launch import campaigns  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415

    asked: list[str] = []
    event.listen(app.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count() -> int:
        with app.work(ROOT, writes=False) as work:
            asked.clear()
            assert exchange.programmes(work, Sought())
            return len([each for each in asked if each.startswith("SELECT")])

    one = count()
    for number in (1, 2, 3):
        code = add_institution(app, number=number)
        with app.work(ROOT) as work:
            campaigns.start_one(work, institutions.one(work, code), 2026)
    assert (one, count()) == (one, one)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "api.no_such_address"),
        ("DELETE", "/institutions", 405, "api.wrong_method"),
        ("GET", "/institutions?limit=0", 422, "api.bad_value"),
        ("GET", "/institutions?search=%00", 422, "api.bad_value"),
        ("GET", "/documents/99999999999999999999", 422, "api.bad_value"),
        ("POST", "/campaigns", 422, "api.missing"),
    ],
)
def test_refusals_have_one_shape(call: Call, method: str, path: str, status: int, code: str) -> None:
    answer = call(method, path, **({"json": {}} if method == "POST" else {}))
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert {"code", "message", "where", "remedy"} == set(answer.json()["problems"][0])


def test_a_body_that_is_no_json(call: Call) -> None:
    assert call("POST", "/campaigns", content=b"{\xff").status_code in (400, 422)


def test_a_body_without_an_end(call: Call) -> None:
    answer = call("POST", "/campaigns", content=iter([b"x" * 1024 * 1024] * 3))
    assert (answer.status_code in (400, 413), code_of(answer)) == (True, "api.bad_request")


def test_a_failure_of_ours_shows_nothing_inside(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret details")

    monkeypatch.setattr("vekha.web.api.campaigns.lists.campaigns", broken)
    answer = call("GET", "/campaigns")
    assert (answer.status_code, code_of(answer), "secret" in answer.text) == (500, "api.failed", False)


words = st.text(max_size=40) | st.sampled_from(
    ["school", "02", "Уфа", "school-12", "campaign", "prepare", "\ud800", "\0"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(words, each, max_size=3),
    max_leaves=6,
)
FIELDS = ("code", "title", "region", "year", "types", "municipalities", "institutions", "deadlines", "roll")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(FIELDS), anything), year=st.integers(2019, 2041), phrase=words)
def test_no_campaign_breaks_it(call: Call, body: dict[str, Any], year: int, phrase: str) -> None:
    import json  # noqa: PLC0415

    told = {
        "code": "c-x",
        "title": "Осень",
        "region": "02",
        "year": year,
        "deadlines": {"campaign": {"prepare": phrase}},
    }
    for each in ({**told, **body}, told):
        answer = call(
            "POST",
            "/campaigns",
            content=json.dumps(each).encode(),
        )
        assert answer.status_code < 500, answer.text
    assert call("GET", "/campaigns/c-x/preview").status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(
        st.sampled_from(["type", "title", "region", "inn", "days_off", "timezone", "head_name", "site"]), words
    )
)
def test_no_institution_breaks_it(call: Call, body: dict[str, str]) -> None:
    import json  # noqa: PLC0415

    answer = call(
        "PUT",
        "/institutions/school-7",
        content=json.dumps({"type": "school", "title": "Школа", "region": "02", **body}),
    )
    assert answer.status_code < 500, answer.text


def test_the_reference_is_drawn_here(api: TestClient) -> None:
    page = api.get("/api/v1/").text
    assert ["GET /api/v1/documents/{number}/file" in page, "Справочник API" in page] == [True, True]
    assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', page) == []
