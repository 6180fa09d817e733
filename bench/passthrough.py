"""The yardstick: the least a server between an app and an EHR can do. It forwards the path and gives the body back.

One upstream connection pool, no tenant, no token check, no mapping, no policy.
"""

from __future__ import annotations

import os

import httpx
from httpx_aiohttp import AiohttpTransport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

UPSTREAM = os.environ.get("BENCH_UPSTREAM", "http://127.0.0.1:9")
TOKEN = os.environ.get("BENCH_TOKEN", "")
KEPT = ("content-type",)


def create_app() -> Starlette:
    """The forwarding app, for `uvicorn --factory`."""
    client = httpx.AsyncClient(
        base_url=UPSTREAM, transport=AiohttpTransport(), headers={"Authorization": f"Bearer {TOKEN}"}
    )

    async def forward(request: Request) -> Response:
        url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer = await client.get(url)
        headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        return Response(answer.content, answer.status_code, headers)

    return Starlette(routes=[Route("/{path:path}", forward)])
