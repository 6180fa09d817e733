"""An EHR that serves the Patients that its settings hold, whatever stands in them: for what no sandbox would say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

import adapters
from tests.facade.world import World, configuration, world

ADAPTER = """
from copy import deepcopy

from pydantic import BaseModel

from adapters.contract import Adapter, Page, Read, Search
from mappings.mapped import Mapped


class ScrapbookSettings(BaseModel):
    patients: list[dict]


async def read(book, call, query):
    return Page.mapped(Mapped, [deepcopy(each) for each in book.patients if each["id"] == query.id])


async def search(book, call, query):
    return Page.mapped(Mapped, deepcopy(book.patients))


ADAPTER = Adapter(
    name="scrapbook",
    settings=ScrapbookSettings,
    connect=lambda connection, upstreams: connection.settings,
    type_of=lambda local_id: frozenset({"Patient"}),
    interactions=(
        Read("Patient", read, profiles=("us-core-patient",)),
        Search("Patient", search, params=frozenset({"_id", "family"}), profiles=("us-core-patient",)),
    ),
)
"""


@asynccontextmanager
async def scrapbook(
    folder: Path, patients: Sequence[Mapping[str, Any]], **server: Any
) -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    """A world whose only practice `rb` has these patients, and a client at its tenant's base."""
    place = folder / "adapters" / "scrapbook"
    place.mkdir(parents=True)
    (place / "__init__.py").write_text(ADAPTER, encoding="utf-8")
    before = list(adapters.__path__)
    connections = {"main": {"adapter": "scrapbook", "settings": {"patients": list(patients)}}}
    config = configuration(riverbend={"practices": {"rb": {"name": "A scrapbook", "connections": connections}}})
    config["server"] |= {"adapters_path": [str(folder)], **server}
    try:
        async with world(folder, config) as made:
            yield made, made.client()
    finally:
        adapters.__path__[:] = before
