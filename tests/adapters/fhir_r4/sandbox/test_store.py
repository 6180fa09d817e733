from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest

from adapters.fhir_r4.sandbox.parameter import parameter
from adapters.fhir_r4.sandbox.search_parameters import PARAMETERS
from adapters.fhir_r4.sandbox.store import Store
from capability.uscore import r4_rows, search_rows

LOINC = "http://loinc.org"
RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"


def observation(id_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": id_, **elements}


STORE = Store(
    [
        {
            "resourceType": "Patient",
            "id": "1",
            "meta": {"lastUpdated": "2026-02-01T10:00:00Z"},
            "identifier": [{"system": "urn:mrn", "value": "A,1"}],
            "name": [{"family": "Núñez", "given": ["Ana", "María"]}],
            "telecom": [{"system": "phone", "value": "555-0100"}, {"system": "email", "value": "ana@example.org"}],
            "address": [{"line": ["1 Main St"], "city": "Springfield", "postalCode": "01101"}],
            "gender": "female",
            "birthDate": "1980-05-17",
            "active": True,
            "extension": [
                {"url": RACE, "extension": [{"url": "ombCategory", "valueCoding": {"code": "2106-3"}}]},
                {"url": "urn:other", "valueString": "2028-9"},
            ],
        },
        {"resourceType": "Patient", "id": "2", "name": [{"text": "Bo Li"}], "birthDate": "1980", "active": False},
        observation(
            "bp",
            subject={"reference": "Patient/1"},
            encounter={"reference": "https://ehr.example/fhir/Encounter/e/_history/3"},
            code={"coding": [{"system": LOINC, "code": "85354-9", "display": "Blood pressure"}], "text": "BP"},
            effectiveDateTime="2026-01-05T15:00:00Z",
            status="final",
        ),
        observation(
            "stay",
            subject={"reference": "Patient/12"},
            code={"coding": [{"code": "85354-9"}]},
            effectivePeriod={"start": "2026-01-05", "end": "2026-01-09"},
            status="amended",
        ),
        observation("open", subject={"reference": "Group/1"}, effectivePeriod={"start": "2026-01-07"}),
        observation("none", focus=[{"identifier": {"system": "urn:mrn", "value": "9"}}], code={"text": "Bloating"}),
        {"resourceType": "QuestionnaireResponse", "id": "q", "questionnaire": "http://q.example/Questionnaire/phq|1.0"},
    ]
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (("name", "nun"), "1"),  # by the beginning, without case and accents, of any part
        (("given", "maria"), "1"),
        (("given", "ria"), ""),
        (("name:contains", "UÑE"), "1"),
        (("family:exact", "núñez"), ""),
        (("family:exact", "Núñez"), "1"),
        (("name", "ana,bo"), "1 2"),
        (("address", "main"), ""),
        (("address", "1 main"), "1"),
        (("address-postalcode", "011"), "1"),
        (("identifier", r"urn:mrn|A\,1"), "1"),
        (("identifier", "urn:mrn|"), "1"),
        (("identifier", "urn:ssn|"), ""),
        (("phone", "555-0100"), "1"),
        (("email", "555-0100"), ""),
        (("gender", "male,female"), "1"),
        (("gender:not", "male"), "1 2"),
        (("gender:not", "female"), "2"),
        (("gender:missing", "true"), "2"),
        (("active", "false"), "2"),
        (("race", "2106-3"), "1"),
        (("race", "2028-9"), ""),
        (("_id", "2,3"), "2"),
        (("birthdate", "1980"), "1 2"),
        (("birthdate", "1980-05"), "1"),
        (("birthdate", "lt1980-05-17"), "2"),  # a year begins before any day of it
        (("_lastUpdated", "ge2026-02"), "1"),
        (("_lastUpdated", "gt2026-02-01T10:00:00Z"), ""),
        (("_lastUpdated", "2026-02-01T05:00:00-05:00"), "1"),
    ],
)
def test_patients_are_found_by(query: tuple[str, str], ids: str) -> None:
    assert ids.split() == [one["id"] for one in STORE.search("Patient", [query])]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (("patient", "1"), "bp"),  # not Patient/12, and not Group/1
        (("patient", "Patient/1"), "bp"),
        (("patient", "Group/1"), ""),
        (("subject", "1"), "bp open"),
        (("subject:Group", "1"), "open"),
        (("subject", "https://ehr.example/fhir/Patient/12"), "stay"),
        (("encounter", "Encounter/e"), "bp"),
        (("focus:identifier", "urn:mrn|9"), "none"),
        (("code", "85354-9"), "bp stay"),
        (("code", f"{LOINC}|85354-9"), "bp"),
        (("code", "|85354-9"), "stay"),
        (("code:text", "blo"), "bp none"),
        (("combo-code", f"{LOINC}|85354-9"), "bp"),
        (("status", "http://hl7.org/fhir/observation-status|final"), "bp"),
        (("date", "2026-01-05"), "bp"),  # a period has to lie in the day whole
        (("date", "2026-01"), "bp stay"),
        (("date", "ne2026-01"), "open"),
        (("date", "gt2026-01-08"), "stay open"),
        (("date", "ge2026-01-05T15:00:00Z"), "bp stay open"),
        (("date", "lt2026-01-05"), ""),
        (("date", "le2026-01-05T15:00"), "bp stay"),
        (("date", "sa2026-01-06"), "open"),
        (("date", "eb2026-01-06"), "bp"),
        (("date:missing", "true"), "none"),
    ],
)
def test_observations_are_found_by(query: tuple[str, str], ids: str) -> None:
    assert ids.split() == [one["id"] for one in STORE.search("Observation", [query])]


