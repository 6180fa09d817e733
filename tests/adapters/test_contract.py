"""The exam that every registered adapter sits against its own sandbox: what it declares is so."""

from __future__ import annotations

import asyncio
import importlib
import re
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import httpx
import pytest

from adapters import registry
from adapters.contract import Adapter, Call, Connection, Search
from adapters.population import SIZE
from adapters.query import Clause, Query, ReferenceValue, TokenValue
from adapters.upstream import Upstreams
from capability import uscore
from capability.issues import NotFound
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from mappings.mapped import Resource
from tests.conforms import assert_conforms

EDITION = uscore.edition("6.1.0")

LONG = re.compile(r"(?:[A-Z][A-Za-z]+/)?[A-Za-z0-9\-.]{65,}")

ORIGIN = "http://127.0.0.1:9"  # nothing listens there: a call that bypassed the transport would fail
ADAPTERS = [name for name in registry.available() if registry.find(name).sandbox]
SEARCHES = [
    pytest.param(name, interaction, id=f"{name} {interaction.type}")
    for name in ADAPTERS
    for interaction in registry.find(name).interactions
    if isinstance(interaction, Search)
]
REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]+)")

NOBODYS = {"pediatric-weight-for-height"}
"""Profiles of which none of the sandboxes' people has a record; what passes records on declares them all the same."""

FEW = 12
"""People in the sandboxes of the everyday run; among them is every profile that occurs in the whole population."""

FOUND: dict[tuple[str, int, str], list[Resource]] = {}
"""By adapter, people and type."""


@dataclass
class Candidate:
    adapter: Adapter[Any]
    ehr: Any
    people: int

    async def every(self, type_: str, *clauses: Clause) -> list[Resource]:
        found: dict[str, Resource] = {}
        query = Query(type_, clauses)
        while True:
            call = Call("exam", asyncio.get_running_loop().time() + 30.0)
            page = await registry.dispatch(self.adapter, self.ehr, call, query)
            found.update({resource["id"]: resource for resource in page.resources})
            if page.cursor is None:
                return list(found.values())
            query = replace(query, cursor=page.cursor)

    async def served(self, search: Search[Any]) -> list[Resource]:
        """All resources of the type; looked for once for all questions, since a sandbox always holds the same."""
        key = (self.adapter.name, self.people, search.type)
        if key not in FOUND:
            FOUND[key] = await self._served(search)
        return FOUND[key]

    async def _served(self, search: Search[Any]) -> list[Resource]:
        """Without a condition, of all patients, schedules or practitioners, or what others refer to."""
        if search.type == "Patient":
            return await self.every("Patient", *self.adapter.sandbox_patients)
        if not search.requires:
            return await self.every(search.type)
        if "target" in search.params:
            return await self.telling(search)
        for code, type_ in (("patient", "Patient"), ("schedule", "Schedule"), ("practitioner", "Practitioner")):
            if frozenset({code}) in search.requires:
                named = [ReferenceValue(type_, one["id"]) for one in await self.named(type_)]
                return await self.every(search.type, Clause(code, None, tuple(named), ""))
        return await self.referred(search)

    async def named(self, type_: str) -> list[Resource]:
        return await self.served(next(one for one in self.searches if one.type == type_))

    @property
    def searches(self) -> list[Search[Any]]:
        return [each for each in self.adapter.interactions if isinstance(each, Search)]

    async def telling(self, search: Search[Any]) -> list[Resource]:
        """All that tell of a few patients and of their conditions."""
        patients = (await self.named("Patient"))[:4]
        whose = Clause("patient", None, tuple(ReferenceValue("Patient", one["id"]) for one in patients), "")
        around = [*patients, *await self.every("Condition", whose)]
        targets = tuple(ReferenceValue(one["resourceType"], one["id"]) for one in around)
        return await self.every(search.type, Clause("target", None, targets, ""))

    async def referred(self, search: Search[Any]) -> list[Resource]:
        """All that others refer to, of a type that is found by its id alone."""
        others = [
            each
            for each in self.searches
            if frozenset({"patient"}) in each.requires or (each.type == "Patient" and self.adapter.sandbox_patients)
        ]
        linked = [each for each in others if _links(each.type, search.type)]
        found = [one for other in linked or others for one in await self.served(other)]
        named = sorted({text.partition("/")[2] for text in _references(found) if text.startswith(f"{search.type}/")})
        return await self.every(search.type, Clause("_id", None, tuple(TokenValue(None, id_) for id_ in named), ""))

    async def read(self, type_: str, local_id: str) -> Resource | None:
        call = Call("exam", asyncio.get_running_loop().time() + 30.0)
        try:
            page = await registry.dispatch(self.adapter, self.ehr, call, Query(type_, id=local_id))
        except NotFound:
            return None
        return next((resource for resource in page.resources if resource["id"] == local_id), None)


@cache
def standing(name: str, people: int) -> tuple[Any, MemoryTokens]:
    """The sandbox that answers all questions to one adapter, and the tokens it gave."""
    module, _, factory = (registry.find(name).sandbox or "").partition(":")
    return getattr(importlib.import_module(module), factory)(size=people), MemoryTokens()


