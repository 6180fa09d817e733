"""Codes that no table knew: how often, first and last when, for each tenant, practice and table.

A code of a vendor's vocabulary is kept as it is; anything else may be what people typed, and is kept as a keyed digest,
so that neither the file nor a log can be searched for somebody's words or dates.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from mappings.mapped import Unmapped

LOG = structlog.get_logger()
FILE = "unmapped.sqlite"
MOST_CODES = 500
"""Different codes kept of one table of one practice; more are counted together, as OTHERS."""

OTHERS = "others"
LONGEST = 80
FLUSH_SECONDS = 5.0
BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Key:
    """`code` is the vendor's, or `#` and a digest, or OTHERS."""

    tenant: str
    practice: str
    table: str
    code: str


@dataclass(frozen=True, slots=True)
class Met:
    """`first` and `last` in epoch seconds."""

    count: int
    first: float
    last: float

    def and_(self, other: Met) -> Met:
        return Met(self.count + other.count, min(self.first, other.first), max(self.last, other.last))


class UnmappedCodes:
    """Counts in this process, bounded; `counts` since its start. With a `store` they outlive it.

    Writes are batched: they begin FLUSH_SECONDS after a sighting and run in a thread, so that no request waits for one.
    `pepper` keys the digests: the same text has the same digest as long as it stays.
    """

    def __init__(
        self, *, pepper: bytes, store: UnmappedStore | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.counts: dict[Key, Met] = {}
        self._pepper = hashlib.blake2b(pepper, person=b"unmapped codes").digest()
        self._store = store
        self._clock = clock
        self._codes: dict[tuple[str, str, str], int] = {}
        self._pending: dict[Key, Met] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, tenant: str, practice: str, found: Iterable[Unmapped]) -> None:
        """Counts `found`; the first sight of each is logged. To be called where an event loop runs."""
        now = self._clock()
        for one in found:
            key = self._key(tenant, practice, one)
            sight = Met(1, now, now)
            if key not in self.counts:
                LOG.warning("mapping.unmapped", tenant=tenant, practice=practice, table=key.table, code=key.code)
            _into(self.counts, key, sight)
            if self._store is not None:
                _into(self._pending, key, sight)
        if self._pending and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._begin)

    def _key(self, tenant: str, practice: str, one: Unmapped) -> Key:
        code = one.code if one.coded and len(one.code) <= LONGEST and one.code.isprintable() else self._digest(one.code)
        key = Key(tenant, practice, one.table, code)
        if key not in self.counts:
            of_table = (tenant, practice, one.table)
            if self._codes.get(of_table, 0) >= MOST_CODES:
                return replace(key, code=OTHERS)
            self._codes[of_table] = self._codes.get(of_table, 0) + 1
        return key

    def _digest(self, text: str) -> str:
        return "#" + hashlib.blake2b(text.encode("utf-8", "replace"), key=self._pepper, digest_size=6).hexdigest()

    def _begin(self) -> None:
        self._writing = asyncio.get_running_loop().create_task(self.flush())

    async def flush(self) -> None:
        """Writes what was counted since the last time. What cannot be written now is kept for the next."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._pending = self._pending, {}
        if self._store is None or not batch:
            return
        try:
            await asyncio.to_thread(self._store.add, batch)
        except sqlite3.Error as exc:
            LOG.error("unmapped.not_kept", error=type(exc).__name__)
            for key, met in batch.items():
                _into(self._pending, key, met)

    async def close(self) -> None:
        """Writes what is left."""
        if self._writing is not None:
            await self._writing
        await self.flush()


def _into(counts: dict[Key, Met], key: Key, met: Met) -> None:
    known = counts.get(key)
    counts[key] = met if known is None else known.and_(met)


TABLE = """
CREATE TABLE IF NOT EXISTS unmapped (
    tenant TEXT NOT NULL, practice TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL,
    count INTEGER NOT NULL, first REAL NOT NULL, last REAL NOT NULL,
    PRIMARY KEY (tenant, practice, name, code)
) WITHOUT ROWID
"""
KNOWN = "SELECT 1 FROM unmapped WHERE tenant = ? AND practice = ? AND name = ? AND code = ?"
CODES = "SELECT COUNT(*) FROM unmapped WHERE tenant = ? AND practice = ? AND name = ?"
ADD = """
INSERT INTO unmapped VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    count = count + excluded.count, first = MIN(first, excluded.first), last = MAX(last, excluded.last)
"""


class UnmappedStore:
    """The counts of all processes of a server, in one SQLite file of its state folder. Blocking.

    Raises: sqlite3.Error where the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, batch: Mapping[Key, Met]) -> None:
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(TABLE)
            for key, met in batch.items():
                of_table = (key.tenant, key.practice, key.table)
                known = database.execute(KNOWN, (*of_table, key.code)).fetchone() is not None
                full = not known and database.execute(CODES, of_table).fetchone()[0] >= MOST_CODES
                row = (*of_table, OTHERS if full else key.code, met.count, met.first, met.last)
                database.execute(ADD, row)

    def counts(self) -> dict[Key, Met]:
        """All of them, the most frequent first; none where nothing was ever kept."""
        if not self._path.exists():
            return {}
        with self._open() as database:
            database.execute(TABLE)
            rows = database.execute("SELECT * FROM unmapped ORDER BY count DESC, tenant, practice, name, code")
            return {Key(*row[:4]): Met(*row[4:]) for row in rows.fetchall()}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call alone, its changes committed at the end."""
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as database, database:
            yield database
