"""One row that cannot be read is told, and takes no other with it; where nobody could know what is missing with it, the
whole is an error: nothing that was cut looks whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.query import Query, ReferenceValue
from capability.issues import EHRInvalid
from tests.adapters.athenanet.world import World, clause, day, new_call, of_patient, text, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEDULE = clause("schedule", ReferenceValue("Schedule", "schedule-71-1"))
IN_A_ROW = {"ChargeItem": 3, "Schedule": 4}  # resources that one row may hold, where it holds several
KINDS = ("malformed_record", "alien_record")
CASES = (  # what is asked for: the list that has the row
    (Query("Patient"), "patients"),
    (Query("Patient", (text("family", "Tanaka"),)), "patients"),
    (Query("Encounter", (of_patient("1"),)), "chart/1/encounters"),
    (Query("Appointment", (of_patient("1"),)), "patients/1/appointments"),
    (Query("Appointment", (day("date", "2026-10-20"),)), "appointments/booked/multipledepartment"),
    (Query("Claim", (of_patient("1"),)), "claims"),
    (Query("ChargeItem", (of_patient("1"),)), "claims"),
    (Query("Slot", (SCHEDULE,)), "appointments/open"),
    (Query("Schedule"), "departments"),
    (Query("Coverage", (of_patient("1"),)), "patients/1/insurances"),
    (Query("AllergyIntolerance", (of_patient("1"),)), "chart/1/allergies"),
    (Query("Immunization", (of_patient("1"),)), "chart/1/vaccines"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("query", "path"), CASES, ids=lambda value: getattr(value, "type", value))
async def test_a_row_that_cannot_be_read_is_told_and_the_others_are_served(
    there: World, query: Query, path: str, kind: str
) -> None:
    there.sandbox.state.sandbox.faults.clear()
    whole = await there.ask(query, new_call(fresh=True))
    there.fault(path=f"/v1/195900/{path}$", kind=kind, times=None)
    page = await there.ask(query, new_call(fresh=True))

    assert () == whole.issues
    assert {"structure"} == {issue.code for issue in page.issues}
    kept = {one["id"] for one in page.resources}
    assert kept < {one["id"] for one in whole.resources}
    assert len(whole.resources) - IN_A_ROW.get(query.type, 1) <= len(kept)


async def test_a_page_of_patients_that_is_unreadable_as_one_row_goes_on_to_the_next(there: World) -> None:
    there.sandbox.state.sandbox.faults.clear()
    there.fault(path="/v1/195900/patients$", kind="alien_record", times=1)
    page, seen = await there.ask(Query("Patient", count=10), new_call(fresh=True)), set[str]()
    assert {"structure"} == {issue.code for issue in page.issues}
    while page.cursor:
        page = await there.ask(Query("Patient", count=10, cursor=page.cursor))
        seen |= {one["id"] for one in page.resources}

    assert len(seen) > 10


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "path"),
    [
        (Query("Patient"), "departments"),
        (Query("Appointment", (day("date", "2026-10-20"),)), "departments"),
        (Query("Condition", (of_patient("1"),)), "chart/1/patientchartlist"),
    ],
    ids=lambda value: getattr(value, "type", value),
)
async def test_what_a_search_walks_over_has_to_be_whole(query: Query, path: str, kind: str) -> None:
    async with world() as here:
        here.fault(path=f"/v1/195900/{path}$", kind=kind, times=None)

        with pytest.raises(EHRInvalid):
            await here.ask(query)
