"""A client of the sandbox that keeps its bearer token, for tests of the sandbox itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette

from adapters.athenanet.sandbox import CREDENTIALS, SCOPE, Sandbox, create_app

CLIENT, SECRET = next(iter(CREDENTIALS.items()))
PRACTICE = "/v1/195900"


class Athena:
    def __init__(self, app: Starlette, client: httpx.AsyncClient) -> None:
        self.client = client
        self.sandbox: Sandbox = app.state.sandbox
        self.bearer: str | None = None

    async def token(self, *, client: str = CLIENT, secret: str = SECRET, **form: str) -> httpx.Response:
        data = {"grant_type": "client_credentials", "scope": SCOPE, **form}
        return await self.client.post("/oauth2/v1/token", data=data, auth=(client, secret))

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        """Below practice 195900, unless `path` starts with /v1/ or names nothing of a practice."""
        whole = path if path.startswith(("/v1/", "/_", "/ping")) else PRACTICE + path
        headers = {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        return await self.client.get(whole, params=query or None, headers=headers)

    async def json(self, path: str, **query: str | int) -> Any:
        response = await self.get(path, **query)
        assert response.status_code == 200, response.text
        return response.json()


@asynccontextmanager
async def athena(app: Starlette | None = None) -> AsyncIterator[Athena]:
    app = app or create_app()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        wire = Athena(app, client)
        wire.bearer = (await wire.token()).json()["access_token"]
        wire.sandbox.calls.clear()
        yield wire
