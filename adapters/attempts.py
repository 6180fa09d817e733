"""How often a call to an EHR is made, and when again: jittered backoff, Retry-After, never past the deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

import stamina

from adapters.contract import Call, CallsSpent
from adapters.pace import CircuitOpen
from capability.issues import EHRTimeout, EHRUnavailable

BACKOFF = {"wait_initial": 0.1, "wait_max": 2.0, "wait_jitter": 0.25}

SHORTEST_ATTEMPT = 0.25
"""Seconds: with less left before the deadline another attempt isn't begun."""


class Answer(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


A = TypeVar("A", bound=Answer)


class _Again(Exception):
    """An answer with `headers` after which the call may be repeated."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = headers


async def attempted(
    call: Call,
    attempt: Callable[[], Awaitable[A]],
    attempts: int,
    *,
    idempotent: bool = True,
    transient: frozenset[int],
) -> A:
    """What `attempt` gives at last: made again, `attempts` times in all, while it is `idempotent`, its status in
    `transient`, and time is left. Raises: CallsSpent; what `attempt` raises."""
    if call.spent:
        raise CallsSpent(f"this takes more than {call.most} calls to the EHR; ask for less at once")
    last: A | None = None
    try:
        last = await attempt()
        if not idempotent or last.status not in transient:
            return last
        failure: Exception = _Again(last.headers)
    except (EHRUnavailable, EHRTimeout) as exc:
        if not idempotent:
            raise
        failure = exc
    # stamina costs a lot; the first attempt, which mostly is the only one, does without it
    try:
        async for trial in stamina.retry_context(
            on=lambda exc: _wait(exc, call.deadline), attempts=attempts, timeout=None, **BACKOFF
        ):
            with trial:
                if trial.num == 1:
                    raise failure
                last = await attempt()
                if last.status in transient:
                    failure = _Again(last.headers)
                    raise failure
                return last
    except _Again:
        if last is not None:
            return last
    raise failure


def _wait(exc: Exception, deadline: float) -> float | bool:
    """Seconds to wait before the next attempt, True for the usual backoff, False to give up."""
    if isinstance(exc, CircuitOpen) or not isinstance(exc, _Again | EHRUnavailable | EHRTimeout):
        return False
    left = deadline - asyncio.get_running_loop().time() - SHORTEST_ATTEMPT
    asked = retry_after(exc.headers)
    if asked is not None:
        return asked if asked <= left else False
    return left > BACKOFF["wait_max"] or left > BACKOFF["wait_initial"] + BACKOFF["wait_jitter"]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; None without one in seconds (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after)."""
    text = headers.get("retry-after") or headers.get("Retry-After") or ""
    return float(text) if text.isdecimal() and len(text) <= 9 else None
