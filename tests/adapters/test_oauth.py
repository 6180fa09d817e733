"""Our own tokens: bought once, kept, renewed in time, and never asked for in a loop."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import stamina
import structlog.testing
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.contract import Call, Connection
from adapters.oauth import BearerTokens, ClientCredentials, secret_basic
from adapters.upstream import Reply, Upstream, Upstreams
from capability.issues import EHRCredentials, EHRError, EHRInvalid, EHRThrottled, EHRUnavailable
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens

ORIGIN = "https://ehr.example"


class NoSettings(BaseModel):
    pass


class EHR:
    """A token endpoint and an API that takes the tokens in `accepted`."""

    def __init__(self) -> None:
        self.minted: list[Request] = []
        self.bodies: list[bytes] = []
        self.asked: list[str] = []
        self.accepted: set[str] | None = None
        self.expires_in: Any = "3600"
        self.answer: Response | None = None
        self.release = asyncio.Event()
        self.release.set()
        self.app = Starlette(
            routes=[
                Route("/oauth2/v1/token", self._token, methods=["POST"]),
                Route("/v1/{practice}/patients", self._patients),
            ]
        )

    async def _token(self, request: Request) -> Response:
        self.minted.append(request)
        self.bodies.append(await request.body())
        await self.release.wait()
        token = {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": f"tok-{len(self.minted)}"}
        return self.answer or JSONResponse(token)

    async def _patients(self, request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        self.asked.append(token)
        good = self.accepted is None or token in self.accepted
        return PlainTextResponse("", 200 if good and not request.path_params["practice"].startswith("refused") else 401)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class World:
    """Practices that share one custody."""

    def __init__(self, ehr: EHR) -> None:
        self.clock = Clock()
        self.ehr = ehr
        self.store = MemoryTokens()
        self.upstreams = Upstreams(MemoryCache(), self.store, transport=lambda _: httpx.ASGITransport(ehr.app))
        self.tokens = BearerTokens(self.store, clock=self.clock)

    def upstream(self, practice: str = "rb") -> Upstream:
        connection = Connection("riverbend", practice, "rest", "athenanet", NoSettings())
        return self.upstreams.to(connection, ORIGIN, requests_per_second=1000.0)

    async def patients(
        self, practice: str = "rb", *, credentials: ClientCredentials | None = None, seconds: float = 5.0
    ) -> Reply:
        return await self.tokens.send(
            self.upstream(practice),
            credentials or CREDENTIALS,
            Call("req-1", asyncio.get_running_loop().time() + seconds),
            "GET",
            f"/v1/{practice}/patients",
            operation="GET /patients",
            params={},
            headers={},
        )


def basic(
    tenant: str = "riverbend", proof: str = "s3cret", scope: str = "athena/service/Athenanet.MDP.*"
) -> ClientCredentials:
    return secret_basic(tenant, ORIGIN, "/oauth2/v1/token", "client-1", proof, scope)


CREDENTIALS = basic()


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World(EHR())
    yield made
    await made.tokens.close()
    await made.upstreams.close()


async def test_the_token_request_is_client_credentials_with_basic(world: World) -> None:
    await world.patients()

    (request,) = world.ehr.minted
    assert "Basic " + base64.b64encode(b"client-1:s3cret").decode() == request.headers["authorization"]
    assert b"grant_type=client_credentials&scope=athena%2Fservice%2FAthenanet.MDP.%2A" == world.ehr.bodies[0]
    assert ["tok-1"] == world.ehr.asked


async def test_many_at_once_buy_one_token(world: World) -> None:
    await asyncio.gather(*(world.patients(practice) for practice in ("rb", "p2") * 10))

    assert (1, 20) == (len(world.ehr.minted), len(world.ehr.asked))


async def test_a_waiter_that_goes_away_takes_nobody_with_it(world: World) -> None:
    world.ehr.release.clear()
    first = asyncio.create_task(world.patients())
    await asyncio.sleep(0.01)
    second = asyncio.create_task(world.patients())
    await asyncio.sleep(0.01)
    first.cancel()
    world.ehr.release.set()

    assert 200 == (await second).status
    assert 1 == len(world.ehr.minted)
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize(("expires_in", "used_for"), [("3600", 3540), (3600, 3540), ("90", 45)])
async def test_a_token_is_renewed_before_it_expires(world: World, expires_in: Any, used_for: int) -> None:
    world.ehr.expires_in = expires_in
    await world.patients()
    world.clock.now += used_for - 1
    await world.patients()
    world.clock.now += 2
    await world.patients()

    assert ["tok-1", "tok-1", "tok-2"] == world.ehr.asked


async def test_a_401_buys_one_new_token_and_one_more_attempt(world: World) -> None:
    await world.patients()
    world.ehr.accepted = {"tok-2"}

    assert 200 == (await world.patients()).status
    assert ["tok-1", "tok-1", "tok-2"] == world.ehr.asked


async def test_a_second_401_is_our_credentials_and_the_quota_is_spared(world: World) -> None:
    for _ in range(5):
        with pytest.raises(EHRCredentials):
            await world.patients("refused")

    assert 2 == len(world.ehr.minted)
    assert 200 == (await world.patients("rb")).status
    assert 2 == len(world.ehr.minted)


async def test_a_practice_that_refuses_us_does_not_keep_another_from_renewing_its_token(world: World) -> None:
    with pytest.raises(EHRCredentials):
        await world.patients("refused")
    world.ehr.accepted = {"tok-3"}

    assert 200 == (await world.patients("rb")).status
    assert 3 == len(world.ehr.minted)


async def test_practices_that_refuse_us_do_not_spend_each_other_s_tokens_in_turn(world: World) -> None:
    for practice in ("refused", "refused-2") * 5:
        with pytest.raises(EHRCredentials):
            await world.patients(practice)

    assert 3 == len(world.ehr.minted)


async def test_many_401s_at_once_buy_one_new_token(world: World) -> None:
    await world.patients()
    world.ehr.accepted = {"tok-2"}

    await asyncio.gather(*(world.patients() for _ in range(10)))

    assert 2 == len(world.ehr.minted)


@pytest.mark.parametrize("status", [400, 401])
async def test_refused_credentials_are_not_tried_again_and_again(world: World, status: int) -> None:
    world.ehr.answer = JSONResponse({"error": "invalid_client"}, status)
    for _ in range(3):
        with pytest.raises(EHRCredentials):
            await world.patients()

    assert 1 == len(world.ehr.minted)


async def test_a_token_quota_is_throttling(world: World) -> None:
    world.ehr.answer = PlainTextResponse("", 429, {"Retry-After": "17"})
    for _ in range(3):
        with pytest.raises(EHRThrottled) as raised:
            await world.patients()

    assert 15 <= int(raised.value.headers["Retry-After"]) <= 17
    assert 1 == len(world.ehr.minted)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (PlainTextResponse("<html>", 200), EHRInvalid),
        (JSONResponse({"token_type": "Bearer"}), EHRInvalid),
        (JSONResponse(["tok"]), EHRInvalid),
        (JSONResponse({"access_token": "a\nb", "expires_in": 1}), EHRInvalid),
        (JSONResponse({"access_token": "secret-tok", "expires_in": "soon"}), EHRInvalid),
        (JSONResponse({"access_token": "secret-tok", "token_type": "mac"}), EHRInvalid),
        (PlainTextResponse("", 503), EHRUnavailable),
    ],
)
async def test_an_answer_without_a_usable_token_is_told_apart(
    world: World, answer: Response, expected: type[EHRError]
) -> None:
    world.ehr.answer = answer

    with pytest.raises(expected) as raised:
        await world.patients()
    assert "secret" not in raised.value.text


async def test_another_tenant_secret_or_scope_is_another_token(world: World) -> None:
    for credentials in (basic(), basic("other"), basic(proof="another"), basic(scope="system/Patient.read")):
        await world.patients(credentials=credentials)

    assert ["tok-1", "tok-2", "tok-3", "tok-4"] == world.ehr.asked


async def test_token_and_secret_are_in_no_log_and_no_repr(world: World) -> None:
    with structlog.testing.capture_logs() as events:
        await world.patients()

    shown = repr((events, CREDENTIALS, world.tokens, world.store, vars(world.store)))
    assert ["POST token", "GET /patients"] == [event["operation"] for event in events]
    assert not any(secret in shown for secret in ("tok-1", "s3cret", "client-1"))
