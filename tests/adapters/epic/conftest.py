"""One practice of Epic's as it is by default, for all tests of a module that change nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.adapters.epic.world import Epic, epic


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Epic]:
    async with epic(tmp_path_factory.mktemp("epic")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def practice(standing: Epic) -> AsyncIterator[Epic]:
    await standing.forget()
    yield standing
