"""Which of a practice's connections serves what: by the practice's routes, else by what each adapter serves best.

A kind of a type is one of its category codes: `Observation/vital-signs`, `Condition/encounter-diagnosis`. Architecture,
section 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.query import Query, TokenValue
from mappings.mapped import Resource

ALL = "*"


@dataclass(frozen=True, slots=True)
class Route:
    """Keys of connections in the order to ask them: the next one where the first does not serve the interaction, and
    with `fallback` also where it fails."""

    connections: tuple[str, ...]
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes of one FHIR type: those of its kinds, and that of everything else."""

    kinds: Mapping[str, Route]
    rest: Route

    def of(self, resource: Resource) -> Route:
        """The route by which a resource is served."""
        if self.kinds:
            for kind in kinds_of(resource):
                if (found := self.kinds.get(kind)) is not None:
                    return found
        return self.rest

    def asked(self, query: Query) -> tuple[Route, ...]:
        """The routes that a search has to take: those of the kinds that it names, else all."""
        named = _kinds_named(query)
        if named is None:
            return tuple(dict.fromkeys([self.rest, *self.kinds.values()]))
        return tuple(dict.fromkeys(self.kinds.get(kind, self.rest) for kind in named))


def routing(type_: str, routes: Mapping[str, Route], leads: Mapping[str, frozenset[str]]) -> Routing:
    """The routing of `type_`, from a practice's routes by `Type/kind`, `Type` or `*`, and from what the adapter of each
    connection (keys of `leads`, in file order) serves best."""
    own = {key.partition("/")[2]: route for key, route in routes.items() if key.startswith(f"{type_}/")}
    stated = routes.get(type_) or routes.get(ALL)
    if stated is not None:
        return Routing(own, stated)
    led = {each.partition("/")[2] for keys in leads.values() for each in keys if each.startswith(f"{type_}/")}
    by_leads = {kind: _first(leads, (f"{type_}/{kind}", type_)) for kind in sorted(led)}
    return Routing({**by_leads, **own}, _first(leads, (type_,)))


def _first(leads: Mapping[str, frozenset[str]], names: tuple[str, ...]) -> Route:
    for name in names:
        if ahead := [key for key, led in leads.items() if name in led]:
            return Route(tuple(dict.fromkeys([*ahead, *leads])))
    return Route(tuple(leads))


def kinds_of(resource: Resource) -> Iterator[str]:
    """Codes of a resource's categories, in its order."""
    categories = resource.get("category")
    for category in categories if isinstance(categories, list) else ():
        codings: Any = category.get("coding") if isinstance(category, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                yield coding["code"]


def _kinds_named(query: Query) -> tuple[str, ...] | None:
    """The kinds that every match of a query has one of; None where it names none."""
    for clause in query.named("category"):
        codes = [value.code for value in clause.values if isinstance(value, TokenValue) and value.code]
        if clause.modifier is None and len(codes) == len(clause.values):
            return tuple(codes)
    return None
