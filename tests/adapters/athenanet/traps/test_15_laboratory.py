"""Trap 15: values, LOINC codes and statuses of laboratory results are free text or absent; filters act on the order."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.query import Query
from mappings.check_digits import is_loinc
from tests.adapters.athenanet.world import World, day, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_trap_15_a_result_is_found_by_its_own_date_whatever_that_of_its_order(there: World) -> None:
    orders = {one["id"]: one for one in await there.every(Query("ServiceRequest", (of_patient("1", "2", "20"),)))}
    reports = await there.every(Query("DiagnosticReport", (of_patient("1", "2", "20"), token("category", "LAB"))))
    late = [
        report
        for report in reports
        for based in report.get("basedOn", ())
        if orders[based["reference"].partition("/")[2]]["authoredOn"][:10] < report["effectiveDateTime"][:10]
    ]
    assert late
    there.forget()

    for report in late:
        on = day("date", report["effectiveDateTime"][:10])
        patient = of_patient(report["subject"]["reference"].partition("/")[2])
        assert report in await there.every(Query("DiagnosticReport", (patient, on)))
    assert [] == [query for query in there.queries if "startdate" in query.lower() or "enddate" in query.lower()]


async def test_trap_15_what_a_laboratory_left_out_is_said_to_be_absent_and_never_made_up(there: World) -> None:
    analytes = await there.every(Query("Observation", (of_patient("1", "20"), token("category", "laboratory"))))
    silent = [one for one in analytes if "valueQuantity" not in one and "valueString" not in one]
    codes = [c for one in analytes for c in one["code"].get("coding", ()) if c.get("system") == "http://loinc.org"]

    assert silent
    assert all(one["dataAbsentReason"]["coding"][0]["code"] == "unknown" for one in silent)
    assert [] == [code for code in codes if not is_loinc(code["code"])]
    assert [] == [one for one in analytes if one["code"].get("text") == "LOINC"]
    assert "unknown" in {one["status"] for one in analytes}
