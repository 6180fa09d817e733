"""Backend services at Epic's token endpoint. Source: Epic OAuth 2.0 documentation and captures."""

from __future__ import annotations

import time

import pytest

from tests.adapters.epic.sandbox.wire import TOKEN, Epic, assertion, epic

BARE = (400, {"error": "invalid_client", "error_description": None})


async def test_a_signed_assertion_buys_an_hour_and_every_registered_scope(here: Epic) -> None:
    first, second = (await here.token()).json(), (await here.token()).json()

    assert ("bearer", 3600) == (first["token_type"], first["expires_in"])
    assert first["access_token"] != second["access_token"]
    assert "refresh_token" not in first
    vitals = "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"
    assert {f"system/Observation.s?category={vitals}", "system/Provenance.r", "system/Patient.s"} <= set(
        first["scope"].split()
    )
    assert "system/Provenance.s" not in first["scope"].split()


async def test_what_is_not_registered_is_dropped_without_a_word(here: Epic) -> None:
    answer = (await here.token(scope="system/Patient.read system/Task.read")).json()

    assert "system/Patient.r system/Patient.s" == answer["scope"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": TOKEN.replace("/token", "")},
        {"exp": int(time.time()) + 3600},
        {"exp": int(time.time()) - 60},
        {"sub": "somebody else"},
        {"jti": "j" * 152},
    ],
    ids=["another audience", "more than five minutes", "over", "another subject", "a long jti"],
)
async def test_an_assertion_with_a_wrong_claim_is_refused_without_a_reason(here: Epic, claims: dict[str, str]) -> None:
    response = await here.token(assertion(**claims))

    assert BARE == (response.status_code, response.json())


async def test_an_assertion_is_good_once(here: Epic) -> None:
    signed = assertion()
    await here.token(signed)

    response = await here.token(signed)

    assert BARE == (response.status_code, response.json())


async def test_now_and_then_a_good_assertion_is_refused_too() -> None:
    async with epic(hiccup=2) as wire:
        second, third = await wire.token(), await wire.token()

    assert BARE == (second.status_code, second.json())
    assert 200 == third.status_code


async def test_a_token_that_is_over_is_answered_with_an_empty_json_string() -> None:
    now = [time.time()]
    async with epic(clock=lambda: now[0]) as wire:
        now[0] += 3601
        response = await wire.get("/Patient", _id="x")

    assert (401, b'""') == (response.status_code, response.content)
    assert "application/json; charset=utf-8" == response.headers["content-type"]
    assert response.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


async def test_a_token_without_the_api_is_answered_with_a_header_alone(here: Epic) -> None:
    response = await here.get("/Task", patient="x")

    assert (403, b"") == (response.status_code, response.content)
    assert "content-type" not in response.headers
    assert response.headers["www-authenticate"].startswith('Bearer error="insufficient_scope"')


async def test_a_create_is_an_api_that_nobody_registered(here: Epic) -> None:
    response = await here.client.post(
        "/interconnect-fhir-oauth/api/FHIR/R4/Condition", headers={"Authorization": f"Bearer {here.bearer}"}, json={}
    )

    assert (403, b"") == (response.status_code, response.content)
