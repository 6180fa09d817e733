"""Documents from an EHR behind a real connection to a client of ours: in pieces, as they come, and ended by either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.pace import Limits
from facade.http.gateway import Broken
from tests.facade.http.test_gateway_wire import serving
from tests.facade.world import UPSTREAM, World, configuration, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

ID = "Binary/rb.file-0-DocumentReference-7"
RECORD = {
    "resourceType": "DocumentReference",
    "id": "7",
    "status": "current",
    "subject": {"reference": "Patient/1"},
    "content": [{"attachment": {"url": "Binary/70", "contentType": "application/pdf"}}],
}
MOST = 20_000_000


class Hospital:
    """A FHIR server with one document, which it gives as `answer` says."""

    def __init__(self) -> None:
        self.answer: Callable[[], ASGIApp] = lambda: Response(b"")
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not Request(scope).url.path.startswith("/r4/Binary/"):
            await JSONResponse(RECORD)(scope, receive, send)
            return
        try:
            await self.answer()(scope, receive, send)
        finally:
            self.left.set()


@pytest.fixture(scope="module")
def hospital() -> Hospital:
    return Hospital()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(hospital: Hospital, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with serving(hospital) as port:
        settings = {"base_url": UPSTREAM.replace(":9", f":{port}") + "/r4", "connections": 1}
        connections = {"main": {"adapter": "fhir_r4", "settings": settings}}
        config = configuration(riverbend={"practices": {"rb": {"name": "A practice", "connections": connections}}})
        config["server"]["limits"] = {"document_bytes": MOST, "deadline_seconds": 5}
        async with served(tmp_path_factory.mktemp("hospital"), config, None, hospital, World) as made:
            yield made


@pytest.fixture(autouse=True)
def nothing_is_left(here: World) -> Any:
    yield
    assert here.services.directory.server.limits.documents_bytes == here.services.documents.left


async def get(here: World, method: str = "GET", **headers: str) -> httpx.Response:
    return await here.client().request(method, f"/{ID}", headers={"accept-encoding": "identity", **headers})


def giving(pieces: list[bytes], then: Callable[[], Any] | None = None, **headers: str) -> Callable[[], ASGIApp]:
    async def written() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        if then is not None:
            await then()

    return lambda: StreamingResponse(written(), media_type="application/pdf", headers={"ETag": '"1"', **headers})


async def test_a_document_larger_than_other_answers_may_be_is_passed_on(here: World, hospital: Hospital) -> None:
    size = Limits().response_bytes + 1_000_000
    secrets = {"X-Chart-Server": "db7", "Set-Cookie": "a=1", "Content-Disposition": "inline; filename=Smith.pdf"}
    hospital.answer = giving([b"x" * 1_000_000] * (size // 1_000_000 + 1), None, **secrets)

    response = await get(here)

    assert (200, b"x", size // 1_000_000 * 1_000_000 + 1_000_000) == (
        response.status_code, response.content[-1:], len(response.content))  # fmt: skip
    assert set() == {"x-chart-server", "set-cookie"} & set(response.headers)
    assert "inline" == response.headers["content-disposition"]


async def test_its_length_is_told_and_head_and_conditions_read_nothing(here: World, hospital: Hospital) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    hospital.answer = giving([b"%PDF"], None, **{"Content-Length": "4"})
    response = await get(here)
    hospital.answer = giving([b"%"], never, **{"Content-Length": "4"})
    head = await get(here, "HEAD")
    known = await get(here, **{"if-none-match": response.headers["etag"]})

    assert (b"%PDF", "4") == (response.content, response.headers["content-length"])
    assert (200, "4", 304) == (head.status_code, head.headers["content-length"], known.status_code)


async def test_what_breaks_off_there_breaks_off_here(here: World, hospital: Hospital) -> None:
    async def dies() -> None:
        raise ConnectionResetError

    for headers in ({"Content-Length": "4000"}, {}):
        hospital.answer = giving([b"%PDF"], dies, **headers)
        with pytest.raises(Broken):
            await get(here)


async def test_what_turns_out_too_large_is_broken_off(here: World, hospital: Hospital) -> None:
    hospital.answer = giving([b"x" * 1_000_000] * (MOST // 1_000_000 + 1))

    with pytest.raises(Broken):
        await get(here)


async def test_a_client_that_leaves_takes_its_document_s_connection_along(here: World, hospital: Hospital) -> None:
    hospital.left.clear()
    begun, messages = asyncio.Event(), iter([{"type": "http.request"}])

    async def never() -> None:
        await asyncio.Event().wait()

    async def send(message: Mapping[str, Any]) -> None:
        if message.get("body"):
            begun.set()

    async def receive() -> dict[str, Any]:
        for message in messages:
            return message
        await begun.wait()
        return {"type": "http.disconnect"}

    hospital.answer = giving([b"%PDF"], never)
    path = f"/riverbend/fhir/r4/{ID}"
    headers = [(b"authorization", f"Bearer {here.token()}".encode())]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "https", "server": None, "client": None, "root_path": "",
    }  # fmt: skip
    async with asyncio.timeout(2):
        await here.app(scope, receive, send)
        await hospital.left.wait()

    hospital.answer = giving([b"%PDF"])  # its one connection is free again
    assert 200 == (await get(here)).status_code
