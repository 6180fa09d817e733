"""What Millennium's refusals come to, and what is served although one record spoils a search."""

from __future__ import annotations

import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.fhir_r4.sandbox.faults import Rule
from adapters.fhir_r4.search import SPOILT
from adapters.query import Clause
from capability.issues import EHRCredentials, EHRInvalid, EHRUnavailable, FHIRError, TooCostly
from tests.adapters.cerner.world import ADA, ROOT, of, text, token, world

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = 2  # Ada's, among the sandbox's people


@pytest.mark.parametrize("type_", ["Observation", "Condition", "Encounter"])
async def test_a_record_that_spoils_a_search_costs_only_itself(type_: str) -> None:
    async with world() as tenant:
        updated = {one["id"]: one["meta"]["lastUpdated"] for one in await tenant.every(type_, of(ADA))}
    async with world(poisoned={NUMBER: type_}) as tenant:
        page = await tenant.ask(type_, of(ADA))
        asked = tenant.asked()

    whole = set(updated)
    lost = whole - {one["id"] for one in page.resources}
    assert len(page.resources) == len(whole) - len(lost)
    assert 1 <= len(lost) < len(whole)
    assert 1 == len({updated[one][:16] for one in lost})  # what was last changed in the same minute goes with it
    assert [SPOILT] == [issue.text for issue in page.issues]
    assert len(asked) < 80


async def test_vaccines_are_divided_by_the_day_on_which_they_were_given() -> None:
    async with world() as tenant:
        whole = {one["id"]: one["occurrenceDateTime"] for one in await tenant.every("Immunization", of(ADA))}
    async with world(poisoned={NUMBER: "Immunization"}) as tenant:
        page = await tenant.ask("Immunization", of(ADA))

    lost = whole.keys() - {one["id"] for one in page.resources}
    assert 1 == len(page.issues)
    assert 1 == len({whole[one][:7] for one in lost})
    assert page.resources


async def test_where_nothing_divides_the_records_the_search_says_so() -> None:
    async with world(poisoned={NUMBER: "Coverage"}) as tenant:
        with pytest.raises(EHRInvalid):
            await tenant.ask("Coverage", of(ADA))


async def test_a_list_of_ids_is_divided_by_its_ids() -> None:
    async with world() as tenant:
        whole = [one["id"] for one in await tenant.every("Encounter", of(ADA))]
    async with world(poisoned={NUMBER: "Encounter"}) as tenant:
        page = await tenant.ask("Encounter", token("_id", *whole))

    assert len(whole) - 1 == len(page.resources)
    assert 1 == len(page.issues)


async def test_a_broken_record_is_not_read() -> None:
    async with world() as tenant:
        whole = {one["id"] for one in await tenant.every("Condition", of(ADA))}
    async with world(poisoned={NUMBER: "Condition"}) as tenant:
        (broken,) = whole - {one["id"] for one in (await tenant.ask("Condition", of(ADA))).resources}
        with pytest.raises(EHRInvalid, match="broken"):
            await tenant.ask("Condition", id=broken)


@pytest.mark.parametrize(
    ("type_", "asked", "status", "error"),
    [
        ("Patient", text("name", "a"), 422, TooCostly),
        ("Condition", of(ADA), 400, EHRInvalid),
        ("Condition", of(ADA), 404, EHRInvalid),
        ("Condition", of(ADA), 406, EHRInvalid),
        ("Condition", of(ADA), 500, EHRUnavailable),
    ],
)
async def test_a_status_is_told_by_what_it_means(
    type_: str, asked: Clause, status: int, error: type[FHIRError]
) -> None:
    async with world() as tenant:
        tenant.sandbox.faults.add(Rule(f"{ROOT}/{type_}", "status", status=status))
        with pytest.raises(error) as raised:
            await tenant.ask(type_, asked)
        calls: list[Any] = tenant.asked()

    assert 1 == len(calls)  # none of these gets better by asking again
    assert "upstream trouble" not in raised.value.text


async def test_a_type_that_the_customer_closed_is_the_operator_s_to_open() -> None:
    async with world(closed=["Condition"]) as tenant:
        with capture_logs() as logged, pytest.raises(EHRCredentials, match="list of resources"):
            await tenant.ask("Condition", of(ADA))

        (refused,) = [one for one in logged if one["event"] == "ehr.refused"]
        assert ("Condition", 403) == (refused["type"], refused["status"])
        assert UUID.fullmatch(refused["their_request"])
        assert (await tenant.ask("Goal", of(ADA))).resources
