"""A client of the sandbox that keeps its bearer token, over httpx alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from adapters.epic.sandbox import AUTHORITY, BASE, CLIENT_ID, create_app
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.demo_key import PRIVATE_KEY

ORIGIN = "https://epic.test"
TOKEN = f"{ORIGIN}{AUTHORITY}/token"
FHIR_JSON = "application/fhir+json"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.import_key(dict(PRIVATE_KEY))


def assertion(**claims: Any) -> str:
    now = int(time.time())
    whole = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": TOKEN, "jti": str(uuid4()), "exp": now + 240, **claims}
    return jwt.encode({"alg": "ES384", "typ": "JWT", "kid": PRIVATE_KEY["kid"]}, whole, KEY, algorithms=["ES384"])


class Epic:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.bearer: str | None = None

    async def token(self, signed: str | None = None, **form: str) -> httpx.Response:
        data = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
        return await self.client.post(TOKEN, data={**data, "client_assertion": signed or assertion(), **form})

    async def get(self, path: str, *, accept: str | None = FHIR_JSON, **query: Any) -> httpx.Response:
        """Below the FHIR base, or the whole URL of a link. `accept` None: no such header."""
        url = path if path.startswith("https:") else BASE + path
        request = self.client.build_request("GET", url, params=query or None)
        if self.bearer:
            request.headers["Authorization"] = f"Bearer {self.bearer}"
        request.headers.pop("Accept", None)
        if accept is not None:
            request.headers["Accept"] = accept
        return await self.client.send(request)

    async def json(self, path: str, **query: Any) -> dict[str, Any]:
        response = await self.get(path, **query)
        assert response.status_code == 200, response.text
        document: dict[str, Any] = response.json()
        return document

    async def patient(self, number: int) -> str:
        """The FHIR id of one of the people."""
        (entry, *_) = (await self.json("/Patient", identifier=f"EPIC|E{number:04d}"))["entry"]
        id_: str = entry["resource"]["id"]
        return id_


def matches(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["search"]["mode"] == "match"]


def numbers(document: dict[str, Any]) -> list[str]:
    """Epic's numbers of a Bundle's outcome entry, or of an OperationOutcome."""
    if document["resourceType"] == "Bundle":
        last = document["entry"][-1]["resource"]
        document = last if last["resourceType"] == "OperationOutcome" else {"issue": []}
    return [issue["details"]["coding"][0]["code"] for issue in document["issue"]]


@cache
def _default() -> Controlled:
    """Charts that one test has made are there for the next."""
    return create_app()


@asynccontextmanager
async def epic(**options: Any) -> AsyncIterator[Epic]:
    """A new sandbox with those options; without any, the one that all tests share."""
    transport = httpx.ASGITransport(create_app(**options) if options else _default())
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        wire = Epic(client)
        wire.bearer = (await wire.token()).json()["access_token"]
        yield wire
