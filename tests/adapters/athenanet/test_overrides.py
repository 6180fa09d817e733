"""A practice's own rows over the code tables: what they may say, and that every table takes some."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import mappings.athenanet
from adapters.athenanet.settings import AthenaNetSettings
from mappings.athenanet.tables import TABLES
from mappings.concept_map import Concept, ConceptMap

MAKERS = {"ConceptMap", "codes", "codings", "degrees"}


def settings(**overrides: Any) -> AthenaNetSettings:
    rows = {name.replace("_", "-"): own for name, own in overrides.items()}
    return AthenaNetSettings.model_validate(
        {"environment": "preview", "practiceid": "1", "client_id": "a", "client_secret": "b", "overrides": rows}
    )


def told(**overrides: Any) -> list[tuple[str, str]]:
    """Where each mistake is, and what is said of it."""
    with pytest.raises(ValidationError) as caught:
        settings(**overrides)
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in caught.value.errors()]


def test_no_table_is_missing() -> None:
    written = {
        node.args[0].value
        for path in Path(mappings.athenanet.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
        if node.args and isinstance(node.args[0], ast.Constant)
    }

    assert written == TABLES.keys()


def test_a_row_takes_system_and_display_from_its_table_where_they_are_clear() -> None:
    found = settings(athenanet_sex={"X": {"code": "other"}}, athenanet_laterality={"L": {"code": "7771000"}}).concepts

    assert {"x": Concept("other")} == found["athenanet-sex"]
    assert {"l": Concept("7771000", "http://snomed.info/sct", "Left")} == found["athenanet-laterality"]


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("athenanet_sex", {"code": "divers"}, "administrative-gender"),
        ("athenanet_encounterstatus", {"code": "done"}, "encounter-status"),
        ("athenanet_patientstatus", {"code": "maybe"}, "none of false, true"),
        ("athenanet_maritalstatus", {"code": "M"}, "say which `system`"),
        ("athenanet_maritalstatus", {"code": "M", "system": "http://loinc.org"}, "`system` is none of"),
        ("athenanet_sex", {"code": "male", "system": "http://loinc.org"}, "leave `system` out"),
    ],
)
def test_a_target_that_the_element_cannot_hold_is_refused(table: str, row: dict[str, str], words: str) -> None:
    ((place, text),) = told(**{table: {"Q": row}})

    assert f"overrides.{table.replace('_', '-')}.Q" == place
    assert words in text


def test_every_mistake_is_told_at_its_place_and_the_tables_are_listed() -> None:
    (first, text), (second, twice) = told(
        athenanet_seks={"X": {"code": "other"}}, athenanet_sex={"x": {"code": "other"}, "X ": {"code": "male"}}
    )

    assert ("overrides.athenanet-seks", "overrides.athenanet-sex.X ") == (first, second)
    assert all(name in text for name in TABLES)
    assert "stands twice" in twice


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("72166-2", True),
        ("72166-3", False),
        ("LA6576-8", True),
        ("LP29684-5", True),
        ("LP29684-8", False),
        ("smoker", False),
    ],
)
def test_a_loinc_code_needs_its_check_digit(code: str, good: bool) -> None:
    table = ConceptMap("local-labs", {}, systems=("http://loinc.org",))
    if good:
        assert Concept(code, "http://loinc.org", "as we say") == table.target(code, display="as we say")
    else:
        with pytest.raises(ValueError, match="check digit"):
            table.target(code)