@asynccontextmanager
async def sitting(
    name: str, people: int, heard: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] = lambda way: way
) -> AsyncIterator[Candidate]:
    """`heard` may listen on the way to the sandbox."""
    adapter = registry.find(name)
    app, tokens = standing(name, people)
    upstreams = Upstreams(MemoryCache(), tokens, transport=lambda _: heard(httpx.ASGITransport(app)))
    assert adapter.sandbox_settings is not None
    settings = adapter.settings.model_validate(adapter.sandbox_settings(ORIGIN))
    try:
        yield Candidate(adapter, adapter.connect(Connection("exam", "p1", "main", name, settings), upstreams), people)
    finally:
        await upstreams.close()


@pytest.fixture(params=[FEW, pytest.param(SIZE, marks=pytest.mark.long)])
def people(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_there_is_somebody_to_examine() -> None:
    assert "athenanet" in ADAPTERS


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_type_is_read_and_searched_and_every_parameter_is_us_core_s(name: str) -> None:
    supports = registry.find(name).supports()

    assert len(supports) == len({(support.type, support.code) for support in supports})
    for support in supports:
        known = {*EDITION.search_parameters(support.type), "_id"}
        assert set() == support.params - known, support.type
        assert all(alternative <= support.params for alternative in support.requires)
        assert [] == [profile for profile in support.profiles if EDITION.profile(profile) is None]
    read = {s.type for s in supports if s.code == "read"}
    assert read - {"Binary"} == {s.type for s in supports if s.code == "search-type"}


@pytest.mark.parametrize(("name", "search"), SEARCHES, scope="module")
async def test_ids_are_readable_and_name_their_type(name: str, search: Search[Any], people: int) -> None:
    async with sitting(name, people) as candidate:
        found = await candidate.served(search)

        assert found
        for resource in found:
            assert search.type == resource["resourceType"]
            assert search.type in candidate.adapter.type_of(resource["id"])
        for resource in found[:: max(1, len(found) // 10)]:
            assert resource == await candidate.read(search.type, resource["id"])


@pytest.mark.parametrize(("name", "search"), SEARCHES, scope="module")
async def test_resources_are_valid_and_the_profiles_declared_are_those_that_occur(
    name: str, search: Search[Any], people: int
) -> None:
    async with sitting(name, people) as candidate:
        found = await candidate.served(search)

    for resource in found[:: max(1, len(found) // 40)]:
        assert_conforms(_aliased(resource))
    occurring = {canonical.rpartition("/")[2] for one in found for canonical in uscore.recognise(one, EDITION)}
    nobodys = set() if candidate.adapter.derives_provenance else NOBODYS - occurring
    assert set(search.profiles) - nobodys == occurring


@pytest.mark.parametrize(("name", "search"), SEARCHES, scope="module")
async def test_a_search_by_id_and_a_read_of_an_unknown_id_tell_the_truth(
    name: str, search: Search[Any], people: int
) -> None:
    async with sitting(name, people) as candidate:
        found = await candidate.served(search)
        wanted = found[len(found) // 2]["id"]

        by_id = await candidate.every(search.type, Clause("_id", None, (TokenValue(None, wanted),), wanted))
        assert wanted in {resource["id"] for resource in by_id}
        for unknown in (f"{wanted}0000", "nosuch", "-", ".."):
            assert await candidate.read(search.type, unknown) is None


@pytest.mark.parametrize(("name", "search"), SEARCHES, scope="module")
async def test_references_are_local_ids_of_what_is_served(name: str, search: Search[Any], people: int) -> None:
    async with sitting(name, people) as candidate:
        found = {reference for one in await candidate.served(search) for reference in _references(one)}
        named = {reference for reference in found if not reference.startswith("#")}  # contained: in the resource itself

        for reference in sorted(named):
            match = REFERENCE.fullmatch(reference)
            assert match is not None, reference
            assert match[1] in candidate.adapter.type_of(match[2])
        for reference in sorted(named)[:: max(1, len(named) // 10)]:
            type_, _, local_id = reference.partition("/")
            assert await candidate.read(type_, local_id) is not None, reference


def _aliased(value: Any) -> Any:
    """With the ids that FHIR has no room for as short as the facade makes them."""
    if isinstance(value, dict):
        return {key: _aliased(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_aliased(each) for each in value]
    if isinstance(value, str) and len(value) > 64 and LONG.fullmatch(value):
        type_, slash, id_ = value.rpartition("/")
        return f"{type_}{slash}x-{zlib.crc32(id_.encode())}"
    return value


def _links(type_: str, target: str) -> bool:
    """Whether a parameter of the type leads to nothing else than the target."""
    return any((target,) == row.targets for row in EDITION.links(type_).values())


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
        return own.union(*(_references(each) for each in value.values()))
    if isinstance(value, list):
        return set[str]().union(*(_references(each) for each in value))
    return set()
