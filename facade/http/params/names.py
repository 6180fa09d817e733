"""Parameters that FHIR defines for every type, beside the filters of one. https://hl7.org/fhir/R4/search.html#all

What FHIR defines can change what a search finds or gives, so an app that sends it counts on it: not offered is
refused. What FHIR does not define and starts with `_` cannot filter: it is ignored, with a warning.
"""

from __future__ import annotations

NEGOTIATED = frozenset({"_format", "_pretty"})
"""Decided with the headers, not here; kept in the self link."""

CONTROLS = frozenset({"_count", "_elements", "_include", "_revinclude", "_sort", "_summary", "_total"})
"""What steers the answer of a search."""

NOT_OFFERED = frozenset(
    {
        # filters on any resource
        "_content",
        "_filter",
        "_has",
        "_id",
        "_in",
        "_language",
        "_lastUpdated",
        "_list",
        "_profile",
        "_query",
        "_security",
        "_since",
        "_source",
        "_tag",
        "_text",
        "_type",
        # control of the result
        "_contained",
        "_containedType",
        "_graph",
        "_maxresults",
        "_score",
    }
)
"""Refused unless the type's own table declares one of them (as it does `_id`)."""


def shown(name: str) -> str:
    """A parameter's name as it may be repeated: printable, and not at any length."""
    return "".join(c if c.isprintable() else "?" for c in name[:64]) or "(no name)"
