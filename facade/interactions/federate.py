"""One query to the connections of one practice: which to ask, and what to make of it when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from adapters import registry
from adapters.contract import Adapter, Call, Document, Issue, Lost, Page
from adapters.query import Clause, Query, TokenValue
from capability.declare import BINARY, Support
from capability.declared import serves
from capability.issues import EHRError, Invalid, NotFound
from facade.interactions.identity import Outside
from facade.principal import Practice
from facade.state.aliases import Aliases, Space
from facade.state.unmapped import UnmappedCodes
from facade.tenancy.routing import Route, Routing, routing
from mappings.mapped import Origin, Resource

PROVENANCE = "Provenance"
SEARCH = "search-type"
STANDS_IN = ">"
"""In a cursor between the connection whose part it is and the one that answers in its place."""

NOWHERE = Origin()
"""Of a resource whose Provenance is derived, although its source tells nothing of who wrote it."""


@dataclass(frozen=True, slots=True)
class Live:
    """A connection at work: its key, the adapter and its bound client; and what of it the EHR was found to lack."""

    key: str
    adapter: Adapter[Any]
    ehr: Any
    lost: frozenset[Lost] = frozenset()

    def supports(self) -> Iterator[Support]:
        """What the adapter declares, without what the EHR lacks."""
        for one in self.adapter.supports():
            if Lost(one.type, one.code) in self.lost:
                continue
            gone = {lost.parameter for lost in self.lost if (lost.type, lost.code) == (one.type, one.code)}
            requires = tuple(each for each in one.requires if not each & gone)
            if one.requires and not requires:
                continue
            yield replace(one, params=one.params - gone, requires=requires) if gone else one


class Source:
    """A practice with its live connections; who serves what is worked out once, at start.

    `routes`    FHIR type, kind of it or `*` -> connections in order
    `base`      the tenant's FHIR base
    `supports`  what the practice serves: for each type and interaction, by every connection that serves a part of it
    """

    def __init__(
        self,
        practice: Practice,
        connections: Mapping[str, Live],
        routes: Mapping[str, Route],
        unmapped: UnmappedCodes,
        aliases: Aliases,
        base: str,
    ) -> None:
        self.practice = practice
        self._base = base
        self._aliases = aliases
        self._connections = dict(connections)
        self._unmapped = unmapped
        self._offered = {(key, one.type, one.code): one for key, live in connections.items() for one in live.supports()}
        self._pairs = frozenset((type_, code) for _, type_, code in self._offered)
        leads = {key: live.adapter.leads for key, live in connections.items()}
        self._routing = {type_: routing(type_, routes, leads) for _, type_, _ in self._offered}
        supports = [one for type_, code in sorted(self._pairs) for one in self._parts(type_, code)]
        if any(live.adapter.derives_provenance for live in connections.values()):
            derived = Support(PROVENANCE, "read", profiles=("us-core-provenance",))
            supports += [] if (PROVENANCE, "read") in self._pairs else [derived]
        # A derived Provenance can't be searched for, so that none is: they come with their targets.
        self.supports = tuple(one for one in supports if (one.type, one.code) != (PROVENANCE, SEARCH))

    async def outside(self, call: Call) -> Outside:
        """How this practice's records are named to whoever `call` is for."""
        await self._aliases.ready()
        return Outside(Space(self.practice.tenant, self.practice.key, call.identity), self._base, self._aliases)

    def serves(self, type_: str, code: str) -> bool:
        """Whether some connection serves the interaction (`read`, `search-type`) on the type."""
        return (type_, code) in self._pairs

    def searches(self, type_: str, codes: Iterable[str]) -> bool:
        """Whether this practice serves a search of the type by exactly these parameters: every part of it does."""
        parts = [each for each in self.supports if (each.type, each.code) == (type_, "search-type")]
        return bool(parts) and all(serves(each, codes) for each in parts)

    def connection(self, type_: str, code: str) -> str | None:
        """Keys of the connections that serve the interaction on the type."""
        return "+".join(live.key for live in self._asked(type_, code)) or None

    def types_of(self, local_id: str) -> frozenset[str]:
        """FHIR types that a local id can name in this practice; empty where it is malformed."""
        return frozenset().union(*(live.adapter.type_of(local_id) for live in self._connections.values()))

    def derived_for(self, local_id: str) -> frozenset[str]:
        """Of the types that a local id can name, those whose Provenance is derived: no other has one by this id."""
        lives = (live for live in self._connections.values() if live.adapter.derives_provenance)
        return frozenset().union(*(live.adapter.type_of(local_id) for live in lives))

    def owner_of(self, local_id: str) -> tuple[str, str, int] | None:
        """(type, local id, number of the attachment) whose content a Binary is; None for what can't be one."""
        for live in self._order(BINARY, "read"):
            owner = live.adapter.owner_of(local_id)
            if owner is not None and owner[0] in live.adapter.type_of(owner[1]):
                return owner
        return None

    async def content(self, call: Call, local_id: str) -> Document:
        """What a Binary holds, by the connection that serves its owner. Raises EHRError, NotFound."""
        owner = self.owner_of(local_id)
        if owner is None:
            raise NotFound(f"{BINARY} is not served by this practice")
        _, live = await self._read(call, Query(owner[0], id=owner[1]))
        return await registry.content(live.adapter, live.ehr, call, Query(BINARY, id=local_id))

    async def ask(self, call: Call, query: Query) -> Page:
        """One page of what the practice has; local ids. Raises EHRError, NotFound."""
        if query.id is not None:
            page, _ = await self._read(call, query)
            return page
        if len(self._connections) == 1:
            return await self._page(next(iter(self._connections.values())), call, query)
        return await self._search(call, query)

    async def _read(self, call: Call, query: Query) -> tuple[Page, Live]:
        """A record by the connection that its route names first, among those that can read such an id; by the next
        where that has none: what one API shows, another may not."""
        able = self._readers(query.type, "read", query.id or "")
        if not able:
            raise NotFound(f"{query.type} is not served by this practice")
        rest = self._routing[query.type].rest

        async def by(live: Live) -> Page:
            try:
                return await self._page(live, call, query)
            except NotFound:
                return Page()

        first, page = await self._tried(able, rest.fallback, by)
        for live in able:
            if not page.resources and live is not first:
                first, page = live, await by(live)
        for found in page.resources if len(able) > 1 else ():
            named = self._first(able, self._routing[query.type].of(found))
            if found["id"] == query.id and named is not None and named is not first:
                other = await self._page(named, call, query)
                return (other, named) if other.resources else (page, first)
        return page, first

    async def _search(self, call: Call, query: Query) -> Page:
        """One page of each connection that serves a part of what is asked for, without what another's route serves."""
        parts = _opened(query.cursor) if query.cursor is not None else dict.fromkeys(self._parts_of(query))
        answers = list(await asyncio.gather(*(self._part(call, query, key, cursor) for key, cursor in parts.items())))
        keys = [_part_key(key, live) for key, (live, _) in zip(parts, answers, strict=True)]
        following = {key: page.cursor for key, (_, page) in zip(keys, answers, strict=True) if page.cursor is not None}
        if query.cursor is None and not following and (named := query.ids("_id")):
            answers += await self._elsewhere(call, query, [page for _, page in answers], named)
            return Page.merged(await self._as_routed(call, query, answers))
        whole = Page.merged(replace(page, cursor=None) for _, page in answers)
        again = dict(zip(keys, parts.values(), strict=True)) if keys != list(parts) else None
        return replace(whole, cursor=_sealable(following), again=_sealable(again))

    async def _elsewhere(
        self, call: Call, query: Query, pages: Sequence[Page], named: Sequence[str]
    ) -> list[tuple[Live, Page]]:
        """Records that the first who can read their ids does not have, as the next one has them: as `_read`."""
        found = {one["id"] for page in pages for one in page.resources}
        able = {local: self._readers(query.type, SEARCH, local)[1:2] for local in named if local not in found}
        left = {live.key: live for each in able.values() for live in each}
        asked = (
            self._every(live, call, _only(query, [one for one in named if live in able.get(one, ())]))
            for live in left.values()
        )
        return list(zip(left.values(), await asyncio.gather(*asked), strict=True))

    async def _as_routed(self, call: Call, query: Query, answers: Sequence[tuple[Live, Page]]) -> list[Page]:
        """What is found by id, each record as the connection of its own route has it: as `_read`."""
        routes = self._routing[query.type]
        others: dict[str, list[str]] = {}
        for live, page in answers:
            for one in page.resources:
                named = self._first(self._readers(query.type, SEARCH, one["id"]), routes.of(one))
                if named is not None and named is not live:
                    others.setdefault(named.key, []).append(one["id"])
        asked = [self._every(self._connections[key], call, _only(query, ids)) for key, ids in others.items()]
        pages = list(await asyncio.gather(*asked))
        routed = {one["id"] for page in pages for one in page.resources}
        return [*(_kept(page, lambda one: one["id"] not in routed) for _, page in answers), *pages]

    async def _every(self, live: Live, call: Call, query: Query) -> Page:
        """All pages of a search as one."""
        pages: list[Page] = []
        here: Query | None = query
        while here is not None:
            page = await self._page(live, call, here)
            pages.append(replace(page, cursor=None))
            here = replace(here, cursor=page.cursor) if page.cursor is not None else None
        return Page.merged(pages)

    async def _part(self, call: Call, query: Query, key: str, cursor: str | None) -> tuple[Live, Page]:
        own, _, stand_in = key.partition(STANDS_IN)
        live = self._connections[own]
        routes = self._routing[query.type]
        mine = [route for route in routes.asked(query) if self._served(route, query.type, SEARCH) is live]
        stand_ins = [self._connections[stand_in or own]]
        fallback = cursor is None and not stand_in and bool(mine) and all(route.fallback for route in mine)
        if fallback:
            stand_ins += [one for one in self._able(mine[0], query.type, SEARCH) if one is not live]
        part = replace(query, cursor=cursor)

        async def by(one: Live) -> Page:
            return await self._page(one, call, self._of(one, part))

        served, page = await self._tried(stand_ins, fallback, by)
        wanted = query.ids("_id") is not None
        if wanted:
            return served, page
        return served, _kept(page, lambda one: self._served(routes.of(one), query.type, SEARCH) is live)

    async def _tried(
        self, able: Sequence[Live], fallback: bool, ask: Callable[[Live], Awaitable[Page]]
    ) -> tuple[Live, Page]:
        """The first of `able`; with `fallback` the next where one fails, which the page then tells."""
        for at, live in enumerate(able):
            try:
                page = await ask(live)
            except EHRError as exc:
                if not fallback or at + 1 == len(able):
                    raise
                text = f"connection {live.key} of practice {self.practice.key} did not answer; another one did"
                told = Issue(exc.issue_code, text, "information")
                served, page = await self._tried(able[at + 1 :], fallback, ask)
                return served, replace(page, issues=(told, *page.issues))
            return live, page
        raise NotFound("not served by this practice")

    async def _page(self, live: Live, call: Call, query: Query) -> Page:
        page = await registry.dispatch(live.adapter, live.ehr, call, query)
        if page.unmapped:
            self._unmapped.add(self.practice.tenant, self.practice.key, page.unmapped)
        if not live.adapter.derives_provenance:
            return page
        origins = {f"{one['resourceType']}/{one['id']}": NOWHERE for one in page.resources}
        return replace(page, origins={**origins, **page.origins})

    def _parts_of(self, query: Query) -> list[str]:
        """Keys of the connections that a search takes: by the ids that it names, else by its routes."""
        named = query.ids("_id")
        if named is not None:
            return list(dict.fromkeys(live.key for local in named if (live := self._reader(query.type, local))))
        routes = self._routing[query.type].asked(query)
        served = (self._served(route, query.type, SEARCH) for route in routes)
        return list(dict.fromkeys(live.key for live in served if live is not None))

    def _of(self, live: Live, query: Query) -> Query:
        """The query with the ids alone that this connection is asked for."""
        if query.ids("_id") is None:
            return query
        clauses = tuple(
            replace(clause, values=tuple(one for one in clause.values if self._mine(live, query.type, one)))
            if clause.name == "_id" and clause.modifier is None
            else clause
            for clause in query.clauses
        )
        return replace(query, clauses=clauses)

    def _mine(self, live: Live, type_: str, value: object) -> bool:
        return isinstance(value, TokenValue) and self._reader(type_, value.code or "") is live

    def _reader(self, type_: str, local: str) -> Live | None:
        return next(iter(self._readers(type_, SEARCH, local)), None)

    def _readers(self, type_: str, code: str, local: str) -> list[Live]:
        """The connections that can tell which record an id names: of those that the routes name; of all, where an id
        is one that only others have."""
        serving = [live for key, live in self._connections.items() if (key, type_, code) in self._offered]
        able = [one for one in serving if type_ in one.adapter.type_of(local)]
        return [one for one in self._order(type_, code) if one in able] or able

    def _order(self, type_: str, code: str) -> list[Live]:
        """Every connection that serves the interaction, those first that the type's routes name first."""
        if type_ not in self._routing:
            return []
        routes = self._routing[type_]
        keys = dict.fromkeys(
            [*routes.rest.connections, *(key for route in routes.kinds.values() for key in route.connections)]
        )
        return [self._connections[key] for key in keys if (key, type_, code) in self._offered]

    def _able(self, route: Route, type_: str, code: str) -> list[Live]:
        return [self._connections[key] for key in route.connections if (key, type_, code) in self._offered]

    def _served(self, route: Route, type_: str, code: str) -> Live | None:
        return next(iter(self._able(route, type_, code)), None)

    def _first(self, able: Sequence[Live], route: Route) -> Live | None:
        return next((self._connections[key] for key in route.connections if self._connections[key] in able), None)

    def _asked(self, type_: str, code: str) -> list[Live]:
        """The connections that serve some part of a type: all that can read an id of theirs, or the first of each
        route that searches it."""
        if type_ not in self._routing:
            return []
        if code != SEARCH:
            return self._order(type_, code)
        routes: Routing = self._routing[type_]
        served = (self._served(route, type_, code) for route in (routes.rest, *routes.kinds.values()))
        return list({live.key: live for live in served if live is not None}.values())

    def _parts(self, type_: str, code: str) -> list[Support]:
        return [self._offered[live.key, type_, code] for live in self._asked(type_, code)]


