"""The authorization server: token and discovery endpoints of one tenant.

Source: Millennium authorization pages and captures of 2026. HTTP Basic with a shared secret, or a JWT where the app
was registered with keys; `scope` always; scopes of version 1 or 2 by registration, no wildcards; 570 seconds, no
refresh. What went wrong is the URN inside `error_uri`, and Cerner-Correlation-ID repeats its uuid.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import Response

from adapters.cerner.sandbox.answers import encoded
from adapters.cerner.sandbox.rules import RULES
from adapters.cerner.sandbox.state import Sandbox
from adapters.fhir_r4.sandbox.tokens import Client, Refused

V1 = ("read",)
V2 = ("r", "s", "rs")
_URN = "urn:cerner:error:authorization-server:oauth2:token:"
_REASONS = {  # [assumed] all but empty-scopes
    "invalid_client": "client-authentication-failed",
    "invalid_request": "invalid-request",
    "unsupported_grant_type": "unsupported-grant-type",
}


@dataclass(frozen=True, slots=True)
class App:
    """A registered system app. `scopes`: the version it was registered for, 1 or 2. `types` it may be granted."""

    client_id: str
    secret: str | None = None
    jwks: Mapping[str, Any] | None = None
    scopes: int = 2
    types: frozenset[str] = frozenset(RULES)

    def client(self) -> Client:
        ends = V1 if self.scopes == 1 else V2
        allowed = frozenset(f"system/{type_}.{end}" for type_ in self.types for end in ends)
        return Client(self.client_id, secret=self.secret, jwks=self.jwks, scopes=allowed)


def may(scopes: frozenset[str], type_: str, what: str) -> bool:
    """`what`: r read, s search."""
    ends = ("read", "rs", what)
    return any(f"system/{type_}.{end}" in scopes for end in ends)


async def token(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    tenant = request.path_params["tenant"]
    if tenant != sandbox.tenant:
        return _refuse(tenant, "", "invalid_request", "unknown-tenant", 400)
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    audience = f"{origin(request)}{request.url.path}"
    try:
        client = sandbox.tokens.client(request.headers.get("authorization"), form, audience)
    except Refused as refused:
        reason = _REASONS.get(refused.error, "invalid-request")
        return _refuse(tenant, form.get("client_id", ""), refused.error, reason, 401)  # [assumed] status
    if form.get("grant_type") != "client_credentials":
        return _refuse(tenant, client.client_id, "unsupported_grant_type", "unsupported-grant-type", 400)
    granted = frozenset(form.get("scope", "").split()) & client.scopes
    if not granted:
        return _refuse(tenant, client.client_id, "invalid_scope", "empty-scopes", 400)
    answer = {
        "access_token": sandbox.tokens.issue(client, granted),
        "token_type": "Bearer",
        "expires_in": int(sandbox.tokens.seconds),
        "scope": " ".join(sorted(granted)),
    }
    return _answer(answer, 200, str(uuid.uuid4()))


def _refuse(tenant: str, client: str, error: str, reason: str, status: int) -> Response:
    instance = str(uuid.uuid4())
    urn = quote(f"{_URN}{reason}", safe="")
    uri = f"https://authorization.cerner.com/errors/{urn}/instances/{instance}?client={quote(client)}"
    return _answer({"error": error, "error_uri": f"{uri}&tenant={quote(tenant)}"}, status, instance)


def _answer(body: dict[str, Any], status: int, correlation: str) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", "Cerner-Correlation-ID": correlation}
    return Response(encoded(body), status, headers, "application/json")


def origin(request: Request) -> str:
    """Where the authorization server says it is: on the setting's origin, else on this one."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox.authorization_origin or f"{request.url.scheme}://{request.url.netloc}"


def endpoints(request: Request) -> dict[str, str]:
    """As published since 2026: the FHIR host is part of the path."""
    sandbox: Sandbox = request.app.state.sandbox
    root = f"{origin(request)}/tenants/{sandbox.tenant}"
    hosted = f"{root}/hosts/{request.url.hostname}/protocols/oauth2/profiles/smart-v1"
    return {
        "authorization_endpoint": f"{root}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize",
        "token_endpoint": f"{hosted}/token",
        "revocation_endpoint": f"{hosted}/token/revoke",
        "introspection_endpoint": f"{origin(request)}/tokeninfo",
        "jwks_uri": f"{origin(request)}/jwk",
    }


async def smart_configuration(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    document = {
        **endpoints(request),
        "issuer": f"{request.url.scheme}://{request.url.netloc}/r4/{sandbox.tenant}",
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": sorted(f"system/{type_}.{end}" for type_ in RULES for end in (*V1, "rs")),
        "capabilities": [
            "launch-ehr",
            "launch-standalone",
            "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "permission-online",
            "permission-offline",
            "permission-v1",
            "permission-v2",
            "authorize-post",
        ],
    }
    return Response(encoded(document), 200, media_type="application/json")
