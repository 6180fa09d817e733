"""POST [base]: a batch, each entry of which is decided as if it had come alone. https://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response

from adapters.contract import Call
from adapters.traces import frames
from capability.issues import AddressTooLong, FHIRError, Invalid, NotSupported, TooCostly, TooLarge, Unprocessable
from facade.http import discovery, respond, sent
from facade.http.negotiate import FHIR_JSON, form
from facade.http.outcome import to_error
from facade.http.rest import Endpoint, RestRequest, allow, query_pairs
from facade.interactions.asking import Asking, Base
from facade.interactions.match.spans import span
from facade.services import Services
from mappings import fhirjson

AT_ONCE = 8

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
"""https://hl7.org/fhir/R4/valueset-http-verb.html"""

PASSED_ON = ("prefer",)
"""Headers of the batch that count for each of its entries; others stand in what is asked already."""

CONDITIONS = {"ifNoneMatch": "if-none-match", "ifMatch": "if-match", "ifNoneExist": "if-none-exist"}

LOG = structlog.get_logger()

Locate = Callable[[Base, Sequence[str]], Endpoint]


async def answer(services: Services, asking: Asking, request: RestRequest, *, locate: Locate) -> Response:
    """The batch-response: one answer for each entry, in their order.

    `locate` finds an entry's endpoint. Raises UnsupportedMedia, Invalid, TooLarge; Unprocessable for a transaction.
    """
    written = form(request.headers, request.pairs)
    entries = _entries(await sent.resource(request, "Bundle"), services.limits.batch_entries)
    gate = asyncio.Semaphore(AT_ONCE)
    room = _Room(services.limits.batch_bytes)

    async def one(entry: Any) -> dict[str, Any]:
        async with gate:
            return await _answered(services, asking, request, entry, locate, room)

    found = await asyncio.gather(*(one(entry) for entry in entries))
    bundle = {"resourceType": "Bundle", "type": "batch-response", **({"entry": found} if found else {})}
    return respond.write(bundle, written, headers=respond.PRIVATE)


@dataclass(slots=True)
class _Room:
    """`left`: bytes that the answers not given yet may have together."""

    left: int

    def take(self, size: int) -> None:
        """Raises TooCostly for what doesn't fit any more, and for all after it."""
        self.left = self.left - size if size <= self.left else -1
        if self.left < 0:
            raise TooCostly("the answers of the batch are too large together; send this entry again")


def _entries(bundle: dict[str, Any] | None, most: int) -> list[Any]:
    if bundle is None:
        raise Invalid("a batch is sent as a Bundle in the body", code="required")
    if bundle.get("type") == "transaction":
        raise Unprocessable(
            "transactions are not offered; send the entries as a batch, each of which stands alone",
            expression="Bundle.type",
            code="not-supported",
        )
    if bundle.get("type") != "batch":
        raise Invalid("this address takes a Bundle of type batch", expression="Bundle.type")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise Invalid("entry is a list", expression="Bundle.entry", code="structure")
    if len(entries) > most:
        raise TooLarge(f"a batch has up to {most} entries; send several", expression="Bundle.entry")
    return entries


async def _answered(
    services: Services, asking: Asking, batch: RestRequest, entry: Any, locate: Locate, room: _Room
) -> dict[str, Any]:
    """An entry of the answer. Whatever goes wrong is this entry's alone."""
    call = replace(asking.call, made=[])
    try:
        _check_time(call)
        room.take(0)
        request = _request(services, asking.base, batch, entry)
        response = await _respond(services, replace(asking, call=call), request, locate)
        return _entry(response, await respond.body(response, room.take), request.method)
    except Exception as exc:
        error = to_error(exc)
        if error is not exc:  # told as the gateway tells it
            LOG.error("http.unexpected", error=type(exc).__name__, frames=frames(exc), request_id=call.request_id)
        return _refused(error)
    finally:
        asking.call.made.extend(call.made)


def _check_time(call: Call) -> None:
    if asyncio.get_running_loop().time() > call.deadline:
        raise TooCostly("the batch takes longer than a request may; send this entry again")


