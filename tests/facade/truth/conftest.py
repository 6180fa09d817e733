"""One world, one event loop: what a base serves is read before, its charts with the first test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from facade.app import create_app
from facade.services import Services
from tests.facade.truth.asking import Asked
from tests.facade.truth.bases import served, services
from tests.facade.truth.wire import Wire


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def asked_by_base() -> AsyncIterator[Mapping[str, Asked]]:
    """Every base by its name, with a token of the client that policy doesn't restrict."""
    with capture_logs():
        async with services() as made:
            yield await _opened(made)


async def _opened(made: Services) -> dict[str, Asked]:
    app, found = create_app(made), {}
    for base in served():
        tenant = made.directory.tenants[base.tenant]
        token = made.tokens.mint(tenant, tenant.clients["system"], seconds=3600)
        found[base.name] = Asked(base, Wire(app, {"authorization": f"Bearer {token}"}))
        await found[base.name].gather()
    return found


@pytest.fixture
def asked(request: pytest.FixtureRequest, asked_by_base: Mapping[str, Asked]) -> Asked:
    """The base that the row's `base` names."""
    return asked_by_base[request.getfixturevalue("base")]
