"""Tokens, scopes, tenants, headers and errors, as Millennium's authorization pages and captures have them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from adapters.cerner.sandbox import TENANT, App
from tests.adapters.cerner.sandbox.server import FIRST, ORIGIN, TOKEN, anonymous, opened


async def test_a_token_lives_570_seconds_and_names_its_scopes() -> None:
    now = [1_000_000.0]
    async with opened(clock=lambda: now[0]) as server:
        response = await server.token("system/Patient.rs system/Nonsense.rs system/*.rs")
        assert (200, 570, "system/Patient.rs") == (
            response.status_code,
            response.json()["expires_in"],
            response.json()["scope"],
        )
        assert "no-store" == response.headers["cache-control"]

        await server.allow("system/Patient.rs")
        before = await server.get(f"Patient/{FIRST}")
        now[0] += 570
        after = await server.get(f"Patient/{FIRST}")

    assert (200, 401, b"") == (before.status_code, after.status_code, after.content)
    assert after.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("client_id", "scope"),
    [
        ("sandbox-client", None),
        ("sandbox-client", "system/Patient.read"),
        ("sandbox-client", "system/*.rs"),
        ("sandbox-client-v1", "system/Patient.rs"),
    ],
)
async def test_without_a_scope_that_it_may_grant_there_is_no_token(client_id: str, scope: str | None) -> None:
    async with opened() as server:
        response = await server.token(scope, client_id)

    assert (400, "invalid_scope") == (response.status_code, response.json()["error"])
    uri = unquote(response.json()["error_uri"])
    assert "urn:cerner:error:authorization-server:oauth2:token:empty-scopes" in uri
    assert f"/instances/{response.headers['cerner-correlation-id']}?" in uri
    assert "error_description" not in response.json()


async def test_an_app_is_who_it_registered_as() -> None:
    key = ECKey.generate_key("P-384", parameters={"kid": "k1", "alg": "ES384"}, auto_kid=False)
    app = App("jwt-client", jwks={"keys": [key.as_dict(private=False)]})
    now = 1_000_000

    def assertion(client_id: str, audience: str, jti: str) -> dict[str, str]:
        claims = {"iss": client_id, "sub": client_id, "aud": audience, "exp": now + 200, "jti": jti}
        signed = jwt.encode({"alg": "ES384", "kid": "k1"}, claims, key, algorithms=["ES384"])
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {"client_assertion_type": kind, "client_assertion": signed}

    async with opened(apps=[app, App("secret-client", secret="s")], clock=lambda: float(now)) as server:
        asking = {"grant_type": "client_credentials", "scope": "system/Patient.rs"}
        signed = await server.client.post(TOKEN, data=asking | assertion("jwt-client", ORIGIN + TOKEN, "1"))
        by_secret = await server.client.post(TOKEN, data=asking | assertion("secret-client", ORIGIN + TOKEN, "2"))
        elsewhere = await server.client.post(TOKEN, data=asking | assertion("jwt-client", ORIGIN + "/token", "3"))

    assert 200 == signed.status_code
    assert ["invalid_client"] * 2 == [one.json()["error"] for one in (by_secret, elsewhere)]


async def test_discovery_names_the_token_endpoint_with_the_fhir_host_and_the_origin_that_is_set() -> None:
    async with opened(authorization_origin="https://authorization.example.org") as server:
        document = await server.json(".well-known/smart-configuration")

    host = "hosts/fhir-ehr.example.org"
    expected = f"https://authorization.example.org/tenants/{TENANT}/{host}/protocols/oauth2/profiles/smart-v1/token"
    assert expected == document["token_endpoint"]
    assert {"client_secret_basic", "private_key_jwt"} == set(document["token_endpoint_auth_methods_supported"])


async def test_r_reads_and_does_not_search_and_a_granted_scope_is_not_access() -> None:
    async with opened(closed={"Condition"}) as server:
        await server.allow("system/Patient.r system/Observation.rs system/Condition.rs")
        read = await server.get(f"Patient/{FIRST}")
        search = await server.get(f"Patient?_id={FIRST}")
        closed = await server.get(f"Condition?patient={FIRST}")
        told = await server.get(f"Observation?patient={FIRST}&_revinclude=Provenance:target")

    assert [200, 403, 403, 403] == [one.status_code for one in (read, search, closed, told)]
    assert "insufficient_scope" in search.headers["www-authenticate"]
    assert "Forbidden resource" == closed.text


async def test_a_scope_of_version_1_reads_and_searches() -> None:
    async with opened() as server:
        await server.allow("system/Patient.read", "sandbox-client-v1")

        assert [200, 200] == [
            (await server.get(path)).status_code for path in (f"Patient/{FIRST}", f"Patient?_id={FIRST}")
        ]


async def test_a_wrong_tenant_is_forbidden_and_whatever_is_unknown_is_the_same_404() -> None:
    async with anonymous() as server:
        wrong = await server.client.get(f"/r4/someone-else/Patient/{FIRST}")
        unknown = [
            await server.get(path)
            for path in ("Patient/999", "Patient/no_such*id", "Medication/1", "PractitionerRole/1", "Nonsense/1")
        ]

    assert 403 == wrong.status_code
    assert [(404, "not-found", "Not Found")] * 5 == [
        (one.status_code, one.json()["issue"][0]["code"], one.json()["issue"][0]["details"]["text"]) for one in unknown
    ]


async def test_every_answer_has_its_number_and_a_read_its_version() -> None:
    async with anonymous() as server:
        read = await server.get(f"Patient/{FIRST}")
        other = await server.get(f"Patient/{FIRST}", Accept="application/fhir+xml")

    assert f'W/"{read.json()["meta"]["versionId"]}"' == read.headers["etag"]
    assert read.headers["last-modified"].endswith(" GMT")
    assert (406, b"") == (other.status_code, other.content)
    for one in (read, other):
        assert one.headers["x-request-id"]
        assert one.headers["opc-request-id"]


async def test_the_statement_tells_the_product_and_the_rules() -> None:
    async with opened() as server:
        statement = await server.json("metadata")

    (observation,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "Observation"]
    assert "OracleHealthCapabilityStatement" == statement["name"]
    assert "software" not in statement
    assert "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server" in statement["instantiates"]
    assert ["Provenance:target"] == observation["searchRevInclude"]
    told = {one["name"]: one.get("documentation", "") for one in observation["searchParam"]}
    assert "not with _lastUpdated" in told["date"]
    assert 19 == sum("searchRevInclude" in one for one in statement["rest"][0]["resource"])


async def test_an_app_without_rights_to_write_is_refused() -> None:
    async with opened() as server:
        await server.allow("system/Patient.rs")
        response = await server.client.post(f"/r4/{TENANT}/Patient", json={"resourceType": "Patient"})

    assert 403 == response.status_code
