"""Tokens, scopes and quotas of athena's FHIR server."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.athena_fhir.sandbox import KEYED_CLIENT, TOKEN_PATH, create_app
from tests.adapters.athena_fhir.sandbox.wire import CLIENT, ORIGIN, SECRET, wired

NOW = 1_790_000_000.0
JSON_ERROR = "application/fhir+json;charset=UTF-8"


async def test_anybody_may_read_the_statement_and_the_smart_configuration_whose_issuer_is_elsewhere() -> None:
    async with wired(scope="") as wire:
        statement = await wire.json("metadata")
        smart = await wire.json(".well-known/smart-configuration")

    assert "athenahealth_FHIR_R4_CapabilityStatement" == statement["name"]
    assert f"{ORIGIN}{TOKEN_PATH}" == smart["token_endpoint"]
    assert not smart["issuer"].startswith(ORIGIN)
    assert not {"PractitionerRole", "Slot", "Schedule", "Task"} & {
        one["type"] for one in statement["rest"][0]["resource"]
    }


async def test_a_token_says_in_text_how_long_it_lasts_and_then_the_gateway_refuses_it() -> None:
    now = [NOW]
    async with wired(create_app(clock=lambda: now[0])) as wire:
        answer = (await wire.token("system/Patient.read")).json()
        now[0] += 3_601
        expired = await wire.get("Patient/a-195900.E-1")

    assert ("Bearer", "3600", "system/Patient.read") == (answer["token_type"], answer["expires_in"], answer["scope"])
    assert (401, "Invalid Access Token.") == (expired.status_code, expired.json()["error"])


async def test_a_client_shows_its_secret_in_the_form_or_signs_an_assertion() -> None:
    key = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
    app = create_app(jwks={"keys": [key.as_dict(private=False)]})
    claims = {"iss": KEYED_CLIENT, "sub": KEYED_CLIENT, "aud": f"{ORIGIN}{TOKEN_PATH}", "exp": int(time.time()) + 200}
    signed = jwt.encode({"alg": "RS384", "kid": "one"}, {**claims, "jti": "1"}, key, algorithms=["RS384"])
    asked = {"grant_type": "client_credentials", "scope": "system/Patient.rs athena/service/Athenanet.MDP.*"}
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    async with wired(app) as wire:
        posted = await wire.client.post(TOKEN_PATH, data={**asked, "client_id": CLIENT, "client_secret": SECRET})
        keyed = await wire.client.post(
            TOKEN_PATH, data={**asked, "client_assertion_type": kind, "client_assertion": signed}
        )
        wrong = await wire.client.post(TOKEN_PATH, data={**asked, "client_id": CLIENT, "client_secret": "guess"})

    assert [200, 200, 401] == [posted.status_code, keyed.status_code, wrong.status_code]


async def test_each_type_needs_its_scope_for_searches_reads_and_what_is_referred_to() -> None:
    async with wired(scope="system/Condition.rs") as wire:
        found = await wire.get("Condition?patient=a-195900.E-1")
        refused = [await wire.get("Patient/a-195900.E-1"), await wire.get("Observation?patient=a-195900.E-1")]

    assert 200 == found.status_code
    assert [403, 403] == [one.status_code for one in refused]
    assert {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "fatal",
                "code": "forbidden",
                "details": {"text": "Invalid Token Scope"},
                "expression": ["Patient"],
            }
        ],
    } == refused[0].json()


async def test_a_scope_that_the_client_may_not_have_is_refused() -> None:
    async with wired(create_app(scopes=["system/Patient.read"]), "system/Patient.read") as wire:
        assert {"error": "invalid_scope"} == (await wire.token("system/Condition.read")).json()


async def test_every_answer_counts_down_the_second_and_the_last_is_a_429() -> None:
    async with wired(create_app(per_second=2, clock=lambda: NOW)) as wire:
        answers = [await wire.get("Patient/a-195900.E-1") for _ in range(3)]

    assert [200, 200, 429] == [one.status_code for one in answers]
    assert ["1", "0", "0"] == [one.headers["Ratelimit-Remaining"] for one in answers]
    assert ("2", "1") == (answers[2].headers["X-Ratelimit-Limit"], answers[2].headers["Ratelimit-Reset"])


@pytest.mark.parametrize(
    "path", ["PractitionerRole?practitioner=1", "Slot", "Schedule/1", "Task?patient=1", "Nothing/1/x"]
)
async def test_the_gateway_knows_no_other_path(path: str) -> None:
    async with wired() as wire:
        answer = await wire.get(path)

    assert (404, "Service not registered with API gateway.") == (answer.status_code, answer.text)


async def test_a_practice_that_was_not_granted_is_refused_and_without_one_all_that_were_answer() -> None:
    async with wired() as wire:
        refused = [
            await wire.get("Patient?name=a&ah-practice=Organization/a-1.Practice-195902"),
            await wire.get("Patient/a-195902.E-1"),
        ]
        everywhere: list[Any] = await wire.rows("Patient?name=a")
        here = await wire.rows("Patient?name=a&ah-practice=Organization/a-1.Practice-195901")

    assert [403, 403] == [one.status_code for one in refused]
    assert {"a-195900", "a-195901"} == {one["id"].partition(".")[0] for one in everywhere}
    assert {"a-195901"} == {one["id"].partition(".")[0] for one in here}


async def test_faults_can_be_ordered_and_the_journal_tells_what_was_asked() -> None:
    async with wired() as wire:
        await wire.client.post("/_sandbox/faults", json={"path": "/fhir/r4/Patient", "kind": "expire_token"})
        lost = await wire.get("Patient/a-195900.E-1")
        calls = (await wire.client.get("/_sandbox/calls")).json()["calls"]

    assert 401 == lost.status_code
    assert ("/fhir/r4/Patient/a-195900.E-1", 401) == (calls[-1]["path"], calls[-1]["status"])
