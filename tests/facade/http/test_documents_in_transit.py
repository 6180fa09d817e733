"""Documents on their way: as streams, within bounds of memory and time, and for nobody who has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from typing import Any

import httpx
import pytest
import pytest_asyncio

from capability.issues import Overloaded
from facade.http.gateway import Broken
from facade.state.room import Room
from tests.facade.chartbox import ChartBox, chartbox
from tests.facade.http.documents import RECORDS, held, note

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST = 500_000
DOCUMENTS = {
    "file-0-documentreference-1": held(b"x" * 100_000, "application/pdf", piece=30_000, size=100_000, version="v1"),
    "file-1-documentreference-1": held(b"x" * 9_000, "application/pdf", piece=4_000, size=10_000, version="v1"),
    "file-2-documentreference-1": held(b"y" * 9_000, "application/pdf", piece=4_000),
    "file-3-documentreference-1": held(b"x" * (MOST + 1), "application/pdf", piece=100_000),
    "file-4-documentreference-1": held(b"x" * (MOST + 1), "application/pdf"),
    "file-5-documentreference-1": held(b"x" * 10, "application/pdf", piece=5, size=MOST + 1, version="v1"),
    "file-6-documentreference-1": held(b"x" * 10, "application/pdf", piece=5, hangs=True),
    "file-7-documentreference-1": held(b"x" * 10, "application/pdf", piece=5, hangs=True, version="v1"),
}
CHART = [*RECORDS[:2], note(1, *[{"contentType": "application/pdf"}] * len(DOCUMENTS)), note(2, {"size": MOST + 1})]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChartBox]:
    limits = {"document_bytes": MOST, "documents_bytes": 2 * MOST, "deadline_seconds": 0.5}
    async with chartbox(tmp_path_factory.mktemp("box"), CHART, documents=DOCUMENTS, limits=limits) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_is_left(box: ChartBox) -> Any:
    """However a read ends, its room is given back."""
    yield
    room = box.here.services.documents
    assert 2 * MOST == room.left


async def _read(box: ChartBox, number: int, method: str = "GET", **headers: str) -> httpx.Response:
    address = f"/Binary/box.file-{number}-documentreference-1"
    return await box.here.client().request(method, address, headers={"accept-encoding": "identity", **headers})


async def test_a_stream_with_a_version_is_passed_on(box: ChartBox) -> None:
    box.forget()
    response = await _read(box, 0)
    known = await _read(box, 0, **{"if-none-match": response.headers["etag"]})

    assert (200, b"x" * 100_000) == (response.status_code, response.content)
    assert ("100000", 304) == (response.headers["content-length"], known.status_code)
    assert 2 == box.asked().count("Binary")


async def test_one_without_a_version_is_read_whole_to_have_one(box: ChartBox) -> None:
    response = await _read(box, 2)

    assert (b"y" * 9_000, 304) == (
        response.content, (await _read(box, 2, **{"if-none-match": response.headers["etag"]})).status_code)  # fmt: skip


async def test_head_reads_nothing_of_a_stream(box: ChartBox) -> None:
    box.forget()
    response = await _read(box, 7, "HEAD")

    assert (200, b"") == (response.status_code, response.content)


async def test_an_answer_that_ends_too_early_is_broken_off(box: ChartBox) -> None:
    with pytest.raises(Broken):
        await _read(box, 1)


@pytest.mark.parametrize("number", [3, 4, 5])
async def test_what_is_too_large_is_refused(box: ChartBox, number: int) -> None:
    response = await _read(box, number)

    issue = response.json()["issue"][0]
    assert (422, "too-long") == (response.status_code, issue["code"])
    assert str(MOST) in issue["details"]["text"]


async def test_what_its_owner_says_is_too_large_is_not_asked_for(box: ChartBox) -> None:
    box.forget()
    response = await box.here.client().get("/Binary/box.file-0-documentreference-2")

    assert (422, []) == (response.status_code, [each for each in box.asked() if each == "Binary"])


async def test_an_ehr_that_hangs_ends_with_the_deadline(box: ChartBox) -> None:
    box.forget()
    response = await _read(box, 6)

    assert (504, "timeout") == (response.status_code, response.json()["issue"][0]["code"])
    assert "closed" in box.asked()
    with pytest.raises(Broken):
        await _read(box, 7)


@pytest.mark.parametrize(("number", "body"), [(6, b""), (7, b"x" * 10)])
async def test_who_leaves_ends_what_is_asked_for_him(box: ChartBox, number: int, body: bytes) -> None:
    box.forget()
    sent: list[Mapping[str, Any]] = []
    hanging: asyncio.Event = import_module("adapters.chartbox").HANGING
    hanging.clear()
    messages = iter([{"type": "http.request"}])

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        for message in messages:
            return message
        await hanging.wait()
        return {"type": "http.disconnect"}

    path = f"/riverbend/fhir/r4/Binary/box.file-{number}-documentreference-1"
    headers = [(b"authorization", f"Bearer {box.here.token()}".encode())]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "https", "server": None, "client": None, "root_path": "",
    }  # fmt: skip
    async with asyncio.timeout(0.45):
        await box.here.app(scope, receive, send)

    assert (body, "closed") == (b"".join(each.get("body", b"") for each in sent), box.asked()[-1])


async def test_room_is_given_in_turn(box: ChartBox) -> None:
    now = asyncio.get_running_loop().time
    room = Room(100)
    large = await room.take(80, now() + 5)
    second = asyncio.ensure_future(room.take(60, now() + 5))
    third = asyncio.ensure_future(room.take(10, now() + 5))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await room.take(5, now())
    assert [False, False] == [second.done(), third.done()]

    large.keep(30)
    await asyncio.sleep(0)
    held_, small = await second, await third
    assert 0 == room.left
    for each in (large, held_, small, small):
        each.release()
    assert 100 == room.left


async def test_who_gives_up_waiting_keeps_no_room(box: ChartBox) -> None:
    now = asyncio.get_running_loop().time
    room = Room(100)
    all_ = await room.take(100, now() + 5)
    waiting = [asyncio.ensure_future(room.take(50, now() + 5)) for _ in range(3)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    all_.release()
    waiting[1].cancel()
    await asyncio.gather(*waiting[:2], return_exceptions=True)

    (await waiting[2]).release()
    assert 100 == room.left
