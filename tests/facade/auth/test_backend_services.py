"""SMART Backend Services: an app gets its token with its own key."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

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
        "keyless": {"scopes": ["system/*.rs"]},
    }
    async with world(tmp_path, configuration(riverbend={"clients": clients})) as made:
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
    assert ("Bearer", 300, "system/Patient.rs") == (answer["token_type"], answer["expires_in"], answer["scope"])
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
    "without jti": lambda: assertion(jti=None),
    "algorithm of another family": lambda: assertion(RSA, alg="RS384", kid="app-1"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_assertion_is_invalid_client(registered: World, wrong: Any) -> None:
    response = await ask(registered, client_assertion=wrong() if callable(wrong) else wrong)

    assert (401, "invalid_client") == (response.status_code, response.json()["error"])


async def test_another_grant_is_refused(registered: World) -> None:
    response = await ask(registered, grant_type="password", client_assertion=assertion())

    assert (400, "unsupported_grant_type") == (response.status_code, response.json()["error"])
