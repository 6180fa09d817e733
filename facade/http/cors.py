"""Which web pages may ask, and read the answer. https://fetch.spec.whatwg.org/#http-cors-protocol

Tokens travel in a header, never in a cookie, so that a page gains nothing by its visitor's browser that it could not do
by itself; credentials are never allowed.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from facade.http import discovery
from facade.tenancy.directory import Tenant

ANY = frozenset({"*"})
NONE: frozenset[str] = frozenset()
PUBLISHED = frozenset({"brands.json"})  # of the whole server, beside those of each base
TAKEN = (
    "Accept, Authorization, Cache-Control, Content-Encoding, Content-Type, If-Match, If-Modified-Since, If-None-Exist, "
    "If-None-Match, Prefer, X-Facade-Explain, X-Facade-Partial, X-Request-Id"
)
SHOWN = (
    "Content-Disposition, Content-Location, ETag, Expires, Last-Modified, Location, Preference-Applied, Retry-After, "
    "WWW-Authenticate, X-Progress, X-Request-Id, X-Security-Context"
)
SECONDS = "7200"  # for which a browser remembers a preflight; the longest that all of them heed


class Cors:
    """ASGI: adds the headers to every answer, refusals too. What a preflight may do is what the address allows."""

    def __init__(self, app: ASGIApp, tenants: Mapping[str, Tenant]) -> None:
        self._app = app
        self._tenants = tenants

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origins = self._origins(scope["path"]) if scope["type"] == "http" else NONE
        await self._app(scope, receive, _told(send, scope, origins) if origins else send)

    def _origins(self, path: str) -> frozenset[str]:
        """Who may ask at an address: discovery is for anyone, the rest as its tenant says."""
        match path.removesuffix("/").split("/")[1:]:
            case [name] if name in PUBLISHED:
                return ANY
            case [tenant, "fhir", "r4", *rest] | [tenant, _, "fhir", "r4", *rest]:
                return ANY if discovery.endpoint(rest) else self._of(tenant)
            case [tenant, "auth", "token"]:
                return self._of(tenant)
        return NONE

    def _of(self, tenant: str) -> frozenset[str]:
        found = self._tenants.get(tenant)
        return found.origins if found is not None else ANY  # a page may read that there is no such tenant


def _told(send: Send, scope: Scope, origins: frozenset[str]) -> Send:
    asked = Headers(scope=scope)
    origin = asked.get("origin")
    allowed = "*" if "*" in origins else origin if origin is not None and origin.lower() in origins else None

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if "*" not in origins:
                headers.add_vary_header("Origin")
            if allowed is not None:
                headers["Access-Control-Allow-Origin"] = allowed
                headers["Access-Control-Expose-Headers"] = SHOWN
                if "access-control-request-method" in asked and "allow" in headers:
                    headers["Access-Control-Allow-Methods"] = headers["allow"]
                    headers["Access-Control-Allow-Headers"] = TAKEN
                    headers["Access-Control-Max-Age"] = SECONDS
        await send(message)

    return sending
