"""Our credentials towards a FHIR server: by its settings, with the token endpoint that it names where they don't.

https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from adapters.contract import Call, Connection
from adapters.fhir_r4.declare import Dialect
from adapters.fhir_r4.settings import FHIRSettings, checked_address, signing
from adapters.oauth import ClientCredentials, private_key_jwt, secret_basic, secret_post
from adapters.upstream import Upstream, Upstreams
from capability.issues import EHRInvalid
from mappings import fhirjson

SMART_CONFIGURATION = "/.well-known/smart-configuration"


class Credentials:
    """Made at the first call: where the token endpoint is may have to be asked."""

    def __init__(self, connection: Connection, upstream: Upstream, upstreams: Upstreams, dialect: Dialect) -> None:
        settings: Any = connection.settings
        self._settings: FHIRSettings = settings
        self._tenant = connection.tenant
        self._upstream = upstream
        self._dialect = dialect
        self._key = signing(settings.private_key) if settings.private_key is not None else None
        self._elsewhere: Upstream | None = None
        self._made: ClientCredentials | None = None
        if settings.token_url is not None and (origin := _origin(settings.token_url)) != settings.origin:
            self._elsewhere = upstreams.to(connection, origin, requests_per_second=settings.requests_per_second)

    async def of(self, call: Call) -> ClientCredentials | None:
        """None where the server takes no token. Raises EHRError where its token endpoint can't be told."""
        if self._settings.client_id is None:
            return None
        if self._made is None:
            self._made = self._credentials(self._settings.token_url or await self._told(call))
        return self._made

    def _credentials(self, address: str) -> ClientCredentials:
        settings = self._settings
        scope = settings.scope if settings.scope is not None else self._scope()
        parts = urlsplit(address)
        client = settings.client_id or ""
        origin = f"{parts.scheme}://{parts.netloc}"
        if self._key is not None:
            key_id = settings.key_id or self._key.kid
            audience = settings.audience or address
            made = private_key_jwt(self._tenant, origin, parts.path, client, self._key, key_id, scope, audience)
        else:
            secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
            way = {"body": secret_post, "header": secret_basic}[settings.secret_in]
            made = way(self._tenant, origin, parts.path, client, secret, scope)
        return ClientCredentials(
            made.key, made.path, made.scope, made.authenticate, self._elsewhere, self._dialect.token_attempts
        )

    def _scope(self) -> str:
        if self._dialect.scope is not None:
            return self._dialect.scope(self._settings)
        return " ".join((*(f"system/{served.type}.rs" for served in self._dialect.types), "system/Binary.r"))

    async def _told(self, call: Call) -> str:
        """The token endpoint that the server's SMART configuration names, on the server's own origin."""
        reply = await self._upstream.send(
            call, "GET", self._settings.root + SMART_CONFIGURATION, operation=f"GET {SMART_CONFIGURATION}"
        )
        try:
            address = checked_address(fhirjson.loads(reply.content)["token_endpoint"])
        except (LookupError, ValueError, TypeError, AttributeError) as exc:
            raise EHRInvalid("the EHR does not say where its token endpoint is; set token_url") from exc
        if _origin(address) != self._settings.origin:
            raise EHRInvalid("the EHR names a token endpoint on another server; set token_url to trust it")
        return address


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
