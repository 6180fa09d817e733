"""Paging contents that several processes of one machine share."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from facade.state.kept import BYTES_EACH
from facade.state.shared_cursors import SharedCursors


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_what_one_process_keeps_another_finds(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite"
    key = asyncio.run(SharedCursors(path, seconds=60).put(b"sealed", "me"))

    script = (
        "import asyncio, sys; from pathlib import Path; from facade.state.shared_cursors import SharedCursors; "
        "print(asyncio.run(SharedCursors(Path(sys.argv[1]), seconds=60).get(sys.argv[2])))"
    )
    found = subprocess.check_output([sys.executable, "-c", script, str(path), key], text=True)  # noqa: S603  # ours

    assert "b'sealed'" == found.strip()


async def test_it_is_gone_after_its_time_and_unknown_by_another_key(tmp_path: Path) -> None:
    clock = Clock()
    shared = SharedCursors(tmp_path / "shared.sqlite", seconds=60, clock=clock)
    key = await shared.put(b"sealed", "me")

    assert (b"sealed", None) == (await shared.get(key), await shared.get("guessed"))
    clock.now += 60
    assert None is await shared.get(key)


async def test_nobody_pushes_out_what_is_anothers(tmp_path: Path) -> None:
    shared = SharedCursors(tmp_path / "shared.sqlite", seconds=60)
    mine = await shared.put(b"mine", "me")
    first, *_, last = [await shared.put(b"x" * (BYTES_EACH // 3), "you") for _ in range(5)]

    assert (b"mine", None) == (await shared.get(mine), await shared.get(first))
    assert await shared.get(last)