async def _respond(services: Services, asking: Asking, request: RestRequest, locate: Locate) -> Response:
    public = discovery.endpoint(request.path)
    if public is not None:
        allow(request.method, frozenset({"GET"}))
        return public(asking.base, services, request.headers, request.pairs)
    if request.path == ("",) and request.method == "POST":
        raise NotSupported("a batch within a batch is not offered; send its entries in this one")
    found = locate(asking.base, request.path)
    found.check(request.method)
    return await found.handle(services, asking, request)


def _request(services: Services, base: Base, batch: RestRequest, entry: Any) -> RestRequest:
    """An entry as the request that it stands for. Raises Invalid, AddressTooLong."""
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict):
        raise Invalid("an entry of a batch has a request", expression="Bundle.entry.request", code="required")
    method, url = asked.get("method"), asked.get("url")
    if method not in METHODS:
        raise Invalid("method is an HTTP verb", expression="Bundle.entry.request.method", code="value")
    if not isinstance(url, str):
        raise Invalid("a request has a url", expression="Bundle.entry.request.url", code="required")
    if len(url) > services.limits.address_bytes:
        raise AddressTooLong(f"the url is longer than {services.limits.address_bytes} bytes")
    path, query = _address(base, url)
    body = _body(entry.get("resource"))
    headers = {name: value for name in PASSED_ON if (value := batch.headers.get(name)) is not None}
    headers |= {
        "accept": FHIR_JSON,
        **_conditions(asked),
        **({"content-type": FHIR_JSON} if entry.get("resource") else {}),
    }
    return RestRequest(method, path, query_pairs(query.encode()), Headers(headers), body)


def _address(base: Base, url: str) -> tuple[tuple[str, ...], str]:
    """(segments, query) of a url below the base. Raises Invalid for any other."""
    if "://" in url.partition("?")[0]:
        own = f"{base.url}/"
        if not url.startswith((own, f"{base.url}?")) and url != base.url:
            raise Invalid("url is relative, or below this base", expression="Bundle.entry.request.url")
        url = url.removeprefix(base.url)
    path, _, query = url.partition("?")
    if "#" in url or path.startswith("//"):
        raise Invalid("url is relative, or below this base", expression="Bundle.entry.request.url")
    return tuple(unquote(path).removeprefix("/").removesuffix("/").split("/")), query


def _body(resource: Any) -> Callable[[], Awaitable[bytes]]:
    try:
        content = fhirjson.canonical(resource) if resource else b""
    except ValueError as exc:
        raise Invalid("the resource cannot be read", expression="Bundle.entry.resource", code="structure") from exc

    async def body() -> bytes:
        return content

    return body


def _conditions(asked: dict[str, Any]) -> dict[str, str]:
    """The conditions of an entry as the headers that they stand for. Raises Invalid."""
    headers: dict[str, str] = {}
    for name, header in (*CONDITIONS.items(), ("ifModifiedSince", "if-modified-since")):
        value = asked.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise Invalid(f"{name} is text", expression=f"Bundle.entry.request.{name}", code="value")
        headers[header] = value if name in CONDITIONS else _http_date(value)
    return headers


def _http_date(instant: str) -> str:
    try:
        read = span(instant)
    except ValueError:
        read = None
    if read is None or read.offset is None:
        raise Invalid("ifModifiedSince is an instant", expression="Bundle.entry.request.ifModifiedSince", code="value")
    return format_datetime(read.instants()[0].astimezone(UTC), usegmt=True)


def _entry(response: Response, body: bytes, method: str) -> dict[str, Any]:
    """What an endpoint answered, in a batch's form."""
    told: dict[str, Any] = {"status": _status(response.status_code)}
    for name in ("location", "etag"):
        if name in response.headers:
            told[name] = response.headers[name]
    if not body or method == "HEAD":  # a 304 has none
        return {"response": told}
    resource = fhirjson.loads(body) if "json" in response.headers.get("content-type", "") else None
    if not isinstance(resource, dict) or "resourceType" not in resource:
        raise NotSupported("an entry is answered with a FHIR resource in JSON; ask for this by itself")
    updated = resource.get("meta", {}).get("lastUpdated")
    if updated is not None:
        told["lastModified"] = updated
    return {"resource": resource, "response": told}


def _refused(error: FHIRError) -> dict[str, Any]:
    outcome = {"resourceType": "OperationOutcome", "issue": [error.issue()]}
    return {"response": {"status": _status(error.status), "outcome": outcome}}


def _status(code: int) -> str:
    return f"{code} {HTTPStatus(code).phrase}"
