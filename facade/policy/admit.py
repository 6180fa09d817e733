"""The one door in: may it be asked at all?

Refused are a type outside the token's scopes, a type that a rule hides altogether, and a search or a sorting by an
element that a rule always hides from this caller: it is not even pushed down to a source. An element hidden only
sometimes (a `where`, or an `unless` that looks at the resource) may be searched by, and matches what is left, because
matching sees released resources only. But nobody is looked up by an identifier that a `where` picks: see `lookups`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from adapters.query import Clause, Query, TokenValue
from capability.issues import Forbidden
from facade.fhirpath.parse import parse
from facade.fhirpath.reads import Paths, reads
from facade.policy.lookups import without_hidden
from facade.policy.rule import Caller, Policy, Removal
from facade.principal import Practice, Principal

ID = "_id"  # every caller knows the ids it asks for


class HasExpression(Protocol):
    """A search parameter's row: `expression` is its FHIRPath."""

    @property
    def expression(self) -> str: ...


def admit(
    policy: Policy,
    query: Query,
    principal: Principal,
    practice: Practice,
    search_parameters: Mapping[str, HasExpression],
) -> Query:
    """The query as this principal may ask it. `search_parameters` are the rows of the type by name.

    Raises Forbidden naming the type or the parameter.
    """
    permission, verb = ("r", "reading") if query.id is not None else ("s", "searching")
    if not principal.may(query.type, permission):
        raise Forbidden(
            f"the token's scopes do not cover {verb} {query.type}",
            headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},  # RFC 6750 section 3.1
        )
    removals = policy.removals(principal.client).get(query.type, ())
    if not removals:
        return query
    caller = Caller.of(principal, practice)
    variables = caller.variables
    hidden = [removal for removal in removals if removal.applies(variables) is True]
    if any(not removal.path for removal in hidden):
        raise Forbidden(f"policy does not let this client see {query.type}")
    if hidden:
        for name in dict.fromkeys([*(clause.name for clause in query.clauses), *(code for code, _ in query.sort)]):
            refuse_hidden(hidden, query.type, name, search_parameters)
    clauses = tuple(_findable(clause, query.type, removals, caller, search_parameters) for clause in query.clauses)
    return query if clauses == query.clauses else replace(query, clauses=clauses)


def _findable(
    clause: Clause,
    type_: str,
    removals: Sequence[Removal],
    caller: Caller,
    search_parameters: Mapping[str, HasExpression],
) -> Clause:
    """The clause without values that are identifiers hidden from this caller; without any value it finds nothing."""
    row = search_parameters.get(clause.name)
    if row is None or clause.name == ID or not any(isinstance(value, TokenValue) for value in clause.values):
        return clause
    names = sorted(path[0] for path in _reads(row.expression, type_) if len(path) == 1)
    return without_hidden(clause, type_, names, removals, caller)


def refuse_hidden(
    hidden: Sequence[Removal], type_: str, name: str, search_parameters: Mapping[str, HasExpression]
) -> None:
    """Raises Forbidden when the parameter reads something hidden, or when nothing is known of what it reads."""
    if name == ID:
        return
    row = search_parameters.get(name)
    paths = _reads(row.expression, type_) if row is not None else None
    if paths is None or any(_covers(removal, path) for removal in hidden for path in paths):
        raise Forbidden(f"policy does not let this client search or sort {type_} by {name}", parameter=name)


def sees_all(policy: Policy, type_: str, principal: Principal, practice: Practice) -> bool:
    """Whether the caller may read any resource of the type at a practice: no rule hides the type, or some of it."""
    if practice.key not in principal.practices or not principal.may(type_, "r"):
        return False
    variables = Caller.of(principal, practice).variables
    removals = policy.removals(principal.client).get(type_, ())
    return not any(_may(each, variables) for each in removals if not each.path)


def looks_at_hidden(
    policy: Policy,
    query: Query,
    principal: Principal,
    practice: Practice,
    search_parameters: Mapping[str, HasExpression],
) -> bool:
    """Whether what an EHR did for an admitted query may tell of something that policy takes from this caller.

    So it is where a rule hides some resources of the type, or an element that a clause reads.
    """
    variables = Caller.of(principal, practice).variables
    removals = [each for each in policy.removals(principal.client).get(query.type, ()) if _may(each, variables)]
    paths = [
        path
        for clause in query.clauses
        if clause.name != ID and clause.name in search_parameters
        for path in _reads(search_parameters[clause.name].expression, query.type)
    ]
    return any(not each.path or any(_covers(each, path) for path in paths) for each in removals)


def _may(removal: Removal, variables: Mapping[str, object]) -> bool:
    return removal.applies(variables) is not False


@lru_cache(maxsize=4096)
def _reads(expression: str, type_: str) -> Paths:
    return reads(parse(expression), type_)


def _covers(removal: Removal, path: tuple[str, ...]) -> bool:
    """Whether what stands at `path` is part of what is removed."""
    if len(path) < len(removal.path):
        return False
    return all(
        step == element.name or any(step == key.name for key in element.keys)
        for step, element in zip(path, removal.path, strict=False)
    )
