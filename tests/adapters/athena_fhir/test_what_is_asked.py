"""How searches reach athena's FHIR server: always for one practice, with what it insists on, never for less."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.athena_fhir.types import INTENTS
from adapters.fhir_r4.sandbox.faults import Rule
from adapters.query import Clause
from capability.issues import Invalid
from mappings.fhir import LOINC
from tests.adapters.athena_fhir.world import PATIENT, PRACTICE, World, about, day, text, token, world

COUNT = ("_count", "200")
VISIT = about("encounter", "Encounter", "encounter-1-40101")
OURS = ("patient", "a-195900.E-1")


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.mark.parametrize(
    ("type_", "clauses", "expected"),
    [
        ("Condition", (token("clinical-status", "active"),), []),
        ("Condition", (VISIT,), [("encounter", "a-195900.encounter-40101")]),
        ("Procedure", (day("date", "2026-03-08"),), [("date", "ge2026-03-06"), ("date", "le2026-03-10")]),
        ("Observation", (token("code", "8867-4", LOINC),), [("code", "http://loinc.org|8867-4")]),
        ("DocumentReference", (token("type", "10164-2", LOINC),), [("type", "10164-2")]),
        (
            "MedicationRequest",
            (token("status", "stopped"),),
            [("intent", INTENTS), ("_include", "MedicationRequest:medication")],
        ),
        (
            "MedicationRequest",
            (token("intent", "order"),),
            [("intent", "order"), ("_include", "MedicationRequest:medication")],
        ),
    ],
)
async def test_a_chart_is_asked_for_by_its_patient_in_its_practice(
    here: World, type_: str, clauses: tuple[Clause, ...], expected: list[tuple[str, str]]
) -> None:
    await here.ask(type_, PATIENT, *clauses)

    assert (f"/{type_}", [OURS, *expected, COUNT, PRACTICE]) == here.asked()[0]


@pytest.mark.parametrize(
    ("clauses", "dated"),
    [
        ((), False),
        ((token("category", "social-history"),), False),
        ((token("code", "72166-2", LOINC),), False),
        ((token("category", "vital-signs"),), True),
        ((token("code", "8867-4", LOINC),), True),
    ],
)
async def test_a_date_is_not_asked_for_where_a_smoking_status_may_match_which_has_none_there(
    here: World, clauses: tuple[Clause, ...], dated: bool
) -> None:
    await here.ask("Observation", PATIENT, *clauses, day("date", "2026-03-13"))

    ((_, asked),) = here.asked()
    assert dated is ("date" in dict(asked))


async def test_who_is_outside_is_read_once_for_a_page_and_contained(here: World) -> None:
    (team,) = (await here.ask("CareTeam", PATIENT)).resources
    reads = here.asked()[1:]
    here.sandbox.faults.add(Rule("/fhir/r4/Organization", "empty"))
    (without,) = (await here.ask("CareTeam", PATIENT)).resources

    assert ["/Organization"] == [path for path, _ in reads]
    assert {f"#{one['id']}" for one in team["contained"]} == {one["member"]["reference"] for one in team["participant"]}
    assert "Organization/localprovider-71" in {one["member"]["reference"] for one in without["participant"]}


@pytest.mark.parametrize("code", [("2823-3", LOINC), ("13377", "https://fhir.athena.io/CodeSystem/analyte")])
async def test_a_code_that_a_laboratory_may_say_otherwise_is_left_to_the_facade(
    here: World, code: tuple[str, str]
) -> None:
    await here.ask("Observation", PATIENT, token("code", *code))

    assert [("/Observation", [OURS, COUNT, PRACTICE])] == here.asked()


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ((text("name", "Per"),), [("name", "Per")]),
        ((text("family", "Perez"), day("birthdate", "1970-01-02")), [("family", "Perez"), ("birthdate", "1970-01-02")]),
        ((text("family", "Perez"), token("gender", "female")), [("family", "Perez"), ("gender", "female")]),
        ((token("identifier", "a-195900.E-1"),), [("identifier", "a-195900.E-1")]),
    ],
)
async def test_people_are_asked_for_by_what_the_server_takes(
    here: World, clauses: tuple[Clause, ...], expected: list[tuple[str, str]]
) -> None:
    await here.ask("Patient", *clauses)

    assert [("/Patient", [*expected, COUNT, PRACTICE])] == here.asked()


@pytest.mark.parametrize(
    "clauses", [(text("family", "Perez"),), (text("name", "erez", modifier="contains"),), (token("gender", "female"),)]
)
async def test_too_little_to_find_people_by_is_told_without_a_call(here: World, clauses: tuple[Clause, ...]) -> None:
    with pytest.raises(Invalid, match="this EHR finds patients by"):
        await here.ask("Patient", *clauses)

    assert [] == here.asked()


async def test_nobody_is_found_by_a_social_security_number_that_is_not_served(here: World) -> None:
    ssn = token("identifier", "000120042", "http://hl7.org/fhir/sid/us-ssn")

    assert () == (await here.ask("Patient", ssn)).resources
    assert [] == here.asked()


async def test_ids_go_together_and_one_by_one_where_a_type_cannot_be_searched_by_them(here: World) -> None:
    await here.ask("Condition", token("_id", "problem-1-70101"))
    await here.ask("AllergyIntolerance", token("_id", "intolerance-101"))

    assert [
        ("/Condition", [("_id", "a-195900.Problem-70101"), PRACTICE]),
        ("/AllergyIntolerance/a-195900.pa-101", []),
    ] == here.asked()


async def test_medicines_that_come_with_their_requests_are_not_read_again() -> None:
    async with world({"cache_seconds": 15}) as here:
        found = await here.every("MedicationRequest", PATIENT)
        named = {one["medicationReference"]["reference"] for one in found if "medicationReference" in one}
        here.asked()
        for reference in named:
            (medicine,) = (await here.ask("Medication", id=reference.partition("/")[2])).resources
            assert reference.endswith(medicine["id"])

    assert named
    assert [] == here.asked()


async def test_provenance_names_its_targets_as_they_were_named(here: World) -> None:
    targets = [("Condition", "problem-1-70101"), ("AllergyIntolerance", "intolerance-101")]
    clause = Clause("target", None, tuple(about("", *one).values[0] for one in targets), "")
    found = (await here.ask("Provenance", clause)).resources
    asked = here.asked()
    read = [(await here.ask("Provenance", id=one["id"])).resources for one in found]

    assert {"/".join(one) for one in targets} == {each["reference"] for one in found for each in one["target"]}
    texts = "Condition/a-195900.Problem-70101,AllergyIntolerance/a-195900.pa-101"
    assert [("/Provenance", [("target", texts), PRACTICE])] == asked
    assert [(one,) for one in found] == read
