"""A 401 may mean that the practice is not granted, a 404 that it is unknown: neither is mended by another token, and
neither means that there is no such record."""

from __future__ import annotations

import pytest

from adapters.query import Query
from capability.issues import EHRCredentials, EHRError
from tests.adapters.athenanet.world import World, of_patient, world

UNKNOWN, NOT_GRANTED = "195999", "195902"
ASKED = (Query("Patient", id="1"), Query("Observation", (of_patient("1"),)), Query("Practitioner", id="provider-71"))


def _tokens(here: World) -> int:
    return [call.path for call in here.sandbox.state.sandbox.calls].count("/oauth2/v1/token")


@pytest.mark.parametrize("query", ASKED, ids=lambda query: query.type)
async def test_trap_03_what_is_not_granted_is_refused_and_costs_one_token_more_once_and_for_all(query: Query) -> None:
    async with world({"practiceid": NOT_GRANTED}) as refused:
        for _ in range(3):
            with pytest.raises(EHRCredentials):
                await refused.ask(query)

        assert 2 == _tokens(refused)


@pytest.mark.parametrize("query", ASKED, ids=lambda query: query.type)
async def test_trap_03_an_unknown_practice_is_an_error_and_not_an_empty_answer(query: Query) -> None:
    async with world({"practiceid": UNKNOWN}) as lost:
        with pytest.raises(EHRError) as raised:
            await lost.ask(query)

        assert "practice" in str(raised.value)
        assert UNKNOWN not in str(raised.value)
        assert 1 == _tokens(lost)


async def test_trap_03_a_token_that_ran_out_is_renewed_once_and_nobody_notices(here: World) -> None:
    first = await here.one("Patient", "1")
    here.fault(path=".*/patients/2", kind="expire_token", times=1)
    second = await here.one("Patient", "2")

    assert ("1", "2") == ((first or {}).get("id"), (second or {}).get("id"))
    assert 2 == _tokens(here)


async def test_trap_03_only_athenanet_s_own_404_means_that_there_is_no_record(here: World) -> None:
    assert None is await here.one("Patient", "9999999")

    here.fault(path=".*/patients/1", kind="status", status=404, times=None)
    with pytest.raises(EHRError):
        await here.ask(Query("Patient", id="1"))
