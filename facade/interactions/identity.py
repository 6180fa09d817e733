"""The practice on and off every id and reference: adapters speak local ids, clients see `<practice>.<local>`.

`Observation/vital-1-7` of practice rb is `Observation/rb.vital-1-7` outside. Architecture, section 2.

The url of an attachment is an address, not a reference: it is absolute, below the tenant's base whichever base was
asked, so that a resource is the same, with the same version, under all of them. What is no Binary of ours is taken out:
a client could not open it with its token, and it would name the EHR's host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from adapters.query import Clause, Query, ReferenceValue, TokenValue, Value
from capability.declare import BINARY
from capability.issues import EHRInvalid
from facade.policy.absent import unknown
from mappings.mapped import Resource

LONGEST_ID = 64
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")

ATTACHMENTS = frozenset(
    "attachment content contentAttachment defaultValueAttachment document fixedAttachment form image "
    "legallyBindingAttachment patternAttachment photo presentedForm sourceAttachment valueAttachment".split()
)
"""Names of the elements that hold an Attachment in some type of R4; what else has such a name has no url."""


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


@dataclass(frozen=True, slots=True)
class Outside:
    """How the records of a practice are named outside: by its key, and below which base its attachments are opened."""

    practice: str
    base: str

    def binary(self, local: str) -> str:
        """The url of the attachment whose content is this Binary. Raises EHRInvalid as `public`."""
        return f"{self.base}/{BINARY}/{public(self.practice, local)}"


def globalise(resources: Iterable[Resource], outside: Outside) -> list[Resource]:
    """The resources with the practice on their ids, on every relative reference and in the urls of attachments, in new
    dicts where changed."""
    return [{**_walk(resource, outside), "id": public(outside.practice, resource["id"])} for resource in resources]


def _walk(node: Any, outside: Outside) -> Any:
    if isinstance(node, dict):
        return {
            key: _reference(value, outside.practice)
            if key == "reference" and isinstance(value, str)
            else (_below(key, value, outside) if isinstance(value, dict | list) else value)
            for key, value in node.items()
        }
    return [_walk(item, outside) if isinstance(item, dict | list) else item for item in node]


def _below(key: str, node: Any, outside: Outside) -> Any:
    found = _walk(node, outside)
    if key not in ATTACHMENTS:
        return found
    if isinstance(found, list):
        return [_attachment(each, outside) for each in found]
    return _attachment(found, outside)


def _attachment(node: Any, outside: Outside) -> Any:
    url = node.get("url") if isinstance(node, dict) else None
    if url is None:
        return node
    match = RELATIVE.fullmatch(url) if isinstance(url, str) else None
    if match and match[1] == BINARY:
        return {**node, "url": outside.binary(match[2])}
    left = {key: value for key, value in node.items() if key not in ("url", "_url")}
    return left if "data" in left else {**left, "_url": unknown()}


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
