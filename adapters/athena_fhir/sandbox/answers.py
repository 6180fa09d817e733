"""What the server says when it does not give what was asked for.

Source: errors as recorded (preview, November 2024). The bodies of 401, 404 and 429 were never seen: [assumed] those of
athena's gateway for the first and the last, an OperationOutcome for the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.responses import Response

FHIR_JSON = "application/fhir+json;charset=UTF-8"
NOT_ROUTED = "Service not registered with API gateway."

JSON = dict[str, Any]


class Refused(Exception):
    """An OperationOutcome with one issue."""

    def __init__(
        self, status: int, code: str, text: str, expression: Sequence[str] = (), severity: str = "fatal"
    ) -> None:
        super().__init__(status, code, text)
        self.status = status
        issue: JSON = {"severity": severity, "code": code, "details": {"text": text}}
        if expression:
            issue["expression"] = list(expression)
        self.outcome: JSON = {"resourceType": "OperationOutcome", "issue": [issue]}

    def response(self) -> Response:
        return resource(self.outcome, self.status)


def resource(document: JSON, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, headers, FHIR_JSON)


def lacking(required: Sequence[Sequence[str]]) -> Refused:
    """None of the combinations is whole."""
    sets = [",".join(one) for one in required]
    shown = ",".join(f"[{one}]" for one in sets)
    text = (
        "The search query could not be performed because one of the required parameter combinations "
        f"[{shown}] was not provided."
    )
    return Refused(403, "forbidden", text, sets)


def out_of_scope(type_: str) -> Refused:
    return Refused(403, "forbidden", "Invalid Token Scope", [type_])


def not_granted() -> Refused:
    """[assumed] A practice that the client may not use, or that does not exist."""
    return Refused(403, "forbidden", "The practice is not available to this application.", ["ah-practice"])


def not_found(type_: str) -> Refused:
    """[assumed] body; the id is not repeated."""
    return Refused(404, "not-found", f"The {type_} was not found.", severity="error")


def invalid(text: str, *parameters: str) -> Refused:
    """[assumed] status and body for a value that cannot be read."""
    return Refused(400, "invalid", text, parameters, severity="error")


def not_routed() -> Response:
    return Response(NOT_ROUTED, 404, media_type="text/plain")


def no_token() -> Response:
    return Response("Developer Inactive", 401, media_type="text/plain")


def invalid_token() -> Response:
    """As athena's REST API answers: the same gateway stands before both."""
    detail = "The access token provided is not valid for this service."
    challenge = (
        'Bearer realm="null",error="invalid_token",'
        'error_description="keymanagement.service.invalid_access_token: Invalid Access Token"'
    )
    body = orjson.dumps({"error": "Invalid Access Token.", "detailedmessage": detail})
    return Response(body, 401, {"WWW-Authenticate": challenge}, "application/json")


def throttled(headers: dict[str, str]) -> Response:
    return Response("Too Many Requests", 429, headers, "text/plain")
