"""From an appointment to its encounter, its charges and its claim, and back: types that US Core has no profile of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.facade.appointment_book import BOOK
from tests.facade.chartbox import ChartBox, chartbox
from tests.facade.world import entries


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[ChartBox]:
    async with chartbox(tmp_path, BOOK) as made:
        yield made


SEARCHES = [
    # what refers to a match, and what it refers to
    ("Appointment?patient=box.patient-1&_revinclude=Encounter:appointment", "Appointment-1 Encounter-1"),
    ("Encounter?patient=box.patient-1&_include=Encounter:appointment", "Appointment-1 Encounter-1"),
    ("Encounter?patient=box.patient-2&_revinclude=ChargeItem:context&_revinclude=Claim:encounter",
     "ChargeItem-2 Claim-2 Encounter-2"),
    ("Claim?patient=box.patient-1&_include=Claim:encounter", "Claim-1 Encounter-1"),
    ("ChargeItem?patient=box.patient-1&_include=ChargeItem:context&_include=ChargeItem:account",
     "Account-1 ChargeItem-1 Encounter-1"),
    ("Appointment?patient=box.patient-1&_include=Appointment:slot&_include:iterate=Slot:schedule"
     "&_include:iterate=Schedule:actor", "Appointment-1 Practitioner-1 Schedule-1 Slot-1"),
    # of several actors the parameter's own kind
    ("Appointment?practitioner=box.practitioner-1&patient=box.patient-2&_include=Appointment:patient",
     "Appointment-2 Patient-2"),
    # chains, in both directions
    ("ChargeItem?context:Encounter.patient=box.patient-2", "ChargeItem-2"),
    ("Encounter?appointment.date=lt2025", "Encounter-1"),
    ("Slot?schedule.actor=box.practitioner-1&start=2025", "Slot-2"),
    ("Appointment?patient.family=Baker", "Appointment-2"),
    ("Appointment?_has:Encounter:appointment:date=2024", "Appointment-1"),
    ("Encounter?patient=box.patient-1&_has:ChargeItem:context:account=box.account-1", "Encounter-1"),
    ("Encounter?patient=box.patient-1&_has:ChargeItem:context:account=box.account-2", ""),
    # what is in a patient's compartment
    ("Patient/box.patient-1/Account", "Account-1"),
    ("Patient/box.patient-2/Appointment", "Appointment-2"),
    ("Patient/box.patient-2/ChargeItem", "ChargeItem-2"),
    ("Patient/box.patient-1/Claim", "Claim-1"),
    ("Patient/box.patient-1/FamilyMemberHistory", "FamilyMemberHistory-1"),
]  # fmt: skip


async def test_each_is_found_from_the_others(box: ChartBox) -> None:
    client = box.here.client()

    found = {asked: await entries(client, f"/{asked}") for asked, _ in SEARCHES}

    assert {asked: expected.split() for asked, expected in SEARCHES} == {
        asked: sorted(f"{one['resource']['resourceType']}-{one['resource']['id'][-1]}" for one in given)
        for asked, given in found.items()
    }


async def test_everything_of_a_patient_holds_them_all(box: ChartBox) -> None:
    client = box.here.client()

    whole = await entries(client, "/Patient/box.patient-1/$everything")
    later = await entries(client, "/Patient/box.patient-1/$everything?start=2025")

    types = [one["resource"]["resourceType"] for one in whole if one["search"]["mode"] == "match"]
    assert ["Patient", "Account", "Appointment", "ChargeItem", "Claim", "DocumentReference", "Encounter",
            "FamilyMemberHistory"] == [each for each in types if each != "Provenance"]  # fmt: skip
    assert {"Practitioner", "Schedule", "Slot"} == {
        one["resource"]["resourceType"] for one in whole if one["search"]["mode"] == "include"
    }
    assert {"Account", "DocumentReference", "FamilyMemberHistory", "Patient"} == {
        one["resource"]["resourceType"] for one in later if one["search"]["mode"] == "match"
    } - {"Provenance"}


async def test_a_summary_has_what_the_type_marks_as_such(box: ChartBox) -> None:
    (claim,) = await entries(box.here.client(), "/Claim?patient=box.patient-1&_summary=true")

    assert {"resourceType", "id", "meta", "status", "use", "patient", "created"} == claim["resource"].keys()
