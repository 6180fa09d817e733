"""One tenant's hanging EHR, or one client's zeal, leaves room for all others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.athenanet.sandbox import create_app as create_sandbox
from capability.issues import Overloaded, TooManyRequests
from facade.app import create_app
from facade.http.admission import Admission
from facade.http.gateway import Gateway
from facade.tenancy.configuration import Limits
from tests.facade.world import ORIGIN, World, configuration, practice, served

HANGING = "https://hanging.example.org"


class Hanging(httpx.ASGITransport):
    """Reaches the sandbox; what is sent to HANGING is not answered before `released`."""

    def __init__(self, app: Any, released: asyncio.Event) -> None:
        super().__init__(app)
        self._released = released

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if str(request.url).startswith(HANGING):
            await self._released.wait()
        return await super().handle_async_request(request)


@pytest.fixture
def released() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def two(tmp_path: Path, released: asyncio.Event) -> AsyncIterator[World]:
    """Tenants `riverbend`, whose EHR hangs, and `lakeside`; sixteen places."""
    config = configuration(riverbend={"practices": {"rb": practice(base_url=HANGING)}}, lakeside={})
    config["server"]["limits"] = {"concurrency": 16}
    sandbox = create_sandbox(size=25, token_quota=1000)
    async with served(tmp_path, config, Hanging(sandbox, released), sandbox, World) as made:
        yield made


def send(made: World, client: str, count: int) -> list[asyncio.Task[httpx.Response]]:
    """That many requests at once to the EHR that hangs, each for another record."""
    sender = made.client(client, "riverbend")
    return [asyncio.create_task(sender.get(f"/Observation?patient=rb.{n}")) for n in range(1, count + 1)]


async def refused(tasks: list[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    """The answers of the first `count` that are done; the others hang."""
    async with asyncio.timeout(5):
        while sum(task.done() for task in tasks) < count:
            await asyncio.wait([task for task in tasks if not task.done()], return_when=asyncio.FIRST_COMPLETED)
    return [task.result() for task in tasks if task.done()]


async def test_a_tenant_whose_ehr_hangs_sheds_nobody_else(two: World, released: asyncio.Event) -> None:
    tasks = [task for client in ("system", "vitals", "limited") for task in send(two, client, 20)]
    answers = await refused(tasks, 52)

    assert {(429, "1", "throttled")} == {
        (each.status_code, each.headers["retry-after"], each.json()["issue"][0]["code"]) for each in answers
    }
    for _ in range(20):
        assert 200 == (await two.client(tenant="lakeside").get("/Patient/rb.1")).status_code
    hanging = [task for task in tasks if not task.done()]
    released.set()
    assert [200] * 8 == [(await task).status_code for task in hanging]


async def test_a_client_that_asks_too_much_at_once_leaves_room_to_the_tenants_others(
    two: World, released: asyncio.Event
) -> None:
    greedy = send(two, "system", 10)
    assert [429] * 6 == [each.status_code for each in await refused(greedy, 6)]

    other = send(two, "vitals", 1)
    await asyncio.wait(other, timeout=0.05)
    assert not other[0].done()
    released.set()
    assert 200 == (await other[0]).status_code
    assert [200] * 4 + [429] * 6 == sorted([(await task).status_code for task in greedy])


async def test_a_place_is_given_back(two: World, released: asyncio.Event) -> None:
    released.set()
    for _ in range(5):
        assert {200} == {(await task).status_code for task in send(two, "system", 4)}


async def test_health_is_answered_when_nothing_else_is(two: World, released: asyncio.Event) -> None:
    limits = two.services.limits
    admission = Admission(limits, tenants=2)
    for _ in range(limits.concurrency):
        admission.take()
    with pytest.raises(Overloaded):
        admission.take()

    app = Gateway(create_app(two.services), limits, admission)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        assert 200 == (await client.get("/health/live")).status_code
        assert 200 == (await client.get("/health/ready")).status_code
        shed = await client.get("/lakeside/fhir/r4/metadata")
        assert (503, "1") == (shed.status_code, shed.headers["retry-after"])


def admitted(admission: Admission, held: ExitStack, tenant: str) -> int:
    """How many requests of a tenant, each of another client, are let in before one is refused."""
    for count in range(1_000):
        place = admission.place()
        place.take()
        try:
            held.enter_context(admission.share(tenant, f"client {count}"))
        except TooManyRequests:
            place.release()
            return count
    return 1_000


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_however_many_tenants_hang_the_next_one_finds_room(held: ExitStack) -> None:
    admission = Admission(Limits(concurrency=256), tenants=5)
    rooms = [admitted(admission, held, tenant) for tenant in "abcde"]

    assert 128 == rooms[0]
    assert min(rooms) > 0
    assert sum(rooms) < 256


def test_a_tenant_alone_has_all_places(held: ExitStack) -> None:
    admission = Admission(Limits(concurrency=256), tenants=1)
    with pytest.raises(Overloaded):
        admitted(admission, held, "a")


def test_the_last_place_can_be_used_whatever_the_share(held: ExitStack) -> None:
    admission = Admission(Limits(concurrency=1), tenants=1)
    place = admission.place()
    place.take()
    with admission.share("a", "app"), pytest.raises(TooManyRequests), admission.share("a", "app"):
        pass
