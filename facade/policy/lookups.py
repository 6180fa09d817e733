"""Lookups by identifier: none by one that the caller may not see, or an EHR would be asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from adapters.query import Clause, TokenValue, Value
from capability.issues import FHIRError
from facade.fhirpath import EvaluationError
from facade.policy.elements import Element, elements
from facade.policy.marks import Marks, mark_path, sweep
from facade.policy.rule import Caller, Removal


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether an Identifier is left with its system and value in each of these elements of a resource."""

    caller: Caller
    places: tuple[Element, ...]
    removals: tuple[Removal, ...]

    def __call__(self, identifier: Mapping[str, Any]) -> bool:
        """Raises FHIRError (500) when a rule can't be evaluated."""
        told = dict(identifier)
        holder = {place.name: [told] if place.many else told for place in self.places}
        marks: Marks = {}
        variables = self.caller.variables
        try:
            for removal in self.removals:
                mark_path(marks, holder, removal, variables)
        except EvaluationError as exc:
            raise FHIRError("a policy rule could not be evaluated") from exc
        left = sweep(holder, marks) or {}
        return all(_whole(left.get(place.name), told) for place in self.places)


def without_hidden(
    clause: Clause, type_: str, names: Iterable[str], removals: Sequence[Removal], caller: Caller
) -> Clause:
    """The clause on these top-level elements without the values that this caller can't find anything by.

    A value without a system may mean any: it stays, and `Clause.may_ask` tells an adapter what it must not mean. What
    a `where` picks is hidden here even if its rule's `unless` looks at the resource: that one can't be asked before.
    """
    places = tuple(place for name in names if (place := _identifier(type_, name)) is not None)
    if not places or clause.modifier is not None:
        return clause
    variables, named = caller.variables, {place.name for place in places}
    about = tuple(each for each in removals if each.path and each.path[0].name in named and _hides(each, variables))
    if not about:
        return clause
    shown = Shown(caller, places, about)
    return replace(clause, values=tuple(value for value in clause.values if _findable(value, shown)), shown=shown)


@lru_cache(maxsize=1024)
def _identifier(type_: str, name: str) -> Element | None:
    element = elements(type_).get(name)
    return element if element is not None and element.keys[0].type == "Identifier" else None


def _hides(removal: Removal, variables: Mapping[str, Any]) -> bool:
    applies = removal.applies(variables)
    return applies is True or (applies is None and removal.where is not None)


def _whole(left: Any, told: Mapping[str, Any]) -> bool:
    one = left[0] if isinstance(left, list) and left else left
    return isinstance(one, dict) and all(one.get(key) == told.get(key) for key in ("system", "value"))


def _findable(value: Value, shown: Shown) -> bool:
    match value:
        case TokenValue(system=str(system), code=code):
            said = (("system", system), ("value", code))
            return shown({key: text for key, text in said if text})
        case _:
            return True
