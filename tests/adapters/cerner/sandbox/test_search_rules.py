"""What each type can be asked and what is refused: Millennium's table of search rules."""

from __future__ import annotations

import pytest

from adapters.cerner.sandbox import TENANT
from tests.adapters.cerner.sandbox.server import FIRST, anonymous, resources

P = f"patient={FIRST}"
CLOSED = "date=ge2026-01-01T00:00:00Z&date=lt2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        # required
        ("Patient?gender=female", "at least one of _id, identifier, name, family, given, birthdate, phone, email"),
        ("Patient?colour=red", "at least one of _id, identifier"),
        ("Condition?category=problem-list-item", "at least one of _id, patient, subject"),
        (f"CarePlan?{P}", "at least one of _id, patient with category"),
        ("Coverage?_id=PH-1", "at least one of patient, -encounter"),
        ("Location?name=Hilltop", "at least one of _id, -physicalType, type"),
        ("Specimen?patient=1", "at least one of _id"),
        (f"RelatedPerson?{P}", "-relationship-level"),
        # alone
        (f"Observation?_id=VS-1&{P}", "_id must not be provided with other parameters"),
        ("Goal?_id=1,2", "_id must be provided once with a single value"),
        # values
        ("Patient?name=a&name=b", "name must be provided only once"),
        ("Patient?identifier=1,2", "identifier must have a single value"),
        (f"Condition?{P},12724002", "patient must have a single value"),
        ("Condition?patient=Patient/1", "patient must be an id"),
        ("Condition?subject=1", "subject must be a type and an id"),
        (f"Condition?{P}&clinical-status=http://x|active", "clinical-status must be a code without a system"),
        (f"MedicationRequest?{P}&intent=http://x|order", "intent must be a code without a system"),
        (f"CarePlan?{P}&category=longitudinal", "category must be one of assess-plan"),
        (f"ServiceRequest?{P}&code=http://loinc.org|58410-2", "code must have the system of code set 200"),
        ("Organization?identifier=http://x|1", "identifier must have a supported system"),
        ("Practitioner?name=a", "name must have at least 2 characters"),
        ("Practitioner?identifier=123", "identifier must have a system and a code"),
        # dates
        (f"Encounter?{P}&date=2026-01-05", "date must have a prefix"),
        (f"Encounter?{P}&date=ge2026-01-05", "date must have a time component with a time zone"),
        (f"Observation?{P}&date=ge2026-01-01T00:00:00Z&date=gt2026-01-02T00:00:00Z", "date must be a closed range"),
        (f"Observation?{P}&date=sa2026-01-01T00:00:00Z", "date must have one of these prefixes"),
        (f"CarePlan?{P}&category=assess-plan&date=ge2026-01-01", "date must be provided twice"),
        (f"DocumentReference?{P}&period=ge2026-01-01T00:00:00Z&period=le2026-01-02T00:00:00Z", "period must have one"),
        (f"Immunization?{P}&_lastUpdated=lt2026-01-01T00:00:00Z", "_lastUpdated must have one of these prefixes"),
        # together
        (f"Observation?{P}&{CLOSED}&_lastUpdated=ge2026-01-01T00:00:00Z", "_lastUpdated and date must not be"),
        (f"CareTeam?{P}&encounter=1&status=active", "encounter and status must not be provided together"),
        ("Location?type=OF&address-city=Boston", "address-city may only be provided with"),
        ("Practitioner?active=true&given=Ann", "given may only be provided with family"),
        ("Encounter?identifier=1&status=finished", "status may only be provided with"),
        (f"Patient?_id={FIRST}&_revinclude=Encounter:subject", "_revinclude is not supported"),
    ],
)
async def test_a_broken_rule_is_400_in_words_without_coding_or_expression(path: str, words: str) -> None:
    async with anonymous() as server:
        response = await server.get(path)

    issue = response.json()["issue"][0]
    assert (400, "error", "invalid") == (response.status_code, issue["severity"], issue["code"])
    assert words in issue["details"]["text"]
    assert {"text"} == issue["details"].keys()
    assert "expression" not in issue


