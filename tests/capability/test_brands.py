"""The brands Bundle: valid, closed in itself, and each brand findable by an identifier of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from capability.brands import Brand, Identifier, Portal, brands_bundle

CHANGED = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
ROOT = "https://facade.example.org/brands"
PLAIN = Brand(
    key="lake",
    name="Lake Clinics",
    base="https://facade.example.org/lake/fhir/r4",
    website="https://lake.example",
    developers="https://facade.example.org/lake/fhir/r4/docs",
    identifiers=(Identifier("urn:ietf:rfc:3986", "https://lake.example"),),
    addresses=({"state": "NY"},),
)
FULL = replace(
    PLAIN,
    key="lake.east",
    name="Lake East",
    base="https://facade.example.org/lake/east/fhir/r4",
    identifiers=(Identifier("http://hl7.org/fhir/sid/us-npi", "1234567893"), *PLAIN.identifiers),
    aliases=("Eastern Shore",),
    categories=("clinical", "lab"),
    logo="https://lake.example/logo.svg",
    logo_license="https://lake.example/terms",
    portal=Portal(url="https://my.lake.example", name="My Lake", description="For all.", logo="https://lake.example/p"),
    part_of="lake",
)


def bundle(*brands: Brand) -> dict[str, Any]:
    return brands_bundle(brands, root=ROOT, changed=CHANGED)


def resources(found: dict[str, Any], type_: str) -> dict[str, dict[str, Any]]:
    return {
        entry["resource"]["id"]: entry["resource"]
        for entry in found["entry"]
        if entry["resource"]["resourceType"] == type_
    }


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [each for part in value.values() for each in references(part)]
    return [each for part in value for each in references(part)] if isinstance(value, list) else []


FREE = replace(PLAIN, identifiers=(Identifier("urn:example", "lake"),))


def test_the_bundle_is_fhir_and_says_when_it_changed() -> None:
    found = bundle(FREE, FULL)

    Bundle.model_validate(found)
    assert ("collection", "2026-11-01T12:30:00Z") == (found["type"], found["timestamp"])
    assert {"Organization", "Endpoint"} == {entry["resource"]["resourceType"] for entry in found["entry"]}


def test_every_reference_is_to_an_entry() -> None:
    found = bundle(FREE, FULL)

    urls = {entry["fullUrl"] for entry in found["entry"]}
    assert {f"{ROOT}/{reference}" for reference in references(found)} == urls


def test_each_base_has_one_primary_brand() -> None:
    found = bundle(FREE, FULL)

    assert {"lake": ["Endpoint/lake"], "lake.east": ["Endpoint/lake.east"]} == {
        key: [each["reference"] for each in organization["endpoint"]]
        for key, organization in resources(found, "Organization").items()
    }
    assert {"lake": PLAIN.base, "lake.east": FULL.base} == {
        key: endpoint["address"] for key, endpoint in resources(found, "Endpoint").items()
    }


@pytest.mark.parametrize("key", ["lake", "lake.east"])
def test_an_organization_has_what_the_list_of_service_base_urls_asks_for(key: str) -> None:
    organization = resources(bundle(FREE, FULL), "Organization")[key]

    assert organization["active"] is True
    assert all(organization[element] for element in ("name", "address", "identifier", "endpoint", "telecom"))


def test_an_endpoint_has_what_the_profile_fixes() -> None:
    endpoint = resources(bundle(PLAIN), "Endpoint")["lake"]

    assert "4.0.1" == endpoint["extension"][0]["valueCode"]
    assert "hl7-fhir-rest" == endpoint["connectionType"]["code"]
    assert "none" == endpoint["payloadType"][0]["coding"][0]["code"]
    assert [{"system": "url", "value": PLAIN.developers}] == endpoint["contact"]


def test_a_portals_endpoint_is_the_organizations_too() -> None:
    """uab-1 of the profile."""
    organization = resources(bundle(FREE, FULL), "Organization")["lake.east"]

    portal = organization["extension"][1]
    of_portal = [each["valueReference"] for each in portal["extension"] if each["url"] == "portalEndpoint"]
    assert organization["endpoint"] == of_portal


def test_what_is_absent_leaves_nothing_behind() -> None:
    organization = resources(bundle(PLAIN), "Organization")["lake"]

    assert {"extension", "alias", "partOf"}.isdisjoint(organization)


def test_an_identifier_that_names_two_brands_is_refused() -> None:
    with pytest.raises(ValueError, match="another brand's"):
        bundle(PLAIN, FULL)


def test_a_brand_above_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="is not published"):
        bundle(FULL)
