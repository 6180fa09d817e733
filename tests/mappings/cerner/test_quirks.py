"""Golden pairs of every quirk; whatever stands in a resource, a quirk neither fails nor touches what it was given."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.overrides import OverrideRow, compiled
from mappings import fhirjson
from mappings.cerner.codes import TABLES, V2_CLASS
from mappings.cerner.quirks import BY_TYPE, REPAIRS
from mappings.fhir_r4.repair import Standing, Told
from tests.golden import Case
from tests.mappings.athenanet.drift import spoiled
from tests.mappings.cerner.by_name import CASES, QUIRKS, standing


@pytest.mark.parametrize(("name", "case"), [pytest.param(*one, id=f"{one[0]} {one[1].name}") for one in CASES])
def test_a_quirk_makes_of_its_source_what_is_expected(name: str, case: Case) -> None:
    told = Told()
    before = copy.deepcopy(case.source)

    found = QUIRKS[name](case.source, standing(case), told)

    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)
    assert before == case.source
    assert found is case.source or case.expected != case.source or name == "whole"
    if "unmapped" in case.other:
        assert case.other["unmapped"] == [[one.table, one.code] for one in told.unmapped]


def test_every_quirk_has_a_golden_pair() -> None:
    assert {quirk.__name__ for quirks in BY_TYPE.values() for quirk in quirks} == QUIRKS.keys() - {"whole"}


def test_a_practice_says_what_a_class_of_its_own_means() -> None:
    overrides = {"cerner-encounterclass": {"B": OverrideRow(code="IMP")}}
    here = Standing(concepts=compiled(overrides, TABLES))
    source: Any = {"resourceType": "Encounter", "id": "1", "class": {"system": V2_CLASS, "code": "B"}}

    found = REPAIRS.repaired(source, here, Told())

    assert found is not None
    assert "IMP" == found["class"]["code"]


def test_an_order_that_is_right_is_left_alone() -> None:
    source: Any = {"resourceType": "Goal", "id": "1", "description": {"coding": [{"system": "http://loinc.org"}] * 2}}

    assert REPAIRS.repaired(source, Standing(), Told()) is source


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_stands_there_no_quirk_fails_or_changes_it(data: st.DataObject) -> None:
    name, case = data.draw(st.sampled_from(CASES), label="case")
    source = {**spoiled(data.draw, case.source), "resourceType": case.source["resourceType"]}
    before = copy.deepcopy(source)

    for quirk in {QUIRKS["everywhere"], QUIRKS[name]} - {QUIRKS["whole"]}:
        quirk(source, standing(case), Told())
    REPAIRS.repaired(source, standing(case), Told())

    assert before == source
