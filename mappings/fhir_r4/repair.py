"""What a vendor's FHIR needs before it is US Core: functions over one resource, each with its evidence.

A quirk takes a resource as the server sent it (its own ids, its own references) and gives it repaired: the same object
where there is nothing to repair, a new one where there is (what came is kept for other requests and never changed),
None where it is no record at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mappings.concept_map import Overrides
from mappings.mapped import Resource, Unmapped

UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class Told:
    """What there is to tell of a page beside its resources.

    `unmapped`  codes that no table knew
    `left_out`  why a record was left out, in words for the client, and how many were
    `no_record` the same of what is in the EHR's answers and no record of anything: nothing is missing without it
    """

    unmapped: list[Unmapped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    no_record: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a quirk may know of the connection.

    `zone`      where the source's dates without a zone are read
    `concepts`  the practice's own rows over the vendor's code tables
    `options`   the vendor's own switches, by name of the setting
    `origin`    of the server, for what must not leave; "" where that plays no role
    `today`     gives the day of now, where the source's dates are read; without one every end has come
    """

    us_core: str = "6.1.0"
    zone: ZoneInfo = UTC
    concepts: Overrides = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    today: Callable[[], date] = lambda: date.max


Quirk = Callable[[Resource, Standing, Told], Resource | None]

EVERY = "*"
"""The type under which quirks stand that every resource passes first."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """Quirks by FHIR type, in the order in which they run."""

    by_type: Mapping[str, tuple[Quirk, ...]] = field(default_factory=dict)

    def of(self, type_: str) -> Iterable[Quirk]:
        yield from self.by_type.get(EVERY, ())
        yield from self.by_type.get(type_, ())

    def repaired(self, resource: Resource, standing: Standing, told: Told) -> Resource | None:
        found: Resource | None = resource
        for quirk in self.of(resource["resourceType"]):
            found = quirk(found, standing, told) if found is not None else None
        return found


def with_(resource: Mapping[str, Any], **elements: Any) -> dict[str, Any]:
    """A copy with these elements; those that are None, or empty lists, are taken out."""
    changed = {**resource, **elements}
    return {name: value for name, value in changed.items() if value is not None and value != []}


def without(resource: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A copy without these elements and what extends them (`_name`)."""
    gone = {*names, *(f"_{name}" for name in names)}
    return {name: value for name, value in resource.items() if name not in gone}
