"""Long lists, a part at a time: other requests have their turn on the event loop in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from capability.issues import TooCostly

T = TypeVar("T")

AT_ONCE = 100


async def turns(whole: Sequence[T], deadline: float) -> AsyncIterator[Sequence[T]]:
    """`whole` in parts. Raises TooCostly when the request's time is over (`deadline`, event loop clock)."""
    for begin in range(0, len(whole), AT_ONCE):
        yield whole[begin : begin + AT_ONCE]
        await asyncio.sleep(0)
        if asyncio.get_running_loop().time() > deadline:
            raise TooCostly("the request takes longer than it may; narrow it")
