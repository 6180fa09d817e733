"""Liveness and readiness. Neither calls an EHR: one vendor's outage must not take the server out of rotation."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from facade.services import Services


def _json(content: dict[str, object], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, {"Cache-Control": "no-store"}, media_type="application/json")


async def live(request: Request) -> Response:
    """The process answers."""
    request.state.route = "health/live"
    return _json({"status": "live"})


class Readiness:
    """Configuration loaded and every connection bound; 503 while closing."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def ready(self, request: Request) -> Response:
        request.state.route = "health/ready"
        if not self._services.open:
            return _json({"status": "closed"}, 503)
        return _json({"status": "ready", "tenants": len(self._services.directory.tenants)})
