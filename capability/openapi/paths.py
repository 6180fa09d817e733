"""Interactions as OpenAPI paths. https://hl7.org/fhir/R4/http.html"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capability.compartment import PATIENT_LINK
from capability.declare import BINARY
from capability.declared import DeclaredType
from capability.openapi.parameters import CURSOR, ID, Field, alternatives, filters, form, needs, results, subsetting
from capability.openapi.responses import BUNDLE, BY_GET, BY_POST, FHIR_JSON, JSON, answer, content, responses
from capability.operations import Input, Operation

FORM = "application/x-www-form-urlencoded"
ID_PATH = {"$ref": "#/components/parameters/path.id"}
SEARCHED = ("Prefer", "X-Request-Id", "X-Facade-Partial", "X-Facade-Explain")
READ = ("If-None-Match", "If-Modified-Since", "If-Match", "X-Request-Id")


def type_paths(row: DeclaredType, documented: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """Every path of one type."""
    found: dict[str, Any] = {}
    steering = list(results(row, documented))
    if row.searchable:
        found[f"/{row.type}"] = {"get": _search(row, steering)}
        found[f"/{row.type}/_search"] = {"post": _search_by_form(row, steering)}
    if "read" in row.interactions:
        found[f"/{row.type}/{{id}}"] = {
            "parameters": [ID_PATH],
            "get": _read_content() if row.type == BINARY else _read(row.type),
        }
    if "vread" in row.interactions:
        version = {"$ref": "#/components/parameters/path.vid"}
        found[f"/{row.type}/{{id}}/_history/{{vid}}"] = {"parameters": [ID_PATH, version], "get": _vread(row.type)}
    if row.compartment:
        address = f"/Patient/{{id}}/{row.type}"
        found[address] = {"parameters": [ID_PATH], "get": _compartment(row, steering)}
        found[f"{address}/_search"] = {"parameters": [ID_PATH], "post": _compartment_by_form(row, steering)}
    for operation in row.operations:
        found |= _operation(operation)
    return found


def parameter_components(
    rows: Mapping[str, DeclaredType], documented: Sequence[tuple[str, str, str]]
) -> dict[str, Any]:
    """The parameters that paths refer to, by `Type.name`, `form.name`, `header.name` and `path.name`."""
    found = {
        "path.id": _path("id", "The resource's id."),
        "path.vid": _path("vid", "The version, as `meta.versionId` has it."),
        **{f"header.{name}": _header(name, text, schema) for name, (text, schema) in HEADERS.items()},
        **{_key("form", each): each.parameter() for each in form()},
    }
    for row in rows.values():
        if row.searchable:
            for each in (*filters(row), *results(row, documented)):
                found[_key(row.type, each)] = each.parameter()
    return found


HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Prefer": (
        "`handling=lenient` ignores filters that are not listed, with a warning; `handling=strict` refuses them.",
        {"type": "string", "enum": ["handling=strict", "handling=lenient"]},
    ),
    "If-None-Match": ("An ETag that the client has; unchanged is 304.", {"type": "string"}),
    "If-Modified-Since": ("A time; unchanged since then is 304, where the EHR tells when.", {"type": "string"}),
    "If-Match": ("An ETag; another version is 412.", {"type": "string"}),
    "X-Request-Id": ("An id for this request, given back.", {"type": "string", "pattern": r"^[A-Za-z0-9._\-]{1,64}$"}),
    "X-Facade-Partial": (
        "`refuse`: where one of several practices fails the whole search is a 503, instead of an entry that says so.",
        {"type": "string", "enum": ["refuse"]},
    ),
    "X-Facade-Explain": (
        "`true`: an outcome entry tells what was done with each parameter, and which upstream calls were made.",
        {"type": "string", "enum": ["true"]},
    ),
}


def batch() -> dict[str, Any]:
    """The batch at the base itself. https://hl7.org/fhir/R4/http.html#transaction"""
    example = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": "Patient?_count=1"}}],
    }
    body = {"required": True, "content": {FHIR_JSON: {"schema": BUNDLE, "example": example}, JSON: {"schema": BUNDLE}}}
    text = "Several requests in one Bundle of type `batch`; each entry is decided for itself."
    done = answer("A `batch-response`: each entry with the status of its own.", BUNDLE)
    return {
        "post": {
            "operationId": "batch",
            "summary": "batch",
            "description": text,
            "tags": ["Base"],
            "parameters": _headers(("X-Request-Id",)),
            "requestBody": body,
            "responses": responses(done, *BY_POST),
        }
    }


