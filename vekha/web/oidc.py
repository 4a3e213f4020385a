"""Logging in through another identity provider: OpenID Connect, the code flow with PKCE, state and nonce.

Authlib speaks the protocol and checks signatures and claims; it is an extra (script/setup --oidc). Nothing is kept on
our side between the way there and the way back: the attempt rides in a cookie of the browser that made it, so the
answer to somebody else's attempt fits no browser but theirs.
"""

import base64
import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from vekha.domain.errors import VekhaError, problem
from vekha.settings import Settings
from vekha.texts import text

SECONDS = 10  # how long the provider may take to answer
LEEWAY = 60  # by which its clock may differ from ours, in seconds
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
HERE = ("127.0.0.1", "localhost", "::1")
SCOPE = "openid email"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people, and as whom we ask; `back` is where people are sent back to."""

    issuer: str
    client: str
    secret: str
    back: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's way to the provider and back; `then` is where they wanted to go."""

    state: str
    nonce: str
    verifier: str
    then: str

    def packed(self) -> str:
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def unpacked(cls, packed: str) -> "Attempt":
        """Raises VekhaError oidc.refused of what is no attempt of ours."""
        try:
            told = json.loads(base64.urlsafe_b64decode(packed.encode()))
            return cls(**{name: str(told[name]) for name in ("state", "nonce", "verifier", "then")})
        except (ValueError, KeyError, TypeError):
            raise VekhaError(problem("oidc.refused")) from None


def provider_title(settings: Settings) -> str:
    """What the button calls the provider; empty where none is configured."""
    if not settings.oidc_issuer:
        return ""
    return settings.oidc_title or text("web.account.oidc_title")


def provider_of(settings: Settings) -> Provider:
    """Raises VekhaError oidc.not_configured, oidc.incomplete, oidc.not_secure."""
    if not settings.oidc_issuer:
        raise VekhaError(problem("oidc.not_configured"))
    secret = settings.oidc_client_secret.get_secret_value()
    for name, value in (("VEKHA_OIDC_CLIENT_ID", settings.oidc_client_id), ("VEKHA_OIDC_CLIENT_SECRET", secret)):
        if not value:
            raise VekhaError(problem("oidc.incomplete", name=name))
    _secure(settings.oidc_issuer)
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, f"{settings.console_url}/login/oidc/back")


def begin(provider: Provider, then: str) -> tuple[str, Attempt]:
    """Where to send somebody, and the attempt to remember. Raises VekhaError oidc.unavailable, oidc.not_installed."""
    attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), then)
    with _client(provider) as client:
        place = _described(client, provider)["authorization_endpoint"]
        address, _ = client.create_authorization_url(
            place, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
        )
    return address, attempt


def finish(provider: Provider, attempt: Attempt, answer: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """What the provider says of whoever came back with `answer`.

    Raises VekhaError oidc.refused of anything that does not fit the attempt, oidc.unavailable, oidc.not_installed.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise VekhaError(problem("oidc.refused"))
    if not answer.get("code") or answer.get("iss", provider.issuer) != provider.issuer:
        raise VekhaError(problem("oidc.refused"))
    with _client(provider) as client:
        described = _described(client, provider)
        told = _exchanged(client, described, answer["code"], attempt.verifier)
        claims = _proven(_asked(client, described["jwks_uri"]), provider, attempt, told, now)
        if "email" not in claims and "userinfo_endpoint" in described:
            more = _asked(client, str(described["userinfo_endpoint"]), token=told)
            return {**more, **claims} if more.get("sub") == claims["sub"] else claims
    return claims


def reach(provider: Provider) -> None:
    """Asks the provider to describe itself. Raises VekhaError oidc.unavailable, oidc.not_secure, oidc.not_installed."""
    with _client(provider) as client:
        _described(client, provider)


# --- parts ------------------------------------------------------------------------------------------------------------


def _client(provider: Provider) -> Any:  # Authlib has no types
    try:
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 — an extra, and slow to load
    except ImportError:
        raise VekhaError(problem("oidc.not_installed")) from None
    return OAuth2Session(
        provider.client,
        provider.secret,
        scope=SCOPE,
        redirect_uri=provider.back,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )


def _described(client: Any, provider: Provider) -> dict[str, Any]:
    """The provider's own description; of another provider it is refused."""
    found = _asked(client, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise VekhaError(problem("oidc.unavailable", detail="issuer"))
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        if name in found or name != "userinfo_endpoint":
            _secure(str(found.get(name, "")))
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in methods and "client_secret_post" in methods:
        client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 — the name of a method
    return found


def _asked(client: Any, address: str, token: Mapping[str, Any] | None = None) -> dict[str, Any]:
    from requests import RequestException  # noqa: PLC0415 — comes with the extra

    headers = {"Authorization": f"Bearer {token.get('access_token', '')}"} if token else {}
    try:
        answer = client.get(address, headers=headers, withhold_token=True, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (RequestException, ValueError) as error:
        raise VekhaError(problem("oidc.unavailable", detail=type(error).__name__)) from None
    return found if isinstance(found, dict) else {}


def _exchanged(client: Any, described: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        return dict(client.fetch_token(described["token_endpoint"], code=code, code_verifier=verifier))
    except AuthlibBaseError:
        raise VekhaError(problem("oidc.refused")) from None
    except (RequestException, ValueError) as error:
        raise VekhaError(problem("oidc.unavailable", detail=type(error).__name__)) from None


def _proven(
    keys: Any, provider: Provider, attempt: Attempt, told: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    """The claims of the identity token: signed by the provider, for us, for this attempt, and still in force."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415

    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client},
    }
    params = {"nonce": attempt.nonce, "client_id": provider.client, "access_token": told.get("access_token")}
    try:
        token = jwt.decode(str(told.get("id_token", "")), KeySet.import_key_set(keys), algorithms=list(SIGNED_BY))
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(int(now.timestamp()), LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError):
        raise VekhaError(problem("oidc.refused")) from None
    return dict(claims)


def _secure(address: str) -> None:
    """Raises VekhaError oidc.not_secure: what proves who somebody is does not go unencrypted over a network."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise VekhaError(problem("oidc.not_secure", address=address))
