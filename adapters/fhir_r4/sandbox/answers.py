"""Answers in FHIR's JSON: resources, and the OperationOutcomes of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

FHIR_JSON = "application/fhir+json"
_FORMATS = {"json", "application/json", FHIR_JSON, "application/json+fhir"}


class Wrong(Exception):
    """What is answered instead: `code` is one of FHIR's issue types."""

    def __init__(self, status: int, code: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.headers = headers

    def response(self) -> Response:
        issue = {"severity": "error", "code": self.code, "diagnostics": self.text}
        return answer({"resourceType": "OperationOutcome", "issue": [issue]}, self.status, self.headers)


def answer(document: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, headers, FHIR_JSON)


def negotiate(request: Request) -> None:
    """Raises Wrong where only something else than JSON would do."""
    asked = request.query_params.get("_format") or request.headers.get("accept") or "*/*"
    kinds = {one.partition(";")[0].strip().lower() for one in asked.split(",")}
    if not kinds & (_FORMATS | {"*/*", "application/*"}):
        raise Wrong(406, "not-supported", "this server answers in application/fhir+json only")


def wants_resource(request: Request) -> bool:
    """Whether a Binary is asked for as a resource and not as what it holds."""
    asked = request.query_params.get("_format") or request.headers.get("accept") or ""
    return any(one.partition(";")[0].strip().lower() in _FORMATS for one in asked.split(","))


def absolute(value: Any, base: str) -> Any:
    """The same with its relative references and urls of Binaries made whole."""
    if isinstance(value, list):
        return [absolute(one, base) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: f"{base}/{one}" if _relative(name, one) else absolute(one, base) if isinstance(one, dict | list) else one
        for name, one in value.items()
    }


def _relative(name: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return (name == "reference" and value[:1].isupper()) or (name == "url" and value.startswith("Binary/"))
