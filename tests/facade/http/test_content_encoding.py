"""gzip on the way out, and on the way in within bounds."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from facade.app import create_app
from tests.facade.world import World, configuration, world

FORM = "application/x-www-form-urlencoded"
SEARCH = "/Patient/_search"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("GZIP;q=0.001", False),  # as rare as its spelling: the middleware looks for the word in lower case
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("identity", False),
        ("br", False),
        ("gzipped", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_answers_are_packed_for_who_takes_it(
    client: httpx.AsyncClient, accepted: str, packed: bool, method: str
) -> None:
    plain = await client.get("/Patient/rb.1", headers={"Accept-Encoding": "identity"})
    response = await client.request(method, "/Patient/rb.1", headers={"Accept-Encoding": accepted})

    assert packed is (response.headers.get("content-encoding") == "gzip")
    assert packed is (int(response.headers["content-length"]) < len(plain.content))
    assert (plain.content if method == "GET" else b"") == response.content
    assert "Accept-Encoding" in response.headers["vary"].split(", ")
    assert plain.headers["etag"] == response.headers["etag"]
    assert response.headers["etag"].startswith("W/")


async def test_what_is_small_or_has_no_body_is_left_alone(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/Patient/rb.1")).headers["etag"]
    answers = [
        await client.get("/Patient/rb.99999"),
        await client.get("/Patient/rb.1", headers={"If-None-Match": etag}),
        await client.options("/Patient/rb.1"),
    ]

    assert [404, 304, 204] == [answer.status_code for answer in answers]
    assert not [answer for answer in answers if "content-encoding" in answer.headers]


async def test_large_refusals_and_pages_are_packed_too(client: httpx.AsyncClient) -> None:
    page = await client.get("/Patient/rb.99999", headers={"Accept": "text/html"})

    assert (404, "gzip") == (page.status_code, page.headers["content-encoding"])


@pytest.mark.parametrize(
    ("media_type", "encoding"), [("image/png", None), ("application/zip", None), ("application/fhir+json", "br")]
)
async def test_what_is_packed_already_is_left_alone(here: World, media_type: str, encoding: str | None) -> None:
    body = b"a" * 5_000

    async def packed(request: Request) -> Response:
        return Response(body, headers={"Content-Encoding": encoding} if encoding else None, media_type=media_type)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = create_app(here.services, [Route("/packed", packed)])
    headers = [(b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": "/packed", "query_string": b"", "headers": headers}
    await app(scope, empty, send)

    assert body == sent[1]["body"]
    named = [value.decode() for name, value in sent[0]["headers"] if name == b"content-encoding"]
    assert ([encoding] if encoding else []) == named


async def empty() -> Message:
    return {"type": "http.request"}


async def post(client: httpx.AsyncClient, body: bytes, encoding: str = "gzip") -> httpx.Response:
    return await client.post(SEARCH, content=body, headers={"Content-Type": FORM, "Content-Encoding": encoding})


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"family=a"),
        gzip.compress(b"fam") + gzip.compress(b"ily=a"),
        gzip.compress(b"") + gzip.compress(b"family=a"),
    ],
    ids=["one", "two members", "an empty one first"],
)
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZip", "identity, gzip"])
async def test_a_packed_body_means_what_it_unpacks_to(client: httpx.AsyncClient, packed: bytes, encoding: str) -> None:
    plain = await post(client, b"family=a", "identity")
    response = await post(client, packed, encoding)

    assert (200, plain.json()) == (response.status_code, response.json())


async def test_a_packed_body_may_come_in_pieces(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for each in gzip.compress(b"family=a&birthdate=ge1900"):
            yield bytes([each])

    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    response = await client.post(SEARCH, content=pieces(), headers=headers)

    assert 200 == response.status_code
    assert "birthdate=ge1900" in response.json()["link"][0]["url"]


WHOLE = gzip.compress(b"family=a" * 50)
BROKEN = {
    "garbage": b"family=a",
    "cut short": WHOLE[:-12],
    "without its check sum": WHOLE[:-8],
    "wrong check sum": WHOLE[:-8] + b"\0" * 8,
    "garbage after it": WHOLE + b"family=a",
    "zlib, not gzip": zlib.compress(b"family=a"),
    "the head alone": WHOLE[:5],
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_a_body_that_is_no_gzip_is_400(here: World, client: httpx.AsyncClient, body: bytes) -> None:
    response = await post(client, body)

    (issue,) = response.json()["issue"]
    assert (400, "invalid") == (response.status_code, issue["code"])
    assert "gzip" in issue["details"]["text"]
    assert [] == await here.calls()


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "compress", "x"])
async def test_another_encoding_is_415_and_says_which_is_read(client: httpx.AsyncClient, encoding: str) -> None:
    response = await post(client, b"family=a", encoding)

    assert 415 == response.status_code
    assert "gzip, identity" == response.headers["accept-encoding"]


@pytest.mark.parametrize("size", [1_000, 2_000, 2_001, 5_000])
async def test_the_limit_is_of_what_a_body_unpacks_to(tmp_path: Path, size: int) -> None:
    config = configuration()
    config["server"]["limits"] = {"body_bytes": 2_000}
    async with world(tmp_path, config) as made:
        response = await post(made.client(), gzip.compress(b"family=" + b"a" * (size - 7)))

    assert (size > 2_000) is (response.status_code == 413)


async def test_a_bomb_stops_early(client: httpx.AsyncClient) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(800)) + packer.flush()
    assert len(bomb) < 1_000_000  # within the limit as it is sent, 800 MB as it unpacks

    started = time.process_time()
    response = await post(client, bomb)

    assert (413, "too-long") == (response.status_code, response.json()["issue"][0]["code"])
    assert time.process_time() - started < 1


@pytest.mark.parametrize(("members", "status"), [(64, 200), (65, 413), (49_000, 413)])
async def test_a_stream_has_so_many_members_at_most(client: httpx.AsyncClient, members: int, status: int) -> None:
    body = gzip.compress(b"family=a") + gzip.compress(b"") * (members - 1)
    assert len(body) < 1_000_000

    started = time.process_time()
    response = await post(client, body)

    assert status == response.status_code
    assert time.process_time() - started < 0.5


async def test_the_token_endpoint_reads_packed_bodies_within_the_same_bounds(here: World) -> None:
    client = here.client(None)
    address = str(client.base_url.copy_with(path="/riverbend/auth/token"))
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    read = await client.post(address, content=gzip.compress(b"grant_type=password"), headers=headers)
    bomb = await client.post(address, content=gzip.compress(b"a" * 2_000_000), headers=headers)

    assert (400, "unsupported_grant_type") == (read.status_code, read.json()["error"])
    assert 413 == bomb.status_code
