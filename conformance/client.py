"""HTTP, recorded: each request and its answer is an Exchange that a report can show."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import httpx

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
SHOWN = 2_000
_SECRET = re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]+|((?:access_token|client_assertion|client_secret)=)[^&\s]+")


class Unreachable(Exception):
    """No HTTP answer came: refused, timed out, or broken off. The text says which, without values."""


@dataclass(frozen=True, eq=False)
class Exchange:
    """One request and its answer. `url` is absolute; nothing in it or in `sent` is a credential."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    text: str
    sent: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def json(self) -> Any:
        """The body parsed; None where it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def resource(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def shown(self) -> dict[str, Any]:
        """What a report prints: method, URL, request body, status and a trimmed answer, without tokens."""
        body = self.text if len(self.text) <= SHOWN else f"{self.text[:SHOWN]} ... ({len(self.text)} characters)"
        return {
            "method": self.method,
            "url": redacted(self.url),
            "sent": redacted(self.sent),
            "headers": {name: redacted(value) for name, value in self.extra.items()},
            "status": self.status,
            "body": redacted(body),
        }


def redacted(text: str) -> str:
    return _SECRET.sub(lambda match: f"{match.group(1) or match.group(2)}...", text)


class Client:
    """Asks one server, at most `concurrency` requests at once; an identical GET is sent once a run.

    `base` has no slash at its end. `headers` go with every request. `transport` replaces the network.
    """

    def __init__(
        self,
        base: str,
        token: str | None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        verify: Any = True,
        concurrency: int = 8,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base = base
        self.token = token
        self.sent = 0
        self._headers = dict(headers or {})
        self._slots = asyncio.Semaphore(concurrency)
        self._cache: dict[tuple[Any, ...], asyncio.Task[Exchange]] = {}
        self._http = httpx.AsyncClient(
            timeout=timeout,
            verify=verify,
            transport=transport,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=concurrency),
        )

    async def close(self) -> None:
        for task in self._cache.values():
            task.cancel()
        await self._http.aclose()

    def absolute(self, address: str) -> str:
        """An address relative to the base, "" for the base itself; an absolute one as it is."""
        return urljoin(f"{self.base}/", address) if address else self.base

    async def get(
        self, address: str, *, headers: Mapping[str, str] | None = None, token: str | None = "", fresh: bool = False
    ) -> Exchange:
        """GET; from memory where the same was asked before, unless `fresh`. `token` None sends none, "" the usual."""
        if fresh:
            return await self.send("GET", address, headers=headers, token=token)
        key = (self.absolute(address), token, *sorted((headers or {}).items()))
        if key not in self._cache:
            self._cache[key] = asyncio.ensure_future(self.send("GET", address, headers=headers, token=token))
        return await asyncio.shield(self._cache[key])

    async def send(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: str = "",
        token: str | None = "",
    ) -> Exchange:
        """One request. A token leaves for the base's own origin only. Raises Unreachable."""
        url = self.absolute(address)
        extra = dict(headers or {})
        whole = {"Accept": FHIR_JSON, **self._headers, **extra}
        bearer = self.token if token == "" else token
        if bearer is not None and httpx.URL(url).host == httpx.URL(self.base).host:
            whole["Authorization"] = f"Bearer {bearer}"
        async with self._slots:
            self.sent += 1
            try:
                answer = await self._http.request(method, url, headers=whole, content=content.encode() or None)
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise Unreachable(f"{method} {redacted(url)}: {type(exc).__name__} {redacted(str(exc))}") from exc
        shown = {name: value for name, value in extra.items() if name.lower() != "authorization"}
        headers_ = {name.lower(): value for name, value in answer.headers.items()}
        return Exchange(method, url, answer.status_code, headers_, answer.text, content, shown)
