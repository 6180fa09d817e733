"""/metadata and the SMART configuration: open, derived, and so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from tests.facade.world import ORIGIN, World, configuration, practice, world

BASES = {None: f"{ORIGIN}/riverbend/fhir/r4", "rb": f"{ORIGIN}/riverbend/rb/fhir/r4"}
SERVED = {
    *("Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Location", "CareTeam"),
    *("Encounter", "Condition", "AllergyIntolerance", "MedicationRequest", "Medication", "Immunization", "Procedure"),
    *(
        "Observation",
        "DiagnosticReport",
        "DocumentReference",
        "Binary",
        "ServiceRequest",
        "Goal",
        "CarePlan",
        "Coverage",
    ),
    *("QuestionnaireResponse", "FamilyMemberHistory", "Appointment", "Slot", "Schedule", "Claim", "ChargeItem"),
    *("Account", "Provenance"),
}


@pytest.mark.parametrize(("narrowed", "base"), BASES.items())
async def test_every_base_has_its_own_statement(here: World, narrowed: str | None, base: str) -> None:
    response = await here.client(None, practice=narrowed).get("/metadata")

    assert 200 == response.status_code
    statement = response.json()
    CapabilityStatement.model_validate_json(response.content)
    assert base == statement["implementation"]["url"]
    assert ["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"] == statement["instantiates"]
    assert SERVED == {each["type"] for each in statement["rest"][0]["resource"]}


async def test_smart_names_the_token_endpoint_and_the_statement_claims_no_authorization(here: World) -> None:
    statement = (await here.client(None).get("/metadata")).json()
    smart = (await here.client(None).get("/.well-known/smart-configuration")).json()

    assert "extension" not in statement["rest"][0]["security"]
    assert f"{ORIGIN}/riverbend/auth/token" == smart["token_endpoint"]
    assert {"client_credentials"} == set(smart["grant_types_supported"])


async def test_smart_is_json_whatever_is_accepted(here: World) -> None:
    response = await here.client(None).get("/.well-known/smart-configuration", headers={"Accept": "text/html"})

    assert (200, "application/json") == (response.status_code, response.headers["content-type"])


async def test_each_scope_that_is_named_works(here: World) -> None:
    smart = (await here.client(None).get("/.well-known/smart-configuration")).json()
    tenant = here.services.directory.tenants["riverbend"]

    from facade.scopes import parse_scopes

    for scope in smart["scopes_supported"]:
        assert parse_scopes(scope), scope
        assert tenant.clients["system"].scopes


def rows(statement: dict[str, Any]) -> list[tuple[str, str]]:
    """(type, parameter) of everything searchable."""
    return [
        (resource["type"], parameter["name"])
        for resource in statement["rest"][0]["resource"]
        for parameter in resource.get("searchParam", ())
    ]


async def test_every_declared_parameter_and_include_is_taken(here: World) -> None:
    client = here.client()
    statement = (await client.get("/metadata")).json()
    value = {"token": "x", "string": "x", "date": "2020-01-01"}

    for resource in statement["rest"][0]["resource"]:
        searchable = "search-type" in {each["code"] for each in resource["interaction"]}
        names = {each["name"] for each in resource.get("searchParam", ())}
        by_id_only = resource["type"] in ("Medication", "Slot")
        needed = {"patient": "rb.1"} if "patient" in names else {"_id": "rb.1"} if by_id_only else {}
        for parameter in resource.get("searchParam", ()):
            asked = {**needed, parameter["name"]: value.get(parameter["type"], "rb.1")}
            if parameter["name"] == "_id":
                asked = {"_id": "rb.1"}
            response = await client.get(f"/{resource['type']}", params=asked)
            assert 200 == response.status_code, (resource["type"], asked, response.text)
        for kind, key in (("_include", "searchInclude"), ("_revinclude", "searchRevInclude")):
            for include in resource.get(key, ()):
                one = {**needed, **({"_id": "rb.1"} if resource["type"] == "Patient" else {})}
                response = await client.get(f"/{resource['type']}", params={**one, kind: include})
                assert 200 == response.status_code, (resource["type"], include)
        assert searchable or not names


async def test_every_combination_declared_works(here: World) -> None:
    client = here.client()
    statement = (await client.get("/metadata")).json()
    types = {
        name: each["type"]
        for r in statement["rest"][0]["resource"]
        for each in r.get("searchParam", ())
        for name in [(r["type"], each["name"])]
    }
    value = {"token": "x", "string": "x", "date": "ge2020-01-01", "reference": "rb.1"}

    for resource in statement["rest"][0]["resource"]:
        for combination in resource.get("extension", ()):
            names = [each["valueString"] for each in combination["extension"] if each["url"] == "required"]
            asked = {name: "rb.1" if name == "_id" else value[types[resource["type"], name]] for name in names}
            response = await client.get(f"/{resource['type']}", params=asked)
            assert 200 == response.status_code, (resource["type"], asked, response.text)


async def test_a_tenant_of_another_edition_is_told_so(tmp_path: Path) -> None:
    async with world(tmp_path, configuration(riverbend={"us_core": "7.0.0"})) as made:
        statement = (await made.client(None).get("/metadata")).json()

    assert ["http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|7.0.0"] == statement[
        "implementationGuide"
    ]


async def test_a_tenant_with_two_practices_has_the_union(tmp_path: Path) -> None:
    two = {"practices": {"rb": practice(), "lake": practice("195901")}}
    async with world(tmp_path, configuration(riverbend=two)) as made:
        statement = (await made.client(None).get("/metadata")).json()

    assert SERVED == {each["type"] for each in statement["rest"][0]["resource"]}


async def test_discovery_never_asks_the_ehr(here: World) -> None:
    await here.client(None).get("/metadata")
    await here.client(None).get("/.well-known/smart-configuration")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        assert {"status": "live"} == (await client.get("/health/live")).json()
        assert {"status": "ready", "tenants": 1} == (await client.get("/health/ready")).json()

    assert [] == await here.calls()


async def test_a_closed_server_is_not_ready(here: World) -> None:
    await here.services.close()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        assert 503 == (await client.get("/health/ready")).status_code
