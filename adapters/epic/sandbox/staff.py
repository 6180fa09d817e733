"""Searches of what belongs to no patient. Source: Epic per-resource table, CapabilityStatement May 2026.

Practitioner: given and address need family; an identifier, with its system, switches everything else off. Only the
first of repeated parameters counts, as it does for PractitionerRole, whose specialty and role need a system.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.epic.sandbox.asked import Asked, bad_value
from adapters.epic.sandbox.outcomes import Issue, Refused

Pairs = list[tuple[str, str]]


def _first(asked: Asked) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in asked.native():
        found.setdefault(name, value)
    return found


def _practitioners(asked: Asked) -> Pairs:
    found = _first(asked)
    if "identifier" in found:
        _systematic(found, "identifier")
        return [("identifier", found["identifier"])]
    if not found.keys() & {"family", "name"} or ("family" not in found and found.keys() - {"name"}):
        raise Refused(*asked.ignored(), Issue("59159", "family, name or identifier is required.", "family"))
    return list(found.items())


def _roles(asked: Asked) -> Pairs:
    found = _first(asked)
    if not found:
        raise Refused(*asked.ignored(), Issue("59159", "practitioner, location or organization is required."))
    for name in ("specialty", "role"):
        if name in found:
            _systematic(found, name)
    return list(found.items())


def _locations(asked: Asked) -> Pairs:
    if not asked.values("type"):
        raise Refused(*asked.ignored(), Issue("59159", "type is required.", "type"))  # [assumed] from the statement
    return asked.native()


def _systematic(found: dict[str, str], name: str) -> None:
    """That a code without system is refused, and doesn't match nothing: [assumed]."""
    if "|" not in found[name]:
        raise bad_value(name, found[name])


CRITERIA: dict[str, Callable[[Asked], Pairs]] = {
    "Location": _locations,
    "Practitioner": _practitioners,
    "PractitionerRole": _roles,
}
"""Type: the pairs that select in the directory. Raises Refused."""
