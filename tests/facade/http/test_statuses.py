"""Each status in its place: what a client that reads can meet, one row each."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from tests.facade.world import KEYS, World, configuration, link, world

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Asked = tuple[str, str, dict[str, Any]]

STATUSES: dict[str, tuple[Asked, int, str]] = {
    "malformed id": (("GET", "/Patient/rb_1", {}), 400, "invalid"),
    "malformed version id": (("GET", "/Patient/rb.1/_history/a_b", {}), 400, "invalid"),
    "a filter on a read": (("GET", "/Patient/rb.1?family=a", {}), 400, "invalid"),
    "another preference": (("GET", "/Patient/rb.1", {"headers": {"Prefer": "return=all"}}), 400, "invalid"),
    "malformed token": (("GET", "/Patient/rb.1", {"headers": {"Authorization": "Bearer x"}}), 401, "login"),
    "unknown type": (("GET", "/Nonsense/1", {}), 404, "not-found"),
    "unknown id": (("GET", "/Patient/rb.99999", {}), 404, "not-found"),
    "unknown version": (("GET", "/Patient/rb.1/_history/1", {}), 404, "not-found"),
    "no such address": (("GET", "/Patient/rb.1/x/y", {}), 404, "not-found"),
    "write to what is read": (("PUT", "/Patient/rb.1", {"json": {}}), 405, "not-supported"),
    "history": (("GET", "/Patient/rb.1/_history", {}), 405, "not-supported"),
    "XML": (("GET", "/Patient/rb.1", {"headers": {"Accept": "application/fhir+xml"}}), 406, "not-supported"),
    "another FHIR": (
        ("GET", "/Patient/rb.1", {"headers": {"Accept": "application/fhir+json; fhirVersion=5.0"}}),
        406,
        "not-supported",
    ),
    "another version expected": (("GET", "/Patient/rb.1", {"headers": {"If-Match": 'W/"1"'}}), 412, "conflict"),
    "long body": (("POST", "/Patient/_search", {"content": b"a" * 1_000_001, "headers": FORM}), 413, "too-long"),
    "long address": (("GET", "/Patient?family=" + "a" * 17_000, {}), 414, "too-long"),
    "a body that is no form": (("POST", "/Patient/_search", {"json": {}}), 415, "not-supported"),
    "a packing that is not known": (
        ("POST", "/Patient/_search", {"content": b"x", "headers": {**FORM, "Content-Encoding": "br"}}),
        415,
        "not-supported",
    ),
    "long headers": (("GET", "/metadata", {"headers": {"X-Filler": "a" * 33_000}}), 431, "too-long"),
}


@pytest.mark.parametrize(("asked", "status", "code"), STATUSES.values(), ids=STATUSES)
async def test_each_status_has_its_place(client: httpx.AsyncClient, asked: Asked, status: int, code: str) -> None:
    method, address, how = asked
    response = await client.request(method, address, **how)

    body = response.json()
    assert (status, "OperationOutcome", code) == (response.status_code, body["resourceType"], body["issue"][0]["code"])
    assert body["issue"][0]["details"]["text"]
    assert ("allow" in response.headers) is (status == 405)
    assert ("www-authenticate" in response.headers) is (status == 401)


async def test_a_paging_link_past_its_time_is_410(client: httpx.AsyncClient) -> None:
    following = httpx.URL(link((await client.get("/Patient?_count=2")).json(), "next") or "")
    sealing = Fernet(KEYS["FACADE_CURSOR_KEY"])
    earlier = int(time.time()) - 2 * 3_600
    old = sealing.encrypt_at_time(sealing.decrypt(following.params["_cursor"]), earlier).decode()

    response = await client.get(following.copy_set_param("_cursor", old))

    assert (410, "expired") == (response.status_code, response.json()["issue"][0]["code"])


async def test_a_token_that_does_not_reach_so_far_is_403(here: World) -> None:
    response = await here.client("vitals").get("/Patient/rb.1")

    assert (403, "forbidden") == (response.status_code, response.json()["issue"][0]["code"])
    assert 'Bearer error="insufficient_scope"' == response.headers["www-authenticate"]


async def test_what_policy_hides_is_no_matter_of_scopes(here: World) -> None:
    response = await here.client("limited").get("/Patient?identifier=x")

    assert 403 == response.status_code
    assert "www-authenticate" not in response.headers


async def test_who_asks_too_much_at_once_is_429_and_told_when_to_come_back(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"concurrency": 8, "client_share": 0.125}
    async with world(tmp_path, config) as made:
        client = made.client()
        answers = await asyncio.gather(*(client.get("/Patient?_count=5") for _ in range(4)))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {"1"} == {answer.headers["retry-after"] for answer in refused}
