"""A client of Cerner's sandbox, for tests of the sandbox itself. A function opens it: each test runs in a loop of its
own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from adapters.cerner.sandbox import TENANT, create_app

ORIGIN = "https://fhir-ehr.example.org"
TOKEN = f"/tenants/{TENANT}/protocols/oauth2/profiles/smart-v1/token"
FIRST = "12724001"
"""The patient id of person 1."""


class Millennium:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def token(self, scope: str | None, client_id: str = "sandbox-client", **form: str) -> httpx.Response:
        data = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **form}
        return await self.client.post(TOKEN, data=data, auth=(client_id, "sandbox-secret"))

    async def allow(self, scope: str, client_id: str = "sandbox-client") -> None:
        response = await self.token(scope, client_id)
        self.client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Below the tenant's base."""
        return await self.client.get(f"/r4/{TENANT}/{path}", headers=headers)

    async def json(self, path: str) -> Any:
        response = await self.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    async def all(self, path: str) -> list[dict[str, Any]]:
        """The resources of every page."""
        found, url = [], path
        while url:
            bundle = await self.json(url)
            found += resources(bundle)
            url = link(bundle, "next").partition(f"{TENANT}/")[2]
        return found

    async def refused(self, path: str) -> tuple[int, str]:
        response = await self.get(path)
        return response.status_code, response.json()["issue"][0]["details"]["text"]


def resources(bundle: dict[str, Any], mode: str = "match") -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle.get("entry", ()) if one["search"]["mode"] == mode]


def link(bundle: dict[str, Any], relation: str) -> str:
    return next((one["url"] for one in bundle["link"] if one["relation"] == relation), "")


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[Millennium]:
    transport = httpx.ASGITransport(create_app(**options))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Millennium(client)


@asynccontextmanager
async def anonymous(**options: Any) -> AsyncIterator[Millennium]:
    """The open host: for what tokens do not matter to."""
    async with opened(open_tier=True, **options) as server:
        yield server
