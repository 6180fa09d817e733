"""Searches of an Encounter with a parameter of every kind, for tests of parsing."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.query import Clause
from capability.uscore.search import ORDERED, SearchParameter
from facade.http.params import parse_search
from facade.interactions.request import SearchRequest

BASE = "https://facade.example/riverbend/fhir/r4"
PRACTICE_BASE = "https://facade.example/riverbend/rb/fhir/r4/"


def row(code: str, kind: str, *, comparators: tuple[str, ...] = (), targets: tuple[str, ...] = ()) -> SearchParameter:
    return SearchParameter("Encounter", code, kind, f"Encounter.{code}", "", comparators=comparators, targets=targets)


PARAMETERS = {
    each.code: each
    for each in (
        row("_id", "token"),
        row("status", "token"),
        row("name", "string"),
        row("date", "date", comparators=ORDERED),
        row("patient", "reference", targets=("Patient",)),
        row("subject", "reference", targets=("Patient", "Group")),
        row("length", "number", comparators=ORDERED),
        row("value-quantity", "quantity", comparators=ORDERED),
        row("url", "uri"),
    )
}


def parse(
    *pairs: tuple[str, str],
    lenient: bool = False,
    requires: Sequence[frozenset[str]] = (),
    max_count: int | None = None,
) -> SearchRequest:
    return parse_search(
        "Encounter",
        pairs,
        parameters=PARAMETERS,
        includes=frozenset({"Encounter:patient", "Encounter:subject"}),
        revincludes=frozenset({"Provenance:target"}),
        bases=(BASE, PRACTICE_BASE),
        lenient=lenient,
        requires=requires,
        max_count=max_count,
    )


def clause(name: str, raw: str, *, lenient: bool = False) -> Clause:
    """The one clause of a search."""
    return parse((name, raw), lenient=lenient).query.clauses[0]
