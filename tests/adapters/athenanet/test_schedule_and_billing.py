"""The schedule and billing: who is hidden stays hidden, what belongs together is found from either end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adapters.athenanet.appointment import shows_patient
from adapters.query import Clause, Query, ReferenceValue
from capability.issues import Invalid, TooCostly
from mappings import fhirjson
from tests.adapters.athenanet.world import World, clause, day, of_patient, token, world

BY_PATIENT = ("Appointment", "Coverage", "Account", "Claim", "ChargeItem")
RESTRICTED, MERGED = "15", "8"


def reference(name: str, type_: str, *ids: str) -> Clause:
    return clause(name, *(ReferenceValue(type_, one) for one in ids))


@pytest.mark.parametrize("type_", BY_PATIENT)
@pytest.mark.parametrize("patient", [RESTRICTED, MERGED, "999", "nobody"])
async def test_who_is_hidden_merged_or_unknown_has_nothing(here: World, type_: str, patient: str) -> None:
    assert [] == await here.every(Query(type_, (of_patient(patient),)))


async def test_a_hidden_patient_s_records_are_not_found_by_their_own_ids(here: World) -> None:
    appointment, claim = "appointment-901501", "claim-2001501"
    assert "fulfilled" == (await here.one("Appointment", "appointment-900101") or {})["status"]

    assert None is await here.one("Appointment", appointment)
    assert None is await here.one("Claim", claim)
    assert None is await here.one("ChargeItem", "charge-2001501-20015010")


async def test_the_appointments_of_some_days_are_those_of_their_patients(here: World) -> None:
    of_all = [one for n in range(1, 26) for one in await here.every(Query("Appointment", (of_patient(str(n)),)))]
    by_day = await here.every(Query("Appointment", (day("date", "2000-01-01", "ge"),)))

    assert len(of_all) > 50
    assert sorted(one["id"] for one in of_all) == sorted(one["id"] for one in by_day)


@pytest.mark.parametrize("blank", [None, "", {}, {"firstname": "", "lastname": None, "patientid": "15"}])
def test_a_row_without_its_patient_s_name_is_of_somebody_hidden(blank: object) -> None:
    assert shows_patient({"patientid": "15", "patient": {"firstname": "Ann", "lastname": "Example"}})
    assert not shows_patient({"patientid": "15", "patient": blank})


async def test_a_day_and_a_department_are_what_athenanet_is_asked_for(here: World) -> None:
    place = reference("location", "Location", "department-62")
    await here.ask(Query("Appointment", (day("date", "2026-03-08"), place)))

    (asked,) = [query for query in here.queries if "startdate" in query]
    assert "departmentid=62&" in f"{asked}&"
    assert "startdate=03%2F07%2F2026" in asked
    assert "enddate=03%2F10%2F2026" in asked


@pytest.mark.parametrize(
    ("type_", "parameter"),
    [("Appointment", "patient"), ("Slot", "schedule"), ("Claim", "patient"), ("ChargeItem", "patient")],
)
async def test_a_search_by_nothing_says_what_it_needs(here: World, type_: str, parameter: str) -> None:
    with pytest.raises(Invalid) as refused:
        await here.ask(Query(type_, (token("status", "active"),)))

    assert parameter == refused.value.parameter


async def test_one_search_names_so_many_ids_and_no_more(here: World) -> None:
    with pytest.raises(TooCostly):
        await here.ask(Query("Appointment", (token("_id", *(f"appointment-{n}" for n in range(1, 102))),)))


@pytest.mark.parametrize(
    ("type_", "local", "calls"),
    [("Appointment", "appointment-900101", 2), ("Slot", "slot-900101", 1), ("Coverage", "coverage-1-23011", 2),
     ("Account", "account-1-1", 1), ("Claim", "claim-2000101", 3), ("ChargeItem", "charge-2000101-20001010", 3)],
)  # fmt: skip
async def test_a_read_costs_few_calls_the_patient_s_own_included(
    here: World, type_: str, local: str, calls: int
) -> None:
    await here.one("Location", "department-1")
    here.forget()
    found = await here.one(type_, local)

    assert local == (found or {})["id"]
    assert calls == len(here.asked), here.asked


async def test_encounters_are_found_by_their_appointments_with_one_lookup_a_patient(here: World) -> None:
    appointments = [one["id"] for one in await here.every(Query("Appointment", (of_patient("1"),)))]
    encounters = await here.every(Query("Encounter", (of_patient("1"),)))
    booked = [one["id"] for one in encounters if "appointment" in one]
    here.forget()
    found = await here.every(Query("Encounter", (reference("appointment", "Appointment", *appointments),)))

    assert len(appointments) > len(booked) > 3
    assert set(booked) <= {one["id"] for one in found}
    assert 1 == len([path for path in here.asked if path.startswith("/appointments/900")])


async def test_charges_add_up_to_their_claim_and_belong_to_one_visit_and_account(here: World) -> None:
    claims = {one["id"]: one for one in await here.every(Query("Claim", (of_patient("1"),)))}
    charges = await here.every(Query("ChargeItem", (of_patient("1"),)))
    visits = {one["context"]["reference"].partition("/")[2] for one in charges}
    sums: dict[str, Decimal] = {}
    for one in charges:
        claim = one["supportingInformation"][0]["reference"].partition("/")[2]
        sums[claim] = sums.get(claim, Decimal(0)) + one["priceOverride"]["value"]
        assert {each["encounter"][0]["reference"] for each in claims[claim]["item"]} == {one["context"]["reference"]}

    assert {id_: one["total"]["value"] for id_, one in claims.items()} == sums
    assert {"Account/account-1-1"} == {one["account"][0]["reference"] for one in charges}
    assert visits <= {one["id"] for one in await here.every(Query("Encounter", (of_patient("1"),)))}
    assert charges == await here.every(Query("ChargeItem", (reference("context", "Encounter", *visits),)))
    assert charges == await here.every(Query("ChargeItem", (reference("account", "Account", "account-1-1"),)))


async def test_only_what_could_match_is_asked_for(here: World) -> None:
    schedule = reference("schedule", "Schedule", "schedule-71-1")
    free = await here.every(Query("Slot", (schedule, token("status", "free"))))
    for_free = here.asked
    here.forget()
    busy = await here.every(Query("Slot", (schedule, token("status", "busy"))))

    assert {"free", "busy-tentative"} == {one["status"] for one in free}
    assert "/appointments/booked/multipledepartment" not in for_free
    assert {"busy"} == {one["status"] for one in busy}
    assert "/appointments/open" not in here.asked


async def test_what_is_served_does_not_depend_on_how_it_is_typed() -> None:
    written = []
    for strict in (True, False):
        async with world(strict=strict) as here:
            found = [one for type_ in BY_PATIENT for one in await here.every(Query(type_, (of_patient("1", "5"),)))]
            found += await here.every(Query("Slot", (reference("schedule", "Schedule", "schedule-71-1"),)))
            written.append(sorted(fhirjson.canonical(one) for one in found))

    assert len(written[0]) > 60
    assert written[0] == written[1]
