"""People's facts as plain FHIR: valid, complete, true to the facts, and nobody's dialect."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.fhir_r4.sandbox import records
from adapters.fhir_r4.sandbox.records import Records, Resource
from adapters.population import Population, population
from adapters.population.devices import devices
from tests.conforms import assert_conforms

PEOPLE = population()
COMPLETE, MERGED, SURVIVOR, DELETED, MANY_VITALS, UNMAPPED, EVENING = 1, 8, 7, 14, 21, 20, 66
PROFILES = {  # beginning of an id: profile of US Core 6.1.0, where the rest of the resource doesn't decide on it
    "visit": "us-core-encounter",
    "problem": "us-core-condition-problems-health-concerns",
    "diagnosis": "us-core-condition-encounter-diagnosis",
    "allergy": "us-core-allergyintolerance",
    "bp": "us-core-blood-pressure",
    "analyte": "us-core-observation-lab",
    "specimen": "us-core-specimen",
    "labreport": "us-core-diagnosticreport-lab",
    "imaging": "us-core-diagnosticreport-note",
    "order": "us-core-servicerequest",
    "orientation": "us-core-observation-sexual-orientation",
    "occupation": "us-core-observation-occupation",
    "screening": "us-core-questionnaireresponse",
    "score": "us-core-observation-screening-assessment",
    "medicine": "us-core-medicationrequest",
    "dispense": "us-core-medicationdispense",
    "vaccine": "us-core-immunization",
    "surgery": "us-core-procedure",
    "service": "us-core-procedure",
    "device": "us-core-implantable-device",
    "goal": "us-core-goal",
    "plan": "us-core-careplan",
    "careteam": "us-core-careteam",
    "document": "us-core-documentreference",
    "note": "us-core-documentreference",
    "ccda": "us-core-documentreference",
    "labpaper": "us-core-documentreference",
    "coverage": "us-core-coverage",
    "related": "us-core-relatedperson",
    "prov": "us-core-provenance",
}
OF_THE_PRACTICE = {
    "Organization": "us-core-organization",
    "Location": "us-core-location",
    "Practitioner": "us-core-practitioner",
    "PractitionerRole": "us-core-practitionerrole",
    "Medication": "us-core-medication",
}


def chart(number: int, people: Population = PEOPLE) -> Records:
    return records.chart(people, number)


def read(number: int, id_: str) -> Resource:
    """The one resource with this id, its Provenance apart."""
    (found,) = [one for one in chart(number).resources if one["id"] == id_]
    return found


def of(number: int, type_: str) -> list[Resource]:
    return [one for one in chart(number).resources if one["resourceType"] == type_]


def found(value: Any, key: str) -> Iterator[Any]:
    """Everything that stands under `key`, however deep."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for each in value.values():
            yield from found(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from found(each, key)


def profiles_of(resource: Resource) -> list[str]:
    kind = resource["id"].partition("-")[0]
    if resource["resourceType"] == "Patient":
        return ["us-core-patient"]
    return [PROFILES[kind]] if kind in PROFILES else []


def test_the_practice_is_valid_us_core() -> None:
    for one in records.directory(PEOPLE).resources:
        assert_conforms(one, OF_THE_PRACTICE[one["resourceType"]])


def test_a_complete_chart_is_valid_us_core_and_has_every_kind_of_record() -> None:
    kinds = set()
    for one in chart(COMPLETE).resources:
        kinds.add(one["id"].partition("-")[0])
        assert_conforms(one, *profiles_of(one))

    assert set() == PROFILES.keys() - kinds - {"dispense", "specimen"}


@pytest.mark.long
@pytest.mark.parametrize("number", [one.number for one in PEOPLE])
def test_every_chart_of_the_cast_is_valid(number: int) -> None:
    for one in chart(number).resources:
        assert_conforms(one, *profiles_of(one))


def test_every_reference_and_every_attachment_leads_to_something() -> None:
    practice = records.directory(PEOPLE).resources
    known = {f"{one['resourceType']}/{one['id']}" for one in practice}
    # a merged-away record and its survivor refer to each other
    charts = [chart(one.number) for one in PEOPLE]
    everything = [one for each in charts for one in each.resources]
    ids = [f"{one['resourceType']}/{one['id']}" for one in everything]
    links = {url for one in everything for form in found(one, "attachment") for url in found(form, "url")}
    links |= {url for one in everything for form in one.get("presentedForm", ()) for url in found(form, "url")}

    assert len(ids) == len(set(ids))
    assert set() == {one for each in (practice, everything) for one in found(list(each), "reference")} - known - set(
        ids
    )
    assert {f"Binary/{key}" for each in charts for key in each.files} == links


def test_each_record_of_a_person_has_one_provenance() -> None:
    made = chart(COMPLETE).resources
    records_of = [f"{one['resourceType']}/{one['id']}" for one in made if one["resourceType"] != "Provenance"]

    assert records_of == [one["target"][0]["reference"] for one in made if one["resourceType"] == "Provenance"]


def test_a_merged_away_number_has_a_patient_that_points_to_its_survivor_and_nothing_else() -> None:
    patient, provenance = chart(MERGED).resources

    assert ("Patient", "Provenance") == (patient["resourceType"], provenance["resourceType"])
    assert (False, [{"other": {"reference": "Patient/7"}, "type": "replaced-by"}]) == (
        patient["active"],
        patient["link"],
    )
    assert [{"other": {"reference": "Patient/8"}, "type": "replaces"}] == read(SURVIVOR, "7")["link"]


def test_a_deleted_person_has_no_record() -> None:
    assert ((), {}) == (chart(DELETED).resources, chart(DELETED).files)


def test_a_chart_is_the_same_each_time_and_nobody_elses_copy() -> None:
    first = chart(COMPLETE)
    told = json.dumps(first.resources)
    for one in first.resources:
        one.clear()

    assert told == json.dumps(chart(COMPLETE).resources)


def test_a_heavy_chart_is_built_in_less_than_a_second() -> None:
    people = population(size=1, heavy=True)
    number = people.heavy or 0
    began = time.process_time()
    made = records.chart(people, number)

    assert len(made.resources) > 2_000
    assert time.process_time() - began < 1


def test_the_last_event_of_a_problems_life_is_its_status() -> None:
    states = [read(COMPLETE, f"problem-1-{number}")["clinicalStatus"]["coding"][0]["code"] for number in range(1, 7)]

    assert ["active", "active", "resolved", "inactive", "active", "active"] == states


def test_a_blood_pressure_is_one_panel_and_tells_what_was_refused() -> None:
    panel = read(MANY_VITALS, "bp-21-3-0-1")
    systolic, diastolic = panel["component"][:2]

    assert 150 == systolic["valueQuantity"]["value"]
    assert "not-performed" == diastolic["dataAbsentReason"]["coding"][0]["code"]


def test_a_word_in_place_of_a_number_is_no_value() -> None:
    heights = [one for one in of(MANY_VITALS, "Observation") if one["code"]["text"] == "Body height"]
    words = [one for one in heights if "valueQuantity" not in one]

    assert [("as-text", "Testing")] == [
        (one["dataAbsentReason"]["coding"][0]["code"], one["note"][0]["text"]) for one in words
    ]


def test_what_has_a_code_of_nobody_is_told_in_words() -> None:
    codes = [one["code"] for one in of(UNMAPPED, "Condition") if one["id"].startswith("problem")]
    race = next(one for one in read(UNMAPPED, "20")["extension"] if one["url"].endswith("us-core-race"))

    assert {"text": "Feels worse at the full moon"} in codes
    assert [{"url": "text", "valueString": "Riverfolk"}] == race["extension"]


def test_a_visit_in_the_evening_is_diagnosed_on_the_day_on_the_wall() -> None:
    """19:30 in Denver is the next day in UTC."""
    made = {one["id"]: one for one in records.chart(population(size=EVENING), EVENING).resources}
    visit, diagnosis = made[f"visit-{EVENING}-1"], made[f"diagnosis-{EVENING}-1-0"]

    assert ("2025-04-01T01:30:00Z", "2025-03-31") == (visit["period"]["start"], diagnosis["recordedDate"])


def test_a_date_that_is_half_known_stays_so() -> None:
    facts = {f"problem-4-{one.number}": one.events[0].onset or one.events[0].on for one in PEOPLE.chart(4).conditions}
    told = {one["id"]: one.get("onsetDateTime") for one in of(4, "Condition") if one["id"].startswith("problem")}

    assert facts == told
    assert {4, 7} & {len(on) for on in told.values() if on}


def test_a_device_identifier_ends_in_its_check_digit() -> None:
    """The knee's is published, as that of an example: http://hl7.org/fhir/us/core/STU6.1/Device-udi-1.html."""
    found = {one.model.name: one.identifier for number in range(1, 26) for one in PEOPLE.facts(number, devices)}
    weighted = {
        name: sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(identifier)) % 10
        for name, identifier in found.items()
    }

    assert "09504000059118" == found["Sample Knee System"]
    assert dict.fromkeys(found, 0) == weighted


def test_a_device_is_told_by_the_identifier_that_is_printed_on_it() -> None:
    (one,) = PEOPLE.facts(COMPLETE, devices)

    assert one.udi == read(COMPLETE, "device-1-1")["udiCarrier"][0]["carrierHRF"]


def test_the_records_share_nothing_with_what_they_test() -> None:
    folder = Path(records.__file__).parent
    imported = {
        node.module or ""
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    own = ("adapters.fhir_r4.sandbox.records", "adapters.population")

    assert [] == sorted(
        one
        for one in imported
        if one.startswith(("adapters", "mappings", "capability", "facade")) and not one.startswith(own)
    )
