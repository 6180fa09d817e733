"""The seam towards EHRs, in process: what is repeated, what is refused, what is told."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest
import stamina
import structlog.testing
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.addresses import checked_origin, checked_path
from adapters.pace import CircuitOpen, Limits
from adapters.upstream import Upstream
from capability.issues import EHRError, EHRInvalid, EHRTimeout, EHRUnavailable
from tests.adapters.ehr import EHR, always, call, get


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


async def test_the_answer_comes_back_and_the_request_id_went_out(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("hello", headers={"X-Kind": "a"})))
    asked = call()

    reply = await get(to(ehr), asked, params={"departmentid": "1", "name": "O'Neil & co"})

    assert (200, b"hello", "a") == (reply.status, reply.content, reply.headers["x-kind"])
    assert "req-1" == ehr.seen[0].headers["x-request-id"]
    assert {"departmentid": "1", "name": "O'Neil & co"} == dict(ehr.seen[0].query_params)
    assert [("rest", "GET /patients/{patientid}", 200)] == [(m.connection, m.operation, m.status) for m in asked.made]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_an_idempotent_call_is_repeated_after_a_transient_answer(
    to: Callable[..., Upstream], status: int
) -> None:
    async def once_bad(request: Request, number: int) -> Response:
        return PlainTextResponse("", status if number == 1 else 200)

    ehr, asked = EHR(once_bad), call()

    assert 200 == (await get(to(ehr), asked)).status
    assert [status, 200] == [made.status for made in asked.made]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
async def test_a_refusal_is_not_repeated(to: Callable[..., Upstream], status: int) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("", status)))

    assert status == (await get(to(ehr))).status
    assert 1 == len(ehr.seen)


async def test_a_call_that_is_not_idempotent_is_made_once(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("", 503)))

    assert 503 == (await get(to(ehr), idempotent=False)).status
    assert 1 == len(ehr.seen)


async def test_attempts_end_with_the_last_answer(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("", 503)))

    assert 503 == (await get(to(ehr, limits=Limits(attempts=3)))).status
    assert 3 == len(ehr.seen)


async def test_retry_after_beyond_the_deadline_ends_the_attempts(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("", 429, {"Retry-After": "60"})))

    assert (429, "60") == ((reply := await get(to(ehr))).status, reply.headers["retry-after"])
    assert 1 == len(ehr.seen)


async def test_retry_after_within_the_deadline_is_waited_for(to: Callable[..., Upstream]) -> None:
    async def throttled_once(request: Request, number: int) -> Response:
        return PlainTextResponse("", 429, {"Retry-After": "1"}) if number == 1 else PlainTextResponse("")

    assert 200 == (await get(to(EHR(throttled_once)))).status


async def test_a_hang_ends_at_the_deadline(to: Callable[..., Upstream]) -> None:
    async def hang(request: Request, number: int) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    started = asyncio.get_running_loop().time()
    asked = call(0.05)
    with pytest.raises(EHRTimeout):
        await get(to(EHR(hang)), asked)

    assert 1.0 > asyncio.get_running_loop().time() - started
    assert [0] == [made.status for made in asked.made]


async def test_a_cancelled_request_is_not_repeated_and_stays_cancelled(to: Callable[..., Upstream]) -> None:
    arrived = asyncio.Event()

    async def hang(request: Request, number: int) -> Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    ehr = EHR(hang)
    task = asyncio.create_task(get(to(ehr)))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 1 == len(ehr.seen)


async def test_redirects_are_refused(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: RedirectResponse("https://elsewhere.example/")))

    with pytest.raises(EHRInvalid):
        await get(to(ehr))
    assert 1 == len(ehr.seen)


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example/x",
        "https://elsewhere.example/x",
        "patients",
        "/v1/1/../2/patients",
        "/v1/1/%2E%2e/2/patients",
        "/v1/1/patients#x",
        "/v1/1/patients\\x",
        "/v1/1/patients\n",
        "/v1/1/päx",
        "",
    ],
)
def test_a_path_that_leaves_the_origin_is_refused(path: str) -> None:
    with pytest.raises(EHRInvalid):
        checked_path(path)


def test_a_link_of_the_ehr_is_kept_verbatim() -> None:
    assert "/v1/1/patients?LASTNAME=O%27Neil&offset=10" == checked_path("/v1/1/patients?LASTNAME=O%27Neil&offset=10")


@pytest.mark.parametrize(
    "origin",
    ["http://ehr.example", "ftp://ehr.example", "https://", "https://u:p@ehr.example", "https://ehr.example/x"],
)
def test_an_origin_is_scheme_host_and_port(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        checked_origin(origin)


@pytest.mark.parametrize(
    "text", ["http://[::1", "https://ehr.example:99999999", "https://ehr\x00.example", "https://xn--"]
)
def test_what_is_no_address_is_a_value_error_as_every_wrong_origin_is(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whose words these are is not ours to say
        checked_origin(text)


def test_http_is_for_loopback() -> None:
    assert "http://127.0.0.1:8001" == checked_origin("http://127.0.0.1:8001/")


async def test_an_answer_over_the_bound_is_refused_after_decompression(to: Callable[..., Upstream]) -> None:
    bomb = gzip.compress(b"0" * 100_000)
    ehr = EHR(always(lambda: Response(bomb, headers={"Content-Encoding": "gzip"})))

    with pytest.raises(EHRInvalid):
        await get(to(ehr, limits=Limits(response_bytes=50_000)))


async def test_broken_compression_is_nonsense(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: Response(b"not gzip", headers={"Content-Encoding": "gzip"})))

    with pytest.raises(EHRInvalid):
        await get(to(ehr))


class Fails(httpx.AsyncBaseTransport):
    """A network on which every exchange ends in the same error."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.attempts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.attempts += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("https://secret.example refused"), EHRUnavailable),
        (httpx.ReadError("reset by secret.example"), EHRUnavailable),
        (httpx.RemoteProtocolError("secret.example said x"), EHRUnavailable),
        (httpx.ReadTimeout("secret.example"), EHRTimeout),
        (httpx.ConnectTimeout("secret.example"), EHRTimeout),
    ],
)
async def test_the_network_s_errors_become_ours_without_their_text(
    to: Callable[..., Upstream], error: Exception, expected: type[EHRError]
) -> None:
    network = Fails(error)

    with pytest.raises(expected) as raised:
        await get(to(network))

    assert "secret" not in raised.value.text
    assert error is raised.value.__cause__
    assert 3 == network.attempts


