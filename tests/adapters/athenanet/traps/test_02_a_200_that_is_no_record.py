"""A 200 can be a failure: an object with `success` "false", a bare 1, a bare string. It is never an empty list."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.query import Query
from capability.issues import EHRInvalid
from tests.adapters.athenanet.world import World, new_call, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTS = {  # what is asked for: the list that it is in
    "AllergyIntolerance": "allergies",
    "CareTeam": "careteam",
    "Condition": "problems",
    "Coverage": "insurances",
    "Claim": "claims",
    "ChargeItem": "claims",
    "DiagnosticReport": "labresults",
    "DocumentReference": "documents",
    "Encounter": "encounters",
    "FamilyMemberHistory": "familyhistory",
    "Goal": "encounter/[0-9]+/patientgoals",
    "CarePlan": "encounter/[0-9]+/assessment",
    "Immunization": "vaccines",
    "MedicationRequest": "medications",
    "Procedure": "encounter/[0-9]+/services",
    "QuestionnaireResponse": "administeredquestionnairescreeners",
    "ServiceRequest": "encounter/[0-9]+/orders",
    "Appointment": "appointments",
    "Account": "patients/1",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.mark.parametrize("kind", ["success_false_in_200", "bare_1", "bare_string"])
async def test_trap_02_a_failure_in_a_200_is_an_error_of_every_type(there: World, kind: str) -> None:
    for type_, path in LISTS.items():
        there.sandbox.state.sandbox.faults.clear()
        there.fault(path=f".*/{path}$", times=None, kind=kind)
        with pytest.raises(EHRInvalid):
            await there.ask(Query(type_, (of_patient("1"),)), new_call(fresh=True))


@pytest.mark.parametrize(
    ("category", "path"),
    [("vital-signs", "vitals"), ("laboratory", "labresults"), ("social-history", "socialhistory")],
)
async def test_trap_02_a_failure_in_a_200_is_an_error_of_every_source(there: World, category: str, path: str) -> None:
    there.sandbox.state.sandbox.faults.clear()
    there.fault(path=f".*/chart/1/{path}$", times=None, kind="bare_1")

    with pytest.raises(EHRInvalid):
        await there.ask(Query("Observation", (of_patient("1"), token("category", category))), new_call(fresh=True))
