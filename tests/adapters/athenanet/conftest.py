"""Fixtures over tests/adapters/athenanet/world.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from tests.adapters.athenanet.world import World, world


@pytest.fixture
async def here() -> AsyncIterator[World]:
    """Practice 195900 of a fresh sandbox."""
    async with world() as made:
        yield made


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