async def test_the_circuit_opens_after_failures_in_a_row_and_then_asks_nobody(to: Callable[..., Upstream]) -> None:
    network = Fails(httpx.ConnectError("down"))
    upstream = to(network, limits=Limits(attempts=1, circuit_failures=3))
    for _ in range(3):
        with pytest.raises(EHRUnavailable):
            await get(upstream)

    with pytest.raises(CircuitOpen) as raised:
        await get(upstream)

    assert 3 == network.attempts
    assert 1 <= int(raised.value.headers["Retry-After"]) <= 20


async def test_an_open_circuit_lets_one_through_after_its_time_and_closes_on_an_answer(
    to: Callable[..., Upstream],
) -> None:
    async def down_then_up(request: Request, number: int) -> Response:
        return PlainTextResponse("", 503 if number <= 2 else 200)

    upstream = to(EHR(down_then_up), limits=Limits(attempts=1, circuit_failures=2, circuit_seconds=-1.0))
    for _ in range(2):
        await get(upstream)

    assert [200, 200] == [(await get(upstream)).status for _ in range(2)]


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_refusals_throttling_and_failing_records_leave_the_circuit_closed(
    to: Callable[..., Upstream], status: int
) -> None:
    upstream = to(EHR(always(lambda: PlainTextResponse("", status))), limits=Limits(attempts=1, circuit_failures=2))

    assert [status] * 5 == [(await get(upstream)).status for _ in range(5)]


async def test_the_log_names_the_exchange_and_nothing_of_the_patient(to: Callable[..., Upstream]) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("Ms Example")))
    with structlog.testing.capture_logs() as events:
        await get(to(ehr), params={"lastname": "Example"})

    (event,) = events
    assert ("ehr.call", "riverbend", "rb", "rest", "athenanet", "GET /patients/{patientid}", 200, "req-1") == tuple(
        event[name]
        for name in ("event", "tenant", "practice", "connection", "adapter", "operation", "status", "request_id")
    )
    assert not any("Example" in str(value) or "77" in str(value) for value in event.values())
