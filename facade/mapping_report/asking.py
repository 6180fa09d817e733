"""An adapter in front of its own sandbox, in process: what it can be asked about its population, and the answers."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp

from adapters import registry
from adapters.contract import Adapter, Call, Connection, Page, Read, Search
from adapters.query import Clause, Query, ReferenceValue
from adapters.upstream import Upstreams
from capability.issues import FHIRError
from facade.mapping_report.documents import Documents, Made
from facade.state.tokens import MemoryTokens
from mappings import provenance
from mappings.mapped import Origin, Resource

ORIGIN = "http://127.0.0.1:9"  # nothing listens there: everything goes to the sandbox in this process
SECONDS = 3_600.0
MOST_REFERENCED = 100
PAGES = 200
PROVENANCE = "Provenance"
_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]+)")

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one query gave, all of its pages: the resources, and the keys of the documents that they were made of."""

    query: Query
    resources: tuple[Resource, ...]
    documents: tuple[str, ...]


class Asked:
    """One adapter at work on its sandbox's first practice. `close` when done."""

    def __init__(self, adapter: Adapter[Any], *, size: int, us_core: str) -> None:
        if adapter.sandbox is None or adapter.sandbox_settings is None:
            raise ValueError(f"{adapter.name} has no sandbox")
        module, _, factory = adapter.sandbox.partition(":")
        sandbox: ASGIApp = getattr(importlib.import_module(module), factory)(size=size)
        settings = adapter.settings.model_validate(adapter.sandbox_settings(ORIGIN))
        self.adapter = adapter
        self.documents = Documents()
        self._upstreams = Upstreams(self.documents, MemoryTokens(), transport=lambda _: httpx.ASGITransport(sandbox))
        connection = Connection("report", "report", adapter.name, adapter.name, settings, us_core)
        self._ehr = adapter.connect(connection, self._upstreams)

    async def close(self) -> None:
        await self._upstreams.close()

    async def answer(self, query: Query) -> Answer:
        """The whole answer to a query; nothing where the adapter cannot answer it."""
        with self.documents.using() as used:
            resources = await self.resources(query)
        return Answer(query, resources, tuple(used))

    async def resources(self, query: Query) -> tuple[Resource, ...]:
        """The resources of all pages, with their derived Provenances."""
        found: list[Resource] = []
        at: Query | None = query
        for _ in range(PAGES):
            if at is None:
                break
            page = await self._page(at)
            found += page.resources
            if self.adapter.derives_provenance:
                found += (_provenance(one, page.origins) for one in page.resources)
            at = _next(query, page.cursor)
        return tuple(found)

    async def _page(self, query: Query) -> Page:
        deadline = asyncio.get_running_loop().time() + SECONDS
        call = Call("mapping-report", deadline, made=Made())
        try:
            return await registry.dispatch(self.adapter, self._ehr, call, query)
        except FHIRError:
            return Page()

    # --- the population

    async def population(self, told: Told) -> list[Answer]:
        """Every patient's resources of every type, the directory, and what these refer to."""
        searches = {one.type: one for one in self.adapter.interactions if isinstance(one, Search)}
        reads = {one.type for one in self.adapter.interactions if isinstance(one, Read)}
        listed = await self.answer(Query("Patient")) if "Patient" in searches else None
        patients = [one["id"] for one in listed.resources if one["resourceType"] == "Patient"] if listed else []
        answers: list[Answer] = []
        asked: set[str] = set()
        for type_ in sorted({*searches, *reads}):
            told(type_)
            queries = list(_queries(type_, searches.get(type_), type_ in reads, patients))
            asked |= {type_} if queries else set()
            answers += [await self.answer(query) for query in queries]
        for reference in _referenced(answers, reads - asked):
            answers.append(await self.answer(Query(reference[0], id=reference[1])))
        return answers


def _queries(type_: str, search: Search[Any] | None, read: bool, patients: Iterable[str]) -> Iterator[Query]:
    if type_ == "Patient" and read:
        yield from (Query(type_, id=patient) for patient in patients)
    elif search is not None and not search.requires:
        yield Query(type_)
    elif search is not None and frozenset({"patient"}) in search.requires:
        for patient in patients:
            clause = Clause("patient", None, (ReferenceValue("Patient", patient),), f"Patient/{patient}")
            yield Query(type_, (clause,))


def _next(query: Query, cursor: str | None) -> Query | None:
    return None if cursor is None else Query(query.type, query.clauses, query.id, cursor=cursor)


def _referenced(answers: Iterable[Answer], types: set[str]) -> list[tuple[str, str]]:
    """(type, id) of what is referred to and can only be read, a bounded number of each type."""
    found: dict[str, dict[str, None]] = {type_: {} for type_ in sorted(types)}
    for answer in answers:
        for resource in answer.resources:
            for type_, id_ in _references(resource):
                if type_ in found and len(found[type_]) < MOST_REFERENCED:
                    found[type_][id_] = None
    return [(type_, id_) for type_, ids in found.items() for id_ in ids]


def _references(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("reference", "url") and isinstance(each, str):
                match = _REFERENCE.fullmatch(each)
                if match is not None:
                    yield match[1], match[2]
            else:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _provenance(target: Resource, origins: Mapping[str, Origin]) -> Resource:
    origin = origins.get(f"{target['resourceType']}/{target['id']}")
    return provenance.derived(target, origin, f"prov-{target['id']}")
