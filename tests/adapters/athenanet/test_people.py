"""People around a patient: where they are found, and by how many calls."""

from __future__ import annotations

import pytest

from adapters.query import Query
from tests.adapters.athenanet.world import World, of_patient, token

EVERYBODY = of_patient(*map(str, range(1, 26)))


async def test_every_member_of_a_care_team_can_be_found(here: World) -> None:
    """The practice's own by a search; those of the nationwide directory, which has none, in the team itself."""
    teams = await here.every(Query("CareTeam", (EVERYBODY,)))
    practitioners = {f"Practitioner/{one['id']}" for one in await here.every(Query("Practitioner"))}

    kinds = {one["resourceType"] for team in teams for one in team.get("contained", ())}
    assert {"Practitioner", "Organization"} == kinds
    for team in teams:
        contained = {f"#{one['id']}" for one in team.get("contained", ())}
        members = {one["member"]["reference"] for one in team["participant"]}
        assert members - practitioners == contained


async def test_a_team_of_nobody_is_none(here: World) -> None:
    assert [] == await here.every(Query("CareTeam", (of_patient("12"),)))


async def test_a_care_team_costs_two_calls_a_chart(here: World) -> None:
    await here.one("CareTeam", "careteam-5")
    here.forget()

    await here.one("CareTeam", "careteam-1")

    assert ["/chart/1/careteam", "/chart/1/patientchartlist", "/patients/1"] == sorted(here.asked)


@pytest.mark.parametrize(
    ("type_", "local"),
    [
        ("Practitioner", "directory-11401"),  # a pharmacy
        ("Organization", "facility-4001"),  # a person
        ("Practitioner", "directory-71"),  # a number of the practice's own providers
        ("Practitioner", "directory-0"),
    ],
)
async def test_a_number_of_something_else_in_the_directory_is_nobody(here: World, type_: str, local: str) -> None:
    assert None is await here.one(type_, local)


async def test_ids_of_the_directory_and_of_the_practice_are_found_in_one_search(here: World) -> None:
    found = await here.every(Query("Practitioner", (token("_id", "provider-71", "directory-4001"),)))

    assert {"provider-71", "directory-4001"} == {one["id"] for one in found}


async def test_the_directory_is_asked_once(here: World) -> None:
    await here.one("Organization", "facility-11401")
    here.forget()
    await here.one("Organization", "facility-11401")

    assert [] == here.asked


async def test_provider_ids_of_one_human_are_roles_of_their_own(here: World) -> None:
    roles = {one["id"]: one for one in await here.every(Query("PractitionerRole"))}

    assert ["Location/department-1"] == [each["reference"] for each in roles["role-71"]["location"]]
    assert ["Location/department-62"] == [each["reference"] for each in roles["role-72"]["location"]]
    assert "role-101" not in roles  # a room
    assert None is await here.one("PractitionerRole", "role-101")
    assert "role-110" in roles  # deleted, and still named by records
    assert roles["role-110"] == await here.one("PractitionerRole", "role-110")


async def test_who_pays_for_herself_is_nobody_else(here: World) -> None:
    found = await here.every(Query("RelatedPerson", (EVERYBODY,)))
    payers = [one for one in found if one["id"].endswith("-guarantor")]
    displays = {each["relationship"][1]["coding"][0]["code"] for each in payers}

    assert {"PRN", "SPS"} <= displays
    assert len({one["patient"]["reference"] for one in payers}) < 25


async def test_a_patient_that_was_merged_away_has_nobody(here: World) -> None:
    assert [] == await here.every(Query("RelatedPerson", (of_patient("8"),)))
    assert [] == await here.every(Query("CareTeam", (of_patient("8"),)))
