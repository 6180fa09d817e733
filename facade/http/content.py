"""A document -> bytes on the wire: as they are, or as a Binary in JSON, in pieces either way.

No browser is to run what a chart holds: what it would run is for saving, and in a sandbox should it be opened after
all. Nothing of an EHR's own headers is passed on. https://hl7.org/fhir/R4/binary.html#rest
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from capability.issues import EHRInvalid, EHRTimeout
from facade.interactions.binary import Opened

PIECE = 48 * 1024  # a multiple of three, so that pieces of base64 fit together

SHOWN = ("application/pdf", "audio/", "image/", "text/plain", "video/")
"""Media types, or what they begin with, that browsers show without running anything."""

RUNS = ("image/svg+xml",)

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class ContentResponse(StreamingResponse):
    """The bytes of a document between `head` and `tail`, as base64 where `encoded`. Closes the document at its end."""

    def __init__(
        self, opened: Opened, headers: Mapping[str, str], media_type: str, *, head: bytes = b"", tail: bytes = b""
    ) -> None:
        self._opened = opened
        self._head, self._tail = head, tail
        document = opened.content.document
        self.size = len(document.content) if isinstance(document.content, bytes) else document.size
        if head and self.size is not None:
            self.size = len(head) + (self.size + 2) // 3 * 4 + len(tail)
        length = {"Content-Length": str(self.size)} if self.size is not None else {}
        super().__init__(self._pieces(), 200, {**headers, **length, "Content-Type": media_type})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "HEAD":
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await send({"type": "http.response.body", "body": b""})
            else:
                await super().__call__(scope, receive, send)
        finally:
            await self._opened.close()

    async def whole(self) -> bytes:
        """All of it at once, for an answer that it is a part of."""
        try:
            return b"".join([piece async for piece in self._pieces()])
        finally:
            await self._opened.close()

    async def close(self) -> None:
        """Instead of being sent."""
        await self._opened.close()

    async def _pieces(self) -> AsyncIterator[bytes]:
        content = self._opened.content.document.content
        if not isinstance(content, bytes):
            async for piece in self._passed():
                yield piece
            return
        if self._head:
            yield self._head
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            yield base64.b64encode(piece) if self._head else piece
        if self._tail:
            yield self._tail

    async def _passed(self) -> AsyncIterator[bytes]:
        """A stream, as long as its source said. What breaks off breaks the answer off, which the client then sees."""
        document, sent = self._opened.content.document, 0
        if isinstance(document.content, bytes):
            raise TypeError("bytes are no stream")
        while piece := await self._next(document.content):
            sent += len(piece)
            if document.size is not None and sent > document.size:
                raise EHRInvalid("the EHR sent more than it said")
            if sent > self._opened.most:
                raise EHRInvalid("the EHR sent more than is passed on here")
            yield piece
        if document.size is not None and sent < document.size:
            raise EHRInvalid("the EHR sent less than it said")

    async def _next(self, stream: AsyncGenerator[bytes, None]) -> bytes:
        """The next bytes, none at the end."""
        try:
            async with asyncio.timeout_at(self._opened.deadline):
                piece = b""
                while not piece:
                    piece = await anext(stream)
                return piece
        except StopAsyncIteration:
            return b""
        except TimeoutError as exc:
            raise EHRTimeout("the EHR did not send all of the document in time") from exc


def guards(media_type: str) -> dict[str, str]:
    """Headers that keep a browser from running a document."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence.startswith(SHOWN) and essence not in RUNS:
        return {"Content-Disposition": "inline"}
    return {"Content-Disposition": "attachment", "Content-Security-Policy": SANDBOX}
