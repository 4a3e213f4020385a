"""Logging in through another identity provider: a small one on this machine, that keeps the rules and breaks them."""

import base64
import hashlib
import json
import secrets
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from tests.conftest import VirtualClock
from tests.web.conftest import PEOPLE, ROOT
from vekha import doctor
from vekha.bootstrap import App, build
from vekha.doctor import Verdict
from vekha.domain.errors import VekhaError
from vekha.services.access import accounts
from vekha.settings import Settings
from vekha.web import oidc
from vekha.web.app import create_app
from vekha.web.visitors import COOKIE

CLIENT, SECRET, LOGIN = "vekha", "a secret of ours", "curator@example.org"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False) for _ in range(2))


@dataclass
class Provider:
    """Knows one person. `claims` are changed, `broken` is what it does wrong; `now` is what its clock says."""

    clock: VirtualClock
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"email": LOGIN, "email_verified": True})
    broken: set[str] = field(default_factory=set[str])
    key: RSAKey = field(default_factory=lambda: KEY)
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    asked: list[str] = field(default_factory=list[str])

    def answer(self, method: str, path: str, query: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(path)
        if path in self.broken:
            return 500, {}
        match path:
            case "/.well-known/openid-configuration":
                return 200, self.described()
            case "/authorize":
                code = secrets.token_urlsafe(8)
                self.codes[code] = query
                return 303, {
                    "location": f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
                }
            case "/token":
                return self.exchange(query, authorization)
            case "/keys":
                return 200, {"keys": [KEY.as_dict(private=False, use="sig", alg="RS256")]}
            case "/userinfo":
                return 200, {"sub": "person-1", "email": LOGIN, "email_verified": True}
        return 404, {}

    def described(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        found = {name: f"{self.issuer}/{path}" for name, path in (*places.items(), ("userinfo_endpoint", "userinfo"))}
        return {**found, "issuer": "https://elsewhere.example" if "issuer" in self.broken else self.issuer}

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """As a careful provider does: the code once, to this client, with the verifier of its challenge."""
        asked = self.codes.pop(sent.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).decode()
        if (
            asked is None
            or authorization != f"Basic {known}"
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != proof.rstrip("=")
            or sent["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(self.clock().timestamp())
        told = {"iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300}
        told |= {"nonce": asked["nonce"], **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, told, self.key)
        if "unsigned" in self.broken:
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
            token = f"{head}.{token.split('.')[1]}."
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": token}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[Provider]]]:
    """An address, and the provider that stands behind it now."""
    behind: list[Provider] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length", 0))
            sent = dict(parse_qsl(parts.query or self.rfile.read(length).decode()))
            status, told = behind[-1].answer(self.command, parts.path, sent, self.headers.get("authorization", ""))
            self.send_response(status)
            if status == 303:
                self.send_header("Location", told["location"])
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 — its name there

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_address[1]}", behind
        made.shutdown()


@pytest.fixture
def provider(server: tuple[str, list[Provider]], clock: VirtualClock) -> Provider:
    address, behind = server
    behind.append(Provider(clock, address))
    return behind[-1]


@pytest.fixture
def app(app: App, provider: Provider, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> App:
    """An installation that knows the provider, and one curator invited to it."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider of these tests has no certificate
    told = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    made = build(app.settings.model_copy(update=told), clock)
    with made.work(ROOT) as work:
        accounts.invite(work, LOGIN, "Орлова Вера Павловна", PEOPLE["curator"])
    return made


@pytest.fixture
def browser(app: App) -> Iterator[TestClient]:
    with TestClient(create_app(app), follow_redirects=False) as client:
        yield client


def go(browser: TestClient, then: str = "/account") -> str:
    """Presses the button, logs in there; returns where the provider sends the browser."""
    answer = browser.get("/login/oidc", params={"next": then})
    assert answer.status_code == 303, answer.text
    there = httpx.get(answer.headers["location"])
    back = urlsplit(there.headers["location"])
    return f"{back.path}?{back.query}"


def refused(browser: TestClient, address: str, words: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, words in answer.text, COOKIE in browser.cookies) == (422, True, False), answer.text


def test_whoever_was_invited_comes_in(browser: TestClient, provider: Provider) -> None:
    page = browser.get("/login?next=/account").text
    assert ['href="/login/oidc?next=/account"' in page, "Войти через единую систему входа" in page] == [True, True]
    answer = browser.get(go(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Орлова Вера Павловна" in browser.get("/account").text
    assert provider.asked.count("/token") == 1


def test_the_doctor_says_whether_the_provider_answers(
    app: App, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (doctor._oidc,))
    settings = app.settings
    changes: list[dict[str, Any]] = [
        {"oidc_issuer": ""},
        {},
        {"oidc_client_id": ""},
        {"oidc_issuer": "http://login.example"},
        {"oidc_issuer": "http://127.0.0.1:9"},
    ]
    found = [each for told in changes for each in doctor.examine(settings.model_copy(update=told))]
    assert [each.verdict for each in found] == [Verdict.OK, Verdict.OK, Verdict.FAIL, Verdict.FAIL, Verdict.FAIL]
    assert "не настроена" in found[0].found and "/login/oidc/back" in found[1].found
    assert ["VEKHA_OIDC_CLIENT_ID" in found[2].advice, "https" in found[3].advice, bool(found[4].advice)] == [True] * 3
    provider.broken.add("/.well-known/openid-configuration")
    [broken] = doctor.examine(settings)
    assert (broken.verdict, broken.title) == (Verdict.FAIL, "Единая система входа")


def test_state_nonce_and_challenge_are_new_each_time(browser: TestClient) -> None:
    seen = [parse_qs(urlsplit(browser.get("/login/oidc").headers["location"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert seen[0][name] != seen[1][name], name
        assert len(seen[0][name][0]) >= 32, name
    cookie = browser.get("/login/oidc").headers["set-cookie"].lower()
    assert ["httponly" in cookie, "samesite=lax" in cookie, "path=/login/oidc" in cookie] == [True] * 3


def test_without_settings_there_is_no_button(app: App, clock: VirtualClock) -> None:
    plain = build(Settings(home=app.settings.home, database_url=None, oidc_issuer=""), clock)
    with TestClient(create_app(plain), follow_redirects=False) as client:
        assert "/login/oidc" not in client.get("/login").text
        refused(client, "/login/oidc", "здесь не настроен")  # oidc.not_configured


def test_an_answer_fits_only_the_browser_that_asked(app: App, browser: TestClient) -> None:
    """An attacker's own answer, sent to somebody else as a link, logs them in as nobody."""
    theirs = go(browser)
    with TestClient(create_app(app), follow_redirects=False) as other:
        refused(other, theirs, "не подтвердила вход")  # oidc.refused: no attempt at all
        go(other)
        refused(other, theirs, "не подтвердила вход")  # another attempt
    assert browser.get(theirs).headers["location"] == "/account"
    browser.cookies.delete(COOKIE)
    refused(browser, theirs, "не подтвердила вход")  # a second time


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of somebody else"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},  # and nobody says for whom
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_is_refused(browser: TestClient, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims |= claims
    refused(browser, go(browser), "не подтвердила вход")


def test_a_token_signed_by_others_or_by_nobody_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.key = OTHER_KEY
    refused(browser, go(browser), "не подтвердила вход")
    provider.key, provider.broken = KEY, {"unsigned"}
    refused(browser, go(browser), "не подтвердила вход")


def test_whoever_changes_their_mind_there_is_back_at_the_login_page(browser: TestClient) -> None:
    state = parse_qs(urlsplit(browser.get("/login/oidc").headers["location"]).query)["state"][0]
    refused(browser, f"/login/oidc/back?error=access_denied&state={state}", "не подтвердила вход")


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "no"}, {"email": 7}], ids=str
)
def test_an_address_that_nobody_verified_lets_nobody_in(
    browser: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    refused(browser, go(browser), "не подтвердила ваш адрес")  # oidc.not_verified


def test_nobody_gets_an_account_by_logging_in(app: App, browser: TestClient, provider: Provider) -> None:
    provider.claims["email"] = "stranger@example.org"
    refused(browser, go(browser), "учётной записи с адресом stranger@example.org")  # oidc.no_account
    with app.work(ROOT) as work:
        assert [row.login for row, _ in accounts.every(work)] == [LOGIN]
        accounts.disable(work, LOGIN)
    provider.claims["email"] = LOGIN
    refused(browser, go(browser), "учётной записи с адресом")


def test_the_address_may_be_told_apart_from_the_token(browser: TestClient, provider: Provider) -> None:
    provider.claims = {}
    assert browser.get(go(browser)).headers["location"] == "/account"
    provider.claims = {"sub": "somebody else"}
    browser.cookies.delete(COOKIE)
    refused(browser, go(browser), "не подтвердила ваш адрес")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_way_elsewhere_rides_on_it(browser: TestClient, elsewhere: str) -> None:
    assert browser.get(go(browser, elsewhere)).headers["location"] == "/"


def test_a_session_brought_along_is_not_logged_in_with(browser: TestClient) -> None:
    browser.cookies.set(COOKIE, "planted")
    answer = browser.get(go(browser))
    assert answer.cookies[COOKIE] != "planted"


@pytest.mark.parametrize("broken", ["/.well-known/openid-configuration", "issuer"])
def test_a_provider_that_does_not_answer(browser: TestClient, provider: Provider, broken: str) -> None:
    provider.broken = {broken}
    refused(browser, "/login/oidc", "не отвечает")  # oidc.unavailable


@pytest.mark.parametrize("broken", ["/token", "/keys"])
def test_a_provider_that_stops_answering_on_the_way(browser: TestClient, provider: Provider, broken: str) -> None:
    address = go(browser)
    provider.broken = {broken}
    refused(browser, address, "не отвечает")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"oidc_issuer": "http://login.example.org"}, "oidc.not_secure"),
        ({"oidc_client_id": ""}, "oidc.incomplete"),
        ({"oidc_client_secret": SecretStr("")}, "oidc.incomplete"),
        ({"oidc_issuer": ""}, "oidc.not_configured"),
    ],
)
def test_settings_that_will_not_do(app: App, told: dict[str, Any], code: str) -> None:
    with pytest.raises(VekhaError) as refusal:
        oidc.provider_of(app.settings.model_copy(update=told))
    assert [each.code for each in refusal.value.problems] == [code]


def test_the_extra_is_missing(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib.integrations.requests_client", None)
    refused(browser, "/login/oidc", "не поставлен")  # oidc.not_installed
