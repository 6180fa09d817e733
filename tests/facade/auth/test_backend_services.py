"""SMART Backend Services: an app gets its token with its own key."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from facade.auth.server import grants
from facade.auth.server.grants import BackendServices, OAuthError
from tests.facade.world import ORIGIN, World, configuration, world

KEY = ECKey.generate_key("P-384", {"kid": "app-1"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "app-2"}, private=True)
TOKEN_URL = f"{ORIGIN}/riverbend/auth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
async def registered(tmp_path: Path) -> AsyncIterator[World]:
    keys = [{**KEY.as_dict(private=False), "kid": "app-1"}, {**RSA.as_dict(private=False), "kid": "app-2"}]
    clients = {
        "app": {"scopes": ["system/Patient.rs", "system/Observation.rs"], "jwks": {"keys": keys}},
        "other": {"scopes": ["system/Patient.rs"], "jwks": {"keys": keys}},
        "keyless": {"scopes": ["system/*.rs"]},
    }
    async with world(tmp_path, configuration(riverbend={"policy": [], "clients": clients})) as made:
        yield made


def assertion(key: Any = KEY, *, alg: str = "ES384", kid: str = "app-1", **claims: object) -> str:
    good = {"iss": "app", "sub": "app", "aud": TOKEN_URL, "exp": int(time.time()) + 200, "jti": uuid.uuid4().hex}
    return jwt.encode({"alg": alg, "kid": kid, "typ": "JWT"}, {**good, **claims}, key, algorithms=[alg])


async def ask(made: World, **form: str) -> httpx.Response:
    whole = {
        "grant_type": "client_credentials",
        "scope": "system/Patient.rs",
        "client_assertion_type": ASSERTION,
        **form,
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made.app)) as client:
        return await client.post(TOKEN_URL, data=whole)


@pytest.mark.parametrize(("key", "alg", "kid"), [(KEY, "ES384", "app-1"), (RSA, "RS384", "app-2")])
async def test_a_signed_assertion_buys_a_token_that_works(registered: World, key: Any, alg: str, kid: str) -> None:
    response = await ask(registered, client_assertion=assertion(key, alg=alg, kid=kid))

    assert 200 == response.status_code
    assert ("no-store", "no-cache") == (response.headers["cache-control"], response.headers["pragma"])
    answer = response.json()
    assert ("Bearer", 86_400, "system/Patient.rs") == (answer["token_type"], answer["expires_in"], answer["scope"])
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert 200 == (await registered.client(None).get("/Patient/rb.1", headers=headers)).status_code
    assert 403 == (await registered.client(None).get("/Observation?patient=rb.1", headers=headers)).status_code


async def test_more_than_was_granted_is_not_given(registered: World) -> None:
    wide = await ask(registered, client_assertion=assertion(), scope="system/*.cruds")
    foreign = await ask(registered, client_assertion=assertion(), scope="system/Condition.rs")

    assert {"system/Patient.rs", "system/Observation.rs"} == set(wide.json()["scope"].split())
    assert (400, "invalid_scope") == (foreign.status_code, foreign.json()["error"])


async def test_an_assertion_is_good_once(registered: World) -> None:
    signed = assertion()

    assert 200 == (await ask(registered, client_assertion=signed)).status_code
    again = await ask(registered, client_assertion=signed)
    assert (401, "invalid_client") == (again.status_code, again.json()["error"])


def at(made: World, now: list[float]) -> Any:
    """The grant by a clock that stands at `now[0]`: a function of an assertion."""
    tenant = made.services.directory.tenants["riverbend"]
    service = BackendServices(made.services.tokens, seconds=300, clock=lambda: now[0])
    form = {"grant_type": "client_credentials", "scope": "system/Patient.rs", "client_assertion_type": ASSERTION}
    return lambda signed: service.grant(tenant, {**form, "client_assertion": signed})


@pytest.mark.parametrize("expires", [1_000_000, 1_000_000.9])
async def test_an_assertion_is_good_once_up_to_its_last_fraction_of_a_second(registered: World, expires: float) -> None:
    now = [999_990.0]
    grant = at(registered, now)
    signed = assertion(exp=expires)
    assert grant(signed)["access_token"]

    for moment in (999_999.5, 999_999.99, 1_000_000.0, 1_000_000.5, 1_000_000.95, 1_000_001.5):
        now[0] = moment
        with pytest.raises(OAuthError):
            grant(signed)


async def test_a_client_that_uses_too_many_assertions_stops_only_itself(
    registered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "REPLAYS_KEPT", 3)
    now = [1_000_000.0]
    grant = at(registered, now)
    for _ in range(3):
        assert grant(assertion(exp=1_000_100))["access_token"]

    with pytest.raises(OAuthError) as refused:
        grant(assertion(exp=1_000_100))
    assert ("temporarily_unavailable", 429) == (refused.value.error, refused.value.status)
    assert grant(assertion(iss="other", sub="other", exp=1_000_100))["access_token"]
    now[0] += 200
    assert grant(assertion(exp=1_000_300))["access_token"]


async def test_a_jti_is_as_long_as_an_identifier(registered: World) -> None:
    assert 200 == (await ask(registered, client_assertion=assertion(jti="j" * 256))).status_code
    for jti in ("j" * 257, "j" * 50_000):
        refused = await ask(registered, client_assertion=assertion(jti=jti))
        assert (401, "invalid_client") == (refused.status_code, refused.json()["error"])


def raw(header: str, payload: str) -> str:
    """An unsigned assertion of any content."""
    parts = (base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in (header, payload, "signature"))
    return ".".join(parts)


HEADER = '{"alg":"ES384","kid":"app-1"}'
DEEP = "[" * 3_000 + "]" * 3_000
STRANGER = ECKey.generate_key("P-384", {"kid": "app-1"}, private=True)
WRONG = {
    "not a JWT": "garbage",
    "another key": lambda: assertion(STRANGER),
    "unknown kid": lambda: assertion(kid="app-9"),
    "another audience": lambda: assertion(aud=f"{ORIGIN}/riverbend/fhir/r4"),
    "another subject": lambda: assertion(sub="keyless"),
    "a client without keys": lambda: assertion(iss="keyless", sub="keyless"),
    "an unknown client": lambda: assertion(iss="nobody", sub="nobody"),
    "expired": lambda: assertion(exp=int(time.time()) - 60),
    "too long ahead": lambda: assertion(exp=int(time.time()) + 3600),
    "for ever": lambda: assertion(exp=10**400),
    "until no number": lambda: assertion(exp=float("nan")),
    "until infinity": lambda: assertion(exp=float("inf")),
    "until a text": lambda: assertion(exp="tomorrow"),
    "without jti": lambda: assertion(jti=None),
    "jti is a number": lambda: assertion(jti=5),
    "deep claims": lambda: raw(HEADER, f'{{"iss":"app","x":{DEEP}}}'),
    "deep header": lambda: raw(f'{{"alg":"ES384","x":{DEEP}}}', '{"iss":"app"}'),
    "header is a list": lambda: raw('["alg"]', '{"iss":"app"}'),
    "claims are a list": lambda: raw(HEADER, '["iss"]'),
    "claims are no JSON": lambda: raw(HEADER, "{"),
    "algorithm of another family": lambda: assertion(RSA, alg="RS384", kid="app-1"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_assertion_is_invalid_client(registered: World, wrong: Any) -> None:
    response = await ask(registered, client_assertion=wrong() if callable(wrong) else wrong)

    assert (401, "invalid_client") == (response.status_code, response.json()["error"])


async def test_another_grant_is_refused(registered: World) -> None:
    response = await ask(registered, grant_type="password", client_assertion=assertion())

    assert (400, "unsupported_grant_type") == (response.status_code, response.json()["error"])
