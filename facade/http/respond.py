"""What is answered -> bytes: a resource, a Bundle, an OperationOutcome, a document.

`write` is the only writer of FHIR: in what form a client gets its answer is decided there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from capability.issues import FHIRError
from facade.http import preconditions
from facade.http.content import ContentResponse, guards
from facade.http.negotiate import Form
from facade.http.page import Page
from facade.interactions.binary import Opened
from facade.policy.release import Released
from mappings import fhirjson

VARY = "Accept"
PRIVATE = {"Cache-Control": "no-store", "Vary": f"{VARY}, Authorization"}


def write(
    content: Mapping[str, Any], form: Form, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The response with this resource as its body, in the form that the client takes."""
    kind = Page if form.html else Response
    body = fhirjson.dumps(content, pretty=form.pretty or form.html)
    return kind(body, status, {"Vary": VARY, **(headers or {})}, media_type=form.media_type)


def resource(released: Released, form: Form, asked: Mapping[str, str] | None = None) -> Response:
    """A read's answer, with its version as ETag; 304 where by the headers `asked` the client has it already.

    Raises PreconditionFailed.
    """
    modified = preconditions.last_modified(released)
    headers = {**PRIVATE, "ETag": f'W/"{released["meta"]["versionId"]}"'}
    if modified is not None:
        headers["Last-Modified"] = preconditions.http_date(modified)
    if preconditions.unchanged(asked or {}, released["meta"]["versionId"], modified):
        return _not_modified(headers)
    return write(released, form, headers=headers)


def content(opened: Opened, form: Form | None, asked: Mapping[str, str]) -> Response:
    """A Binary: its bytes as they are where `form` is None, else the resource; 304 as for a resource.

    A page has the resource without its data: what a document may hold is not for our pages. Raises PreconditionFailed.
    """
    released = opened.content
    told, modified = released.binary, preconditions.instant(released.document.updated)
    meta = {"versionId": opened.version}
    headers = {**PRIVATE, "ETag": f'W/"{opened.version}"', "X-Security-Context": released.owner}
    if modified is not None:
        meta["lastUpdated"] = str(released.document.updated)
        headers["Last-Modified"] = preconditions.http_date(modified)
    if preconditions.unchanged(asked, opened.version, modified):
        return _not_modified(headers)
    head = {"resourceType": told.pop("resourceType"), "id": told.pop("id"), "meta": meta}
    if form is None:
        kind = released.document.content_type
        return ContentResponse(opened, {**headers, **guards(kind), "Accept-Ranges": "none"}, kind)
    if form.html:
        return write({**head, **told}, form, headers=headers)
    before, _, after = fhirjson.dumps({**head, **told, "data": ""}, pretty=form.pretty).rpartition(b'""')
    return ContentResponse(opened, headers, form.media_type, head=before + b'"', tail=b'"' + after)


async def body(response: Response, fits: Callable[[int], None]) -> bytes:
    """The whole body of an answer that becomes a part of another; `fits` refuses a size that is too much."""
    if not isinstance(response, ContentResponse):
        fits(len(response.body))
        return bytes(response.body)
    try:
        fits(response.size or 0)
    except FHIRError:
        await response.close()
        raise
    return await response.whole()


def document(content: Mapping[str, Any], form: Form, asked: Mapping[str, str] | None = None) -> Response:
    """A public document of our own making, such as the CapabilityStatement; 304 as for a resource."""
    version = blake2b(fhirjson.dumps(content), digest_size=9).hexdigest()
    headers = {"Cache-Control": "no-cache", "Vary": VARY, "ETag": f'W/"{version}"'}
    if preconditions.unchanged(asked or {}, version, None):
        return _not_modified(headers)
    return write(content, form, headers=headers)


def _not_modified(headers: Mapping[str, str]) -> Response:
    return Response(None, 304, {**headers, "Vary": f"{headers['Vary']}, Accept-Encoding"})


def address(base: str, type_: str, pairs: Sequence[tuple[str, str]]) -> str:
    """`[base]/[type]?...` with the pairs in order, percent-encoded."""
    query = urlencode(pairs, quote_via=quote, safe="/:|,$.")
    return f"{base}/{type_}{'?' + query if query else ''}"
