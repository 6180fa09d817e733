"""Answers: their schemas, headers and statuses. https://hl7.org/fhir/R4/http.html"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capability.openapi.parameters import ID

FHIR_JSON = "application/fhir+json"
JSON = "application/json"

ERRORS = {
    # status: what it means here, and what to do; capability/issues.py raises them
    400: "The request is malformed, or asks for what is not offered; the outcome names the parameter.",
    401: "No bearer token, or not a good one; WWW-Authenticate says why.",
    403: "The token does not reach this far: scope, practice or policy.",
    404: "No such thing, or none that this caller may know of.",
    406: "No representation that the client accepts; this server writes JSON.",
    408: "The body did not arrive in time; send the request again.",
    410: "The paging link is past its time; run the search again.",
    412: "This is not the version that If-Match names.",
    413: "The body is over the limit.",
    414: "The address is over the limit; send the search as POST _search.",
    415: "The body is of a type that is not read here.",
    422: "The EHR refused the content, or a document is larger than is passed on.",
    429: "Too many requests of this client or tenant are at work; see Retry-After.",
    431: "The headers are over the limit.",
    500: "Our own fault; quote X-Request-Id when reporting it.",
    502: "The EHR gave an answer that cannot be used.",
    503: "The EHR, or this server, has no room now; see Retry-After.",
    504: "The EHR did not answer in time.",
}
ALWAYS = (400, 401, 403, 404, 406, 429, 431, 500, 502, 503, 504)
BY_GET = (414,)
BY_POST = (408, 413, 415)

OUTCOME = {"$ref": "#/components/schemas/OperationOutcome"}
BUNDLE = {"$ref": "#/components/schemas/Bundle"}


def responses(success: dict[str, Any], *statuses: int) -> dict[str, Any]:
    """`success` as 200, and the errors by reference."""
    errors = sorted({*ALWAYS, *statuses})
    return {"200": success, **{str(status): {"$ref": f"#/components/responses/{status}"} for status in errors}}


def answer(description: str, schema: dict[str, Any], *, versioned: bool = False) -> dict[str, Any]:
    """A good answer, in either of the media types."""
    headers = {"X-Request-Id": _header("X-Request-Id")}
    if versioned:
        headers["ETag"] = _header("ETag")
    return {"description": description, "headers": headers, "content": content(schema)}


def content(schema: dict[str, Any]) -> dict[str, Any]:
    """FHIR as JSON, under both of its names."""
    return {FHIR_JSON: {"schema": schema}, JSON: {"schema": schema}}


def error_components() -> dict[str, Any]:
    """The errors, by status; each is an OperationOutcome."""
    extra = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
    return {
        str(status): {
            "description": text,
            "headers": {name: _header(name) for name in filter(None, ("X-Request-Id", extra.get(status)))},
            "content": content(OUTCOME),
        }
        for status, text in ERRORS.items()
    } | {"304": {"description": "The client has this version already.", "headers": {"ETag": _header("ETag")}}}


def header_components() -> dict[str, Any]:
    """The headers of answers."""
    return {
        "ETag": {"description": 'The version, weak: `W/"..."`.', "schema": {"type": "string", "pattern": '^W/"'}},
        "Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "string"}},
        "WWW-Authenticate": {"description": "RFC 6750: why the token was refused.", "schema": {"type": "string"}},
        "X-Request-Id": {
            "description": "The request's own id where it had one, else a new one; also in our logs.",
            "schema": {"type": "string"},
        },
    }


def schemas(types: Iterable[str], profiles: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """FHIR's JSON as far as every answer has it; the elements of a type are FHIR's and US Core's to describe."""
    return {
        "Bundle": _bundle(),
        "OperationOutcome": _outcome(),
        "Parameters": _typed("Parameters", {}),
        "Resource": {
            "type": "object",
            "required": ["resourceType"],
            "properties": {"resourceType": {"type": "string"}, "id": {"type": "string", "pattern": f"^{ID}$"}},
        },
        **{type_: _resource(type_, profiles.get(type_, ())) for type_ in types},
    }


def _header(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/headers/{name}"}


def _typed(type_: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["resourceType", *required],
        "properties": {"resourceType": {"const": type_}, **properties},
    }


def _resource(type_: str, profiles: Sequence[str]) -> dict[str, Any]:
    meta = {
        "type": "object",
        "properties": {"profile": {"type": "array", "items": {"type": "string"}}, "versionId": {"type": "string"}},
    }
    described = "\n".join(f"- {each}" for each in profiles)
    return {
        "description": f"FHIR R4 {type_}." + (f" Profiles:\n{described}" if described else ""),
        "externalDocs": {"url": f"https://hl7.org/fhir/R4/{type_.lower()}.html"},
        **_typed(type_, {"id": {"type": "string", "pattern": f"^{ID}$"}, "meta": meta}, "id"),
    }


def _bundle() -> dict[str, Any]:
    entry = {
        "type": "object",
        "properties": {
            "fullUrl": {"type": "string"},
            "resource": {"$ref": "#/components/schemas/Resource"},
            "search": {"type": "object", "properties": {"mode": {"enum": ["match", "include", "outcome"]}}},
            "request": {"type": "object"},
            "response": {"type": "object", "required": ["status"]},
        },
    }
    link = {
        "type": "object",
        "required": ["relation", "url"],
        "properties": {"relation": {"type": "string"}, "url": {"type": "string"}},
    }
    properties = {
        "type": {"type": "string", "enum": ["searchset", "batch", "batch-response", "collection"]},
        "total": {"type": "integer", "minimum": 0},
        "link": {"type": "array", "items": link, "minItems": 1},
        "entry": {"type": "array", "items": entry, "minItems": 1},
    }
    return _typed("Bundle", properties, "type")


def _outcome() -> dict[str, Any]:
    issue = {
        "type": "object",
        "required": ["severity", "code"],
        "properties": {
            "severity": {"enum": ["fatal", "error", "warning", "information"]},
            "code": {"type": "string", "description": "https://hl7.org/fhir/R4/valueset-issue-type.html"},
            "details": {"type": "object", "properties": {"text": {"type": "string"}}},
            "location": {"type": "array", "items": {"type": "string"}, "description": "`http.` and the parameter."},
            "expression": {"type": "array", "items": {"type": "string"}},
        },
    }
    return _typed("OperationOutcome", {"issue": {"type": "array", "items": issue, "minItems": 1}}, "issue")
