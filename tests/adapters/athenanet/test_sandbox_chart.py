from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from adapters.athenanet.sandbox.vital_elements import ELEMENTS
from tests.adapters.athenanet.sandbox_client import Athena, athena

CHART_ENDPOINTS = (
    "vitals",
    "problems",
    "allergies",
    "encounters",
    "familyhistory",
    "socialhistory",
    "administeredquestionnairescreeners",
)


@pytest.fixture
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


async def charts(wire: Athena, patient: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await wire.json(f"/chart/{patient}/patientchartlist"))["chartlist"]
    return found


async def everywhere(wire: Athena, what: str, **query: str) -> list[dict[str, Any]]:
    """One answer of `/chart/{patientid}/{what}` for every chart of the population."""
    return [
        await wire.json(f"/chart/{patient}/{what}", departmentid=chart["sampledepartmentid"], **query)
        for patient in range(1, 26)
        if patient != 8
        for chart in await charts(wire, patient)
    ]


@pytest.mark.parametrize("what", CHART_ENDPOINTS)
async def test_a_chart_call_needs_its_department(wire: Athena, what: str) -> None:
    answer = await wire.get(f"/chart/1/{what}")

    assert (400, ["departmentid"]) == (answer.status_code, answer.json()["missingfields"])


@pytest.mark.parametrize("what", CHART_ENDPOINTS)
@pytest.mark.parametrize("patient", [8, 999])
async def test_nobody_has_no_chart(wire: Athena, what: str, patient: int) -> None:
    answer = await wire.get(f"/chart/{patient}/{what}", departmentid=1)

    assert (404, "The patient does not exist.") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("what", CHART_ENDPOINTS)
async def test_a_department_of_another_group_selects_no_chart(wire: Athena, what: str) -> None:
    elsewhere, unknown = (
        await wire.get(f"/chart/1/{what}", departmentid=62),
        await wire.get(f"/chart/1/{what}", departmentid=4711),
    )

    assert (404, "The patient does not have a chart in this department.") == (
        elsewhere.status_code,
        elsewhere.json()["error"],
    )
    assert 404 == unknown.status_code


async def test_departments_of_one_group_show_the_same_chart(wire: Athena) -> None:
    assert await wire.json("/chart/1/allergies", departmentid=1) == await wire.json(
        "/chart/1/allergies", departmentid=21
    )


async def test_two_charts_of_one_patient_disagree_on_the_same_allergen(wire: Athena) -> None:
    departments = [chart["sampledepartmentid"] for chart in await charts(wire, 5)]
    (one,), (other,) = [
        (await wire.json("/chart/5/allergies", departmentid=department, showinactive="true"))["allergies"]
        for department in departments
    ]

    assert [1, 62] == departments
    assert one["allergenid"] == other["allergenid"] == 33001
    assert ("Hives", "Anaphylaxis") == (one["reactions"][0]["reactionname"], other["reactions"][0]["reactionname"])


async def test_vitals_are_groups_of_acts_of_readings(wire: Athena) -> None:
    groups = (await wire.json("/chart/1/vitals", departmentid=1))["vitals"]
    pressure = next(group for group in groups if group["key"] == "BLOODPRESSURE")
    numbers = [reading["vitalid"] for group in groups for act in group["readings"] for reading in act]

    assert len(set(numbers)) == len(numbers)
    assert len(pressure["readings"]) >= 4
    for act in pressure["readings"]:
        assert 1 == len({(reading["source"], reading["sourceid"], reading["readingid"]) for reading in act})


async def test_values_are_text_in_native_units(wire: Athena) -> None:
    facts = wire.sandbox.practices["195900"].people.chart(1).measurements
    pounds = [Decimal(one.value) for taken in facts.values() for one in taken if one.kind == "weight"]
    groups = (await wire.json("/chart/1/vitals", departmentid=1))["vitals"]
    weights = [reading for group in groups if group["key"] == "WEIGHT" for act in group["readings"] for reading in act]

    assert {"g"} == {reading["unit"] for reading in weights}
    assert [(one * Decimal("453.59237")).quantize(Decimal("0.01")) for one in pounds] == [
        Decimal(reading["value"]).quantize(Decimal("0.01")) for reading in weights
    ]


async def test_every_clinical_element_occurs(wire: Athena) -> None:
    answers = await everywhere(wire, "vitals")
    readings = [
        reading for answer in answers for group in answer["vitals"] for act in group["readings"] for reading in act
    ]
    elements = {reading["clinicalelementid"] for reading in readings}

    assert {element.id for element in ELEMENTS.values()} <= elements
    assert "VITALS.SUPPRESSHEIGHTACCELERATION" in elements
    assert [element for element in elements if element.endswith(".VALUEID")]
    assert {"ENCOUNTER", "FLOWSHEET", "DEVICEGENERATED"} == {reading["source"] for reading in readings}
    assert {"VITALS.BMI", "VITALS.HEIGHT", "VITALS.WEIGHT", "VITALS.HEADCIRCUMFERENCE"} == {
        reading["clinicalelementid"] for reading in readings if "percentilespec" in reading
    }


async def test_the_sheets_hold_what_should_not_be_there(wire: Athena) -> None:
    groups = (await wire.json("/chart/21/vitals", departmentid=1))["vitals"]
    values = {
        (reading["clinicalelementid"], reading["value"])
        for group in groups
        for act in group["readings"]
        for reading in act
    }

    assert {
        ("VITALS.HEARTRATE", "72 reg"),
        ("VITALS.TEMPERATURE", "36.7"),
        ("VITALS.BMI", "1406"),
        ("VITALS.HEIGHT", "Testing"),
        ("VITALS.BLOODPRESSURE.REFUSED", "Y"),
        ("VITALS.WEIGHT.REFUSEDREASON", "Not tolerated"),
    } <= values


