"""What reference parameters of a query name: keys of athenaNet that their local ids carry."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from adapters.athenanet.by_patient import PATIENTS
from adapters.athenanet.client import is_athena_id
from adapters.query import Clause, Query, ReferenceValue, TokenValue
from capability.issues import Invalid, TooCostly
from mappings.athena import ids


def keys(query: Query, parameter: str, kind: str) -> list[tuple[str, ...]] | None:
    """Keys of the ids of `kind` that a parameter (`_id` too) allows; None where it says nothing of ids.

    Several clauses allow what each of them does.
    """
    allowed: list[str] | None = None
    for clause in query.named(parameter):
        named = _local_ids(clause)
        if named is not None:
            allowed = named if allowed is None else [one for one in allowed if one in named]
    return None if allowed is None else keys_of(allowed, kind)


def keys_of(local_ids: Iterable[str], kind: str) -> list[tuple[str, ...]]:
    parsed = [ids.parse(one) for one in dict.fromkeys(local_ids) if ids.types_of(one)]
    return [one.keys for one in parsed if one.kind == kind and all(map(is_athena_id, one.keys))]


def _local_ids(clause: Clause) -> list[str] | None:
    """None for a modifier that is no type's name, such as :missing."""
    if clause.modifier is not None and not clause.modifier[:1].isupper():
        return None
    found = []
    for value in clause.values:
        match value:
            case ReferenceValue(url=None):
                found.append(value.id)
            case TokenValue(code=str(code)) if clause.name == "_id":
                found.append(code)
    return found


def patients(query: Query, *parameters: str) -> tuple[str, ...]:
    """patientids that the ids in these parameters carry and all of those parameters allow.

    Raises: Invalid where none of them is there, TooCostly for too many patients.
    """
    allowed: tuple[str, ...] | None = None
    for name in parameters:
        for clause in query.named(name):
            named = _local_ids(clause)
            if named is None:
                continue
            carried = dict.fromkeys(ids.patient_of(one) for one in named)
            own = tuple(one for one in carried if one is not None and is_athena_id(one))
            allowed = own if allowed is None else tuple(one for one in allowed if one in own)
    if allowed is None:
        raise needed(query.type, *parameters)
    not_too_many(allowed, "patients")
    return allowed


def needed(type_: str, *parameters: str) -> Invalid:
    listed = ", ".join(f"`{name}`" for name in (*parameters, "_id"))
    return Invalid(f"a search of {type_} needs one of {listed}", parameter=parameters[0])


def not_too_many(found: Collection[object], what: str) -> None:
    """Raises: TooCostly."""
    if len(found) > PATIENTS:
        raise TooCostly(f"a search may name {PATIENTS} {what}; split it")
