"""A practice's own rows over the code tables of its vendor's mappings, checked when the configuration is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from mappings.concept_map import ConceptMap, Overrides, overriding


class OverrideRow(BaseModel):
    """What one of the vendor's local codes means here."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    code: Annotated[str, Field(min_length=1, max_length=256, coerce_numbers_to_str=True)]
    system: Annotated[str, Field(pattern=r"^(https?://|urn:)\S+$")] | None = None
    display: Annotated[str, Field(min_length=1, max_length=1024)] | None = None


LocalCode = Annotated[str, Field(min_length=1, max_length=256, coerce_numbers_to_str=True)]
OverrideRows = dict[str, dict[LocalCode, OverrideRow]]
"""Name of the table -> the vendor's local code -> what it means."""


def known_to(tables: Mapping[str, ConceptMap]) -> AfterValidator:
    """The annotation that makes `OverrideRows` a setting over `tables`; each mistake has its own place in the error.

    Refused: a table that is not there, a target that the table's element could not hold, a code given twice.
    """
    return AfterValidator(_checking(tables))


def compiled(rows: OverrideRows, tables: Mapping[str, ConceptMap]) -> Overrides:
    """Rows that `known_to` accepted, ready for look-ups."""
    return overriding(
        {
            name: {code: tables[name].target(row.code, row.system, row.display) for code, row in own.items()}
            for name, own in rows.items()
        }
    )


def _checking(tables: Mapping[str, ConceptMap]) -> Callable[[OverrideRows], OverrideRows]:
    def check(rows: OverrideRows) -> OverrideRows:
        mistakes = [
            InitErrorDetails(type=PydanticCustomError("override", "{text}", {"text": text}), loc=place, input=None)
            for name, own in rows.items()
            for place, text in _mistakes(name, own, tables)
        ]
        if mistakes:
            raise ValidationError.from_exception_data("overrides", mistakes)
        return rows

    return check


def _mistakes(name: str, own: Mapping[str, OverrideRow], tables: Mapping[str, ConceptMap]) -> list[tuple[Any, str]]:
    table = tables.get(name)
    if table is None:
        return [((name,), f"is not the name of a table; there are {', '.join(tables)}")]
    found: list[tuple[Any, str]] = []
    seen: set[str] = set()
    for code, row in own.items():
        if (key := code.strip().casefold()) in seen:
            found.append(((name, code), "stands twice: letter case and blanks do not matter"))
        seen.add(key)
        try:
            table.target(row.code, row.system, row.display)
        except ValueError as exc:
            found.append(((name, code), str(exc)))
    return found
