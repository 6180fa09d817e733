"""Short ids for records whose own ids FHIR has no room for, and the way back from them.

An alias is `x-` and 32 characters of a keyed hash: whoever has the key always makes the same one, nobody else can make
or guess any, and none is ever given to a second record. The way back is a table, in which an alias stands before any
answer has it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import structlog

from capability.issues import Overloaded

LOG = structlog.get_logger()
FILE = "aliases.sqlite"
PREFIX = "x-"
"""What every alias begins with: a local id that does so by itself gets one too, so that none is taken for an alias."""

ALIAS = re.compile(r"x-[a-z2-7]{32}")
HASH_BYTES = 20
MOST_AT_HAND = 20_000
"""Aliases kept in memory beside a table; the others cost a look into it."""

MOST_IN_MEMORY = 100_000
"""Aliases known where there is no table; those not met for the longest time are forgotten first."""

BUSY_SECONDS = 5.0


class Space(NamedTuple):
    """Where an alias is valid: nowhere else does it lead to anything. `context`: who asks the EHR, as `Call.identity`.

    An EHR may name one record differently to different callers, so that these never share what they know.
    """

    tenant: str
    practice: str
    context: str


class Aliases:
    """The aliases of all tenants. `secret` keys the hash; None: the `store` has a key of its own.

    Without a store they are forgotten with the process.
    """

    def __init__(self, *, secret: bytes | None, store: AliasStore | None = None) -> None:
        if secret is None and store is None:
            raise ValueError("a key comes from somewhere")
        self._key = hashlib.blake2b(secret, person=b"aliases").digest() if secret is not None else None
        self._store = store
        self._most = MOST_AT_HAND if store is not None else MOST_IN_MEMORY
        self._known: OrderedDict[tuple[Space, str], str] = OrderedDict()
        self._pending: dict[tuple[Space, str], str] = {}
        self._writing = asyncio.Lock()

    async def ready(self) -> None:
        """Has the key at hand. Where it can't be had now, all goes on that needs no alias."""
        if self._key is None and self._store is not None:
            try:
                self._key = await asyncio.to_thread(self._store.key)
            except sqlite3.Error as exc:
                LOG.error("aliases.no_key", error=type(exc).__name__)

    def of(self, space: Space, local: str) -> str:
        """The alias of a local id; nobody may be told it before `keep`. Raises Overloaded where there is no key."""
        if self._key is None:
            raise _unusable()
        text = "\0".join((*space, local)).encode()
        digest = hashlib.blake2b(text, key=self._key, digest_size=HASH_BYTES).digest()
        return PREFIX + base64.b32encode(digest).decode().lower()

    async def keep(self, space: Space, minted: Mapping[str, str]) -> None:
        """Returns when these (alias -> local id) are in the table: one write, together with those of other requests.

        Raises Overloaded where they cannot be written.
        """
        rows = {(space, alias): local for alias, local in minted.items() if (space, alias) not in self._known}
        if self._store is None:
            self._remember(rows)
        elif rows:
            self._pending.update(rows)
            async with self._writing:
                if not all(key in self._known for key in rows):  # who wrote before took ours along
                    await self._write(self._store, rows)

    async def _write(self, store: AliasStore, rows: Mapping[tuple[Space, str], str]) -> None:
        batch = {**self._pending, **rows}
        self._pending.clear()
        try:
            await asyncio.to_thread(store.add, batch)
        except sqlite3.Error as exc:
            LOG.error("aliases.not_kept", error=type(exc).__name__)
            raise _unusable() from exc
        self._remember(batch)

    async def find(self, space: Space, aliases: Iterable[str]) -> dict[str, str]:
        """Alias -> local id, of those that are known in this space. Raises Overloaded."""
        wanted = {alias for alias in aliases if ALIAS.fullmatch(alias)}
        found = {alias: local for alias in wanted if (local := self._at_hand((space, alias))) is not None}
        missing = wanted - found.keys()
        if missing and self._store is not None:
            try:
                read = await asyncio.to_thread(self._store.find, space, missing)
            except sqlite3.Error as exc:
                LOG.error("aliases.not_read", error=type(exc).__name__)
                raise _unusable() from exc
            self._remember({(space, alias): local for alias, local in read.items()})
            found |= read
        return found

    def _at_hand(self, key: tuple[Space, str]) -> str | None:
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def _remember(self, rows: Mapping[tuple[Space, str], str]) -> None:
        self._known.update(rows)
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def _unusable() -> Overloaded:
    text = "the server cannot keep its table of ids at the moment; try again, and tell its operator if it stays so"
    return Overloaded(text, headers={"Retry-After": "5"})


TABLES = """
CREATE TABLE IF NOT EXISTS aliases (
    tenant TEXT NOT NULL, practice TEXT NOT NULL, context TEXT NOT NULL, alias TEXT NOT NULL, local TEXT NOT NULL,
    PRIMARY KEY (tenant, practice, context, alias)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alias_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
"""
FIND = "SELECT local FROM aliases WHERE tenant = ? AND practice = ? AND context = ? AND alias = ?"


class AliasStore:
    """The table of all processes of a server, in one SQLite file, which only the server's own user can read. Blocking.

    Raises: sqlite3.Error where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def key(self) -> bytes:
        """The key of the hash: made once, by whoever asks first, and the same ever after."""
        with self._open() as database:
            database.execute("INSERT OR IGNORE INTO alias_key VALUES (1, ?)", (secrets.token_bytes(32),))
            return bytes(database.execute("SELECT key FROM alias_key").fetchone()[0])

    def add(self, rows: Mapping[tuple[Space, str], str]) -> None:
        with self._open() as database:
            database.executemany(
                "INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, ?)",
                [(*space, alias, local) for (space, alias), local in rows.items()],
            )

    def find(self, space: Space, aliases: Iterable[str]) -> dict[str, str]:
        with self._open() as database:
            rows = {alias: database.execute(FIND, (*space, alias)).fetchone() for alias in aliases}
        return {alias: str(row[0]) for alias, row in rows.items() if row is not None}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call alone, its changes committed at the end."""
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as exc:
            raise sqlite3.OperationalError("the file cannot be opened") from exc
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as database, database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(TABLES)
            yield database
