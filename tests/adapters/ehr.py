"""An EHR in process that answers as a test says, and requests to it through the seam."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.contract import Call, Connection
from adapters.upstream import Reply, Upstream

ORIGIN = "https://ehr.example"


class NoSettings(BaseModel):
    pass


CONNECTION = Connection("riverbend", "rb", "rest", "athenanet", NoSettings())

Answer = Callable[[Request, int], Awaitable[Response]]


class EHR:
    """An EHR with one answer, a function of the request and of how many came before."""

    def __init__(self, answer: Answer) -> None:
        self.seen: list[Request] = []
        self._answer = answer
        self.app = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=["GET", "POST"])])

    async def _endpoint(self, request: Request) -> Response:
        self.seen.append(request)
        return await self._answer(request, len(self.seen))


def always(response: Callable[[], Response]) -> Answer:
    async def answer(request: Request, number: int) -> Response:
        return response()

    return answer


def call(seconds: float = 5.0) -> Call:
    return Call("req-1", asyncio.get_running_loop().time() + seconds)


async def get(upstream: Upstream, asked: Call | None = None, **more: Any) -> Reply:
    return await upstream.send(
        asked or call(), "GET", "/v1/1/patients/77", operation="GET /patients/{patientid}", **more
    )
