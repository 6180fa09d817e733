"""One query to the connections of one practice: which to ask, and what to make of it when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters import registry
from adapters.contract import Adapter, Call, Page
from adapters.query import Query
from capability.declare import Support
from capability.issues import NotFound
from facade.principal import Practice
from facade.telemetry import UnmappedCodes


@dataclass(frozen=True, slots=True)
class Live:
    """A connection at work: the adapter and its bound client."""

    adapter: Adapter[Any]
    ehr: Any


@dataclass(frozen=True, slots=True)
class Source:
    """A practice with its live connections. `order(type)` names them, first choice first."""

    practice: Practice
    connections: Mapping[str, Live]
    routes: Mapping[str, tuple[str, ...]]
    unmapped: UnmappedCodes

    def order(self, type_: str) -> tuple[str, ...]:
        return self.routes.get(type_) or self.routes.get("*") or tuple(self.connections)

    def supports(self) -> tuple[Support, ...]:
        """What this practice serves: for each type and interaction, the first connection of its route that has it."""
        found: dict[tuple[str, str], Support] = {}
        types = dict.fromkeys(support.type for live in self.connections.values() for support in live.adapter.supports())
        for type_ in types:
            for key in self.order(type_):
                for support in self.connections[key].adapter.supports():
                    if support.type == type_:
                        found.setdefault((type_, support.code), support)
        if any(self.derives_provenance(type_) for type_ in types):
            found.setdefault(("Provenance", "read"), Support("Provenance", "read", profiles=("us-core-provenance",)))
        return tuple(found.values())

    def derives_provenance(self, type_: str) -> bool:
        """Whether resources of the type carry an Origin from which a Provenance is derived."""
        return any(
            live.adapter.derives_provenance and any(support.type == type_ for support in live.adapter.supports())
            for live in self.connections.values()
        )

    def types_of(self, local_id: str) -> frozenset[str]:
        """FHIR types that a local id can name in this practice; empty where it is malformed."""
        return frozenset().union(*(live.adapter.type_of(local_id) for live in self.connections.values()))

    async def ask(self, call: Call, query: Query) -> Page:
        """The page of the first connection that serves this interaction; local ids. Raises EHRError, NotFound."""
        code = "read" if query.id is not None else "search-type"
        for key in self.order(query.type):
            live = self.connections[key]
            if any(support.type == query.type and support.code == code for support in live.adapter.supports()):
                page = await registry.dispatch(live.adapter, live.ehr, call, query)
                if page.unmapped:
                    self.unmapped.add(self.practice.tenant, self.practice.key, page.unmapped)
                return page
        raise NotFound(f"{query.type} is not served by this practice")
