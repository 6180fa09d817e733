"""Which classes of documents a search can want: what `type` and `category` allow, by the tables that mappings use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from adapters.query import Clause, Query, TokenValue
from mappings.athenanet import codes_documents as codes
from mappings.athenanet.practice import Practice
from mappings.concept_map import Concept

OWN_TABLES = (codes.TYPE.name, codes.DOCUMENT_TYPE_ID.name, codes.ADMISSION_OR_DISCHARGE.name)

SERVED = frozenset(name for name, row in codes.CLASSES.items() if row.served == codes.DOCUMENT_REFERENCE)


def _types(name: str) -> frozenset[Concept]:
    found = {concept for code, concept in codes.TYPE.rows() if code.upper().partition("_")[0] == name}
    if codes.ADMISSION.partition("_")[0] == name:
        found.update(codes.ADMISSION_OR_DISCHARGE.concepts())
    return frozenset({*found, codes.UNKNOWN})


TYPES: Mapping[str, frozenset[Concept]] = {name: _types(name) for name in SERVED}


def wanted(query: Query, practice: Practice) -> frozenset[str] | None:
    """The classes that can have what the query wants; None where a class that we don't know could, too.

    A practice with tables of its own may file any type anywhere: `type` says nothing then.
    """
    typed, filed = list(query.named("type")), list(query.named("category"))
    if any(name in practice.overrides for name in OWN_TABLES):
        typed = []
    if _all(typed, lambda value: _is(value, codes.UNKNOWN)) and _all(filed, _of_unknown_class):
        return None
    return frozenset(
        name
        for name in SERVED
        if _all(typed, lambda value, name=name: any(_is(value, one) for one in TYPES[name]))  # type: ignore[misc]
        and _all(filed, lambda value, name=name: _of_class(value, name))  # type: ignore[misc]
    )


def _all(clauses: Iterable[Clause], admits: Callable[[TokenValue], bool]) -> bool:
    """Whether each clause has a value that `admits`; one with a modifier is left to the facade."""
    return all(
        clause.modifier is not None
        or any(not isinstance(value, TokenValue) or admits(value) for value in clause.values)
        for clause in clauses
    )


def _is(value: TokenValue, concept: Concept) -> bool:
    return value.system in (None, concept.system) and value.code in (None, concept.code)


def _class(value: TokenValue) -> str | None:
    """The class that the value names, "" for any; None where it names none."""
    if value.system not in (None, codes.DOCUMENT_CLASS):
        return None
    return (value.code or "").upper().partition("_")[0]


def _of_class(value: TokenValue, name: str) -> bool:
    return _class(value) in ("", name) or (codes.CLASSES[name].note and _is(value, codes.CLINICAL_NOTE))


def _of_unknown_class(value: TokenValue) -> bool:
    return (named := _class(value)) is not None and named not in codes.CLASSES
