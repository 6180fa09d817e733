"""A client of the sandbox that keeps its bearer token, for tests of the sandbox itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp

from adapters.athena_fhir.sandbox import BASE, CREDENTIALS, TOKEN_PATH, create_app
from adapters.athena_fhir.sandbox.rules import RULES

CLIENT, SECRET = next(iter(CREDENTIALS.items()))
ORIGIN = "http://sandbox.test"
EVERYTHING = " ".join(f"system/{name}.read" for name in RULES)
PRACTICE = "Organization/a-1.Practice-195900"


class Wire:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.bearer: str | None = None

    async def token(self, scope: str = EVERYTHING, **form: str) -> httpx.Response:
        data = {"grant_type": "client_credentials", "scope": scope, **form}
        return await self.client.post(TOKEN_PATH, data=data, auth=(CLIENT, SECRET))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Below the base of the FHIR server."""
        own = {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        return await self.client.get(f"{BASE}/{path}", headers={**own, **headers})

    async def json(self, path: str) -> Any:
        response = await self.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    async def rows(self, path: str) -> list[dict[str, Any]]:
        """What a search finds, on one page."""
        bundle = await self.json(f"{path}&_count=1000")
        return [entry["resource"] for entry in bundle.get("entry", ())]

    async def every(self, path: str) -> list[dict[str, Any]]:
        """What a search finds, page by page."""
        found, url = [], f"{ORIGIN}{BASE}/{path}"
        while url:
            bundle = await self.json(url.removeprefix(f"{ORIGIN}{BASE}/"))
            found += [entry["resource"] for entry in bundle.get("entry", ())]
            url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
        return found


@asynccontextmanager
async def wired(app: ASGIApp | None = None, scope: str = EVERYTHING) -> AsyncIterator[Wire]:
    transport = httpx.ASGITransport(app=app or create_app(token_quota=100))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        wire = Wire(client)
        wire.bearer = (await wire.token(scope)).json().get("access_token")
        yield wire
