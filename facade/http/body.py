"""Request bodies on their way: each has its size and its time, and when too many are awaited the oldest gives way.

Whoever opens connections and sends nothing thus pushes out himself: an honest body is here within milliseconds.
"""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

from capability.issues import RequestTimeout, TooLarge
from facade.http.admission import Place
from facade.http.content_encoding import Gzip, decoder
from facade.tenancy.configuration import Limits


class Bodies:
    """All bodies that this process waits for."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._awaited: dict[Body, asyncio.Timeout] = {}

    def body(self, receive: Receive, place: Place, deadline: float, encoding: str = "") -> Body:
        """A request's `receive` with the bounds on it; `deadline` is the request's, in the loop's time.

        `encoding` is its Content-Encoding.
        """
        until = min(deadline, asyncio.get_running_loop().time() + self._limits.body_seconds)
        return Body(self, receive, place, until, self._limits.body_bytes, encoding)

    def enter(self, body: Body, timeout: asyncio.Timeout) -> None:
        self._awaited[body] = timeout
        if len(self._awaited) > self._limits.concurrency:
            oldest = self._awaited.pop(min(self._awaited, key=lambda each: each.until))
            if not oldest.expired():
                oldest.reschedule(asyncio.get_running_loop().time())

    def leave(self, body: Body) -> None:
        self._awaited.pop(body, None)


class Body:
    """`receive` of one request, unpacked. The limit holds for what is sent and for what it unpacks to.

    Raises RequestTimeout, TooLarge, Invalid and UnsupportedMedia (see `decoder`), and Overloaded when its place is gone
    meanwhile.
    """

    def __init__(
        self, bodies: Bodies, receive: Receive, place: Place, until: float, most: int, encoding: str = ""
    ) -> None:
        self._bodies = bodies
        self._receive = receive
        self._place = place
        self.until = until
        self._left = self._most = most
        self._complete = False
        self._encoding = encoding
        self._decoder: Gzip | None = None

    async def __call__(self) -> Message:
        if self._complete:  # only a disconnect follows, and that may be awaited for as long as one likes
            return await self._receive()
        self._place.release()
        message = await self._awaited()
        self._place.take()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge(f"the body is larger than {self._most} bytes")
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        if self._encoding and message["type"] == "http.request":
            return {**message, "body": self._decoded(message.get("body", b""))}
        return message

    def _decoded(self, data: bytes) -> bytes:
        if self._decoder is None:
            self._decoder = decoder(self._encoding, self._most)
        if self._decoder is None:
            return data
        return self._decoder.feed(data, last=self._complete)

    async def _awaited(self) -> Message:
        try:
            async with asyncio.timeout_at(self.until) as timeout:
                self._bodies.enter(self, timeout)
                return await self._receive()
        except TimeoutError:
            # The rest of the body may still come: nothing else can be read from this connection.
            text = "the body of the request did not arrive in time; send the request again"
            raise RequestTimeout(text, headers={"Connection": "close"}) from None
        finally:
            self._bodies.leave(self)
