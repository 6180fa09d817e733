"""Re-applies every search parameter to what came back, so that a source may return more than was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adapters.query import (
    Clause,
    DateValue,
    NumberValue,
    Query,
    ReferenceValue,
    StringValue,
    TokenValue,
    TypedValue,
    Value,
)
from capability.uscore import Edition, recognise
from capability.uscore.search import SearchParameter
from facade.fhirpath import compile as compile_fhirpath
from facade.interactions.match.dates import date_test
from facade.interactions.match.numbers import number_test
from facade.interactions.match.references import may_point_at, reference_test
from facade.interactions.match.strings import string_test, uri_test
from facade.interactions.match.systems import IMPLIED
from facade.interactions.match.tokens import text_test, token_test, typed_test

R = TypeVar("R", bound=Mapping[str, Any])
V = TypeVar("V", bound=Value)

Predicate = Callable[[Mapping[str, Any]], bool]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Parameter:
    row: SearchParameter
    implied: str | None
    select: Callable[[Any], list[Any]]


_compiled = lru_cache(maxsize=2_048)(compile_fhirpath)
"""Search parameters are the same for every tenant of an edition, and mostly for every edition."""


class Matcher:
    """Search parameters of one US Core edition, their FHIRPath compiled once; built at start, shared by all requests.

    `parameters`  FHIR type -> parameter code -> row
    `clock`       the present as an aware datetime; only the `ap` prefix asks for it
    `edition`     whose profiles `_profile` looks for
    """

    def __init__(
        self,
        parameters: Mapping[str, Mapping[str, SearchParameter]],
        *,
        clock: Callable[[], datetime] = _utc_now,
        edition: Edition | None = None,
    ) -> None:
        self._clock = clock
        self._edition = edition
        self._parameters = {
            type_: {
                code: _Parameter(row, IMPLIED.get((type_, code)), self._selecting(row)) for code, row in rows.items()
            }
            for type_, rows in parameters.items()
        }

    def _selecting(self, row: SearchParameter) -> Callable[[Any], list[Any]]:
        """What a parameter looks at. Profiles are stamped on the way out, after matching: here they are found."""
        edition = self._edition
        if row.code == "_profile" and edition is not None:
            return lambda resource: list(recognise(resource, edition))
        return _compiled(row.expression)

    def matching(self, resources: Iterable[R], query: Query, *, zone: ZoneInfo) -> list[R]:
        """Those of `resources` that are of the query's type and satisfy ALL its clauses, in the same order.

        `zone` is where a date without offset is read when the query compares it with an instant.
        LookupError for a clause on a parameter that the tables don't hold: nothing is let through unchecked.
        """
        predicate = self.predicate(query, zone=zone)
        return [resource for resource in resources if predicate(resource)]

    def select(self, type_: str, code: str) -> Callable[[Any], list[Any]]:
        """What a parameter looks at: resource -> values, as its FHIRPath says. LookupError for an unknown one."""
        return self._parameters[type_][code].select

    def predicate(self, query: Query, *, zone: ZoneInfo) -> Predicate:
        """The query as one test of a resource; `matching` says what it tests and raises."""
        tests = [self._clause(query.type, clause, zone) for clause in query.clauses]

        def predicate(resource: Mapping[str, Any]) -> bool:
            if resource.get("resourceType") != query.type or query.id not in (None, resource.get("id")):
                return False
            return all(test(resource) for test in tests)

        return predicate

    def _clause(self, type_: str, clause: Clause, zone: ZoneInfo) -> Predicate:
        parameter = self._parameters[type_][clause.name]
        select = parameter.select
        if clause.modifier == "missing":
            absent = TokenValue(None, "true") in clause.values
            has_value = self._presence_test(parameter.row)
            return lambda resource: any(map(has_value, select(resource))) is not absent
        test = self._value_test(parameter, clause, zone)
        if clause.modifier == "not":
            return lambda resource: not any(map(test, select(resource)))
        return lambda resource: any(map(test, select(resource)))

    @staticmethod
    def _presence_test(row: SearchParameter) -> Callable[[Any], bool]:
        if row.kind != "reference" or not row.targets:
            return _present
        targets = frozenset(row.targets)
        return lambda raw: _present(raw) and may_point_at(raw, targets)

    def _value_test(self, parameter: _Parameter, clause: Clause, zone: ZoneInfo) -> Callable[[Any], bool]:
        match parameter.row.kind:
            case "token" if clause.modifier == "text":
                return text_test(_only(clause, StringValue))
            case "token" if clause.modifier == "of-type":
                return typed_test(_only(clause, TypedValue))
            case "token":
                return token_test(_only(clause, TokenValue), parameter.implied)
            case "string":
                return string_test(_only(clause, StringValue), clause.modifier)
            case "date":
                return date_test(_only(clause, DateValue), zone, self._clock())
            case "reference":
                return reference_test(_only(clause, ReferenceValue), parameter.row.targets)
            case "number" | "quantity":
                return number_test(_only(clause, NumberValue))
            case "uri":
                return uri_test(_only(clause, StringValue), clause.modifier)
            case kind:
                raise LookupError(f"no search parameter is of kind {kind}")


def _only(clause: Clause, kind: type[V]) -> tuple[V, ...]:
    """The values of a clause, all of the kind its parameter takes; TypeError otherwise, as dropping one would widen."""
    values = tuple(value for value in clause.values if isinstance(value, kind))
    if len(values) != len(clause.values):
        raise TypeError(f"{clause.name} takes {kind.__name__} only")
    return values


def _present(raw: Any) -> bool:
    """Whether there is a value: an element that only carries extensions (say, why it is absent) has none."""
    return not isinstance(raw, dict) or any(name not in ("id", "extension") for name in raw)
