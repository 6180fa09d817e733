"""The resource in a request's body. https://hl7.org/fhir/R4/http.html#mime-type"""

from __future__ import annotations

from typing import Any

from capability.issues import Invalid
from facade.http.negotiate import FHIR_JSON, check_body_type
from facade.http.rest import RestRequest
from mappings import fhirjson

JSON_BODIES = (FHIR_JSON, "application/json")


async def resource(request: RestRequest, *types: str) -> dict[str, Any] | None:
    """The resource sent, one of `types`; None where there is no body.

    Raises UnsupportedMedia for a body that is not JSON, Invalid for one that can't be read or is another resource.
    """
    body = await request.body()
    if not body:
        return None
    check_body_type(request.headers, *JSON_BODIES, text=f"the body is sent as {FHIR_JSON}")
    try:
        found = fhirjson.loads(body)
    except ValueError as exc:
        raise Invalid("the body cannot be read: it is not JSON in UTF-8", code="structure") from exc
    if not isinstance(found, dict) or found.get("resourceType") not in types:
        raise Invalid(f"the body has to be a {' or '.join(types)}", code="structure", expression=types[0])
    return found
