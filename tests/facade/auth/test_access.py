"""No bearer, or a wrong one: 401. A good one that does not reach this far: 403."""

from __future__ import annotations

from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from capability.issues import LoginRequired
from facade.auth.tokens import Tokens
from facade.keys import signing_key
from tests.facade.world import KEYS, ORIGIN, World, configuration, practice, world

ADDRESS = "/Patient/rb.1"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_no_token_is_401_and_names_no_error(here: World) -> None:
    response = await here.client(None).get(ADDRESS)

    assert (401, "Bearer") == (response.status_code, response.headers["www-authenticate"])
    assert "login" == response.json()["issue"][0]["code"]
    assert [] == await here.calls()


def _forged(here: World, **claims: object) -> str:
    good = jwt.decode(here.token(), signing_key(KEYS["FACADE_SIGNING_KEY"]), algorithms=["ES384"]).claims
    stranger = ECKey.generate_key("P-384", private=True)
    return jwt.encode({"alg": "ES384", "typ": "at+jwt"}, {**good, **claims}, stranger, algorithms=["ES384"])


def _signed(here: World, **claims: object) -> str:
    key = signing_key(KEYS["FACADE_SIGNING_KEY"])
    good = jwt.decode(here.token(), key, algorithms=["ES384"]).claims
    header = {"alg": "ES384", "typ": str(claims.pop("typ", "at+jwt"))}
    return jwt.encode(
        header,
        {name: value for name, value in {**good, **claims}.items() if value is not None},
        key,
        algorithms=["ES384"],
    )


WRONG = {
    "garbage": lambda here: "garbage",
    "another key": _forged,
    "another issuer": lambda here: _signed(here, iss="https://elsewhere.example.org"),
    "another audience": lambda here: _signed(here, aud=f"{ORIGIN}/other/fhir/r4"),
    "expired": lambda here: _signed(here, exp=1_700_000_000),
    "without expiry": lambda here: _signed(here, exp=None),
    "an unknown client": lambda here: _signed(here, client_id="nobody"),
    "another kind of token": lambda here: _signed(here, typ="JWT"),
    "unsigned": lambda here: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW0ifQ.",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_token_is_401_invalid_token(here: World, wrong: object) -> None:
    assert callable(wrong)
    response = await here.client(None).get(ADDRESS, headers=bearer(wrong(here)))

    assert (401, 'Bearer error="invalid_token"') == (response.status_code, response.headers["www-authenticate"])
    assert [] == await here.calls()


async def test_a_token_stops_working_when_it_expires(here: World) -> None:
    now = [1_000_000.0]
    tokens = Tokens(signing_key(KEYS["FACADE_SIGNING_KEY"]), clock=lambda: now[0])
    tenant = here.services.directory.tenants["riverbend"]
    token = tokens.mint(tenant, tenant.clients["system"], seconds=60)
    assert "system" == tokens.verify(token, tenant).client

    now[0] += 120

    with pytest.raises(LoginRequired):
        tokens.verify(token, tenant)


async def test_a_token_of_one_tenant_is_nothing_at_another(tmp_path: Path) -> None:
    async with world(tmp_path, configuration(riverbend={}, lakeside={})) as two:
        token = two.token("system", "riverbend")

        assert 200 == (await two.client(None, "riverbend").get(ADDRESS, headers=bearer(token))).status_code
        assert 401 == (await two.client(None, "lakeside").get(ADDRESS, headers=bearer(token))).status_code


async def test_a_type_outside_the_scopes_is_403(here: World) -> None:
    vitals = here.client("vitals")

    assert 200 == (await vitals.get("/Observation?patient=rb.1")).status_code
    for address in ("/Patient/rb.1", "/Patient?family=a", "/Condition?patient=rb.1"):
        response = await vitals.get(address)
        assert (403, "forbidden") == (response.status_code, response.json()["issue"][0]["code"]), address


async def test_an_include_brings_nothing_that_the_scopes_do_not_cover(here: World) -> None:
    bundle = (await here.client("vitals").get("/Observation?patient=rb.1&_include=Observation:patient")).json()

    assert {"match"} == {entry["search"]["mode"] for entry in bundle["entry"]}


async def test_a_practice_that_was_not_granted_is_403_by_path_and_unknown_by_id(tmp_path: Path) -> None:
    tenant = {
        "policy": [],
        "clients": {"system": {"scopes": ["system/*.rs"]}, "half": {"scopes": ["system/*.rs"], "practices": ["rb"]}},
        "practices": {"rb": practice(), "lake": practice("195901")},
    }
    async with world(tmp_path, configuration(riverbend=tenant)) as two:
        half, system = two.client("half"), two.client("system")

        assert 403 == (await two.client("half", practice="lake").get("/Patient/lake.1")).status_code
        assert 200 == (await system.get("/Patient/lake.1")).status_code
        unseen, unknown = await half.get("/Patient/lake.1"), await half.get("/Patient/rb.999999")
        assert (404, unknown.json()) == (unseen.status_code, unseen.json())
        assert {"rb"} == {e["resource"]["id"].split(".")[0] for e in (await half.get("/Patient")).json()["entry"]}
