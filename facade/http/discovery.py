"""/metadata and /.well-known/smart-configuration: derived, and open to anyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import orjson
from starlette.responses import Response

from facade.http import respond
from facade.http.negotiate import form
from facade.interactions.asking import Base
from facade.services import Services

Discovery = Callable[[Base, Services, Mapping[str, str], Sequence[tuple[str, str]]], Response]


def endpoint(segments: Sequence[str]) -> Discovery | None:
    """The public endpoint that a path below the base names, or None."""
    return PUBLIC.get("/".join(segments))


def metadata(base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Response:
    """The CapabilityStatement of this base."""
    return respond.document(services.statement(base), form(headers, pairs), headers)


def smart_configuration(
    base: Base, services: Services, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]
) -> Response:
    """JSON whatever Accept says (SMART App Launch 2.2, conformance)."""
    return Response(orjson.dumps(services.smart(base)), media_type="application/json")


PUBLIC: dict[str, Discovery] = {
    "metadata": metadata,
    ".well-known/smart-configuration": smart_configuration,
}
