"""What Millennium is asked for, as the sandbox, which refuses everything else, saw it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.cerner.sandbox import TENANT
from adapters.query import Clause, ReferenceValue
from capability.issues import Invalid
from tests.adapters.cerner.world import ADA, World, clause, day, moment, of, text, token, world

AFTER_TOMORROW = (datetime.now(UTC) + timedelta(days=2)).strftime("lt%Y-%m-%dT00:00:00.000Z")
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LOINC = "http://loinc.org"
COUNT = {"_count": ["100"]}


@pytest.fixture
async def tenant() -> AsyncIterator[World]:
    async with world(refuse_unknown=True) as made:
        yield made


async def test_dates_go_as_one_closed_range_of_instants(tenant: World) -> None:
    await tenant.ask("Observation", of(ADA), moment("date", "2025-01-05T10:00", "ge"))
    await tenant.ask(
        "Observation", of(ADA), moment("date", "2025-01-05T10:00", "gt"), moment("date", "2025-02-05T10:00", "le")
    )
    await tenant.ask("Procedure", of(ADA), moment("date", "2025-01-05T10:00"))
    await tenant.ask("Observation", of(ADA), moment("_lastUpdated", "2025-01-05T10:00", "lt"))

    low, high = "ge2025-01-05T10:00:00.000Z", "lt2025-02-05T10:01:00.000Z"
    assert [
        {**COUNT, "patient": [ADA], "_lastUpdated": ["ge1900-01-01T00:00:00.000Z", "lt2025-01-05T10:01:00.000Z"]},
        {**COUNT, "patient": [ADA], "date": [low, high]},
        {**COUNT, "patient": [ADA], "date": [low, AFTER_TOMORROW]},
        {"patient": [ADA], "date": [low, "le2025-01-05T10:01:00.000Z"]},
    ] == [asked for _, asked in tenant.asked()]


async def test_a_day_without_a_zone_is_asked_for_with_what_it_is_anywhere(tenant: World) -> None:
    await tenant.ask("CarePlan", of(ADA), day("date", "2025-01-05"))

    dates = ["ge2025-01-04T10:00:00.000Z", "le2025-01-06T14:00:00.000Z"]
    assert [("/CarePlan", {"patient": [ADA], "category": ["assess-plan"], "date": dates})] == tenant.asked()


async def test_a_report_without_a_beginning_is_before_every_end(tenant: World) -> None:
    await tenant.ask("DiagnosticReport", of(ADA), moment("date", "2025-01-05T10:00", "lt"))
    await tenant.ask("DiagnosticReport", of(ADA), moment("date", "2025-01-05T10:00"))

    assert [
        ["ge1900-01-01T00:00:00.000Z", AFTER_TOMORROW],
        ["ge2025-01-05T10:00:00.000Z", AFTER_TOMORROW],
    ] == [values["date"] for _, values in tenant.asked()]


async def test_a_goal_s_target_is_asked_for_by_days(tenant: World) -> None:
    await tenant.ask("Goal", of(ADA), day("target-date", "2025-01-05", "ge"))

    assert [("/Goal", {"patient": [ADA], "target-date": ["ge2025-01-03", "le2100-01-01"]})] == tenant.asked()


async def test_of_dates_that_exclude_each_other_one_goes(tenant: World) -> None:
    period, changed = day("period", "2025-01-05"), day("_lastUpdated", "2025-01-05", "ge")
    await tenant.ask("DocumentReference", of(ADA), changed, period)
    await tenant.ask("Encounter", of(ADA), changed, day("date", "2025-01-05"))

    assert [{"_count", "patient", "period"}, {"_count", "patient", "date"}] == [
        set(asked) for _, asked in tenant.asked()
    ]


async def test_two_dates_that_no_range_holds_are_left_to_the_facade(tenant: World) -> None:
    await tenant.ask("Encounter", of(ADA), day("date", "2025-06-05", "ge"), day("date", "2025-01-05", "le"))

    assert [("/Encounter", {**COUNT, "patient": [ADA]})] == tenant.asked()


async def test_vaccines_and_dispenses_take_changes_from_their_beginning_only(tenant: World) -> None:
    since, until = moment("_lastUpdated", "2025-01-05T10:00", "ge"), moment("_lastUpdated", "2025-02-05T10:00", "le")
    await tenant.ask("Immunization", of(ADA), since, until)
    await tenant.ask("MedicationDispense", of(ADA), until)

    changed = ["ge2025-01-05T10:00:00.000Z"]
    assert [
        ("/Immunization", {"patient": [ADA], "_lastUpdated": changed}),
        ("/MedicationDispense", {"patient": [ADA]}),
    ] == tenant.asked()


async def test_codes_go_without_their_system_and_pressures_by_their_panel(tenant: World) -> None:
    await tenant.ask("Observation", of(ADA), token("category", "vital-signs", system=OBSERVATION_CATEGORY))
    await tenant.ask("Observation", of(ADA), token("code", "8480-6", "8867-4", system=LOINC))
    await tenant.ask(
        "Observation", of(ADA), token("code", "703501", system=f"https://fhir.cerner.com/{TENANT}/codeSet/72")
    )

    assert [
        {**COUNT, "patient": [ADA], "category": ["vital-signs"]},
        {**COUNT, "patient": [ADA], "code": [f"{LOINC}|8480-6,{LOINC}|85354-9,{LOINC}|8867-4"]},
        {**COUNT, "patient": [ADA]},
    ] == [asked for _, asked in tenant.asked()]


async def test_codes_that_no_address_holds_are_left_to_the_facade(tenant: World) -> None:
    await tenant.ask(
        "Observation", of(ADA), token("code", *(f"{number}-0" for number in range(10_000, 10_300)), system=LOINC)
    )

    assert [("/Observation", {**COUNT, "patient": [ADA]})] == tenant.asked()


async def test_a_category_that_the_server_does_not_know_is_left_to_the_facade(tenant: World) -> None:
    await tenant.ask(
        "Condition", of(ADA), token("category", "74188005"), token("clinical-status", "active", "resolved")
    )

    assert [("/Condition", {"patient": [ADA], "clinical-status": ["active,resolved"]})] == tenant.asked()


async def test_each_patient_is_a_request(tenant: World) -> None:
    await tenant.ask("RelatedPerson", of(ADA, "12724003"))

    level = ["Patient"]
    assert [
        ("/RelatedPerson", {"patient": [ADA], "-relationship-level": level}),
        ("/RelatedPerson", {"patient": ["12724003"], "-relationship-level": level}),
    ] == tenant.asked()


async def test_a_parameter_goes_once(tenant: World) -> None:
    await tenant.ask("MedicationRequest", of(ADA), token("status", "active"), token("status", "completed"))

    assert [("/MedicationRequest", {**COUNT, "patient": [ADA], "status": ["active"]})] == tenant.asked()


async def test_ids_go_alone_and_as_their_type_takes_them(tenant: World) -> None:
    await tenant.ask("Encounter", token("_id", "1", "2"), of(ADA))
    await tenant.ask("Goal", token("_id", "1", "2"))
    await tenant.ask("Observation", token("_id", "L-1", "VS-2", "L-3", "VS-4"))
    await tenant.ask("Coverage", token("_id", "PH-1"))
    await tenant.ask("CareTeam", token("_id", "CARE.5fTEAM-1-0"))

    assert [
        ("/CareTeam", {"_id": ["CARE_TEAM-1-0"]}),
        ("/Coverage/PH-1", {}),
        ("/Encounter", {"_id": ["1,2"]}),
        ("/Goal", {"_id": ["1"]}),
        ("/Goal", {"_id": ["2"]}),
        ("/Observation", {"_id": ["L-1"]}),
        ("/Observation", {"_id": ["L-3"]}),
        ("/Observation", {"_id": ["VS-2,VS-4"]}),
    ] == tenant.asked()


async def test_people_are_asked_for_one_criterion_at_a_time(tenant: World) -> None:
    await tenant.ask("Patient", text("family", "Li", "Lo"), token("gender", "female"))
    await tenant.ask("Patient", text("name", "Li"), text("name", "Lo"), day("birthdate", "1980-01-02"))
    await tenant.ask("Patient", token("phone", "8165550101"))

    assert [
        {**COUNT, "name": ["Li"], "birthdate": ["1980-01-02"]},
        {**COUNT, "family": ["Li"], "gender": ["female"]},
        {**COUNT, "family": ["Lo"], "gender": ["female"]},
        {**COUNT, "phone": ["8165550101"]},
    ] == [asked for _, asked in tenant.asked()]


async def test_a_name_of_several_words_is_asked_for_by_its_first(tenant: World) -> None:
    await tenant.ask("Patient", text("name", "Ada Lin Testcase", "Lo"))
    await tenant.ask("Practitioner", text("name", "Ada Testcase"))

    assert [("/Patient", ["Ada"]), ("/Patient", ["Lo"]), ("/Practitioner", ["Ada"])] == [
        (path, asked["name"]) for path, asked in tenant.asked()
    ]


async def test_nobody_is_looked_for_by_a_number_that_is_never_shown(tenant: World) -> None:
    page = await tenant.ask("Patient", token("identifier", "123456789", system="http://hl7.org/fhir/sid/us-ssn"))

    assert () == page.resources
    assert [] == tenant.asked()


@pytest.mark.parametrize(
    ("type_", "asked", "parameter"),
    [
        ("Patient", day("birthdate", "1980-01-02", "ge"), None),
        ("Practitioner", token("identifier", "1234567893"), "identifier"),
    ],
)
async def test_what_finds_nobody_there_is_refused_without_asking(
    tenant: World, type_: str, asked: Clause, parameter: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        await tenant.ask(type_, asked)

    assert parameter == refused.value.parameter
    assert [] == tenant.asked()


async def test_an_encounter_is_found_by_its_number_without_what_needs_a_patient(tenant: World) -> None:
    await tenant.ask("Encounter", token("identifier", "1"), token("status", "finished"))
    await tenant.ask("Encounter", token("identifier", "1"), of(ADA), token("status", "finished"))

    assert [
        ("/Encounter", {**COUNT, "patient": [ADA], "status": ["finished"]}),
        ("/Encounter", {"identifier": ["1"]}),
    ] == tenant.asked()


async def test_places_are_asked_for_by_every_physical_type(tenant: World) -> None:
    page = await tenant.ask("Location", text("name", "a"))
    asked = tenant.asked()

    assert page.cursor is not None
    assert [["a"]] * 6 == [values["name"] for _, values in asked]
    assert 6 == len({values["-physicalType"][0] for _, values in asked})


async def test_of_a_text_with_a_comma_the_beginning_is_asked_for(tenant: World) -> None:
    await tenant.ask("Practitioner", text("name", "Okafor, Leila"))
    await tenant.ask("Patient", text("family", ",Leila"), text("given", "Leila"))

    assert [None, ["Okafor"]] == [values.get("name") for _, values in tenant.asked()]


async def test_practitioners_without_a_long_name_are_all_of_them(tenant: World) -> None:
    await tenant.ask("Practitioner", text("name", "x"))

    assert [["false"], ["true"]] == [values["active"] for _, values in tenant.asked()]


async def test_appointments_have_a_range_even_where_nobody_names_one(tenant: World) -> None:
    await tenant.ask("Appointment", of(ADA), clause("location", ReferenceValue("Location", "4122601")))

    dates = ["ge1900-01-01T00:00:00.000Z", "lt2100-01-01T00:00:00.000Z"]
    assert [("/Appointment", {"patient": [ADA], "date": dates})] == tenant.asked()


async def test_provenance_comes_beside_what_it_is_about(tenant: World) -> None:
    problems = await tenant.every("Condition", of(ADA))
    tenant.asked()

    targets = [ReferenceValue("Condition", one["id"]) for one in problems] + [ReferenceValue("Device", "1")]
    found = await tenant.every("Provenance", clause("target", *targets))

    assert {f"Condition/{one['id']}" for one in problems} == {one["target"][0]["reference"] for one in found}
    assert {("/Condition", "Provenance:target")} == {
        (path, values["_revinclude"][0]) for path, values in tenant.asked()
    }
