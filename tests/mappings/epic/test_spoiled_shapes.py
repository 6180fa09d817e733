"""Whatever Epic sends in place of what was captured, a quirk neither raises nor changes what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mappings import fhirjson
from mappings.epic.quirks import REPAIRS
from mappings.fhir_r4.repair import Told
from tests.mappings.epic.normalised import standing

SOURCES = sorted(Path(__file__).parent.glob("*/*/source.json"))
SPOILT: tuple[Any, ...] = (None, "x", 5, {"coding": [None, {"system": [], "code": 5}]}, [None, "x", []])


def _spoiled(node: Any, spoil: Any) -> Iterator[Any]:
    """Copies of a node with one of the things in it replaced, whatever depth it is at."""
    yield spoil
    if isinstance(node, dict):
        for key, value in node.items():
            yield from ({**node, key: each} for each in _spoiled(value, spoil))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from ([*node[:at], each, *node[at + 1 :]] for each in _spoiled(value, spoil))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.parent.name} {path.parent.name}")
def test_a_spoiled_record_stops_no_quirk_and_is_left_as_it_came(path: Path) -> None:
    source = fhirjson.loads(path.read_bytes())
    type_ = source["resourceType"]

    for spoil in SPOILT:
        for one in _spoiled(source, spoil):
            if isinstance(one, dict) and one.get("resourceType") == type_:
                before = repr(one)
                REPAIRS.repaired(one, standing(), Told())
                assert before == repr(one)


def test_what_needs_no_repair_is_given_back_as_it_is() -> None:
    plain = {"resourceType": "Observation", "id": "e1", "status": "final", "code": {"text": "Pain"}}

    assert plain is REPAIRS.repaired(plain, standing(), Told())
