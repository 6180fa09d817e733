"""Searches of an Encounter with a parameter of every kind, for tests of parsing."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.query import Clause
from capability.declared import Chain, DeclaredType
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


def types(requires: Sequence[frozenset[str]] = ()) -> dict[str, DeclaredType]:
    """A base that serves Encounter, and Patient behind it."""
    name = SearchParameter("Patient", "name", "string", "Patient.name", "")
    encounter = DeclaredType(
        type="Encounter",
        interactions=frozenset({"read", "search-type"}),
        parameters=PARAMETERS,
        requires=tuple(requires),
        combinations=(),
        profiles=(),
        links={code: PARAMETERS[code] for code in ("patient", "subject")},
        includes=frozenset({"Encounter:patient", "Encounter:subject"}),
        revincludes=frozenset({"Provenance:target"}),
        chains=frozenset({Chain("patient", "Patient", "name"), Chain("subject", "Patient", "name")}),
        sorts=frozenset({"date", "name"}),
    )
    patient = DeclaredType(
        type="Patient",
        interactions=frozenset({"read", "search-type"}),
        parameters={"name": name},
        requires=(),
        combinations=(),
        profiles=(),
        links={},
        includes=frozenset(),
        revincludes=frozenset({"Encounter:patient", "Provenance:target"}),
        reverse=frozenset({Chain("patient", "Encounter", "status")}),
    )
    return {"Encounter": encounter, "Patient": patient}


def parse(
    *pairs: tuple[str, str],
    lenient: bool = False,
    requires: Sequence[frozenset[str]] = (),
    max_count: int | None = None,
    type_: str = "Encounter",
) -> SearchRequest:
    return parse_search(
        type_, pairs, types=types(requires), bases=(BASE, PRACTICE_BASE), lenient=lenient, max_count=max_count
    )


def clause(name: str, raw: str, *, lenient: bool = False) -> Clause:
    """The one clause of a search."""
    return parse((name, raw), lenient=lenient).query.clauses[0]
