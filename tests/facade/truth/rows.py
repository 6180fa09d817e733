"""What a base lists, one row a test: `each(...)` is a parametrisation over every base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

import pytest

from tests.facade.truth.bases import Served, served
from tests.facade.truth.fhir import TYPES

Row = tuple[str, ...]


OTHERS = 48
"""Of the bases beside the first one row in so many is quick."""


def each(names: str, rows: Callable[[Served], Iterable[Row]], *, share: int = 1) -> pytest.MarkDecorator:
    """A test a row: `base` and the row's own `names`; the id is all of them.

    One row in `share` of the first base is quick, the same ones on every run; `make test-long` runs them all.
    """
    params: list[Any] = []
    for place, base in enumerate(served()):
        for row in rows(base):
            name = "-".join((base.name, *row))
            quick = crc32(name.encode()) % (share * OTHERS if place else share) == 0 or not row
            params.append(pytest.param(base.name, *row, id=name, marks=() if quick else pytest.mark.long))
    return pytest.mark.parametrize(("base", *names.split()), params)


def bases(base: Served) -> Iterable[Row]:
    return [()]


def absent(base: Served) -> Iterable[Row]:
    """Types that FHIR has and the base does not list, and names that are none."""
    return [(type_,) for type_ in sorted({*TYPES, "Shoe", "patient", "Patients"} - set(base.types))]


def types(base: Served) -> Iterable[Row]:
    return [(type_,) for type_ in base.types]


def searched(base: Served) -> Iterable[Row]:
    return [(type_,) for type_ in base.types if "search-type" in base.interactions(type_)]


def interactions(base: Served) -> Iterable[Row]:
    return [(type_, code) for type_ in base.types for code in sorted(base.interactions(type_))]


def parameters(base: Served) -> Iterable[Row]:
    return [(type_, code) for type_ in base.types for code in base.parameters(type_)]


def prefixes(base: Served) -> Iterable[Row]:
    return [(type_, code, prefix) for type_, code in parameters(base) for prefix in base.told(type_, code, "Prefixes")]


def modified(base: Served) -> Iterable[Row]:
    """(type, code, modifier): names with a colon that are neither chains nor `_has` nor steer the result."""
    for type_ in base.types:
        for name in base.names(type_):
            code, colon, modifier = name.partition(":")
            if colon and "." not in modifier and code in base.parameters(type_):
                yield type_, code, modifier


def combinations(base: Served) -> Iterable[Row]:
    return [(type_, "+".join(needed)) for type_ in base.types for needed, _ in base.combinations(type_)]


def includes(base: Served) -> Iterable[Row]:
    return [(type_, each) for type_, row in base.types.items() for each in row.get("searchInclude", ())]


def revincludes(base: Served) -> Iterable[Row]:
    return [(type_, each) for type_, row in base.types.items() for each in row.get("searchRevInclude", ())]


def chains(base: Served) -> Iterable[Row]:
    return [(type_, name) for type_ in base.types for name in base.names(type_) if "." in name]


def reversed_chains(base: Served) -> Iterable[Row]:
    return [(type_, name) for type_ in base.types for name in base.names(type_) if name.startswith("_has:")]


def sorts(base: Served) -> Iterable[Row]:
    return [(type_, code) for type_ in base.types for code in sorted(sorted_by(base, type_))]


def sorted_by(base: Served, type_: str) -> set[str]:
    """What `_sort` takes, by the pattern in the OpenAPI document."""
    found = base.openapi["components"]["parameters"].get(f"{type_}._sort")
    if found is None:
        return set()
    listed: str = found["schema"]["pattern"].partition("(?:")[2].partition(")")[0]
    return set(listed.split("|"))


def operations(base: Served) -> Iterable[Row]:
    return [(type_, each["name"]) for type_, row in base.types.items() for each in row.get("operation", ())]


def compartments(base: Served) -> Iterable[Row]:
    start = "/Patient/{id}/"
    found = [path.removeprefix(start) for path in base.openapi["paths"] if path.startswith(start)]
    return [(each_,) for each_ in found if each_ in base.types]
