"""One query to the connections of one practice: which to ask, and what to make of it when it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters import registry
from adapters.contract import Adapter, Call, Document, Page
from adapters.query import Query
from capability.declare import BINARY, Support
from capability.declared import serves
from capability.issues import NotFound
from facade.interactions.identity import Outside
from facade.principal import Practice
from facade.state.aliases import Aliases, Space
from facade.state.unmapped import UnmappedCodes


@dataclass(frozen=True, slots=True)
class Live:
    """A connection at work: its key, the adapter and its bound client."""

    key: str
    adapter: Adapter[Any]
    ehr: Any


class Source:
    """A practice with its live connections; who serves what is worked out once, at start.

    `routes`    FHIR type, or `*` -> keys of connections in order; all in the order of `connections` when absent
    `base`      the tenant's FHIR base
    `supports`  what the practice serves: for each type and interaction, by the first connection of its route
    """

    def __init__(
        self,
        practice: Practice,
        connections: Mapping[str, Live],
        routes: Mapping[str, tuple[str, ...]],
        unmapped: UnmappedCodes,
        aliases: Aliases,
        base: str,
    ) -> None:
        self.practice = practice
        self._base = base
        self._aliases = aliases
        self._connections = tuple(connections.values())
        self._unmapped = unmapped
        self._serving: dict[tuple[str, str], Live] = {}
        supports: dict[tuple[str, str], Support] = {}
        offered = {key: live.adapter.supports() for key, live in connections.items()}
        for type_ in dict.fromkeys(one.type for each in offered.values() for one in each):
            for key in routes.get(type_) or routes.get("*") or connections:
                for one in offered[key]:
                    if one.type == type_:
                        supports.setdefault((type_, one.code), one)
                        self._serving.setdefault((type_, one.code), connections[key])
        self._derived = frozenset(
            type_ for (type_, _), live in self._serving.items() if live.adapter.derives_provenance and type_ != BINARY
        )
        if self._derived:
            supports.setdefault(("Provenance", "read"), Support("Provenance", "read", profiles=("us-core-provenance",)))
        self.supports = tuple(supports.values())

    async def outside(self, call: Call) -> Outside:
        """How this practice's records are named to whoever `call` is for."""
        await self._aliases.ready()
        return Outside(Space(self.practice.tenant, self.practice.key, call.identity), self._base, self._aliases)

    def serves(self, type_: str, code: str) -> bool:
        """Whether some connection serves the interaction (`read`, `search-type`) on the type."""
        return (type_, code) in self._serving

    def searches(self, type_: str, codes: Iterable[str]) -> bool:
        """Whether this practice serves a search of the type by exactly these parameters: every part of it does."""
        parts = [each for each in self.supports if (each.type, each.code) == (type_, "search-type")]
        return bool(parts) and all(serves(each, codes) for each in parts)

    def connection(self, type_: str, code: str) -> str | None:
        """Key of the connection that serves the interaction on the type."""
        live = self._serving.get((type_, code))
        return live.key if live is not None else None

    def derives_provenance(self, type_: str) -> bool:
        """Whether resources of the type carry an Origin from which a Provenance is derived."""
        return type_ in self._derived

    def types_of(self, local_id: str) -> frozenset[str]:
        """FHIR types that a local id can name in this practice; empty where it is malformed."""
        return frozenset().union(*(live.adapter.type_of(local_id) for live in self._connections))

    def owner_of(self, local_id: str) -> tuple[str, str, int] | None:
        """(type, local id, number of the attachment) whose content a Binary is; None for what can't be one."""
        live = self._serving.get((BINARY, "read"))
        return live.adapter.owner_of(local_id) if live is not None else None

    async def content(self, call: Call, local_id: str) -> Document:
        """What a Binary holds, by the connection that serves them. Raises EHRError, NotFound."""
        live = self._serving.get((BINARY, "read"))
        if live is None:
            raise NotFound(f"{BINARY} is not served by this practice")
        return await registry.content(live.adapter, live.ehr, call, Query(BINARY, id=local_id))

    async def ask(self, call: Call, query: Query) -> Page:
        """The page of the connection that serves this interaction; local ids. Raises EHRError, NotFound."""
        live = self._serving.get((query.type, "read" if query.id is not None else "search-type"))
        if live is None:
            raise NotFound(f"{query.type} is not served by this practice")
        page = await registry.dispatch(live.adapter, live.ehr, call, query)
        if page.unmapped:
            self._unmapped.add(self.practice.tenant, self.practice.key, page.unmapped)
        return page
