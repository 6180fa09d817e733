"""What the EHRs say beside their records: tokens, sessions, ids of calls, addresses, words of errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STANDARD = frozenset(
    "accept-ranges access-control-allow-credentials access-control-allow-headers access-control-allow-methods "
    "access-control-allow-origin access-control-expose-headers access-control-max-age allow cache-control "
    "content-disposition content-encoding content-language content-length content-location content-security-policy "
    "content-type date etag expires last-modified link location pragma prefer referrer-policy retry-after "
    "strict-transport-security vary www-authenticate x-content-type-options x-frame-options x-request-id".split()
)
"""Headers that mean the same everywhere; those of an EHR alone are told by their names already."""

SESSIONS = frozenset({"sessionID", "-pageContext"})
"""What addresses of next pages hold for an EHR alone; athena's `cursor` is the id of a record."""

PIECES = re.compile(r"[A-Za-z0-9_-]{12,}")
"""Of what a token is made; addresses and JSON put other characters between."""

WORDS = 15
"""Characters from which on an EHR's own words are known again."""

Alter = Callable[[bytes], bytes]


@dataclass(slots=True)
class Overheard:
    """By kind, of all EHRs.

    `tokens`   that were issued or sent, and secrets of clients
    `sessions` in addresses of next pages
    `calls`    values of headers that are the EHR's own: ids of requests, metrics, cookies
    `headers`  their names
    `words`    of refusals and remarks
    """

    tokens: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def found_in(self, text: str) -> set[str]:
        """All of it that a text holds. The text's own pieces are looked up: thousands of ids cost no more than few."""
        here = set(PIECES.findall(text))
        opaque = self.tokens | self.sessions | self.calls
        found = {one for one in opaque if (pieces := PIECES.findall(one)) and here.issuperset(pieces)}
        short = {one for one in opaque if len(one) >= 8 and not PIECES.search(one) and one in text}
        return found | short | {one for one in self.words if one in text}


class Wiretap:
    """An ASGI app before a sandbox's: hears what passes. `alter`: what becomes of a body of FHIR on its way."""

    def __init__(self, app: ASGIApp, heard: Overheard, alter: Alter | None = None) -> None:
        self.app = app
        self.heard = heard
        self.alter = alter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox/"):
            await self.app(scope, receive, send)
            return
        self._asked({name.decode(): value.decode("latin-1") for name, value in scope["headers"]})
        started: list[Message] = []
        body = bytearray()

        async def listen(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._answered(started[0], bytes(body), send)

        await self.app(scope, receive, listen)

    def _asked(self, headers: Mapping[str, str]) -> None:
        token = headers.get("authorization", "").partition(" ")[2]
        if token:
            self.heard.tokens.add(token)

    async def _answered(self, start: Message, body: bytes, send: Send) -> None:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
        for name, value in headers.items():
            if name not in STANDARD:
                self.heard.headers.add(name)
            if name not in STANDARD or name == "x-request-id":
                self.heard.calls.add(value)
        self._said(start["status"], body)
        if self.alter is not None and b"resourceType" in body:
            body = self.alter(body)
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start = {**start, "headers": [*kept, (b"content-length", b"%d" % len(body))]}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _said(self, status: int, body: bytes) -> None:
        try:
            found = json.loads(body)
        except ValueError:
            if status >= 400:
                self._words(re.sub(r"<[^>]*>", "\n", body.decode("utf-8", "replace")).split("\n"))
            return
        if isinstance(found, dict):
            self.heard.tokens |= {found[name] for name in ("access_token", "refresh_token") if name in found}
            for link in found.get("link") or () if found.get("resourceType") == "Bundle" else ():
                self.heard.sessions |= {
                    value for name, value in parse_qsl(urlsplit(link["url"]).query) if name in SESSIONS
                }
            outcomes = [
                found,
                *(one.get("resource") or {} for one in found.get("entry") or () if isinstance(one, dict)),
            ]
            for one in outcomes:
                if one.get("resourceType") == "OperationOutcome" or (status >= 400 and one is found):
                    self._words(texts(one))

    def _words(self, found: Any) -> None:
        self.heard.words |= {one.strip() for one in found if len(one.strip()) >= WORDS and " " in one.strip()}


def texts(node: Any) -> Iterator[str]:
    """Every text in a JSON document."""
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node
