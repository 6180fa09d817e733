"""What a base says of itself: /metadata, /.well-known/smart-configuration, /openapi.json, /docs. Open to anyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import orjson
from starlette.responses import Response

from capability.issues import Invalid
from capability.openapi.document import OPENAPI_JSON
from facade.http import respond
from facade.http.docs import page
from facade.http.negotiate import form
from facade.http.preconditions import tagged
from facade.http.view import GUARDED
from facade.interactions.asking import Base
from facade.services import Services

Discovery = Callable[[Base, Services, Mapping[str, str], Sequence[tuple[str, str]]], Response]


def endpoint(segments: Sequence[str]) -> Discovery | None:
    """The public endpoint that a path below the base names, or None."""
    return PUBLIC.get("/".join(segments))


def metadata(base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Response:
    """The CapabilityStatement of this base, whole in each of FHIR's modes. https://hl7.org/fhir/R4/http.html#capabilities"""
    if any(name == "mode" and value not in MODES for name, value in pairs):
        raise Invalid(f"mode is one of {', '.join(MODES)}", parameter="mode")
    return respond.document(services.statement(base), form(headers, pairs), headers)


def smart_configuration(
    base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]
) -> Response:
    """JSON whatever Accept says (SMART App Launch 2.2, conformance)."""
    return tagged(Response(orjson.dumps(services.smart(base)), media_type="application/json"), headers)


def openapi(base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Response:
    """The OpenAPI document, under its own media type where that is asked for."""
    own = OPENAPI_JSON in headers.get("accept", "").lower()
    media_type = OPENAPI_JSON if own else "application/json"
    return tagged(Response(services.openapi(base), 200, {"Vary": "Accept"}, media_type=media_type), headers)


def docs(base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Response:
    """The page for people."""
    content = services.document("docs", base, lambda: page(base, services).encode())
    return tagged(Response(content, 200, GUARDED, media_type="text/html; charset=utf-8"), headers)


MODES = ("full", "normative", "terminology")

PUBLIC: dict[str, Discovery] = {
    "metadata": metadata,
    ".well-known/smart-configuration": smart_configuration,
    "openapi.json": openapi,
    "docs": docs,
}
