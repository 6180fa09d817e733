"""Trap 13: `route` is the transmission route; C/H prefixes decide meaning; RxNorm only on request; status is a document
workflow state."""

from __future__ import annotations

from adapters.query import Query
from tests.adapters.athenanet.world import World, of_patient


async def test_trap_13_medications_are_read_by_events_and_prefixes(here: World) -> None:
    query = (of_patient("1"),)
    requests = await here.every(Query("MedicationRequest", query))
    drugs = await here.every(Query("Medication", query))
    ordered = {one["id"].startswith("medication-1-C"): set[str]() for one in requests}
    for one in requests:
        ordered[one["id"].startswith("medication-1-C")].add(f"{one['intent']} {one['reportedBoolean']}")

    assert {True: {"order False"}, False: {"plan True"}} == ordered
    assert not any(word in str(requests) for word in ("FAX", "PAPER", "ELECTRONIC"))
    assert any(coding["system"].endswith("/rxnorm") for one in drugs for coding in one["code"]["coding"])
    # documents in REVIEW, SUBMIT and CLOSED belong to therapies that go on and to therapies that are over
    assert {"active", "stopped", "completed"} <= {one["status"] for one in requests if one["intent"] == "order"}
