"""The route table and the ordered pipeline; nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from capability.issues import NotFound
from facade.http import health
from facade.http.admission import Admission
from facade.http.brands import Brands
from facade.http.content_encoding import Packed
from facade.http.cors import Cors
from facade.http.gateway import Gateway
from facade.http.routes import FHIR
from facade.http.static_files import static
from facade.http.token import TokenEndpoint
from facade.services import Services


async def unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    """No route: a FHIR error like any other."""
    raise NotFound("nothing is served at this address; a FHIR base looks like /{tenant}/fhir/r4")


async def _discover(services: Services) -> None:
    """What the EHRs say of themselves, at start and on schedule; nobody waits for it."""
    every = services.directory.server.discovery_minutes * 60
    while every:
        await services.discover()
        await asyncio.sleep(every)


def create_app(services: Services, extra_routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The server. What a route raises, the gateway turns into an OperationOutcome.

    The Router stands alone, without Starlette's own error pages around it: those answer in plain text.
    """

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        looking = asyncio.create_task(_discover(services))
        yield
        looking.cancel()
        await services.close()

    admission = Admission(services.limits, tenants=len(services.directory.tenants))
    fhir = FHIR(services, admission)
    routes: list[BaseRoute] = [
        Route("/health/live", health.live),
        Route("/health/ready", health.Readiness(services).ready),
        *extra_routes,
        Route("/brands.json", Brands(services).bundle),
        Route("/static/{name}", static),
        Route("/{tenant}/auth/token", TokenEndpoint(services).grant, methods=["POST"]),
        Route("/{tenant}/fhir/r4", fhir),
        Route("/{tenant}/fhir/r4/{path:path}", fhir),
        Route("/{tenant}/{practice}/fhir/r4", fhir),
        Route("/{tenant}/{practice}/fhir/r4/{path:path}", fhir),
    ]
    router = Router(routes, redirect_slashes=False, default=unrouted, lifespan=lifespan)
    gateway = Gateway(router, services.limits, admission)
    return Cors(Packed(gateway), services.directory.tenants)
