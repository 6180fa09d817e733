"""The resource in a request's body. https://hl7.org/fhir/R4/http.html#mime-type"""

from __future__ import annotations

from typing import Any

from capability.issues import Invalid, UnsupportedMedia
from facade.http.negotiate import FHIR_JSON
from facade.http.rest import RestRequest
from mappings import fhirjson

JSON_BODIES = frozenset({FHIR_JSON, "application/json"})


async def resource(request: RestRequest, *types: str) -> dict[str, Any] | None:
    """The resource sent, one of `types`; None where there is no body.

    Raises UnsupportedMedia for a body that is not JSON, Invalid for one that can't be read or is another resource.
    """
    body = await request.body()
    if not body:
        return None
    media, _, rest = request.headers.get("content-type", "").partition(";")
    if media.strip().lower() not in JSON_BODIES or not _utf8(rest):
        raise UnsupportedMedia(f"the body is sent as {FHIR_JSON} in UTF-8")
    try:
        found = fhirjson.loads(body)
    except ValueError as exc:
        raise Invalid("the body cannot be read: it is not JSON in UTF-8", code="structure") from exc
    if not isinstance(found, dict) or found.get("resourceType") not in types:
        raise Invalid(f"the body has to be a {' or '.join(types)}", code="structure", expression=types[0])
    return found


def _utf8(parameters: str) -> bool:
    """Whether the media type's `charset`, where there is one, is UTF-8: FHIR has no other."""
    named = [value for part in parameters.split(";") if (value := part.strip().lower()).startswith("charset=")]
    return all(value.removeprefix("charset=").strip('"') in ("utf-8", "utf8") for value in named)
