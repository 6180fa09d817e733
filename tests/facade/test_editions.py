"""A tenant chooses its edition of US Core; what it is served conforms to that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from capability.uscore import VERSIONS
from tests.conforms import assert_conforms
from tests.facade.world import configuration, every, world

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
EARNED = {
    "Patient": "us-core-patient",
    "Practitioner": "us-core-practitioner",
    "Organization": "us-core-organization",
    "Location": "us-core-location",
    "Encounter": "us-core-encounter",
    "Condition": "us-core-condition-problems-health-concerns",
    "AllergyIntolerance": "us-core-allergyintolerance",
}


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_resource_earns_its_profile_in_every_edition(tmp_path: Path, version: str) -> None:
    async with world(tmp_path, configuration(riverbend={"us_core": version})) as made:
        client = made.client()
        everyone = ",".join(one["id"] for one in await every(client, "/Patient?_count=500"))
        for type_, profile in EARNED.items():
            by_patient = type_ in ("Encounter", "Condition", "AllergyIntolerance")
            found = await every(client, f"/{type_}?{f'patient={everyone}&' if by_patient else ''}_count=500")
            assert found
            for one in found:
                assert US_CORE + profile in one["meta"].get("profile", ()), (version, one["id"])
                assert_conforms(one, profile, edition=version)
