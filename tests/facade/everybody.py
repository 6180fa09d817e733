"""All that a world serves, of every type it declares and for everybody in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx

from tests.facade import schedule_and_billing as business
from tests.facade.looks import Resource
from tests.facade.world import every, ids

CHART = (
    "RelatedPerson",
    "CareTeam",
    "Encounter",
    "Goal",
    "CarePlan",
    "Condition",
    "AllergyIntolerance",
    "Observation",
    "MedicationRequest",
    "Immunization",
    "Procedure",
    "QuestionnaireResponse",
    "FamilyMemberHistory",
    "DiagnosticReport",
    "DocumentReference",
    "ServiceRequest",
    *business.CHART,
)
REFERRED = ("Medication",)  # only by id: known by what refers to it
DIRECTORY = ("Practitioner", "PractitionerRole", "Organization", "Location", "Schedule")
ALL = ("Patient", *DIRECTORY, *CHART, *REFERRED, "Slot")


async def everybodys(client: httpx.AsyncClient) -> dict[str, list[Resource]]:
    """Every resource of each type of `ALL`, by type."""
    found = {type_: await every(client, f"/{type_}?_count=500") for type_ in ("Patient", *DIRECTORY)}
    everyone = ids(found["Patient"])
    for type_ in CHART:
        found[type_] = [one for p in everyone for one in await every(client, f"/{type_}?patient={p}&_count=500")]
    for type_ in REFERRED:
        found[type_] = [one for some in _referred(found, type_) for one in await every(client, f"/{type_}?{some}")]
    found["Slot"] = await every(client, f"/Slot?schedule={','.join(ids(found['Schedule']))}&_count=500")
    return found


def _referred(found: Mapping[str, list[Resource]], type_: str) -> Iterator[str]:
    """Searches by id for all that the resources refer to, some at a time."""
    known = sorted({part.partition('"')[0] for part in json.dumps(found).split(f'"{type_}/')[1:]})
    for begin in range(0, len(known), 50):
        yield f"_id={','.join(known[begin : begin + 50])}&_count=500"
