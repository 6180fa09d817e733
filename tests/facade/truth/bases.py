"""The bases under the truth test: the demo's tenants and practices, and the demo's first tenant in every other edition.

What each serves is what it says over HTTP, in its CapabilityStatement and its OpenAPI document; no table of ours is
asked. `served()` reads these once, before tests are collected, so that every row is a test with a name.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from starlette.types import ASGIApp

from adapters import registry
from capability.uscore import VERSIONS
from facade.app import create_app
from facade.demo import CONFIGURATION, written
from facade.services import Services
from facade.tenancy.directory import PracticeEntry, Tenant, load
from tests.facade.truth.wire import Wire
from tests.facade.world import KEYS, ORIGIN

SIZE = 6

People = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, repr=False)
class Served:
    """What a base says of itself.

    `path`     the base below the origin
    `version`  its edition of US Core
    `people`   finds everybody in the sandboxes behind it: each practice's path with a search
    `derives`  whether each of its resources has a Provenance
    """

    name: str
    path: str
    tenant: str
    version: str
    statement: Mapping[str, Any]
    openapi: Mapping[str, Any]
    people: People = ()
    derives: bool = True

    @property
    def types(self) -> dict[str, dict[str, Any]]:
        return {each["type"]: each for each in self.statement["rest"][0].get("resource", ())}

    def interactions(self, type_: str) -> set[str]:
        return {each["code"] for each in self.types[type_]["interaction"]}

    def parameters(self, type_: str) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.types[type_].get("searchParam", ())}

    def names(self, type_: str) -> list[str]:
        """Every name that OpenAPI has in the query of a search for the type."""
        operation = self.openapi["paths"].get(f"/{type_}", {}).get("get", {"parameters": ()})
        found = [self._parameter(each) for each in operation["parameters"]]
        return [each["name"] for each in found if each["in"] == "query"]

    def _parameter(self, each: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in each:
            return each
        found: Mapping[str, Any] = self.openapi["components"]["parameters"][each["$ref"].rpartition("/")[2]]
        return found

    def told(self, type_: str, code: str, what: str) -> list[str]:
        """What a parameter's documentation lists after `what:`."""
        _, _, rest = self.parameters(type_)[code].get("documentation", "").partition(f"{what}: ")
        return rest.partition(". ")[0].rstrip(".").split(", ") if rest else []

    def combinations(self, type_: str) -> list[tuple[list[str], list[str]]]:
        """(required, optional) of each combination."""
        return [
            (
                [each["valueString"] for each in extension["extension"] if each["url"] == "required"],
                [each["valueString"] for each in extension["extension"] if each["url"] == "optional"],
            )
            for extension in self.types[type_].get("extension", ())
        ]

    def alternatives(self, type_: str) -> list[list[str]]:
        """What a search must have at least: the combinations that name what may be added to them."""
        return [required for required, optional in self.combinations(type_) if optional]


class Sandboxes(httpx.AsyncBaseTransport):
    """Every adapter's sandbox, each at a port of its own; nothing listens there."""

    def __init__(self, size: int) -> None:
        self.environ: dict[str, str] = {}
        self._apps: dict[int | None, httpx.ASGITransport] = {}
        for port, name in enumerate(registry.available(), start=2):
            adapter = registry.find(name)
            place = adapter.sandbox
            if place is not None:
                module, _, factory = place.partition(":")
                make: Callable[..., ASGIApp] = getattr(importlib.import_module(module), factory)
                self._apps[port] = httpx.ASGITransport(make(size=size))
                origin = f"http://127.0.0.1:{port}"
                told = adapter.sandbox_settings(origin) if adapter.sandbox_settings is not None else {}
                self.environ |= {f"SANDBOX_{name.upper()}_{key.upper()}": str(value) for key, value in told.items()}
                self.environ[f"SANDBOX_{name.upper()}_URL"] = origin

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._apps[request.url.port].handle_async_request(request)


@asynccontextmanager
async def services(size: int = SIZE) -> AsyncIterator[Services]:
    """The demo's configuration, with its first tenant once more for each edition that no tenant has."""
    sandboxes = Sandboxes(size)
    configuration = yaml.safe_load(CONFIGURATION.read_text("utf-8"))
    tenants = configuration["tenants"]
    first = {name: value for name, value in next(iter(tenants.values())).items() if name != "brand"}
    for version in VERSIONS:
        if version not in {str(each["us_core"]) for each in tenants.values()}:
            tenants[f"us-core-{version[0]}"] = {**first, "us_core": version}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facade.yaml"
        path.write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")
        directory = load(path, {**KEYS, **sandboxes.environ, "FACADE_PUBLIC_URL": ORIGIN})
    made = Services(directory, transport=lambda _: sandboxes)
    try:
        yield made
    finally:
        await made.close()


@cache
def served() -> tuple[Served, ...]:
    """Every base as it describes itself."""
    return asyncio.run(_served())


async def _served() -> tuple[Served, ...]:
    found = []
    async with services() as made:
        wire = Wire(create_app(made), {})
        for name, tenant, path, people, practices in _bases(made):
            statement = (await wire.ask("GET", f"{path}/metadata")).json()
            openapi = (await wire.ask("GET", f"{path}/openapi.json")).json()
            version = statement["implementationGuide"][0].rpartition("|")[2]
            found.append(Served(name, path, tenant, version, statement, openapi, people, all(map(_derives, practices))))
    return tuple(found)


def _bases(made: Services) -> Iterator[tuple[str, str, str, People, tuple[PracticeEntry, ...]]]:
    """(name, tenant, path, people, practices): the tenants' bases, and the practices' of the demo's own tenants."""
    for key, tenant in made.directory.tenants.items():
        people = {practice: _people(tenant, practice) for practice in tenant.practices}
        yield key, key, tenant.base.removeprefix(ORIGIN), tuple(people.values()), tuple(tenant.practices.values())
        if not key.startswith("us-core-"):
            for practice, own in people.items():
                yield f"{key}.{practice}", key, own[0], (own,), (tenant.practices[practice],)


def _derives(practice: PracticeEntry) -> bool:
    """Whether each of its resources has a Provenance, made of what its adapter tells."""
    return all(adapter.derives_provenance for _, adapter in practice.connections.values())


def _people(tenant: Tenant, practice: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    clauses = [one for _, each in tenant.practices[practice].connections.values() for one in each.sandbox_patients]
    path = tenant.practice_base(practice).removeprefix(ORIGIN)
    return path, tuple((clause.name, written(clause)) for clause in clauses)
