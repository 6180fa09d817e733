"""Fixtures over tests/facade/world.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from tests.facade.world import World, world


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """One tenant `riverbend` with one practice `rb` on athenaNet."""
    async with world(tmp_path) as made:
        yield made


@pytest.fixture
def logs_again() -> Iterator[None]:
    """Logging as it was, after a command that turned it off for its process."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def client(here: World) -> httpx.AsyncClient:
    """The `system` client at the tenant's base."""
    return here.client()
