"""How Epic's web server answers: formats, headers, and what comes without any FHIR in it.

Source: Epic HTTP habits, captures 2024 to 2026. XML unless JSON is asked for by a name it knows; the name that was
asked for comes back as the Content-Type. No ETag, no Last-Modified, no request id.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.epic.sandbox import xml
from adapters.epic.sandbox.outcomes import Refused, outcome

JSON = ("application/fhir+json", "application/json+fhir", "application/json", "text/json")
XML = ("application/fhir+xml", "application/xml+fhir", "application/xml", "text/xml")
_BY_FORMAT = {"json": JSON[0], "xml": XML[0]} | {name: name for name in (*JSON, *XML)}
DEFAULT = XML[0]  # which of XML's names: [assumed]

NOISE = (
    ("cache-control", "no-cache,no-store"),
    ("pragma", "no-cache"),
    ("expires", "-1"),
    ("servermetrics", '{"LocalGlobalReferences":1207,"RemoteGlobalReferences":0,"DatabaseTime":31}'),
    ("access-control-allow-origin", "*"),
    ("access-control-allow-headers", "Authorization,Epic-Client-ID,Epic-User-ID,Epic-User-IDType,Epic-MyChartUser-ID"),
    ("set-cookie", "EpicPersistenceCookie=!synthetic; path=/; Httponly; Secure"),
    ("set-cookie", "ASP.NET_SessionId=synthetic0000; path=/; HttpOnly"),
)
NOT_FOUND_PAGE = """<!DOCTYPE html>
<html><head><title>404 - File or directory not found.</title></head>
<body><div id="header"><h1>Server Error</h1></div><div id="content">
<h2>404 - File or directory not found.</h2>
<h3>The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.</h3>
</div></body></html>
"""


def media_type(request: Request) -> str:
    """The format of the answer: `_format`, else the first of Accept that is known, else XML."""
    asked = request.query_params.get("_format", "").replace(" ", "+").partition(";")[0]
    if asked in _BY_FORMAT:
        return _BY_FORMAT[asked]
    accepted = (part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(","))
    return next((name for name in accepted if name in _BY_FORMAT and "/" in name), DEFAULT)


def resource(
    request: Request, body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A resource in the format that was asked for, with the server's noise around it."""
    media = media_type(request)
    content = dumped(body) if media in JSON else xml.written(body)
    return noisy(Response(content, status, headers, f"{media}; charset=utf-8"))


def dumped(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, default=_decimal)


def refusal(request: Request, refused: Refused, base: str) -> Response:
    headers = {"Location": f"{base}/{refused.location}"} if refused.location else None
    return resource(request, outcome(refused.issues), refused.status, headers)


def unauthorized(description: str) -> Response:
    """401 with an empty JSON string for a body."""
    challenge = f'Bearer error="invalid_token", error_description="{description}"'
    return Response(b'""', 401, {"WWW-Authenticate": challenge}, "application/json; charset=utf-8")


def not_registered() -> Response:
    """403 with nothing but a header: the token lacks the API."""
    challenge = 'Bearer error="insufficient_scope", error_description="The access token lacks the scope of this API."'
    return Response(None, 403, {"WWW-Authenticate": challenge})


def page_not_found() -> Response:
    """The web server's own page: there is nothing of Epic's at this address."""
    return HTMLResponse(NOT_FOUND_PAGE, 404)


def noisy(response: Response) -> Response:
    for name, value in NOISE:
        response.headers.append(name, value)
    return response


def _decimal(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)
