"""ASGI without an HTTP client between: tens of thousands of requests a run, and a client costs more than the server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content) if self.content else {}

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True, repr=False)
class Wire:
    """An app, and the headers of every request to it."""

    app: ASGIApp
    headers: Mapping[str, str]

    async def ask(
        self,
        method: str,
        path: str,
        pairs: Iterable[tuple[str, str]] = (),
        *,
        query: str | None = None,
        headers: Mapping[str, str] | None = None,
        form: Iterable[tuple[str, str]] | None = None,
        json_: Any = None,
        content: bytes = b"",
    ) -> Answer:
        """One request; `query` goes out as it is instead of `pairs`, `form` or `json_` becomes the body."""
        sent = {"host": "facade.example.org"}
        sent |= {name.lower(): value for name, value in {**self.headers, **(headers or {})}.items()}
        if form is not None:
            content, sent["content-type"] = urlencode(list(form)).encode(), "application/x-www-form-urlencoded"
        if json_ is not None:
            content, sent["content-type"] = json.dumps(json_).encode(), "application/fhir+json"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": (urlencode(list(pairs)) if query is None else query).encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
            "server": ("facade.example.org", 443),
        }
        return await self._answer(scope, content)

    async def _answer(self, scope: dict[str, Any], content: bytes) -> Answer:
        told: list[Message] = []

        messages = iter([{"type": "http.request", "body": content, "more_body": False}])

        async def receive() -> Message:
            for message in messages:
                return message
            await asyncio.Event().wait()  # the client stays
            raise AssertionError("nobody tells it to leave")

        async def send(message: Message) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in told[0]["headers"]}
        return Answer(told[0]["status"], headers, b"".join(each.get("body", b"") for each in told[1:]))
