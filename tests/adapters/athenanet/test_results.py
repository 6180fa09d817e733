"""Results and orders: every chart asked, what a read costs, and what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.athenanet import service_request
from adapters.query import Query
from capability.issues import TooCostly
from tests.adapters.athenanet.world import World, day, new_call, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOWCASE = "1"  # has an order of each kind, and results that are awkward in each way
TYPES = ("DiagnosticReport", "ServiceRequest", "Observation")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    """A practice whose charts are asked for each time: what is kept is the directory and who has which charts."""
    async with world({"cache_seconds": {"chart": 0}}) as made:
        yield made


async def labs(there: World, patient: str = SHOWCASE) -> list[str]:
    query = Query("DiagnosticReport", (of_patient(patient), token("category", "LAB")))
    return [report["id"] for report in await there.every(query)]


async def test_each_view_of_the_results_is_asked_in_every_chart(there: World) -> None:
    there.forget()

    await there.ask(Query("DiagnosticReport", (of_patient("5"),)))

    asked = Counter(path for path in there.asked if path.startswith(("/chart/5/lab", "/patients/5/documents")))
    assert {
        "/chart/5/labresults": 2,
        "/patients/5/documents/labresult": 2,
        "/patients/5/documents/imagingresult": 2,
    } == asked


@pytest.mark.parametrize("type_", TYPES)
async def test_a_read_gives_what_the_search_gave_for_two_calls(there: World, type_: str) -> None:
    found = {one["id"]: one for one in await there.every(Query(type_, (of_patient(SHOWCASE),)))}
    results = [key for key in found if not key.startswith(("vital", "percentile"))]

    assert len(results) > 3
    for key in results[:4] + results[-2:]:
        there.forget()
        assert found[key] == await there.one(type_, key)
        assert len(there.asked) <= 2


async def test_categories_are_asked_of_their_own_source_only(there: World) -> None:
    there.forget()

    await labs(there)

    assert [] == [path for path in there.asked if "imagingresult" in path]


async def test_copies_and_superseded_results_are_left_out_and_their_latest_stays(there: World) -> None:
    results = (await there.ehr.each_chart(new_call(), SHOWCASE, "/chart/{patientid}/labresults", "results"))[0].rows
    copies = [row["labresultid"] for row in results if "exactduplicatedocumentid" in row]
    (older,) = [row["supersededdocumentid"] for row in results if "supersededdocumentid" in row]
    (newer,) = [row["labresultid"] for row in results if row.get("supersededdocumentid") == older]

    served = await labs(there)

    assert copies
    assert [] == [one for one in (*copies, older) if f"labresult-{SHOWCASE}-{one}" in served]
    assert f"labresult-{SHOWCASE}-{newer}" in served


async def test_an_order_is_found_only_under_its_own_patient_and_encounter(there: World) -> None:
    (order, *_) = await there.every(Query("ServiceRequest", (of_patient(SHOWCASE),)))
    _, patient, encounter, key = order["id"].split("-")
    there.forget()

    assert await there.one("ServiceRequest", f"order-2-{encounter}-{key}") is None
    assert await there.one("ServiceRequest", f"order-{patient}-{int(encounter) + 1}-{key}") is None
    assert [] == [path for path in there.asked if path == f"/chart/encounter/{encounter}/orders"]


async def test_orders_are_asked_of_the_encounters_that_can_have_the_date(there: World) -> None:
    there.forget()
    everything = await there.every(Query("ServiceRequest", (of_patient(SHOWCASE),)))
    encounters = [path for path in there.asked if path.endswith("/orders")]
    latest = max(order["authoredOn"] for order in everything)[:10]
    there.forget()

    found = await there.every(Query("ServiceRequest", (of_patient(SHOWCASE), day("authored", latest, "ge"))))

    assert 1 <= len([path for path in there.asked if path.endswith("/orders")]) < len(encounters)
    assert {one["id"] for one in everything if one["authoredOn"][:10] == latest} <= {one["id"] for one in found}


async def test_too_many_encounters_are_refused_with_what_to_do(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_request, "ENCOUNTERS", 1)

    with pytest.raises(TooCostly, match="narrow the search by `authored`"):
        await there.ask(Query("ServiceRequest", (of_patient(SHOWCASE),)))


async def test_prescriptions_vaccines_and_leaflets_are_no_service_requests(there: World) -> None:
    found = await there.every(Query("ServiceRequest", (of_patient(SHOWCASE),)))
    kinds = {order["category"][0]["text"] for order in found}

    assert {"Lab", "Imaging", "Procedure", "Referral", "DME", "Other"} == kinds
