"""The facade in front of sandboxes, wired in process: what tests of meaning drive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import yaml
from starlette.types import ASGIApp

from adapters import registry
from adapters.athenanet.sandbox import create_app as create_sandbox
from adapters.athenanet.settings import sandbox_settings
from adapters.upstream import aiohttp_transport
from facade.app import create_app
from facade.demo import reaching
from facade.keys import new_keys
from facade.services import Services
from facade.tenancy.directory import load

ORIGIN = "https://facade.example.org"
UPSTREAM = "http://127.0.0.1:9"  # nothing listens there: a call that bypassed the transport would fail
KEYS = new_keys()

ATHENANET = {**sandbox_settings(UPSTREAM), "show_full_ssn": True}


def practice(practiceid: str = "195900", **settings: Any) -> dict[str, Any]:
    """A practice of the configuration with one athenaNet connection."""
    return {
        "name": f"Practice {practiceid}",
        "timezone": "America/New_York",
        "connections": {
            "athenanet": {"adapter": "athenanet", "settings": {**ATHENANET, "practiceid": practiceid, **settings}}
        },
    }


def configuration(**tenants: Mapping[str, Any]) -> dict[str, Any]:
    """A whole configuration; each tenant's mapping is merged over a plain one with practice `rb`."""
    plain = {
        "name": "A tenant",
        "ssn_purposes": ["HPAYMT"],
        "policy": [
            {
                "name": "limited-demographics",
                "clients": ["limited"],
                "remove": [
                    "Patient.identifier",
                    "Patient.telecom",
                    "Patient.address",
                    "Patient.contact",
                    "RelatedPerson",
                ],
            }
        ],
        "clients": {
            "system": {"scopes": ["system/*.rs"]},
            "limited": {"scopes": ["system/*.rs"]},
            "billing": {"scopes": ["system/Patient.rs"], "purposes": ["HPAYMT"]},
            "vitals": {"scopes": ["system/Observation.rs"]},
        },
        "practices": {"rb": practice()},
    }
    return {
        "server": {
            "public_url": ORIGIN,
            "signing_key": KEYS["FACADE_SIGNING_KEY"],
            "token_seconds": 86_400,  # a slow machine must not run into the end of a token
            "cursor_keys": [KEYS["FACADE_CURSOR_KEY"]],
            "log_level": "error",
        },
        "tenants": {key: {**plain, **settings} for key, settings in (tenants or {"riverbend": {}}).items()},
    }


@dataclass
class World:
    """`sandbox` is the simulated EHR, `app` the facade in front of it."""

    services: Services
    app: ASGIApp
    sandbox: Any
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def token(self, client: str = "system", tenant: str = "riverbend", **how: Any) -> str:
        """A fresh token of one of the tenant's clients."""
        found = self.services.directory.tenants[tenant]
        purpose = next(iter(found.clients[client].purposes), None)
        return self.services.tokens.mint(found, found.clients[client], **{"seconds": 300, "purpose": purpose, **how})

    def client(
        self, client: str | None = "system", tenant: str = "riverbend", practice: str | None = None
    ) -> httpx.AsyncClient:
        """An HTTP client at a FHIR base, with a bearer token unless `client` is None."""
        base = "/".join(filter(None, (ORIGIN, tenant, practice, "fhir/r4")))
        headers = {"Authorization": f"Bearer {self.token(client, tenant)}"} if client else {}
        made = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=base, headers=headers)
        self.clients.append(made)
        return made

    async def calls(self) -> list[dict[str, Any]]:
        """What the sandbox was asked since the last `forget`."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox), base_url=UPSTREAM) as client:
            found: list[dict[str, Any]] = (await client.get("/_sandbox/calls")).json()["calls"]
            return found

    async def forget(self) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox), base_url=UPSTREAM) as client:
            await client.delete("/_sandbox/calls")

    async def fault(self, *rules: Mapping[str, Any]) -> None:
        """The sandbox misbehaves by these rules from now on."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox), base_url=UPSTREAM) as client:
            (await client.post("/_sandbox/faults", json=list(rules))).raise_for_status()


W = TypeVar("W", bound=World)


@asynccontextmanager
async def world(
    folder: Path, config: Mapping[str, Any] | None = None, *, size: int = 25, **sandbox_settings: Any
) -> AsyncIterator[World]:
    """A world from a configuration (one tenant `riverbend` with practice `rb` by default)."""
    sandbox = create_sandbox(size=size, **{"token_quota": 1000, **sandbox_settings})
    async with served(folder, config or configuration(), httpx.ASGITransport(sandbox), sandbox, World) as made:
        yield made


@asynccontextmanager
async def served(
    folder: Path,
    config: Mapping[str, Any],
    transport: httpx.AsyncBaseTransport | None,
    sandbox: Any,
    kind: Callable[[Services, ASGIApp, Any], W],
) -> AsyncIterator[W]:
    """The facade by a configuration, over whatever EHRs that transport reaches; None: the wire."""
    path = folder / "facade.yaml"
    path.write_text(yaml.safe_dump(dict(config), sort_keys=False), encoding="utf-8")
    services = Services(load(path, {}), transport=(lambda _: transport) if transport else aiohttp_transport)
    made = kind(services, create_app(services), sandbox)
    try:
        yield made
    finally:
        for client in made.clients:
            await client.aclose()
        await services.close()


async def every(client: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    """All matches of a search, over all of its pages."""
    return [entry["resource"] for entry in await entries(client, address) if entry["search"]["mode"] == "match"]


async def entries(client: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    """All entries of a search, over all of its pages."""
    found: list[dict[str, Any]] = []
    url: str | None = address
    while url is not None:
        response = await client.get(url)
        assert response.status_code == 200, response.text
        bundle = response.json()
        found.extend(bundle.get("entry", ()))
        url = link(bundle, "next")
    return found


def link(bundle: Mapping[str, Any], relation: str) -> str | None:
    """The URL of a Bundle's link, None where it has none."""
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


def ids(resources: Iterable[Mapping[str, Any]]) -> list[str]:
    return [resource["id"] for resource in resources]


def reached(origin: str) -> dict[str, str]:
    """The variables of deploy/demo.yaml as if every adapter's sandbox were at `origin`."""
    return {key: text for name in registry.available() for key, text in reaching(name, origin).items()}
