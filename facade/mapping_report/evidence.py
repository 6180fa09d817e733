"""What resources have at the elements of their profiles, and which of these differ between two answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from capability import uscore
from capability.uscore import Edition
from capability.uscore.conformance import Node, tree
from capability.uscore.evidence import occurrences
from capability.uscore.profiles import Element
from mappings import fhirjson
from mappings.mapped import Resource

UNPROFILED = ""
"""The profile of resources that US Core says nothing about: each element that some of them has is a row."""

Spot = tuple[str, str, str]
"""FHIR type, short name of the profile, element id."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one profile that are reported: must-support and mandatory elements."""

    type: str
    profile: str
    elements: Mapping[str, Element]
    tree: Node
    shown: tuple[str, ...]


@dataclass(slots=True)
class Seen:
    """What was seen at one element: in how many resources, how many say why not, and what the first few different ones
    have there."""

    present: int = 0
    reasons: int = 0
    values: set[bytes] = field(default_factory=set)


MOST_VALUES = 6
"""More different ones than this are not told apart."""


class Profiles:
    """The profiles of one edition, as rows; `of` knows those of a resource."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._rows: dict[tuple[str, str], Rows] = {}

    def rows(self, type_: str, profile: str) -> Rows:
        """Of a profile by its short name; of UNPROFILED those that `of` met."""
        if (type_, profile) not in self._rows:
            elements = dict(self.edition.elements(profile)) if profile else {}
            shown = tuple(id_ for id_, row in elements.items() if row.must_support or row.uscdi or _mandatory(row))
            self._rows[type_, profile] = Rows(type_, profile, elements, tree(elements.values()), shown)
        return self._rows[type_, profile]

    def of(self, resource: Resource) -> tuple[Rows, ...]:
        """The profiles that a resource conforms to; UNPROFILED where its type has none in this edition."""
        type_ = resource["resourceType"]
        if self.edition.profiles(type_):
            names = (canonical.rpartition("/")[2] for canonical in uscore.recognise(resource, self.edition))
            return tuple(self.rows(type_, name) for name in names)
        known = self.rows(type_, UNPROFILED)
        new = [name for name in resource if f"{type_}.{name}" not in known.elements and name != "resourceType"]
        if new:
            elements = {**known.elements, **{(id_ := f"{type_}.{name}"): Element("", id_) for name in new}}
            known = Rows(type_, UNPROFILED, elements, tree(elements.values()), tuple(sorted(elements)))
            self._rows[type_, UNPROFILED] = known
        return (known,)


def _mandatory(row: Element) -> bool:
    """An element of the resource itself that must be there: those of data types and backbones follow from theirs."""
    return row.min > 0 and row.id.count(".") == 1


def values(resource: Mapping[str, Any], rows: Rows, id_: str) -> list[Any]:
    """The values at an element; what only says why there is none is none."""
    return list(occurrences(resource, rows.tree, id_))


def says_why(resource: Mapping[str, Any], rows: Rows, id_: str) -> bool:
    """Whether there is a reason in the place of a value."""
    return any(True for _ in occurrences(resource, rows.tree, id_, absent=True))


def written(found: Any) -> bytes:
    return fhirjson.canonical(found)


def paired(before: Sequence[Resource], after: Sequence[Resource]) -> Iterator[tuple[Resource, Resource]]:
    """The same resource in both, of those that changed: by what is left alike, since it may be the ids that changed.
    One that is gone has no pair."""
    left = {(one["resourceType"], one["id"]): one for one in after}
    moved = [one for one in before if left.get(key := (one["resourceType"], one["id"])) != one or left.pop(key) is None]
    for one in moved:
        alike = {key: _alike(one, two) for key, two in left.items() if key[0] == one["resourceType"]}
        best = max(alike, key=lambda key: alike[key], default=None)
        if best is not None and (best[1] == one["id"] or 2 * alike[best][0] >= len(one) - len(NAMES)):
            yield one, left.pop(best)


NAMES = ("resourceType", "id")


def _alike(one: Resource, two: Resource) -> tuple[int, bool]:
    """How many elements are; then whether the ids are."""
    return sum(two.get(name) == each for name, each in one.items() if name not in NAMES), one["id"] == two["id"]


def differing(before: Sequence[Resource], after: Sequence[Resource], profiles: Profiles) -> Iterator[tuple[Spot, Any]]:
    """Elements of which the values are not those of before, with the values of before."""
    for one, two in paired(before, after):
        names = {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}
        for rows in profiles.of(one):
            for id_ in rows.shown:
                if _about(id_, names):
                    old = values(one, rows, id_)
                    if old != values(two, rows, id_):
                        yield (rows.type, rows.profile, id_), old


def _about(id_: str, names: set[str]) -> bool:
    """Whether the element is one of these of the resource, or stands in one."""
    stem = id_.split(".", 2)[1].partition(":")[0]
    return stem in names or (stem.endswith("[x]") and any(name.startswith(stem[:-3]) for name in names))


def seen(resources: Iterable[Resource], profiles: Profiles) -> tuple[dict[Spot, Seen], dict[tuple[str, str], int]]:
    """What all resources together have at each element, and how many there are of each type and profile."""
    found: dict[Spot, Seen] = {}
    counts: dict[tuple[str, str], int] = {}
    for one in resources:
        for rows in profiles.of(one):
            counts[rows.type, rows.profile] = counts.get((rows.type, rows.profile), 0) + 1
            for id_ in rows.shown:
                sight = found.setdefault((rows.type, rows.profile, id_), Seen())
                held = values(one, rows, id_)
                if held:
                    sight.present += 1
                    if len(sight.values) < MOST_VALUES:
                        sight.values.add(written(held))
                elif says_why(one, rows, id_):
                    sight.reasons += 1
    return found, counts
