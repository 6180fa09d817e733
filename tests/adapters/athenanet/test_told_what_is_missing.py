"""One record that cannot be read costs its own resources only, and the client is told, whatever list it is in."""

from __future__ import annotations

import contextlib
import re

import pytest

from adapters.athenanet.sandbox.faults import Rule
from adapters.contract import Page, Search
from adapters.query import Query
from capability.issues import EHRError, EHRInvalid
from mappings.athena import ids
from tests.adapters.athenanet.world import World, new_call, of_patient


def _of_patient(here: World) -> list[Query]:
    """A search of each type that can be searched by patient."""
    declared = here.adapter.interactions
    return [
        Query(one.type, (of_patient("1"),)) for one in declared if isinstance(one, Search) and "patient" in one.params
    ]


async def _lists(here: World, query: Query) -> tuple[Page, list[str]]:
    """What the search finds, and the calls that it makes, one of each kind."""
    here.forget()
    whole = await here.ask(query, new_call(fresh=True))
    return whole, list({re.sub(r"\d+", "N", path): path for path in here.asked}.values())


async def _spoiled(here: World, query: Query, path: str) -> Page:
    faults = here.sandbox.state.sandbox.faults
    faults.add(Rule(path=f".*/195900{re.escape(path)}$", kind="malformed_record", times=None))
    try:
        return await here.ask(query, new_call(fresh=True))
    finally:
        faults.clear()


async def test_a_record_that_cannot_be_read_is_told_of_in_every_list(here: World) -> None:
    silent = []
    for query in _of_patient(here):
        whole, paths = await _lists(here, query)
        for path in paths:
            with contextlib.suppress(EHRError):  # the patient herself: nothing is given, and that is told
                left = await _spoiled(here, query, path)
                fewer = len(left.resources) < len(whole.resources)
                silent += [(query.type, path)] if fewer and not left.issues else []

    assert [] == silent


async def test_a_laboratory_result_without_its_id_takes_no_other_with_it(here: World) -> None:
    reports = Query("DiagnosticReport", (of_patient("1"),))
    whole = await here.ask(reports, new_call(fresh=True))

    left = await _spoiled(here, reports, "/chart/1/labresults")

    assert 1 == len(whole.resources) - len(left.resources)


async def test_what_the_ehr_does_not_offer_keeps_nothing_else_back(here: World) -> None:
    observations = Query("Observation", (of_patient("1"),))
    whole = await here.ask(observations, new_call(fresh=True))
    here.fault(path=".*/administeredquestionnairescreeners", kind="status", status=404, times=None)

    left = await here.ask(observations, new_call(fresh=True))

    gone = {one["id"] for one in whole.resources} - {one["id"] for one in left.resources}
    assert {"score"} == {ids.parse(one).kind for one in gone}
    assert ["not-supported"] == [issue.code for issue in left.issues]


async def test_a_type_that_the_ehr_does_not_offer_at_all_is_no_empty_list(here: World) -> None:
    here.fault(path=".*/(labresults|documents/.*)", kind="status", status=404, times=None)

    for type_ in ("DiagnosticReport", "QuestionnaireResponse"):
        here.fault(path=".*/administeredquestionnairescreeners", kind="status", status=404, times=None)
        with pytest.raises(EHRInvalid):
            await here.ask(Query(type_, (of_patient("1"),)), new_call(fresh=True))