def public(name: str, summary: str, *media: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """A document that needs no token."""
    shown = {"schema": schema or {"type": "object"}}
    if media == ("text/html",):
        shown = {"schema": {"type": "string"}}
    done = {"description": summary, "content": {each: shown for each in media}}
    refused = {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in (400, 404, 406, 412, 414, 431, 503)
    }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["Base"],
            "security": [],
            "responses": {"200": done, "304": {"$ref": "#/components/responses/304"}, **refused},
        }
    }


def _search(row: DeclaredType, steering: Iterable[Field]) -> dict[str, Any]:
    fields = (*filters(row), *steering)
    parameters = [{"$ref": f"#/components/parameters/{_key(row.type, each)}"} for each in fields]
    return {
        "operationId": f"search{row.type}",
        "summary": f"search {row.type}",
        "description": _described(row),
        **_of(row.type, [*parameters, *_headers(SEARCHED)]),
        "responses": responses(answer("A page of matches.", BUNDLE), 410, 422, *BY_GET),
    }


def _search_by_form(row: DeclaredType, steering: Iterable[Field]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {each.name: each.property() for each in (*filters(row), *steering)},
        "additionalProperties": False,
    }
    if alternatives_ := needs(row):
        schema["anyOf"] = alternatives_
    return {
        "operationId": f"search{row.type}ByForm",
        "summary": f"search {row.type} by a form",
        "description": f"{_described(row)} Parameters in the address count alike.",
        **_of(row.type, _headers(SEARCHED)),
        "requestBody": {"required": bool(row.requires), "content": {FORM: {"schema": schema}}},
        "responses": responses(answer("A page of matches.", BUNDLE), 410, 422, *BY_POST),
    }


def _within(row: DeclaredType) -> list[Field]:
    """Filters beside the patient, whom the address has."""
    return [each for each in filters(row) if each.name.partition(":")[0].partition(".")[0] != PATIENT_LINK]


def _compartment(row: DeclaredType, steering: Iterable[Field]) -> dict[str, Any]:
    fields = (*_within(row), *steering)
    parameters = [{"$ref": f"#/components/parameters/{_key(row.type, each)}"} for each in fields]
    return {
        "operationId": f"search{row.type}OfPatient",
        "summary": f"search {row.type} of a patient",
        "description": f"As `/{row.type}?patient=...`. {CURSOR}",
        **_of(row.type, [*parameters, *_headers(SEARCHED)]),
        "responses": responses(answer("A page of matches.", BUNDLE), 410, 422, *BY_GET),
    }


def _compartment_by_form(row: DeclaredType, steering: Iterable[Field]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {each.name: each.property() for each in (*_within(row), *steering)},
        "additionalProperties": False,
    }
    return {
        "operationId": f"search{row.type}OfPatientByForm",
        "summary": f"search {row.type} of a patient by a form",
        **_of(row.type, _headers(SEARCHED)),
        "requestBody": {"required": False, "content": {FORM: {"schema": schema}}},
        "responses": responses(answer("A page of matches.", BUNDLE), 410, 422, *BY_POST),
    }


def _read_content() -> dict[str, Any]:
    """The read of a Binary: in the document's own media type, or as FHIR. https://hl7.org/fhir/R4/binary.html#rest"""
    done = answer("The document's bytes, or the Binary with them in it.", _schema(BINARY), versioned=True)
    done["content"]["*/*"] = {}  # OpenAPI's way to say bytes of any kind
    text = "As FHIR for who asks for FHIR's JSON; else the bytes, in the media type that they have."
    return {
        "operationId": f"read{BINARY}",
        "summary": f"read {BINARY}",
        "description": text,
        **_of(BINARY, [*_form_parameters(), *_headers(READ)]),
        "responses": {**responses(done, 412, 422, *BY_GET), "304": {"$ref": "#/components/responses/304"}},
    }