def _kept(page: Page, keep: Callable[[Resource], bool]) -> Page:
    """The page without the resources that are not kept, and without their origins: another page has its own."""
    gone = {f"{one['resourceType']}/{one['id']}" for one in page.resources if not keep(one)}
    if not gone:
        return page
    return replace(
        page,
        resources=tuple(one for one in page.resources if f"{one['resourceType']}/{one['id']}" not in gone),
        origins={name: origin for name, origin in page.origins.items() if name not in gone},
    )


def _only(query: Query, ids: Sequence[str]) -> Query:
    """The query for these ids alone."""
    rest = tuple(one for one in query.clauses if one.name != "_id" or one.modifier is not None)
    named = Clause("_id", None, tuple(TokenValue(None, one) for one in ids), ",".join(ids))
    return replace(query, clauses=(*rest, named))


def _part_key(key: str, served: Live) -> str:
    """Whose part of a search it is, and who goes on with it where that is another connection."""
    own = key.partition(STANDS_IN)[0]
    return own if served.key == own else f"{own}{STANDS_IN}{served.key}"


def _sealable(parts: Mapping[str, str | None] | None) -> str | None:
    return orjson.dumps(parts).decode() if parts else None


def _opened(cursor: str) -> dict[str, str | None]:
    """The parts of a cursor and how far each was read. Raises Invalid for what is none of ours."""
    try:
        found = orjson.loads(cursor)
        return {str(key): None if text is None else str(text) for key, text in found.items()}
    except (ValueError, AttributeError) as exc:
        raise Invalid("this paging link cannot be read; run the search again", parameter="_cursor") from exc
