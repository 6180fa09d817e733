"""One sandbox as it is by default, for all tests that change nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.epic.sandbox.wire import Epic, epic


@pytest.fixture
async def here() -> AsyncIterator[Epic]:
    async with epic() as made:
        yield made
