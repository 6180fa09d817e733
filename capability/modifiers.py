"""Which modifiers a search parameter takes here. https://hl7.org/fhir/R4/search.html#modifiers"""

from __future__ import annotations

from capability.uscore.search import SearchParameter

MODIFIERS: dict[str, frozenset[str]] = {
    # kind of parameter: what is re-applied; a reference also takes the name of one of its target types
    "string": frozenset({"exact", "contains", "missing"}),
    "token": frozenset({"not", "text", "missing"}),
    "reference": frozenset({"missing"}),
    "date": frozenset({"missing"}),
    "number": frozenset({"missing"}),
    "quantity": frozenset({"missing"}),
    "uri": frozenset({"above", "below", "missing"}),
}

FILTERING = frozenset({"above", "contains", "missing", "not", "of-type", "text"})
"""Modifiers that only filter what was found otherwise: a source can't find by them."""


def modifiers(row: SearchParameter) -> frozenset[str]:
    """The modifiers that `row` takes. `_id` takes none: every resource has one."""
    if row.code == "_id":
        return frozenset()
    found = MODIFIERS[row.kind].union(row.targets if row.kind == "reference" else ())
    return found | {"of-type"} if row.code == "identifier" and row.kind == "token" else found
