"""What an attachment of a FHIR server holds: whose type is believed, what is unpacked, what is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters import registry
from adapters.contract import Connection, Document
from adapters.fhir_r4 import ADAPTER
from adapters.fhir_r4.sandbox.app import create_app
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.faults import Rule
from adapters.query import Clause, Query, ReferenceValue
from adapters.upstream import Upstreams
from capability.issues import EHRInvalid, FHIRError, NotFound
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.ehr import EHR, call

ORIGIN = "http://127.0.0.1:9"
PDF = b"%PDF-1.7 a letter"
JSON = "application/fhir+json"
ASKED = Query("Binary", id="file-0-DocumentReference-7")


@asynccontextmanager
async def connected(app: Any, **settings: Any) -> AsyncIterator[Any]:
    """The adapter's client of the FHIR server `app` at /r4."""
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    made = ADAPTER.settings.model_validate({"base_url": f"{ORIGIN}/r4", **settings})
    try:
        yield ADAPTER.connect(Connection("riverbend", "rb", "fhir", "fhir_r4", made), upstreams)
    finally:
        await upstreams.close()


def server(attachment: Mapping[str, Any], answer: Response) -> EHR:
    """A FHIR server with one document that has one attachment, and what it answers for what that holds."""
    record = {
        "resourceType": "DocumentReference",
        "id": "7",
        "status": "current",
        "subject": {"reference": "Patient/1"},
        "content": [{"attachment": {"url": "Binary/70", **attachment}}],
    }

    async def answered(request: Request, number: int) -> Response:
        return answer if "/Binary/" in request.url.path else JSONResponse(record)

    return EHR(answered)


async def read(ehr: Any) -> Document:
    return await registry.content(ADAPTER, ehr, call(), ASKED)


async def bytes_of(document: Document) -> bytes:
    if isinstance(document.content, bytes):
        return document.content
    return b"".join([piece async for piece in document.content])


def raw(said: str | None, content: bytes = PDF, **headers: str) -> Response:
    response = Response(content, headers=headers)
    if said is not None:
        response.headers["content-type"] = said
    return response


def resource(content: bytes = PDF, **elements: Any) -> Response:
    told = {"resourceType": "Binary", "id": "70", "contentType": "application/pdf", **elements}
    body = json.dumps({"data": base64.b64encode(content).decode(), **told}).encode()
    return Response(body, media_type=JSON)


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("application/pdf", raw("application/pdf"), "application/pdf"),
        ("application/pdf", raw(None), "application/pdf"),
        ("application/pdf", raw("application/octet-stream"), "application/pdf"),
        ("application/pdf", raw("application/x-evil"), "application/pdf"),
        ("text/plain", raw("text/plain; charset=iso-8859-1"), "text/plain; charset=iso-8859-1"),
        ("text/plain; charset=utf-8", raw("text/plain; charset=iso-8859-1"), "text/plain; charset=utf-8"),
        ("text/html", raw("text/html"), "text/html"),
        (None, raw("image/png"), "image/png"),
        (None, raw(None), "application/octet-stream"),
        ("application/pdf", resource(), "application/pdf"),
        ("application/pdf", resource(contentType="text/html"), "application/pdf"),
        (None, resource(contentType="image/png"), "image/png"),
        ("application/fhir+json", raw(JSON), "application/fhir+json"),
    ],
)
async def test_the_attachment_says_what_it_is_and_the_ehr_where_it_does_not(
    kind: str | None, answer: Response, expected: str
) -> None:
    ehr = server({"contentType": kind} if kind else {}, answer)

    async with connected(ehr.app) as here:
        document = await read(here)
        assert (expected, PDF) == (document.content_type, await bytes_of(document))

    assert ["/r4/DocumentReference/7", "/r4/Binary/70"] == [request.url.path for request in ehr.seen]
    assert (kind or "*/*") == ehr.seen[1].headers["accept"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (raw("text/html", b"<html>Please log in</html>"), EHRInvalid),
        (raw("application/pdf", b""), EHRInvalid),
        (Response(b'{"resourceType": "OperationOutcome"}', media_type=JSON), EHRInvalid),
        (resource(data="%%%"), EHRInvalid),
        (resource(data=7), EHRInvalid),
        (Response(b"[7]", media_type=JSON), EHRInvalid),
        (Response(b"%PDF", media_type=JSON), EHRInvalid),
        (Response(b"", 404), NotFound),
        (Response(b"", 410), NotFound),
        (Response(b"", 400), EHRInvalid),
    ],
)
async def test_what_is_no_document_is_no_document(answer: Response, expected: type[FHIRError]) -> None:
    async with connected(server({"contentType": "application/pdf"}, answer).app) as here:
        with pytest.raises(expected):
            await read(here)


async def test_a_stream_has_the_size_and_the_version_that_the_ehr_tells() -> None:
    tagged = raw("application/pdf", ETag='W/"3"')
    async with connected(server({"contentType": "application/pdf"}, tagged).app) as here:
        document = await read(here)
        assert (len(PDF), False) == (document.size, isinstance(document.content, bytes))
        await bytes_of(document)
    async with connected(server({"contentType": "application/pdf", "url": "Binary/71"}, tagged).app) as here:
        other = await read(here)
        await bytes_of(other)
    async with connected(server({"contentType": "application/pdf"}, raw("application/pdf")).app) as here:
        untagged = await read(here)
        await bytes_of(untagged)

    assert document.version is not None
    assert document.version != other.version  # the same tag, of another Binary
    assert untagged.version is None


@pytest.mark.parametrize("url", ["https://elsewhere.example/Binary/70", "Patient/1", "Binary/../Patient", "Binary/"])
async def test_no_other_address_is_followed(url: str) -> None:
    ehr = server({"url": url}, raw("application/pdf"))

    async with connected(ehr.app) as here:
        with pytest.raises((NotFound, EHRInvalid)):
            await read(here)

    assert ["/r4/DocumentReference/7"] == [request.url.path for request in ehr.seen]


async def test_an_expired_token_is_renewed_once_for_a_document() -> None:
    app: Controlled = create_app(size=5)
    settings = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    async with connected(app, **settings) as here:
        whose = Clause("patient", None, (ReferenceValue("Patient", "1"),), "")
        found = await registry.dispatch(ADAPTER, here, call(), Query("DocumentReference", (whose,)))
        (attachment, *_) = [one["attachment"] for each in found.resources for one in each["content"]]
        app.faults.add(Rule("/r4/Binary/", "expire_token"))
        asked = Query("Binary", id=attachment["url"].removeprefix("Binary/"))
        document = await registry.content(ADAPTER, here, call(), asked)
        assert attachment["size"] == len(await bytes_of(document))

    read_at = [one.status for one in app.calls if one.path.startswith("/r4/Binary/")]
    assert ([401, 200], 2) == (read_at, sum(one.path == "/oauth2/token" for one in app.calls))
