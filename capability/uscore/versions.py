"""The published releases of US Core that the tables know, and which rows hold in which."""

from __future__ import annotations

from typing import Protocol

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"

# https://hl7.org/fhir/us/core/history.html
VERSIONS = ("6.1.0", "7.0.0", "8.0.0")


class Row(Protocol):
    """`since`: the first edition that has the row; `until`: the first that no longer has it, None while it lasts."""

    @property
    def since(self) -> str: ...

    @property
    def until(self) -> str | None: ...


def holds(row: Row, version: str) -> bool:
    """Whether the row is in force in that edition. Raises ValueError for an edition that VERSIONS doesn't list."""
    at = VERSIONS.index(version)
    return VERSIONS.index(row.since) <= at and (row.until is None or at < VERSIONS.index(row.until))