def test_every_parameter_has_to_hold() -> None:
    dates = [("date", "ge2026-01-05"), ("date", "lt2026-01-06"), ("code", "85354-9")]

    assert ["bp", "stay"] == [one["id"] for one in STORE.search("Observation", dates)]
    assert ["bp"] == [one["id"] for one in STORE.search("Observation", [*dates, ("status", "final")])]


def test_a_questionnaire_is_found_with_and_without_its_version() -> None:
    asked = ("http://q.example/Questionnaire/phq", "http://q.example/Questionnaire/phq|1.0", "http://q.example/phq")

    assert [1, 1, 0] == [len(STORE.search("QuestionnaireResponse", [("questionnaire", one)])) for one in asked]


@pytest.mark.parametrize(
    "query",
    [
        ("date", "yesterday"),
        ("date", "2026-13"),
        ("date", "ap2026"),
        ("status:contains", "fin"),
        ("date:missing", "1"),
        ("code", ""),
    ],
)
def test_what_makes_no_sense_is_an_error(query: tuple[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 the text is for people
        STORE.search("Observation", [query])


def test_a_name_that_the_type_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        STORE.search("Observation", [("birthdate", "1980")])


def test_a_vendor_says_which_zone_is_meant_and_adds_parameters_of_its_own() -> None:
    east = timezone(timedelta(hours=-5))
    day = observation("late", effectiveDateTime="2026-01-06T03:00:00Z", device={"display": "a cuff"})
    store = Store([day], zone=east, more={"Observation": {"-device-name": parameter("string", "device.display")}})

    assert [day] == store.search("Observation", [("date", "2026-01-05"), ("-device-name", "a")])
    assert [] == store.search("Observation", [("date", "2026-01-06")])


def test_a_store_reads_what_it_was_given() -> None:
    assert "2" == (STORE.read("Patient", "2") or {})["id"]
    assert None is STORE.read("Patient", "bp")
    assert ["bp", "stay", "open", "none"] == [one["id"] for one in STORE.of("Observation")]


def test_every_parameter_of_us_core_is_known() -> None:
    rows = search_rows.SEARCH_PARAMETERS

    assert [] == [(row.type, row.code) for row in rows if row.code not in PARAMETERS[row.type]]


def test_no_parameter_is_of_another_kind_than_in_r4() -> None:
    rows = [*search_rows.SEARCH_PARAMETERS, *r4_rows.SEARCH_PARAMETERS]
    known = [(row, found) for row in rows if (found := PARAMETERS.get(row.type, {}).get(row.code))]

    assert [] == [(row.type, row.code) for row, found in known if row.kind != found.kind]
