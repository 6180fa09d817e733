"""Every oddity of Epic's records is somewhere in 25 charts. Source: Epic resource shapes, captures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
import pytest

from adapters.epic.sandbox import ODDITIES, SEED, ids, oids
from adapters.epic.sandbox.releases import CURRENT, RELEASES
from adapters.epic.sandbox.world import World
from adapters.population import population
from tests.adapters.epic.sandbox.wire import Epic, epic, matches, numbers

Resource = dict[str, Any]


def world(context: ids.Context = "backend") -> World:
    return World(population(25, SEED), context, RELEASES[CURRENT])


@cache
def everything(context: ids.Context = "backend") -> dict[str, list[Resource]]:
    """All resources of the directory and of everybody, by type; as a patient's token sees them, of the first few."""
    made = world(context)
    people = range(1, 26 if context == "backend" else 7)
    found: dict[str, list[Resource]] = {}
    for chart in (made.directory, *(made.chart(number) for number in people)):
        for type_ in chart.store.types():
            found.setdefault(type_, []).extend(chart.store.of(type_))
    return found


def systems(concept: Resource) -> list[str]:
    return [one["system"] for one in concept.get("coding", ())]


def codes(concept: Resource) -> list[str]:
    return [one["code"] for one in concept.get("coding", ())]


def category(resource: Resource) -> list[str]:
    return [code for one in resource.get("category", ()) for code in codes(one)]


def said(value: object) -> str:
    return orjson.dumps(value).decode()


def part(resource: Resource, url: str) -> list[str]:
    """Names of the parts of a complex extension."""
    return [one["url"] for each in resource["extension"] if each["url"].endswith(url) for one in each["extension"]]


def types(resource: Resource) -> list[str]:
    return [one["attachment"]["contentType"] for one in resource["content"]]


