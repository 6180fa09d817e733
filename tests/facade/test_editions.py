"""A tenant chooses its edition of US Core; what it is served conforms to that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from capability.uscore import VERSIONS
from tests.conforms import assert_conforms
from tests.facade.world import configuration, every, world

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
EARNED = {  # one of these each
    "Patient": {"us-core-patient"},
    "Practitioner": {"us-core-practitioner"},
    "PractitionerRole": {"us-core-practitionerrole"},
    "Organization": {"us-core-organization"},
    "Location": {"us-core-location"},
    "RelatedPerson": {"us-core-relatedperson"},
    "CareTeam": {"us-core-careteam"},
    "Encounter": {"us-core-encounter"},
    "Goal": {"us-core-goal"},
    "CarePlan": {"us-core-careplan"},
    "Condition": {"us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis"},
    "AllergyIntolerance": {"us-core-allergyintolerance"},
}
DIRECTORY = ("Patient", "Practitioner", "PractitionerRole", "Organization", "Location")


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_resource_earns_its_profile_in_every_edition(tmp_path: Path, version: str) -> None:
    async with world(tmp_path, configuration(riverbend={"us_core": version})) as made:
        client = made.client()
        everyone = ",".join(one["id"] for one in await every(client, "/Patient?_count=500"))
        for type_, profiles in EARNED.items():
            patients = "" if type_ in DIRECTORY else f"patient={everyone}&"
            found = await every(client, f"/{type_}?{patients}_count=500")
            assert found
            for one in found:
                earned = profiles & {url.removeprefix(US_CORE) for url in one["meta"].get("profile", ())}
                assert earned, (version, one["id"])
                assert_conforms(one, *earned, edition=version)