async def test_vitals_can_be_limited_to_days(wire: Athena) -> None:
    groups = (await wire.json("/chart/1/vitals", departmentid=1))["vitals"]
    days = {reading["readingtaken"] for group in groups for act in group["readings"] for reading in act}
    day = sorted(days)[0]
    of_one_day = (await wire.json("/chart/1/vitals", departmentid=1, startdate=day, enddate=day))["vitals"]

    assert len(days) > 1
    assert {day} == {reading["readingtaken"] for group in of_one_day for act in group["readings"] for reading in act}


async def test_empty_groups_are_shown_on_request(wire: Athena) -> None:
    assert {"vitals": [], "totalcount": 0} == await wire.json("/chart/25/vitals", departmentid=1)
    shown = await wire.json("/chart/25/vitals", departmentid=1, showemptyvitals="true")

    assert [[]] * 3 == [group["readings"] for group in shown["vitals"]]


async def test_every_problem_event_and_codeset_occurs(wire: Athena) -> None:
    answers = await everywhere(wire, "problems", showinactive="true")
    problems = list(chain.from_iterable(answer["problems"] for answer in answers))
    events = list(chain.from_iterable(problem["events"] for problem in problems))

    assert {"START", "END", "HIDDEN", "REACTIVATED", "ENCOUNTER"} == {event["eventtype"] for event in events}
    assert {"SNOMED", "ICD10", "ICD9", "LOCAL"} == {problem["codeset"] for problem in problems}
    assert len({problem["problemid"] for problem in problems}) == len(problems)
    assert [True] == [answer["noknownproblems"] for answer in answers if "noknownproblems" in answer]
    assert {4, 7, 10} >= {len(event["onsetdate"]) for event in events if "onsetdate" in event} != {10}


async def test_ended_and_hidden_problems_show_on_request(wire: Athena) -> None:
    plain = (await wire.json("/chart/1/problems", departmentid=1))["problems"]
    every = (await wire.json("/chart/1/problems", departmentid=1, showinactive="true"))["problems"]

    assert (4, 6) == (len(plain), len(every))
    assert 1 == len([problem for problem in every if "deactivateddate" in problem])
    assert not [problem for problem in every if "bestmatchicd10code" in problem]


async def test_nkda_stands_beside_a_recorded_allergy(wire: Athena) -> None:
    none_known = await wire.json("/chart/16/allergies", departmentid=62)
    beside = await wire.json("/chart/23/allergies", departmentid=62, showinactive="true")

    assert (True, []) == (none_known["nkda"], none_known["allergies"])
    assert (True, ["peanut"]) == (beside["nkda"], [one["allergenname"] for one in beside["allergies"]])


async def test_retired_and_uncoded_allergens_occur(wire: Athena) -> None:
    allergies = (await wire.json("/chart/20/allergies", departmentid=1, showinactive="true"))["allergies"]

    assert "deleted/unknown" in {one["allergenname"] for one in allergies}
    assert not [one for one in allergies if "rxnormcode" in one]
    assert [reaction for one in allergies for reaction in one["reactions"] if "snomedcode" not in reaction]


async def test_encounters_show_usual_types_and_statuses_unless_all_are_asked_for(wire: Athena) -> None:
    usual = list(chain.from_iterable(one["encounters"] for one in await everywhere(wire, "encounters")))
    answers = await everywhere(wire, "encounters", showallstatuses="true", showalltypes="true")
    every = list(chain.from_iterable(one["encounters"] for one in answers))

    assert {"VISIT", "ORDERSONLY"} == {one["encountertype"] for one in usual}
    assert {"OPEN", "CLOSED", "REVIEW", "TEMP"} == {one["status"] for one in usual}
    assert {"VISIT", "ORDERSONLY", "FLOWSHEET"} == {one["encountertype"] for one in every}
    assert {"OPEN", "CLOSED", "REVIEW", "TEMP", "PEND", "DELETED", "SCHEDULE"} == {one["status"] for one in every}
    assert not [one for one in usual if "diagnoses" in one]


async def test_encounters_are_filtered_by_day_and_provider(wire: Athena) -> None:
    every = (await wire.json("/chart/1/encounters", departmentid=1))["encounters"]
    one = every[0]
    by_provider = await wire.json("/chart/1/encounters", departmentid=1, providerid=one["providerid"])
    by_day = await wire.json(
        "/chart/1/encounters", departmentid=1, startdate=one["encounterdate"], enddate=one["encounterdate"]
    )

    assert {one["providerid"]} == {row["providerid"] for row in by_provider["encounters"]}
    assert [one["encounterid"]] == [row["encounterid"] for row in by_day["encounters"]]


async def test_one_encounter_has_its_diagnoses_and_names_no_patient(wire: Athena) -> None:
    every = (await wire.json("/chart/20/encounters", departmentid=1))["encounters"]
    (one,) = await wire.json(f"/chart/encounter/{every[0]['encounterid']}")

    assert 0 in [diagnosis["snomedcode"] for diagnosis in one["diagnoses"]]
    assert [] in [diagnosis["icdcodes"] for diagnosis in one["diagnoses"]]
    assert "patientid" not in one
    assert 404 == (await wire.get("/chart/encounter/1")).status_code


async def test_later_pages_of_encounters_have_no_count(wire: Athena) -> None:
    first = await wire.json("/chart/1/encounters", departmentid=1, limit=2)
    second = await wire.json(first["next"])

    assert "totalcount" in first
    assert "totalcount" not in second
    assert "/v1/195900/chart/1/encounters?DEPARTMENTID=1&limit=2&offset=2" == first["next"]
