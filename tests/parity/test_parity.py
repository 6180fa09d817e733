"""The same person from every EHR says the same US Core facts, but for what is listed with its reason."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.facade.summit import Summit
from tests.parity.comparing import Example, differences
from tests.parity.differences import DIFFERENCES, RARE
from tests.parity.gathering import EVERYBODY, four, gathered

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEW = (1, 3, 5)
"""With these most of what is listed shows."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Summit]:
    async with four(tmp_path_factory.mktemp("parity")) as made:
        yield made


async def seen(here: Summit, numbers: tuple[int, ...]) -> list[Example]:
    """How the EHRs differ over these people."""
    people = [await gathered(here, number) for number in numbers]
    assert all(min(map(len, one.held.values())) > 0 for one in people)
    return [one for each in people for one in differences(each.held, each.unserved)]


def unlisted(examples: list[Example]) -> list[Example]:
    return list({one.differs: one for one in examples if one.differs not in DIFFERENCES}.values())


async def test_what_differs_for_a_few_people_is_listed_and_what_is_listed_differs(here: Summit) -> None:
    examples = await seen(here, FEW)

    assert [] == unlisted(examples)
    assert set() == DIFFERENCES.keys() - RARE - {one.differs for one in examples}


@pytest.mark.long
async def test_what_differs_for_anybody_is_listed_and_what_is_listed_differs(here: Summit) -> None:
    examples = await seen(here, EVERYBODY)

    assert [] == unlisted(examples)
    assert set() == DIFFERENCES.keys() - {one.differs for one in examples}
