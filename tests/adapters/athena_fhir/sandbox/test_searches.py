"""What athena's FHIR server demands of a search, and how its pages look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from adapters.athena_fhir.sandbox import BASE, create_app
from tests.adapters.athena_fhir.sandbox.wire import ORIGIN, PRACTICE, Wire, wired


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with wired() as made:
        yield made


async def test_a_search_without_a_required_combination_is_forbidden_and_told_which_there_are(wire: Wire) -> None:
    answer = await wire.get(f"MedicationRequest?patient=a-195900.E-1&ah-practice={PRACTICE}")

    assert 403 == answer.status_code
    assert {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "fatal",
                "code": "forbidden",
                "details": {
                    "text": "The search query could not be performed because one of the required parameter "
                    "combinations [[patient,intent],[_id]] was not provided."
                },
                "expression": ["patient,intent", "_id"],
            }
        ],
    } == answer.json()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Patient?birthdate=1984-06-06", 403),
        ("Patient?family=a&gender=female", 200),
        ("Observation?_lastUpdated=2026-01-01", 403),
        ("Practitioner?identifier=1", 403),
        ("Location?name=Main", 403),
        ("Condition?patient=a-195900.E-1&clinical-status=active", 400),
        ("AllergyIntolerance?_id=a-195900.pa-101", 403),
        ("Appointment?patient=a-195900.E-1", 403),
        ("Condition?patient=a-195900.E-1&_lastUpdated=ge2020-01-01", 200),
        ("Condition?patient=a-195900.E-1&_lastUpdated=ge2020-01-01T10:00:00Z", 400),
        ("Patient/a-195900.E-999", 404),
        ("Patient/a-195900.E-8", 404),
        ("Patient/a-195900.E-15", 404),
    ],
)
async def test_what_is_accepted(wire: Wire, path: str, status: int) -> None:
    assert status == (await wire.get(path)).status_code


async def test_a_lax_server_ignores_what_it_does_not_know() -> None:
    async with wired(create_app(lax=True)) as wire:
        assert 200 == (await wire.get("Condition?patient=a-195900.E-1&clinical-status=active")).status_code


async def test_a_page_has_no_total_and_no_id_and_its_entries_link_to_themselves(wire: Wire) -> None:
    bundle = await wire.json("Condition?patient=a-195900.E-1&_count=2")
    entry = bundle["entry"][0]

    assert ["resourceType", "type", "timestamp", "link", "entry"] == list(bundle)
    assert bundle["timestamp"][-6:] in ("-05:00", "-04:00")
    assert [{"relation": "self", "url": entry["fullUrl"]}] == entry["link"]
    assert f"{ORIGIN}{BASE}/Condition/{entry['resource']['id']}" == entry["fullUrl"]
    assert {"mode": "match"} == entry["search"]


async def test_the_next_page_begins_with_the_cursor_of_the_same_query(wire: Wire) -> None:
    path = "Observation?patient=a-195900.E-1&_count=7"
    first = await wire.json(path)
    links = {link["relation"]: link["url"] for link in first["link"]}
    second = await wire.json(links["next"].removeprefix(f"{ORIGIN}{BASE}/"))

    assert {"self", "next"} == set(links)
    assert f"{links['self']}&cursor={second['entry'][0]['resource']['id']}" == links["next"]


async def test_pages_may_be_shorter_than_asked_and_together_hold_every_row_once(wire: Wire) -> None:
    path = "Observation?patient=a-195900.E-1"
    whole = [one["id"] for one in await wire.rows(path)]
    sizes = []
    url: Any = f"{path}&_count=5"
    seen: list[str] = []
    while url:
        bundle = await wire.json(url.removeprefix(f"{ORIGIN}{BASE}/"))
        sizes.append(len(bundle["entry"]))
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)

    assert whole == seen
    assert {4, 5} == set(sizes[:-1])


async def test_nothing_found_is_a_bundle_without_entries(wire: Wire) -> None:
    assert "entry" not in await wire.json("Patient?name=nobodyiscalledthis")


async def test_a_search_can_be_posted(wire: Wire) -> None:
    form = {"_id": "a-195900.E-1", "ah-practice": PRACTICE}
    headers = {"Authorization": f"Bearer {wire.bearer}"}
    answer = await wire.client.post(f"{BASE}/Patient/_search", data=form, headers=headers)

    assert ["a-195900.E-1"] == [one["resource"]["id"] for one in answer.json()["entry"]]


async def test_a_patient_alone_is_the_same_as_in_the_chart_and_is_found_by_department(wire: Wire) -> None:
    (found,) = await wire.rows("Patient?_id=a-195900.E-1&_lastUpdated=lt2026-01-01")
    away = await wire.rows("Patient?name=a&ah-department=Organization/a-195900.Department-150")

    assert await wire.json("Patient/a-195900.E-1") == found
    assert {"a-195900.E-24"} >= {one["id"] for one in away}
    assert [] == await wire.rows("Patient?_id=a-195900.E-1&_lastUpdated=ge2026-01-01")


async def test_provenance_comes_by_revinclude_or_by_its_target(wire: Wire) -> None:
    bundle = await wire.json("AllergyIntolerance?patient=a-195900.E-1&_revinclude=Provenance:target&_count=1000")
    modes = {(one["resource"]["resourceType"], one["search"]["mode"]) for one in bundle["entry"]}
    target = bundle["entry"][0]["resource"]["id"]
    (found,) = await wire.rows(f"Provenance?target=AllergyIntolerance/{target}")

    assert {("AllergyIntolerance", "match"), ("Provenance", "include")} == modes
    assert [{"reference": f"AllergyIntolerance/{target}"}] == found["target"]


async def test_every_reference_of_a_chart_leads_to_a_record_of_the_server(wire: Wire) -> None:
    types = ("CarePlan", "CareTeam", "Condition", "DiagnosticReport", "DocumentReference", "Encounter", "Coverage")
    rows = [row for type_ in types for row in await wire.rows(f"{type_}?patient=a-195901.E-2,a-195900.E-1")]
    named = sorted({reference for row in rows for reference in references(row)})

    assert {"a-1", "a-195900", "a-195901"} == {one.partition("/")[2].partition(".")[0] for one in named}
    assert [] == [one for one in named if (await wire.get(one)).status_code != 200]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("reference"), str):
        yield value["reference"]
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(one)


async def test_a_department_is_a_location_and_an_organization_and_an_entry_of_the_directory_is_either(
    wire: Wire,
) -> None:
    both = [await wire.json(f"{type_}/a-195900.Department-1") for type_ in ("Location", "Organization")]
    statuses = {
        number: [(await wire.get(f"{type_}/a-1.CP-{number}")).status_code for type_ in ("Practitioner", "Organization")]
        for number in (4001, 4002, 11001)
    }

    assert ["Main Street Medicine"] * 2 == [one["name"] for one in both]
    assert {4001: [200, 404], 4002: [404, 200], 11001: [404, 200]} == statuses


async def test_the_server_starts_at_once_for_many_people_and_makes_only_the_chart_that_is_asked_for() -> None:
    async with wired(create_app(size=10_000)) as wire:
        rows = await wire.rows("Condition?patient=a-195900.E-9998")

    assert {"a-195900.E-9998"} == {one["subject"]["reference"].partition("/")[2] for one in rows}
