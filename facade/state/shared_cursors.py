"""The same as `kept`, for several processes of one machine: a SQLite file that goes with the server.

What is kept is already encrypted. Only contents too long for a link come here, and they are few.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from facade.state.kept import BYTES_EACH

BUSY_SECONDS = 5.0
TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, sealed BLOB NOT NULL, until REAL NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID
"""
OLDEST_BEYOND = """
DELETE FROM kept WHERE key IN (
    SELECT key FROM (
        SELECT key, SUM(LENGTH(sealed)) OVER (ORDER BY at DESC, key) AS together FROM kept WHERE owner = ?
    ) WHERE together > ?
)
"""


class SharedCursors:
    """Bounded in bytes for each owner; the oldest of one's own go first. Each call runs in a thread."""

    def __init__(self, path: Path, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._seconds = seconds
        self._clock = clock
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(TABLE)
            database.execute("CREATE INDEX IF NOT EXISTS kept_owner ON kept (owner, at)")

    async def put(self, sealed: bytes, owner: str) -> str:
        """Keeps `sealed` and returns its unguessable key."""
        return await asyncio.to_thread(self._put, sealed, owner)

    async def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None when it is unknown or past its time."""
        return await asyncio.to_thread(self._get, key)

    def _put(self, sealed: bytes, owner: str) -> str:
        key, now = secrets.token_urlsafe(24), self._clock()
        with self._open() as database:
            row = (key, owner, sealed, now + self._seconds, time.time_ns())
            database.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?)", row)
            database.execute(OLDEST_BEYOND, (owner, BYTES_EACH))
            database.execute("DELETE FROM kept WHERE until <= ?", (now,))
        return key

    def _get(self, key: str) -> bytes | None:
        with self._open() as database:
            found = database.execute(
                "SELECT sealed FROM kept WHERE key = ? AND until > ?", (key, self._clock())
            ).fetchone()
        return bytes(found[0]) if found is not None else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call alone, its changes committed at the end."""
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as database, database:
            yield database