SMOKING = "72166-2"
SHOWN: dict[str, tuple[str, Callable[[Resource], Any]]] = {
    "no meta": ("Observation", lambda one: "meta" not in one and "text" not in one),
    "status coding with a version": ("Condition", lambda one: '"version":"4.0.0"' in said(one.get("clinicalStatus"))),
    "SNOMED under an OID": ("Condition", lambda one: oids.SNOMED_OID in systems(one["code"])),
    "ICD-10 under an OID": ("Condition", lambda one: oids.ICD10_OID in systems(one["code"])),
    "encounter reference with its CSN": ("Observation", lambda one: "identifier" in one.get("encounter", {})),
    "blank-padded identifier": ("Patient", lambda one: any(each["value"][:1] == " " for each in one["identifier"])),
    "identifier type in words": ("Patient", lambda one: "FHIR STU3" in said(one["identifier"])),
    "ethnicity in words": ("Patient", lambda one: ["text"] == part(one, "us-core-ethnicity")),
    "race unknown": ("Patient", lambda one: '"UNK"' in said(one["extension"])),
    "address text with CRLF": ("Patient", lambda one: "\r\n" in one.get("address", [{"text": ""}])[0]["text"]),
    "same name twice": ("Patient", lambda one: len({each["text"] for each in one["name"]}) < len(one["name"])),
    "marital status in words": ("Patient", lambda one: ["text"] == list(one.get("maritalStatus", {}))),
    "visit diagnosis": ("Condition", lambda one: "visit-diagnosis" in category(one) and "clinicalStatus" not in one),
    "impossible SNOMED code": ("AllergyIntolerance", lambda one: '"code":"Hives"' in said(one.get("reaction"))),
    "not on file": ("AllergyIntolerance", lambda one: "1631000175102" in codes(one["code"])),
    "unreconciled allergy": (
        "AllergyIntolerance",
        lambda one: "reaction" in one and "unconfirmed" in codes(one["verificationStatus"]),
    ),
    "UNII under an OID": ("AllergyIntolerance", lambda one: oids.UNII_OID in systems(one["code"])),
    "class of Epic's own": ("Encounter", lambda one: oids.ENCOUNTER_CLASS == one["class"]["system"]),
    "surgery log": ("Encounter", lambda one: one["class"]["code"] == "10"),
    "encounter status unknown": ("Encounter", lambda one: one["status"] == "unknown"),
    "encounter by the day": ("Encounter", lambda one: len(one["period"]["start"]) == 10),
    "same location twice": ("Encounter", lambda one: len(one["location"]) == 2),
    "account by identifier": ("Encounter", lambda one: "reference" not in one["account"][0]),
    "flowsheet row": ("Observation", lambda one: {oids.FLOWSHEET_ROW, oids.LOINC_OID} <= set(systems(one["code"]))),
    "percentile without value": ("Observation", lambda one: "8303-0" in codes(one["code"]) and "note" in one),
    "temperature in Celsius": ("Observation", lambda one: one.get("valueQuantity", {}).get("code") == "Cel"),
    "laboratory category twice": ("Observation", lambda one: ["laboratory", "Lab"] == category(one)),
    "bare quantity": ("Observation", lambda one: ["value"] == list(one.get("valueQuantity", {}))),
    "smoking status until today": ("Observation", lambda one: one.get("effectivePeriod") == {"end": "2026-11-01"}),
    "pack years": ("Observation", lambda one: SMOKING in codes(one["code"]) and "component" in one),
    "social history without effective": ("Observation", lambda one: "effective" not in said(list(one))),
    "separate medication": (
        "MedicationRequest",
        lambda one: one["medicationReference"]["reference"][:11] == "Medication/",
    ),
    "three dose rates": (
        "MedicationRequest",
        lambda one: (
            ["calculated", "admin-amount", "ordered"]
            == [each["type"]["text"] for each in one.get("dosageInstruction", [{}])[0].get("doseAndRate", ())]
        ),
    ),
    "quantity without system": (
        "MedicationRequest",
        lambda one: ["value", "unit"] == list(one.get("dispenseRequest", {}).get("quantity", ())),
    ),
    "authored by the day": ("MedicationRequest", lambda one: len(one.get("authoredOn", "")) == 10),
    "note twice": ("DocumentReference", lambda one: ["text/html", "text/rtf"] == types(one)),
    "not released": ("DocumentReference", lambda one: "NOPAT" in said(one.get("securityLabel"))),
    "summary document": ("DocumentReference", lambda one: ["summary-document"] == category(one)),
    "R5 extension": ("DocumentReference", lambda one: "fhir/5.0" in said(one.get("extension"))),
    "report without LOINC": ("DiagnosticReport", lambda one: oids.CPT_OID in systems(one["code"])),
    "presented as HTML": ("DiagnosticReport", lambda one: "text/html" in said(one.get("presentedForm"))),
    "local code under CPT": ("ServiceRequest", lambda one: "LAB10052" in codes(one["code"])),
    "procedure of Epic's own": ("Procedure", lambda one: [oids.PROCEDURE_CODE] == systems(one["code"])),
    "bare vaccine code": (
        "Immunization",
        lambda one: one.get("doseQuantity", {}).get("code") == "1" and "display" not in said(one["vaccineCode"]),
    ),
    "manufacturer in words": ("Immunization", lambda one: ["display"] == list(one.get("manufacturer", ()))),
    "role of Epic's own": ("CareTeam", lambda one: oids.CARE_ROLE in said(one["participant"])),
    "goal category of Epic's own": ("Goal", lambda one: oids.GOAL_CATEGORY in said(one["category"])),
    "filler order": ("ServiceRequest", lambda one: one["intent"] == "filler-order"),
    "longitudinal plan": ("CarePlan", lambda one: ["38717003", "assess-plan"] == category(one) and "text" in one),
    "specialty under an OID": ("PractitionerRole", lambda one: oids.NUCC_OID in said(one.get("specialty"))),
}


