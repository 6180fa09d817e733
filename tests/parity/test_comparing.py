"""What the comparison of EHRs sees, and that its table is whole."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.parity.comparing import ALONE, LESS, LETTERS, MISSING, MORE, OTHER, Differs, differences, way
from tests.parity.differences import REASONS, document
from tests.parity.facts import Record


def test_no_difference_is_listed_twice() -> None:
    listed = Counter(row for reason in REASONS for row in (*reason.rows, *reason.rare))

    assert [] == [row for row, times in listed.items() if times > 1]


def test_the_table_for_people_is_the_table_of_the_test() -> None:
    assert document() == (ROOT / "docs" / "parity.md").read_text("utf-8"), "write it anew: python -m tests.parity"


def record(*names: str, when: str = "2026-01-05", **facts: object) -> Record:
    return Record("Observation", frozenset(names), when, {"category": frozenset({"laboratory"}), **facts})


def test_a_value_that_one_ehr_has_otherwise_is_seen_there() -> None:
    held = {
        "a": [record("718-7", "hgb", value="13.2", unit="g/dL")],
        "b": [record("hgb", value="13.2", unit="g/dL")],
        "c": [record("718-7", value="13.3", unit="g/dL")],
    }

    found = [one.differs for one in differences(held, dict.fromkeys(held, frozenset()))]

    assert [Differs("Observation, laboratory", "value", "c", OTHER)] == found


def test_a_record_of_another_day_is_another_record() -> None:
    held = {"a": [record("hgb")], "b": [record("hgb")], "c": [record("hgb", when="2026-01-06")]}

    found = {one.differs for one in differences(held, dict.fromkeys(held, frozenset()))}

    assert {
        Differs("Observation, laboratory", "a record", "c", MISSING),
        Differs("Observation, laboratory", "a record", "c", ALONE),
    } == found


def test_of_two_records_of_a_name_each_finds_its_own() -> None:
    first, second = (
        record("cbc", status="final", issued="2026-01-05"),
        record("cbc", status="final", issued="2026-01-07"),
    )
    held = {"a": [first, second], "b": [second, first], "c": [second]}

    found = [one.differs for one in differences(held, dict.fromkeys(held, frozenset()))]

    assert [Differs("Observation, laboratory", "a record", "c", MISSING)] == found


@pytest.mark.parametrize(
    ("usual", "here", "expected"),
    [
        (frozenset("ab"), frozenset("a"), LESS),
        (frozenset("a"), frozenset("ab"), MORE),
        (frozenset("a"), frozenset("b"), OTHER),
        ("Quincy", "QUINCY", LETTERS),
        (None, "x", ALONE),
        ("x", None, MISSING),
        (False, True, OTHER),
    ],
    ids=["less", "more", "another", "letters", "alone", "missing", "otherwise"],
)
def test_in_which_way_a_value_differs(usual: object, here: object, expected: str) -> None:
    assert expected == way(usual, here)
