"""What the server answers when it does not serve: bodies and statuses of each refusal.

Source: Millennium FHIR R4 errors, documentation of 2024 and captures of 2026. A rule of search that was broken is told
in words, with no coding and no expression. An unknown id, an unknown type and a malformed id are the same 404.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response

MEDIA_TYPE = "application/fhir+json"

Body = dict[str, Any] | str | None


class Declined(Exception):
    """`body`: an OperationOutcome, a short text, or nothing."""

    def __init__(self, status: int, body: Body = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        if isinstance(self.body, dict):
            return Response(encoded(self.body), self.status, self.headers, MEDIA_TYPE)
        media_type = None if self.body is None else "text/plain"
        return Response(self.body, self.status, self.headers, media_type)


def outcome(severity: str, code: str, text: str, location: str | None = None) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": text}}
    if location:
        issue["location"] = [location]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def invalid(text: str) -> Declined:
    """400: a rule of search was broken."""
    return Declined(400, outcome("error", "invalid", text))


def not_found() -> Declined:
    return Declined(404, outcome("error", "not-found", "Not Found"))


def unauthorized(error: str | None) -> Declined:
    """401 with an empty body; `error` of RFC 6750, None where no token was sent."""
    told = f', error="{error}"' if error else ""
    return Declined(401, None, {"WWW-Authenticate": f'Bearer realm="fhir-ehr"{told}'})


def insufficient_scope() -> Declined:
    headers = {"WWW-Authenticate": 'Bearer realm="fhir-ehr", error="insufficient_scope"'}
    return Declined(403, outcome("error", "forbidden", "insufficient_scope"), headers)


def forbidden_resource() -> Declined:
    """The list of types that the customer opened to this app does not hold this one, whatever its token says."""
    return Declined(403, "Forbidden resource")


def forbidden_tenant() -> Declined:
    return Declined(403, "Forbidden")


def too_many() -> Declined:
    text = "The search matches more than 1000 patients. Provide additional criteria."  # [assumed] wording
    return Declined(422, outcome("error", "business-rule", text))


def missing_element(location: str) -> Declined:
    """500: a stored record lacks what FHIR requires, and takes the whole answer with it."""
    return Declined(500, outcome("fatal", "required", "Required element is missing", location))  # [assumed] wording


def encoded(document: object) -> bytes:
    return orjson.dumps(document, default=_exact)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)
