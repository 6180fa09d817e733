"""Declarations -> an Adapter: what a vendor that speaks FHIR needs beside its own folder's tables and quirks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.contract import Adapter, Connection, Content, Read, Search
from adapters.fhir_r4.binary import content
from adapters.fhir_r4.client import FHIRServer
from adapters.fhir_r4.declare import Dialect
from adapters.fhir_r4.discover import discover
from adapters.fhir_r4.read import read
from adapters.fhir_r4.search import search
from adapters.query import Clause


def pass_through(
    dialect: Dialect,
    *,
    sandbox: str | None = None,
    sandbox_settings: Callable[[str], Mapping[str, Any]] | None = None,
    sandbox_patients: tuple[Clause, ...] = (),
    leads: frozenset[str] = frozenset(),
    files: bool = True,
) -> Adapter[FHIRServer]:
    """The adapter of a vendor. `files`: attachments are fetched, as Binary."""

    def connect(connection: Connection, upstreams: Any) -> FHIRServer:
        return FHIRServer(connection, upstreams, dialect)

    return Adapter(
        name=dialect.name,
        settings=dialect.settings,
        connect=connect,
        interactions=(*_interactions(dialect), *((Content(content),) if files else ())),
        type_of=dialect.static.types_of,
        owner_of=dialect.static.owner_of,
        passes_through=True,
        tables=dialect.tables,
        leads=leads,
        discover=discover,
        sandbox=sandbox,
        sandbox_settings=sandbox_settings,
        sandbox_patients=sandbox_patients,
    )


def _interactions(dialect: Dialect) -> Iterator[Read[FHIRServer] | Search[FHIRServer]]:
    for served in dialect.types:
        if served.readable:
            yield Read(served.type, read, served.profiles)
        if served.searchable:
            yield Search(served.type, search, served.params, served.requires, served.profiles, served.notes)
