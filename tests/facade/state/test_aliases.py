"""The table of aliases: one write for many, nothing shared between contexts, the same in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from capability.issues import Overloaded
from facade.state.aliases import ALIAS, MOST_AT_HAND, Aliases, AliasStore, Space

BACKEND = Space("riverbend", "rb", "system")
PATIENT = Space("riverbend", "rb", "patient")


class Counted(AliasStore):
    """The same, and how many writes there were."""

    writes = 0

    def add(self, rows: Mapping[tuple[Space, str], str]) -> None:
        self.writes += 1
        super().add(rows)


async def _opened(store: AliasStore) -> Aliases:
    made = Aliases(secret=None, store=store)
    await made.ready()
    return made


async def _kept(aliases: Aliases, space: Space, *locals_: str) -> dict[str, str]:
    minted = {aliases.of(space, local): local for local in locals_}
    await aliases.keep(space, minted)
    return minted


async def test_many_at_once_are_one_write_and_the_known_ones_none(tmp_path: Path) -> None:
    store = Counted(tmp_path / "aliases.sqlite")
    aliases = await _opened(store)
    many = [f"{number}" * 40 for number in range(500)]

    await _kept(aliases, BACKEND, *many)
    await _kept(aliases, BACKEND, *many)
    assert 1 == store.writes

    await asyncio.gather(*(_kept(aliases, BACKEND, f"more-{number}") for number in range(50)))
    assert 3 >= store.writes  # the first, and all that came while it wrote


async def test_contexts_share_nothing(tmp_path: Path) -> None:
    aliases = await _opened(AliasStore(tmp_path / "aliases.sqlite"))
    (backend,) = await _kept(aliases, BACKEND, "one record")
    (patient,) = await _kept(aliases, PATIENT, "one record")

    assert backend != patient
    assert {backend: "one record"} == await aliases.find(BACKEND, [backend, patient])
    assert {patient: "one record"} == await aliases.find(PATIENT, [backend, patient])


async def test_another_process_makes_the_same_aliases_and_finds_them(tmp_path: Path) -> None:
    here, there = [await _opened(AliasStore(tmp_path / "aliases.sqlite")) for _ in range(2)]
    minted = await _kept(here, BACKEND, "one record", "another")

    assert minted == await there.find(BACKEND, minted)
    assert minted == await _kept(there, BACKEND, "one record", "another")
    assert all(ALIAS.fullmatch(each) for each in minted)


async def test_what_memory_has_no_room_for_is_in_the_table(tmp_path: Path) -> None:
    aliases = await _opened(AliasStore(tmp_path / "aliases.sqlite"))
    (first,) = await _kept(aliases, BACKEND, "first")
    await _kept(aliases, BACKEND, *map(str, range(MOST_AT_HAND)))

    assert {first: "first"} == await aliases.find(BACKEND, [first])


async def test_the_table_is_for_the_server_alone(tmp_path: Path) -> None:
    await _opened(AliasStore(tmp_path / "aliases.sqlite"))

    assert 0o600 == (tmp_path / "aliases.sqlite").stat().st_mode & 0o777


async def test_without_a_table_an_alias_is_the_same_as_long_as_the_secret() -> None:
    one, two, other = (Aliases(secret=secret) for secret in (b"a", b"a", b"b"))
    (alias,) = await _kept(one, BACKEND, "one record")

    assert {alias: "one record"} == await one.find(BACKEND, [alias])
    assert {} == await two.find(BACKEND, [alias])
    assert (alias, alias) != (two.of(BACKEND, "one record"), other.of(BACKEND, "one record"))
    assert alias == two.of(BACKEND, "one record")


async def test_no_alias_is_made_without_its_key(tmp_path: Path) -> None:
    aliases = await _opened(AliasStore(tmp_path))

    with pytest.raises(Overloaded):
        aliases.of(BACKEND, "one record")
