"""Fixtures over tests/adapters/ehr.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from adapters.pace import Limits
from adapters.upstream import Upstream, Upstreams
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.ehr import CONNECTION, EHR, ORIGIN


@pytest.fixture
async def to() -> AsyncIterator[Callable[..., Upstream]]:
    opened: list[Upstreams] = []

    def make(
        ehr: EHR | httpx.AsyncBaseTransport, *, per_second: float = 1000.0, limits: Limits | None = None
    ) -> Upstream:
        transport = httpx.ASGITransport(ehr.app) if isinstance(ehr, EHR) else ehr
        upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: transport)
        opened.append(upstreams)
        return upstreams.to(CONNECTION, ORIGIN, requests_per_second=per_second, limits=limits)

    yield make
    for upstreams in opened:
        await upstreams.close()
