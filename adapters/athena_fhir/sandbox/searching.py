"""Searches: what may be asked, and which rows it finds.

Source: the CapabilityStatement's combinations and parameters; behaviour as recorded (preview, November 2024). Rows that
were entered in error are found like any others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from adapters.athena_fhir.sandbox import answers, numbers
from adapters.athena_fhir.sandbox.dialect.dress import EXTENSION
from adapters.athena_fhir.sandbox.houses import House, Houses
from adapters.athena_fhir.sandbox.patients import patients
from adapters.athena_fhir.sandbox.rules import AH, CONTROLS, EVERYWHERE, RULES, lacking
from adapters.fhir_r4.sandbox.store import Store

Pairs = Sequence[tuple[str, str]]
Resource = dict[str, Any]

# [assumed] A parameter that the statement does not list for the type is refused with 400 unless the server is lax.
# [assumed] Rows without meta.lastUpdated are never found by _lastUpdated.
# [assumed] A time of day in _lastUpdated is refused with 400.
_DAY = re.compile(r"(?:eq|ne|gt|lt|ge|le|sa|eb)?\d{4}-\d\d-\d\d")
_BY_WHOM = ("patient", "_id", "encounter", "target")
_OF_ITSELF = frozenset({"_count", "cursor", "_format", "_include", "_revinclude", "ah-practice"})


def check(type_: str, pairs: Pairs, *, lax: bool) -> None:
    """Raises: Refused for a search that names no required combination, a parameter that there is not, or a time where
    only a day goes."""
    names = frozenset(name.partition(":")[0] for name, value in pairs if value)
    if missing := lacking(type_, names):
        raise answers.lacking(missing)
    unknown = sorted(names - RULES[type_].names - EVERYWHERE)
    if unknown and not lax:
        raise answers.invalid("The search parameter is not supported.", *unknown)
    if any(name == "_lastUpdated" and not _DAY.fullmatch(value) for name, value in pairs):
        raise answers.invalid("The date has to be of the form YYYY-MM-DD.", "_lastUpdated")


def rows(houses: Houses, type_: str, pairs: Pairs) -> list[Resource]:
    """Every row that the search finds, in a fixed order; of Patients, type and id.

    Raises: Refused for a practice that is not granted.
    """
    practices = _practices(houses, pairs)
    known = RULES[type_].names | {"_lastUpdated"}
    narrow = [
        (name, value)
        for name, value in pairs
        if name.partition(":")[0] in known - CONTROLS - {*AH, "ah-practice"} and name != "_sort" and value
    ]
    if type_ == "Patient":
        return list(patients(practices, narrow, [*_tests(pairs)]))
    stores = _stores(houses, practices, type_, pairs)
    found = [row for store in stores for row in _found(store, type_, narrow)]
    found = [row for row in found if all(test(row) for test in _tests(pairs))]
    order = dict(pairs).get("_sort")
    return _sorted(found, order) if order else found


def _practices(houses: Houses, pairs: Pairs) -> list[House]:
    """Those that are named; where none is, a token's reach is every practice that was granted."""
    named = [value for name, value in pairs if name == "ah-practice"]
    if not named:
        return houses.granted()
    found = []
    for value in ",".join(named).split(","):
        id_ = value.rpartition("/")[2]
        if not id_.startswith(numbers.practice_id("")):
            raise answers.invalid("The practice cannot be read.", "ah-practice")
        found.append(houses.house(id_.removeprefix(numbers.practice_id(""))))
    return found


def _stores(houses: Houses, practices: list[House], type_: str, pairs: Pairs) -> list[Store]:
    """Where to look: the charts of the patients that the search is about, or the directories."""
    given = dict(pairs)
    by = next((name for name in _BY_WHOM if given.get(name)), None)
    if by is None:
        return [*(one.directory for one in practices), houses.shared]
    found: dict[int, Store] = {}
    for value in given[by].split(","):
        kind, id_ = _named(value, {"patient": "Patient", "encounter": "Encounter"}.get(by, type_))
        practiceid = numbers.practice_of(id_)
        if practiceid is not None and practiceid not in {one.practice.practiceid for one in practices}:
            continue
        store = houses.holding(kind, id_)
        if store is not None:
            found[id(store)] = store
    return list(found.values())


def _named(value: str, type_: str) -> tuple[str, str]:
    """Type and id of a reference; a bare id is of the type that the parameter implies."""
    head, _, id_ = value.rpartition("/")
    return (head.rpartition("/")[2] or type_), id_


def _found(store: Store, type_: str, narrow: Pairs) -> list[Resource]:
    try:
        return store.search(type_, narrow)
    except (KeyError, ValueError) as error:
        raise answers.invalid("The value of a search parameter cannot be read.") from error


def _tests(pairs: Pairs) -> Iterable[Callable[[Resource], bool]]:
    """Tenancy below the practice: by the extension that the row carries."""
    for name, value in pairs:
        if name in AH and value:
            yield _extended(EXTENSION + name, {one.rpartition("/")[2] for one in value.split(",")})


def _extended(url: str, ids: set[str]) -> Callable[[Resource], bool]:
    def test(row: Resource) -> bool:
        own = (one for one in row.get("extension", ()) if one["url"] == url)
        return any(one["valueReference"]["reference"].rpartition("/")[2] in ids for one in own)

    return test


def _sorted(found: list[Resource], order: str) -> list[Resource]:
    """By date only."""
    if order.removeprefix("-") != "date":
        raise answers.invalid("The search cannot be sorted so.", "_sort")
    return sorted(found, key=lambda row: str(row.get("date", "")), reverse=order.startswith("-"))


def included(houses: Houses, pairs: Pairs, page: Sequence[Resource], allowed: Callable[[str], bool]) -> list[Resource]:
    """What _include and _revinclude add to a page, each once, of the types that the token reaches.

    [assumed] What is outside its scopes is left out without a word.
    """
    found: dict[tuple[str, str], Resource] = {}
    for name, value in pairs:
        if name == "_revinclude" and value == "Provenance:target" and allowed("Provenance"):
            for row in page:
                store = houses.holding(row["resourceType"], row["id"])
                target = f"{row['resourceType']}/{row['id']}"
                for one in store.search("Provenance", [("target", target)]) if store else ():
                    found[("Provenance", one["id"])] = one
        elif name == "_include":
            type_, _, element = value.partition(":")
            if element not in RULES[type_].include if type_ in RULES else True:
                raise answers.invalid("The include is not supported.", "_include")
            for row in page:
                for kind, id_ in _references(row, _ELEMENTS.get(element, (element,))):
                    where = houses.holding(kind, id_) if allowed(kind) else None
                    if where and (target_ := where.read(kind, id_)):
                        found[(kind, id_)] = target_
    return list(found.values())


_ELEMENTS = {
    "patient": ("subject", "patient", "beneficiary"),
    "medication": ("medicationReference",),
    "agent": ("agent",),
    "encounter": ("encounter", "context"),
}


def _references(row: Resource, elements: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in elements:
        yield from _below(row.get(name))


def _below(value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _below(one)
    elif isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and "/" in text:
            kind, _, id_ = text.rpartition("/")
            yield kind, id_
        for one in value.values():
            if isinstance(one, dict | list):
                yield from _below(one)
