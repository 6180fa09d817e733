"""Reading and matching queries: the facade's own parser and matcher, which share nothing with the runner's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from adapters.query import Query
from capability.declared import Chain, DeclaredType
from capability.uscore import edition
from facade.fhirpath import compile as selector
from facade.http.params import parse_search
from facade.interactions.match import Matcher

UTC = ZoneInfo("UTC")
Pairs = Sequence[tuple[str, str]]
Held = Callable[[str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Asked:
    """`applied` are the pairs understood, `ignored` the names of others. `count` is `_count`, None where not given."""

    matches: list[dict[str, Any]]
    count: int | None
    includes: tuple[str, ...]
    revincludes: bool
    applied: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


@cache
def queries(version: str, base: str) -> Queries:
    return Queries(version, base)


class Queries:
    """Searches over the parameters of one edition."""

    def __init__(self, version: str, base: str) -> None:
        self.edition = edition(version)
        self.base = base
        self.parameters = {type_: dict(self.edition.search_parameters(type_)) for type_ in sorted(self.edition.types)}
        self.matcher = Matcher(self.parameters)
        self.links = {type_: dict(self.edition.links(type_)) for type_ in self.parameters}
        self.types = {type_: self._declared(type_) for type_ in self.parameters}

    def _declared(self, type_: str) -> DeclaredType:
        return DeclaredType(
            type_,
            interactions=frozenset({"read", "vread", "search-type"} if type_ != "Provenance" else {"read", "vread"}),
            parameters=self.parameters[type_],
            requires=(),
            combinations=(),
            profiles=(),
            links=self.links[type_],
            includes=frozenset(f"{type_}:{code}" for code, row in self.links[type_].items() if row.targets),
            revincludes=frozenset({"Provenance:target"}) if type_ != "Provenance" else frozenset(),
            chains=frozenset(
                Chain(code, target, name)
                for code, row in self.parameters[type_].items()
                for target in row.targets
                for name in row.chains
                if name in self.parameters.get(target, {})
            ),
        )

    def ask(self, type_: str, pairs: Pairs, held: Held, *, lenient: bool) -> Asked:
        """Those of a type that match; `held` gives all resources of a type. Raises FHIRError as the parser does."""
        parsed = parse_search(type_, pairs, types=self.types, bases=[self.base], lenient=lenient, max_count=100)
        matches = self.matcher.matching(held(type_), parsed.query, zone=UTC)
        for chain in parsed.chains:
            pointed = {
                f"{target}/{one['id']}"
                for target in chain.types
                for one in self.matcher.matching(held(target), Query(target, (chain.clause,)), zone=UTC)
            }
            matches = [one for one in matches if pointed.intersection(self.pointed(one, chain.reference))]
        return Asked(
            matches,
            parsed.count,
            tuple(each.code for each in parsed.includes),
            bool(parsed.revincludes),
            parsed.applied,
            parsed.ignored,
        )

    def pointed(self, resource: dict[str, Any], code: str) -> list[str]:
        """Where a reference parameter points."""
        row = self.links[resource["resourceType"]].get(code) or self.parameters[resource["resourceType"]][code]
        values = selector(row.expression)(resource)
        return [one["reference"] for one in values if isinstance(one, dict) and "reference" in one]

    def first(self, resource: dict[str, Any], code: str) -> datetime:
        """What `_sort` compares: the moment at which the value begins, of a Period its start."""
        values = self.matcher.select(resource["resourceType"], code)(resource)
        texts = [one if isinstance(one, str) else one.get("start", "0001-01-01") for one in values]
        return min(map(_moment, texts), default=_moment("0001-01-01"))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    return found if found.tzinfo else found.replace(tzinfo=UTC)