def test_each_oddity_is_told() -> None:
    assert set(ODDITIES) == {*SHOWN, "masked name"}


@pytest.mark.parametrize("oddity", SHOWN)
def test_an_oddity_is_shown_by_somebody(oddity: str) -> None:
    type_, shows = SHOWN[oddity]

    assert any(shows(one) for one in everything()[type_])


def test_a_patients_token_sees_no_family_names_of_practitioners_and_no_note_that_is_not_released() -> None:
    seen = everything("patient")

    assert [] == [one for one in seen["Practitioner"] for name in one["name"] if "family" in name]
    assert "masked" in said(seen["Practitioner"])
    assert "NOPAT" not in said(seen["DocumentReference"])


def _lengths(context: ids.Context) -> set[int]:
    return {len(one["id"]) for rows in everything(context).values() for one in rows}


def test_ids_are_long_in_one_context_and_not_in_the_other() -> None:
    assert {24, 45, 66, 88, 130} == _lengths("backend")
    assert {24, 45, 66} == _lengths("patient")
    everywhere = [one["id"] for rows in everything().values() for one in rows]
    assert len(everywhere) == len(set(everywhere))


def test_vitals_have_another_id_in_the_other_context_and_conditions_the_same() -> None:
    def ids_of(context: ids.Context, type_: str) -> set[str]:
        return {one["id"] for one in everything(context)[type_] if "laboratory" not in category(one)}

    def laboratory(context: ids.Context) -> set[str]:
        return {one["id"] for one in everything(context)["Observation"] if "laboratory" in category(one)}

    assert set() < ids_of("patient", "Condition") < ids_of("backend", "Condition")
    assert set() < laboratory("patient") < laboratory("backend")
    assert set() == ids_of("backend", "Observation") & ids_of("patient", "Observation")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        if "reference" in value:
            yield value["reference"]
        for one in value.values():
            yield from _references(one)


def test_every_reference_leads_to_a_record() -> None:
    there = {f"{type_}/{one['id']}" for type_, rows in everything().items() for one in rows}

    dangling = [each for rows in everything().values() for each in _references(rows) if each not in there]

    assert Counter() == Counter(one.partition("/")[0] for one in dangling)


def test_no_number_of_the_plain_records_is_left() -> None:
    assert "ids.example.org" not in said(
        [rows for type_, rows in everything().items() if type_ != "QuestionnaireResponse"]
    )


async def test_a_note_is_read_as_a_resource_and_as_bytes(here: Epic) -> None:
    documents = matches(await here.json("/DocumentReference", patient=ids.of("Patient", "1", 1, "backend")))
    note = next(one for one in documents if ["text/html", "text/rtf"] == types(one))
    html, rtf = (one["attachment"]["url"] for one in note["content"])

    resource = await here.json(f"/{html}")
    raw = await here.get(f"/{rtf}", accept="*/*")

    assert ("Binary", "text/html") == (resource["resourceType"], resource["contentType"])
    assert ("text/rtf", b"{\\rtf1") == (raw.headers["content-type"].partition(";")[0], raw.content[:6])


async def test_a_survey_is_another_api_that_is_suppressed(here: Epic) -> None:
    survey = next(one for one in everything()["Observation"] if "survey" in category(one))
    refused = await here.get(f"/Observation/{survey['id']}")
    async with epic(client_lacks=frozenset()) as wire:
        read = await wire.json(f"/Observation/{survey['id']}")

    assert (403, "59203") == (refused.status_code, refused.json()["issue"][0]["details"]["coding"][0]["code"])
    assert survey == read


async def test_a_vaccine_without_cvx_is_told_of(here: Epic) -> None:
    bare = next(one for one in everything()["Immunization"] if oids.CVX not in systems(one["vaccineCode"]))

    found = await here.json("/Immunization", patient=bare["patient"]["reference"])

    assert bare in matches(found)
    assert ["4117"] == numbers(found)
