"""A practice with two connections: each asked for what it serves best, one id for one record, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.facade.two_connections import TwoConnections, two_connections
from tests.facade.world import entries, every, ids, link

SILENT = {"path": "/fhir/r4/Condition", "kind": "empty", "times": None}
FALLBACK = {"Condition": {"connections": ["fhir", "rest"], "fallback": True}}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[TwoConnections]:
    async with two_connections(tmp_path) as made:
        yield made


def of_kind(resources: list[dict[str, Any]], *categories: str) -> list[dict[str, Any]]:
    return [one for one in resources if {c["code"] for e in one["category"] for c in e["coding"]} & set(categories)]


def kinds(resources: list[dict[str, Any]]) -> set[str]:
    """First words of the local ids."""
    return {one["id"].partition(".")[2].partition("-")[0] for one in resources}


async def test_a_patient_has_one_id_whichever_connection_tells(here: TwoConnections, tmp_path: Path) -> None:
    (by_rest,) = await every(here.client(), "Patient?_id=rb.3")
    assert [] == await here.fhir_calls()
    async with two_connections(tmp_path, {"Patient": ["fhir"]}) as other:
        (by_fhir,) = await every(other.client(), "Patient?_id=rb.3")
        assert not any("/patients/" in path for path in await other.rest_calls())

    assert ("rb.3", by_rest["birthDate"]) == (by_fhir["id"], by_fhir["birthDate"])


async def test_observations_come_from_both_each_kind_from_the_one_that_leads_it_and_each_once(
    here: TwoConnections,
) -> None:
    found = await every(here.client(), "Observation?patient=rb.1")

    assert {1} == set(Counter(ids(found)).values())
    assert {"reading", "pressure"} == kinds(of_kind(found, "vital-signs"))
    assert {"analyte"} == kinds(of_kind(found, "laboratory"))
    assert "smoking" in kinds(of_kind(found, "social-history"))
    await here.forget_all()
    vitals = await every(here.client(), "Observation?patient=rb.1&category=vital-signs")
    assert set(ids(of_kind(found, "vital-signs"))) == set(ids(vitals))
    assert [] == await here.rest_calls()


@pytest.mark.parametrize(
    ("search", "kind"),
    [("Practitioner?name=Baker", "provider"), ("PractitionerRole?practitioner=rb.provider-71", "role")],
)
async def test_what_one_connection_cannot_be_asked_for_the_other_is(
    here: TwoConnections, search: str, kind: str
) -> None:
    found = await every(here.client(), search)

    assert {kind} == kinds(found)
    assert [] == await here.fhir_calls()


async def test_slots_come_from_the_rest_api(here: TwoConnections) -> None:
    response = await here.client().get("Slot?schedule=rb.schedule-71-1&_count=5")

    assert {"slot"} == kinds([one["resource"] for one in response.json()["entry"]])
    assert [] == await here.fhir_calls()


async def test_what_a_resource_refers_to_is_read_where_it_is(here: TwoConnections) -> None:
    client = here.client()
    for search in ("Condition?patient=rb.1", "CareTeam?patient=rb.1", "DiagnosticReport?patient=rb.1"):
        for one in await every(client, search):
            for reference in references(one):
                assert 200 == (await client.get(reference)).status_code, reference


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if "rb." in str(value.get("reference", "")) else set()
        return own.union(*map(references, value.values()))
    return set[str]().union(*map(references, value)) if isinstance(value, list) else set()


async def test_a_record_that_one_api_does_not_show_is_read_by_the_other(here: TwoConnections, tmp_path: Path) -> None:
    async with two_connections(tmp_path, {"Encounter": ["fhir"]}) as other:
        cancelled = [
            one for one in await every(other.client(), "Encounter?patient=rb.1") if one["status"] == "cancelled"
        ]

    assert cancelled
    id_ = cancelled[0]["id"]
    found = await here.client().get(f"Encounter/{id_}")
    assert "cancelled" == found.json()["status"]
    assert {id_, "rb.encounter-1-40101"} == set(
        ids(await every(here.client(), f"Encounter?_id={id_},rb.encounter-1-40101"))
    )


async def test_who_is_outside_is_in_the_record_since_no_search_finds_them(here: TwoConnections) -> None:
    (team,) = await every(here.client(), "CareTeam?patient=rb.1")

    members = {one["member"]["reference"] for one in team["participant"]}
    assert {f"#{one['id']}" for one in team["contained"]} == members
    assert "Clara Baker" in {one["name"] for one in team["contained"]}


async def test_where_the_route_says_so_the_other_answers_for_one_that_fails_and_says_so(tmp_path: Path) -> None:
    async with two_connections(tmp_path, FALLBACK) as here:
        await here.fault(SILENT)
        found = await entries(here.client(), "Condition?patient=rb.1&category=problem-list-item")

    assert {"problem"} == kinds([one["resource"] for one in found if one["search"]["mode"] == "match"])
    (told,) = [one["resource"]["issue"] for one in found if one["search"]["mode"] == "outcome"]
    assert "connection fhir of practice rb did not answer; another one did" == told[0]["details"]["text"]


async def test_where_it_does_not_the_failure_is_told(here: TwoConnections) -> None:
    await here.fault(SILENT)
    response = await here.client().get("Condition?patient=rb.1")

    assert 502 == response.status_code
    assert not any("problems" in path for path in await here.rest_calls())


async def test_a_next_page_is_of_the_connection_that_gave_the_first(tmp_path: Path) -> None:
    async with two_connections(tmp_path, FALLBACK) as here:
        client = here.client()
        first = (await client.get("Condition?patient=rb.1&_count=3")).json()
        following = link(first, "next")
        await here.fault(SILENT)
        response = await client.get(str(following))

        assert 502 == response.status_code
        assert not any("problems" in path for path in await here.rest_calls())


async def test_a_kind_that_one_connection_has_is_read_there_whatever_the_routes_say(tmp_path: Path) -> None:
    async with two_connections(tmp_path, {"*": ["rest"]}) as here:
        client = here.client()
        found = [await client.get(text) for text in ("Condition/rb.concern-70101", "Goal/rb.visitgoal-501010")]

        assert [200, 200] == [one.status_code for one in found]
        assert {
            "/fhir/r4/Condition/a-195900.AmbulatoryPlanProblem-70101",
            "/fhir/r4/Goal/a-195900.ClinicalEncounterGoal-501010",
        } <= set(await here.fhir_calls())


async def test_provenance_is_the_ehr_s_own_where_it_has_one_and_derived_where_not(here: TwoConnections) -> None:
    client = here.client()
    for search, prefix in (("Condition", "fhir-Provenance-"), ("DiagnosticReport", "prov-")):
        found = await entries(client, f"{search}?patient=rb.1&_revinclude=Provenance:target")
        matches = {f"{search}/{one['resource']['id']}" for one in found if one["search"]["mode"] == "match"}
        told = [one["resource"] for one in found if one["resource"]["resourceType"] == "Provenance"]

        assert told
        assert {target["reference"] for one in told for target in one["target"]} <= matches
        for one in told:
            assert one["id"].startswith((f"rb.{prefix}", "rb.x-"))
        assert told[0]["id"] == (await client.get(f"Provenance/{told[0]['id']}")).json()["id"]


async def test_a_record_is_the_same_however_it_is_come_by(here: TwoConnections) -> None:
    client = here.client()
    told = "_revinclude=Provenance:target&_count=100"
    found = [e["resource"] for e in await entries(client, f"Observation?patient=rb.1&category=social-history&{told}")]
    everything = await entries(client, "Patient/rb.1/$everything?_type=Observation,Provenance&_count=500")
    by_name = {entry["resource"]["id"]: entry["resource"] for entry in everything}

    assert "rb.occupation-1" in ids(found)
    for one in found:
        assert one == (await client.get(f"{one['resourceType']}/{one['id']}")).json()
        assert one == by_name[one["id"]]
        if one["resourceType"] == "Observation":
            assert [one] == await every(client, f"Observation?_id={one['id']}")


async def test_who_answered_in_anothers_place_goes_on_with_it_though_that_one_is_back(tmp_path: Path) -> None:
    async with two_connections(tmp_path, FALLBACK) as here:
        client = here.client()
        await here.fault(SILENT)
        whole = ids(await every(client, "Condition?patient=rb.3,rb.1,rb.2&_count=100"))
        first = (await client.get("Condition?patient=rb.3,rb.1,rb.2&_count=2")).json()
        await here.recover()
        await here.forget_all()

        rest = ids(await every(client, link(first, "next") or ""))

        given = [one["resource"]["id"] for one in first["entry"] if one["search"]["mode"] == "match"]
        assert whole == [*given, *rest]
        assert not any("Condition" in path for path in await here.fhir_calls())
