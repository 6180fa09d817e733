"""The facade over one practice of Epic's, and what its sandbox was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from adapters.epic.sandbox import BASE
from adapters.epic.settings import SANDBOX_MRN
from tests.facade.summit import Summit, connection, network
from tests.facade.world import configuration

Asked = tuple[str, dict[str, str]]
"""(type, or type and id; the parameters that were sent)"""


@dataclass
class Epic:
    summit: Summit
    client: httpx.AsyncClient

    async def get(self, address: str, status: int = 200) -> dict[str, Any]:
        """Past the cache, so that the sandbox is asked. The resource in the answer of that status."""
        answer = await self.client.get(address, headers={"Cache-Control": "no-cache"})
        assert status == answer.status_code, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def patient(self, number: int) -> str:
        """Public id of one of the people, by the medical record number."""
        bundle = await self.get(f"/Patient?identifier={SANDBOX_MRN}|{200_000 + number}")
        return str(bundle["entry"][0]["resource"]["id"])

    async def asked(self, *types: str) -> list[Asked]:
        """What the sandbox was asked since it was told to forget, of these types or of all, without `_count`."""
        found = []
        for call in await self.summit.asked("epic"):
            what = call["path"].removeprefix(f"{BASE}/")
            pairs = {name: value for name, value in parse_qsl(call["query"]) if name != "_count"}
            if what.partition("/")[0] in types or not types:
                found.append((what, pairs))
        return found

    async def forget(self) -> None:
        await self.summit.misbehave("epic")


@asynccontextmanager
async def epic(folder: Path, settings: dict[str, Any] | None = None, **sandbox: Any) -> AsyncIterator[Epic]:
    """`settings` of the connection; `sandbox`: options of the simulator."""
    practice = {
        "name": "Practice by Epic",
        "timezone": "America/New_York",
        "connections": {"epic": connection("epic", **(settings or {}))},
    }
    config = configuration(summit={"practices": {"se": practice}, "ssn_purposes": []})
    async with network(folder, config, names=("epic",), size=25, **sandbox) as made:
        yield Epic(made, made.client())


def matches(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", ()) if entry["search"]["mode"] == "match"]


def warnings(bundle: dict[str, Any]) -> list[str]:
    """What the outcome entry tells."""
    return [
        issue["details"]["text"]
        for entry in bundle.get("entry", ())
        if entry["search"]["mode"] == "outcome"
        for issue in entry["resource"]["issue"]
    ]
