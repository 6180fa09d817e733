"""Tokens are kept encrypted, each under its own name."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from facade.state.tokens import MemoryTokens


async def test_a_token_comes_back_with_its_expiry() -> None:
    store = MemoryTokens()
    await store.put("a", "token-1", 12.5)

    assert ("token-1", 12.5) == await store.get("a")
    assert await store.get("b") is None


async def test_only_the_token_that_is_kept_is_dropped() -> None:
    store = MemoryTokens()
    await store.put("a", "token-2", 1.0)
    await store.drop("a", "token-1")
    await store.drop("b", "token-2")
    assert ("token-2", 1.0) == await store.get("a")

    await store.drop("a", "token-2")
    assert await store.get("a") is None


async def test_nothing_in_memory_shows_the_token_and_none_moves_to_another_name() -> None:
    store = MemoryTokens()
    await store.put("a", "token-1", 1.0)

    assert "token-1" not in repr(vars(store))
    store._kept["b"] = store._kept["a"]
    with pytest.raises(InvalidTag):
        await store.get("b")