def _read(type_: str) -> dict[str, Any]:
    done = responses(answer(f"The {type_} as it is now.", _schema(type_), versioned=True), 412, 422, *BY_GET)
    return {
        "operationId": f"read{type_}",
        "summary": f"read {type_}",
        **_of(type_, [*_read_parameters(), *_headers(READ)]),
        "responses": {**done, "304": {"$ref": "#/components/responses/304"}},
    }


def _vread(type_: str) -> dict[str, Any]:
    done = answer(f"The {type_} in that version.", _schema(type_), versioned=True)
    return {
        "operationId": f"vread{type_}",
        "summary": f"read {type_} in a version",
        "description": "The current version alone is kept; another one is 404.",
        **_of(type_, [*_read_parameters(), *_headers(("X-Request-Id",))]),
        "responses": responses(done, 412, 422, *BY_GET),
    }


def _operation(operation: Operation) -> dict[str, Any]:
    address = f"/{operation.type}/{'{id}/' if operation.instance else ''}${operation.name}"
    needed = [f"`{each.name}`" for each in operation.inputs if each.required]
    taken = f"Needs {' and '.join(needed)}." if needed else "Everything it takes may be left out."
    told = {
        "summary": f"${operation.name}",
        "description": f"{taken} {operation.documentation}".rstrip(),
        "externalDocs": {"url": operation.definition},
        "responses": responses(answer("What was found.", BUNDLE), 410, 422, *BY_GET, *BY_POST),
    }
    path: dict[str, Any] = {"parameters": [ID_PATH]} if operation.instance else {}
    name = f"{operation.name}{operation.type}"
    if operation.by_get:
        inputs = [_input(each).parameter() for each in operation.inputs]
        fields = [*inputs, *_form_parameters(), *_headers(("X-Request-Id",))]
        path["get"] = {"operationId": name, **told, **_of(operation.type, fields)}
    path["post"] = {
        "operationId": f"{name}ByPost",
        **told,
        **_of(operation.type, _headers(("X-Request-Id",))),
        "requestBody": {"required": bool(needed), "content": content(_parameters(operation))},
    }
    return {address: path}


INPUTS: dict[str, dict[str, Any]] = {
    # https://hl7.org/fhir/R4/datatypes.html#primitive
    "boolean": {"type": "string", "enum": ["true", "false"]},
    "id": {"type": "string", "pattern": f"^{ID}$"},
    "integer": {"type": "integer", "minimum": 0},
}


def _input(each: Input) -> Field:
    schema = INPUTS.get(each.type, {"type": "string", "minLength": 1})
    return Field(each.name, f"A FHIR {each.type}.", schema, each.repeats, required=each.required)


def _parameters(operation: Operation) -> dict[str, Any]:
    """A Parameters resource with what the operation takes."""
    named = {"type": "object", "required": ["name"], "properties": {"name": {"enum": [*operation.parameters]}}}
    properties = {
        "resourceType": {"const": "Parameters"},
        "parameter": {"type": "array", "items": named, "minItems": 1},
    }
    return {"type": "object", "required": ["resourceType"], "properties": properties}


def _of(type_: str, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What all operations of a type have: its tag, what is needed of a token, and the parameters."""
    return {
        "tags": [type_],
        "security": [{"bearer": []}, {"backendServices": [f"system/{type_}.rs"]}],
        "parameters": list(parameters),
    }


def _described(row: DeclaredType) -> str:
    text = f"Needs {alternatives(row.requires)}. " if row.requires else ""
    return f"{text}A filter that is not listed is refused. {CURSOR}"


def _schema(type_: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{type_}"}


def _headers(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"$ref": f"#/components/parameters/header.{name}"} for name in names]


def _read_parameters() -> list[dict[str, Any]]:
    return [*(each.parameter() for each in subsetting()), *_form_parameters()]


def _form_parameters() -> list[dict[str, Any]]:
    return [{"$ref": f"#/components/parameters/{_key('form', each)}"} for each in form()]


def _key(prefix: str, found: Field) -> str:
    """A component's name; of what stands in names of parameters `:` alone may not be in it."""
    return f"{prefix}.{found.name.replace(':', '__')}"


def _path(name: str, text: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{ID}$"}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def _header(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