async def test_what_is_allowed_is_answered() -> None:
    paths = [
        f"Observation?{P}&{CLOSED}",
        f"Observation?{P}&date=2026-01-05",
        f"Observation?subject:Patient={FIRST}&category=vital-signs,laboratory",
        f"Encounter?{P}&date=ge2020-01-01T00:00:00-06:00",
        f"CarePlan?{P}&category=http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan"
        "&date=ge2020-01-01&date=le2027-01-01",
        f"Immunization?{P}&date=ge2000-01-01&date=le2027-01-01",
        f"MedicationRequest?{P}&intent=order,plan&-timing-boundsPeriod=ge2001-01-01",
        f"MedicationDispense?{P}&date=ge2001-01-01T00:00:00Z&_lastUpdated=ge2001-01-01T00:00:00Z",
        f"RelatedPerson?{P}&-relationship-level=Patient",
        "Location?-physicalType=bu",
        "Organization",
        f"Appointment?{P}&date=ge2020-01-01T00:00:00Z&date=lt2028-01-01T00:00:00Z",
        f"Coverage?{P}",
        f"Condition?{P}&colour=red",
    ]
    async with anonymous() as server:
        found = [len(resources(await server.json(path))) for path in paths]

    assert [True] * 1 + [False] + [True] * 12 == [count > 0 for count in found]


async def test_an_unknown_parameter_is_refused_on_demand() -> None:
    async with anonymous(refuse_unknown=True) as server:
        assert (400, "_sort is not supported") == await server.refused(f"Condition?{P}&_sort=code")


async def test_an_observation_is_found_by_its_own_code_and_by_loinc_alone() -> None:
    async with anonymous() as server:
        panel = resources(await server.json(f"Observation?{P}&code=http://loinc.org|85354-9"))
        own = panel[0]["component"][0]["code"]["coding"][0]
        parts = [await server.json(f"Observation?{P}&code=http://loinc.org|{code}") for code in ("8480-6", "8462-4")]
        proprietary = await server.json(f"Observation?{P}&code={own['system']}|{own['code']}")

    assert {True} == {one["id"].startswith("BP-") for one in panel}
    assert [[], [], []] == [resources(bundle) for bundle in (*parts, proprietary)]


async def test_an_order_is_found_by_the_code_set_of_orders() -> None:
    async with anonymous() as server:
        (first, *_) = resources(await server.json(f"ServiceRequest?{P}"))
        own = first["code"]["coding"][0]
        found = resources(await server.json(f"ServiceRequest?{P}&code={own['system']}|{own['code']}"))

    assert f"https://fhir.cerner.com/{TENANT}/codeSet/200" == own["system"]
    assert first["id"] in [one["id"] for one in found]


async def test_one_criterion_finds_patients() -> None:
    async with anonymous() as server:
        patient = await server.json(f"Patient/{FIRST}")
        number = patient["identifier"][0]
        asked = [
            f"family={patient['name'][0]['family'].lower()}",
            f"name={patient['name'][0]['given'][0][:3]}",
            f"birthdate={patient['birthDate']}&gender={patient['gender']}",
            f"identifier={number['system']}|{number['value']}",
            f"phone={patient['telecom'][0]['value']}",
            f"address-postalcode={patient['address'][0]['postalCode']}",
        ]
        found = [[one["id"] for one in resources(await server.json(f"Patient?{each}"))] for each in asked]

    assert [True] * 6 == [FIRST in each for each in found]


async def test_a_thousand_patients_are_too_many() -> None:
    async with anonymous(size=1040) as server:
        many = await server.get("Patient?birthdate=ge1900-01-01")

    assert (422, "error") == (many.status_code, many.json()["issue"][0]["severity"])


async def test_a_merged_patient_is_inactive_and_found_by_id_only() -> None:
    async with anonymous() as server:
        merged = (resources(await server.json("Patient?_id=12724008")))[0]
        family = merged["name"][0]["family"]
        by_name = resources(await server.json(f"Patient?family={family}"))

    assert (False, [("replaced-by", "Patient/12724007")]) == (
        merged["active"],
        [(one["type"], one["other"]["reference"]) for one in merged["link"]],
    )
    assert "12724008" not in [one["id"] for one in by_name]


async def test_one_broken_record_takes_the_whole_search_with_it() -> None:
    async with anonymous(poisoned={1: "Procedure"}) as server:
        broken = await server.get(f"Procedure?{P}")
        around = await server.get("Procedure?patient=12724002")

    issue = broken.json()["issue"][0]
    assert (500, "fatal", "required", ["/f:Procedure/f:status"]) == (
        broken.status_code,
        issue["severity"],
        issue["code"],
        issue["location"],
    )
    assert 200 == around.status_code


async def test_diagnoses_of_a_visit_come_with_all_problems_where_the_older_reference_holds() -> None:
    async with anonymous() as server, anonymous(diagnoses_and_problems=True) as older:
        visit = resources(await server.json(f"Encounter?{P}"))[0]["id"]
        new, old = [
            [one["id"][0] for one in resources(await each.json(f"Condition?{P}&encounter={visit}"))]
            for each in (server, older)
        ]

    assert {"d"} == set(new)
    assert {"d", "p"} <= set(old)
