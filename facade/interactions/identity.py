"""The practice on and off every id and reference: adapters speak local ids, clients see `<practice>.<local>`.

`Observation/vital-1-7` of practice rb is `Observation/rb.vital-1-7` outside, and so is where an attachment is to be
had. Architecture, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from adapters.query import Clause, Query, ReferenceValue, TokenValue, Value
from capability.issues import EHRInvalid
from mappings.mapped import Resource

LONGEST_ID = 64
POINTING = frozenset({"reference", "url"})  # of a Reference, and of an Attachment: Binary/[id]
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


def split(public_id: str) -> tuple[str, str] | None:
    """`rb.vital-1-7` -> ("rb", "vital-1-7"); None where it cannot be an id of ours."""
    if not FHIR_ID.fullmatch(public_id):
        return None
    practice, dot, local = public_id.partition(".")
    return (practice, local) if dot and practice and local else None


def public(practice: str, local: str) -> str:
    """The id that clients see. Raises EHRInvalid where it would not be a FHIR id."""
    found = f"{practice}.{local}"
    if len(found) > LONGEST_ID or not FHIR_ID.fullmatch(found):
        raise EHRInvalid("a record of the EHR has an id that cannot be expressed in FHIR")
    return found


def globalise(resources: Iterable[Resource], practice: str) -> list[Resource]:
    """The resources with the practice on their ids and on all that points at others, in new dicts where changed."""
    return [{**_walk(resource, practice), "id": public(practice, resource["id"])} for resource in resources]


def _walk(node: Any, practice: str) -> Any:
    if isinstance(node, dict):
        return {
            key: _reference(value, practice)
            if key in POINTING and isinstance(value, str)
            else (_walk(value, practice) if isinstance(value, dict | list) else value)
            for key, value in node.items()
        }
    return [_walk(item, practice) if isinstance(item, dict | list) else item for item in node]


def _reference(text: str, practice: str) -> str:
    match = RELATIVE.fullmatch(text)
    return f"{match[1]}/{public(practice, match[2])}" if match else text


def practices_named(query: Query, references: Iterable[str]) -> frozenset[str] | None:
    """Practices that `_id` and the reference parameters of a query point at; None when it names no id at all.

    Clauses on the same or different parameters must agree: an empty set means that nothing can match.
    """
    named: frozenset[str] | None = None
    for name in ("_id", *references):
        for clause in query.named(name):
            ids = [text for value in clause.values if (text := _id_in(value)) is not None]
            if clause.modifier in ("missing", "not") or len(ids) < len(clause.values):
                continue
            found = frozenset(parts[0] for text in ids if (parts := split(text)) is not None)
            named = found if named is None else named & found
    return named


def localise(query: Query, practice: str, references: Iterable[str]) -> Query:
    """The query as the practice's adapter sees it: its own ids only, without the practice."""
    names = frozenset(("_id", *references))
    clauses = tuple(_local_clause(clause, practice) if clause.name in names else clause for clause in query.clauses)
    return replace(query, clauses=clauses)


def _local_clause(clause: Clause, practice: str) -> Clause:
    if clause.modifier == "missing":  # its value says whether, not which
        return clause
    values = tuple(local for value in clause.values if (local := _local_value(value, practice)) is not None)
    return replace(clause, values=values)


def _local_value(value: Value, practice: str) -> Value | None:
    text = _id_in(value)
    if text is None:
        return value
    parts = split(text)
    if parts is None or parts[0] != practice:
        return None
    match value:
        case ReferenceValue():
            return replace(value, id=parts[1])
        case _:
            return TokenValue(None, parts[1])


def _id_in(value: Value) -> str | None:
    match value:
        case ReferenceValue(url=None):
            return value.id
        case TokenValue(system=None):
            return value.code
        case _:
            return None
