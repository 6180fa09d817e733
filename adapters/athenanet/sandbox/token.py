"""POST /oauth2/v1/token: client credentials for an hour's bearer, under a quota a minute."""

from __future__ import annotations

import base64
import binascii
import secrets

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.athenanet.sandbox.parameters import merged
from adapters.athenanet.sandbox.state import SCOPE, Sandbox, Token
from adapters.simulator.quota import Window


async def token(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    form = merged((await request.body()).decode("utf-8", "replace"))
    client, secret = _credentials(request.headers.get("authorization"), form)
    headers, over = _quota(sandbox, client)
    if over:
        return Response("Too many token requests", 429, headers, "text/plain")
    if not client or not secrets.compare_digest(sandbox.credentials.get(client, "").encode(), secret.encode()):
        return _refuse(401, "invalid_client", headers)  # [assumed] body
    if form.get("grant_type") != ["client_credentials"]:
        return _refuse(400, "unsupported_grant_type", headers)
    scopes = " ".join(form.get("scope", ())).split()
    if not scopes or any(scope != SCOPE and not scope.startswith("system/") for scope in scopes):
        return _refuse(400, "invalid_scope", headers)
    made = secrets.token_urlsafe(24)
    sandbox.tokens[made] = Token(client, sandbox.clock() + sandbox.settings.token_seconds)
    answer = {
        "token_type": "Bearer",
        "expires_in": str(sandbox.settings.token_seconds),
        "access_token": made,
        "scope": " ".join(scopes),
    }
    return Response(orjson.dumps(answer), 200, {**headers, "Cache-Control": "no-store"}, "application/json")


def _credentials(authorization: str | None, form: dict[str, list[str]]) -> tuple[str, str]:
    """HTTP Basic, or client_id and client_secret in the body; empty when neither can be read."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client, secret
    return "".join(form.get("client_id", ())[:1]), "".join(form.get("client_secret", ())[:1])


def _quota(sandbox: Sandbox, client: str) -> tuple[dict[str, str], bool]:
    quota = sandbox.settings.token_quota
    count = sandbox.token_windows.setdefault(client, Window()).hit(int(sandbox.clock() // 60))
    headers = {"X-RateLimit-Limit": str(quota), "X-RateLimit-Remaining": str(max(0, quota - count))}
    return headers, count > quota


def _refuse(status: int, error: str, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps({"error": error}), status, headers, "application/json")
