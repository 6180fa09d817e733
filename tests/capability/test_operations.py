"""The tables of operations fit the tables of US Core and each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from capability.care_dates import CARE_DATES
from capability.compartment import COMPARTMENT
from capability.matching import GRADES, WEIGHTS, grade
from capability.operations import OPERATIONS
from capability.uscore import VERSIONS, edition

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("version", VERSIONS)
def test_care_dates_are_date_parameters_of_types_in_the_compartment(version: str) -> None:
    known = edition(version)
    found = {
        (type_, code): known.search_parameter(type_, code) for type_, codes in CARE_DATES.items() for code in codes
    }

    assert set() == {key for key, row in found.items() if row is None or row.kind != "date"}
    assert set() == CARE_DATES.keys() - COMPARTMENT


def test_an_operation_names_its_inputs_once() -> None:
    for row in OPERATIONS:
        assert len(set(row.parameters)) == len(row.parameters)


def test_nobody_is_certain_without_an_identifier() -> None:
    without = sum(weight.agrees for element, weight in WEIGHTS.items() if element != "identifier")

    assert "certain" != grade(without)
    assert "certain" == grade(sum(weight.agrees for weight in WEIGHTS.values()))


def test_grades_go_down_from_the_best() -> None:
    assert sorted(GRADES, reverse=True) == list(GRADES)
    assert (None, "possible", "probable", "certain") == tuple(map(grade, (39, 40, 65, 90)))


def test_the_weights_are_documented() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")

    for weight in WEIGHTS.values():
        assert f"| +{weight.agrees} | {-weight.differs} |" in text
    assert all(f"`{code}` from {least}" in text for least, code in GRADES)
