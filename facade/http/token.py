"""The token endpoint. Its answers are RFC 6749 JSON, errors too, and are never stored."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from facade.auth.server.grants import OAuthError
from facade.services import Services
from facade.tenancy.resolve import resolve

UNSTORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
FORM = "application/x-www-form-urlencoded"


class TokenEndpoint:
    """POST /{tenant}/auth/token, form body. https://www.rfc-editor.org/rfc/rfc6749#section-3.2"""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def grant(self, request: Request) -> Response:
        tenant = resolve(self._services.directory, request.path_params["tenant"], None)
        request.state.tenant, request.state.route = tenant.key, "auth/token"
        try:
            return _json(self._services.backend_services.grant(tenant, await _form(request)))
        except OAuthError as exc:
            return _json({"error": exc.error, "error_description": exc.description}, exc.status)


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"the body must be {FORM}")
    try:
        pairs = parse_qsl((await request.body()).decode("ascii"), keep_blank_values=True, max_num_fields=50)
    except ValueError as exc:
        raise OAuthError("invalid_request", "the body cannot be read as a form") from exc
    form = dict(pairs)
    if len(form) < len(pairs):
        raise OAuthError("invalid_request", "a parameter stands twice")
    return form


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, UNSTORED, media_type="application/json")
