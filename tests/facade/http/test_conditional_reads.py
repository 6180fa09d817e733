"""Versions: reading what changed, reading one version, and what is said of the history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.facade.scrapbook import scrapbook
from tests.facade.world import World

CHANGED = "2024-03-09T21:30:15.789-05:00"
LAST_MODIFIED = "Sun, 10 Mar 2024 02:30:15 GMT"
PATIENTS: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "dated", "meta": {"lastUpdated": CHANGED}, "name": [{"family": "Adler"}]},
    {"resourceType": "Patient", "id": "undated", "name": [{"family": "Baum"}]},
    {"resourceType": "Patient", "id": "wrong", "meta": {"lastUpdated": "yesterday"}, "name": [{"family": "Cole"}]},
]


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with scrapbook(tmp_path, PATIENTS) as (_, client):
        yield client


async def version(client: httpx.AsyncClient, address: str = "/Patient/rb.1") -> str:
    """The version that a read shows."""
    return str((await client.get(address)).json()["meta"]["versionId"])


MATCHING = ['W/"{v}"', '"{v}"', "{v}", "*", '"other", W/"{v}"', ' "a" ,"{v}" , "b"']
OTHER = ['W/"other"', '"{v}x"', '""', "", "**", '"*"', '"other", "another"']


@pytest.mark.parametrize("tags", MATCHING)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_who_has_the_current_version_gets_304_without_body(
    client: httpx.AsyncClient, tags: str, method: str
) -> None:
    got = await client.get("/Patient/rb.1")
    known = got.json()["meta"]["versionId"]
    response = await client.request(method, "/Patient/rb.1", headers={"If-None-Match": tags.format(v=known)})

    assert (304, b"") == (response.status_code, response.content)
    for name in ("etag", "cache-control"):
        assert got.headers[name] == response.headers[name]
    assert set(got.headers["vary"].split(", ")) == set(response.headers["vary"].split(", "))
    assert not {"content-type", "content-length"} & set(response.headers)


@pytest.mark.parametrize("tags", OTHER)
async def test_who_has_another_version_gets_the_current_one(client: httpx.AsyncClient, tags: str) -> None:
    tags = tags.format(v=await version(client))

    assert 200 == (await client.get("/Patient/rb.1", headers={"If-None-Match": tags})).status_code


async def test_the_version_of_one_principal_is_not_that_of_another_who_sees_less(here: World) -> None:
    full, limited = await version(here.client("system")), here.client("limited")

    assert 200 == (await limited.get("/Patient/rb.1", headers={"If-None-Match": f'W/"{full}"'})).status_code


@pytest.mark.parametrize(("tags", "status"), [*((tags, 200) for tags in MATCHING), *((tags, 412) for tags in OTHER)])
async def test_if_match_that_is_not_current_is_412(client: httpx.AsyncClient, tags: str, status: int) -> None:
    response = await client.get("/Patient/rb.1", headers={"If-Match": tags.format(v=await version(client))})

    assert status == response.status_code
    if status == 412:
        assert "conflict" == response.json()["issue"][0]["code"]


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
async def test_a_condition_tells_nothing_of_what_is_not_there(client: httpx.AsyncClient, header: str) -> None:
    for tags in ("*", '"x"'):
        response = await client.get("/Patient/rb.99999", headers={header: tags})
        assert 404 == response.status_code


async def test_last_modified_is_there_where_the_source_tells_it(book: httpx.AsyncClient) -> None:
    told = [
        (await book.get(f"/Patient/rb.{id_}")).headers.get("last-modified") for id_ in ("dated", "undated", "wrong")
    ]

    assert [LAST_MODIFIED, None, None] == told


@pytest.mark.parametrize(
    ("id_", "headers", "status"),
    [
        ("dated", {"If-Modified-Since": LAST_MODIFIED}, 304),
        ("dated", {"If-Modified-Since": "Sun, 10 Mar 2024 02:30:16 GMT"}, 304),
        ("dated", {"If-Modified-Since": "Sun, 10 Mar 2024 02:30:14 GMT"}, 200),
        ("dated", {"If-Modified-Since": "Sunday, 10-Mar-24 02:30:15 GMT"}, 304),
        ("dated", {"If-Modified-Since": "2024-03-10"}, 200),
        ("dated", {"If-Modified-Since": "Mon, 99 Foo 9999 99:99:99 GMT"}, 200),
        ("dated", {"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 -2359"}, 200),
        ("dated", {"If-Modified-Since": ""}, 200),
        ("undated", {"If-Modified-Since": "Sun, 10 Mar 2999 02:30:15 GMT"}, 200),
        ("dated", {"If-Modified-Since": LAST_MODIFIED, "If-None-Match": '"other"'}, 200),
        ("dated", {"If-Modified-Since": "Sun, 10 Mar 2019 02:30:15 GMT", "If-None-Match": "*"}, 304),
        ("dated", {"If-Unmodified-Since": LAST_MODIFIED}, 200),
        ("dated", {"If-Unmodified-Since": "Sun, 10 Mar 2024 02:30:14 GMT"}, 412),
        ("dated", {"If-Unmodified-Since": "Sun, 10 Mar 2024 02:30:14 GMT", "If-Match": "*"}, 200),
        ("undated", {"If-Unmodified-Since": "Sun, 10 Mar 2019 02:30:15 GMT"}, 200),
        ("dated", {"If-Match": '"other"', "If-None-Match": "*"}, 412),
    ],
)
async def test_dates_are_conditions_where_the_source_tells_one(
    book: httpx.AsyncClient, id_: str, headers: dict[str, str], status: int
) -> None:
    assert status == (await book.get(f"/Patient/rb.{id_}", headers=headers)).status_code


async def test_the_current_version_is_read_under_its_id(here: World, client: httpx.AsyncClient) -> None:
    for found in (await client.get("/Observation?patient=rb.1&_count=3")).json()["entry"]:
        shown = found["resource"]
        address = f"/{shown['resourceType']}/{shown['id']}"
        response = await client.get(f"{address}/_history/{shown['meta']['versionId']}")
        assert (200, shown) == (response.status_code, response.json())
        assert f'W/"{shown["meta"]["versionId"]}"' == response.headers["etag"]


async def test_another_version_is_not_told_from_an_unknown_id(here: World, client: httpx.AsyncClient) -> None:
    current = await version(client)
    unknown = await client.get("/Patient/rb.99999")

    for address in ("rb.1/_history/1", f"rb.1/_history/{current}0", f"rb.2/_history/{current}", "rb.99999/_history/1"):
        response = await client.get(f"/Patient/{address}")
        assert (404, unknown.content) == (response.status_code, response.content)
    limited = await here.client("limited").get(f"/Patient/rb.1/_history/{current}")
    assert (404, unknown.content) == (limited.status_code, limited.content)


async def test_vread_is_declared_where_read_is_and_nowhere_else(client: httpx.AsyncClient) -> None:
    statement = (await client.get("/metadata")).json()

    codes = [{each["code"] for each in row["interaction"]} for row in statement["rest"][0]["resource"]]
    assert codes
    assert [True] * len(codes) == [("vread" in each) == ("read" in each) for each in codes]
    assert not any(code.startswith("history") for each in codes for code in each)


@pytest.mark.parametrize("address", ["/_history", "/Patient/_history", "/Patient/rb.1/_history"])
async def test_the_history_is_refused_with_what_to_do_instead(
    here: World, client: httpx.AsyncClient, address: str
) -> None:
    response = await client.get(address)

    (issue,) = response.json()["issue"]
    assert (405, "not-supported", "OPTIONS") == (response.status_code, issue["code"], response.headers["allow"])
    assert "If-None-Match" in issue["details"]["text"]
    assert [] == await here.calls()


async def test_the_statement_has_a_version_too(here: World) -> None:
    client = here.client(None)
    got = await client.get("/metadata")
    again = await client.get("/metadata", headers={"If-None-Match": got.headers["etag"]})

    assert (304, b"", got.headers["etag"]) == (again.status_code, again.content, again.headers["etag"])
    assert got.headers["etag"] == (await client.get("/metadata?_pretty=true")).headers["etag"]
