"""What parameters select of a chart, by FHIR's meaning of them and Epic's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zlib import crc32

from adapters.epic.sandbox.asked import bad_value
from adapters.fhir_r4.sandbox.parameter import Parameter, parameter
from adapters.fhir_r4.sandbox.store import Store

Resource = dict[str, Any]

OWN: Mapping[str, Mapping[str, Parameter]] = {
    "DocumentReference": {
        "docstatus": parameter("token", "docStatus"),
        "_lastUpdated": parameter("date", "date"),
    },
}
"""Parameters that R4 doesn't have, or that look elsewhere: DocumentReference._lastUpdated at the document's date, for
want of another one [assumed]."""

ACTIVATED_LATER = 3
"""MedicationRequest.date is when a request was activated: of every so many, the day after it was authored. How much
later: [assumed]."""


def selected(store: Store, type_: str, pairs: Sequence[tuple[str, str]]) -> list[Resource]:
    """Rows of the type for which every pair holds. A parameter that the records have nothing of selects nothing out.

    Raises Refused for a value that can't be read.
    """
    rows = list(store.of(type_))
    for name, value in pairs:
        try:
            found = (
                _activated(rows, value)
                if (type_, name) == ("MedicationRequest", "date")
                else store.search(type_, [(name, value)])
            )
        except KeyError:
            continue
        except ValueError as error:
            raise bad_value(name, value) from error
        kept = {one["id"] for one in found}
        rows = [row for row in rows if row["id"] in kept]
    return rows


def _activated(rows: Sequence[Resource], value: str) -> list[Resource]:
    moved = [{**row, "authoredOn": _activation(row)} for row in rows if "authoredOn" in row]
    return Store(moved).search("MedicationRequest", [("authoredon", value)])


def _activation(row: Resource) -> str:
    later = crc32(row["id"].encode()) % ACTIVATED_LATER == 0
    return (date.fromisoformat(row["authoredOn"]) + timedelta(days=later)).isoformat()
