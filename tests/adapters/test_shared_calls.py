"""Calls that several requests share, each with a deadline of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from adapters.upstream import Upstream
from capability.issues import EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable
from tests.adapters.ehr import EHR, always, call


async def both(upstream: Upstream, error: EHRError, *, theirs: float, ours: float) -> tuple[list[Any], int]:
    """What a request with `theirs` seconds, whose fetch fails with `error`, and one of `ours` that joins it come to;
    how many fetches it took. A later fetch is good."""
    fetches, joined = 0, asyncio.Event()

    async def fetch() -> tuple[str, int]:
        nonlocal fetches
        fetches += 1
        await joined.wait()
        if fetches == 1:
            raise error
        return "found", 5

    first = asyncio.create_task(upstream.shared(call(theirs), "key", 60.0, fetch))
    await asyncio.sleep(0)
    second = asyncio.create_task(upstream.shared(call(ours), "key", 60.0, fetch))
    await asyncio.sleep(0)
    joined.set()
    return [*await asyncio.gather(first, second, return_exceptions=True)], fetches


@pytest.mark.parametrize(
    "error",
    [
        EHRTimeout("late"),
        EHRUnavailable("no time to repeat"),
        EHRThrottled("no time to wait", headers={"Retry-After": "2"}),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_one_request_s_lack_of_time_is_not_another_s(to: Callable[..., Upstream], error: EHRError) -> None:
    upstream = to(EHR(always(lambda: PlainTextResponse(""))))

    assert ([error, "found"], 2) == await both(upstream, error, theirs=1.0, ours=5.0)


@pytest.mark.parametrize(
    ("error", "theirs", "ours"),
    [
        (EHRUnavailable("down, and there was time to see that"), 5.0, 6.0),
        (EHRThrottled("longer than either has", headers={"Retry-After": "60"}), 1.0, 5.0),
        (EHRThrottled("shorter than either has", headers={"Retry-After": "1"}), 5.0, 6.0),
        (EHRTimeout("late, and hardly a moment left for the other"), 0.1, 0.2),
        (EHRTimeout("late for who came last first"), 5.0, 1.0),
        (EHRInvalid("nonsense"), 1.0, 5.0),
    ],
    ids=lambda value: value.text if isinstance(value, EHRError) else "",
)
async def test_a_failure_that_more_time_would_not_mend_is_everybody_s(
    to: Callable[..., Upstream], error: EHRError, theirs: float, ours: float
) -> None:
    upstream = to(EHR(always(lambda: PlainTextResponse(""))))

    assert ([error, error], 1) == await both(upstream, error, theirs=theirs, ours=ours)
