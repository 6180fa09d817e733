"""Paging links: where each practice's search stands, sealed for the one principal and query it was made for.

Sealed with Fernet (encrypted and authenticated, with the time it was made); keys come from the configuration and
rotate: the first seals, all open. A link that would grow past 1.5 kB holds the key of a kept content instead.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from capability.issues import Gone, Invalid

LONGEST_IN_LINK = 1_500
LONGEST_KEPT = 64_000


@dataclass(frozen=True, slots=True)
class Position:
    """How far one practice was read.

    `cursor`  the adapter's cursor of the page being read, None for the first page
    `taken`   matches already given of that page, `anchor` the digest of the last of them
    `recent`  digests of ids given lately, so that a list that shifted upstream repeats nothing
    """

    cursor: str | None = None
    taken: int = 0
    anchor: str = ""
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """`type` is what is asked below the base, a FHIR type or an operation's path; `pairs` the query as it was applied.

    `open` holds the practices that have more, `total` the number of matches when it is exact. Where an answer is made
    from whole lists at once (sorted, $everything), `whole` says how far its own list was given, and `open` is empty.
    """

    type: str
    pairs: tuple[tuple[str, str], ...]
    open: Mapping[str, Position] = field(default_factory=dict)
    total: int | None = None
    whole: Position | None = None


class Kept(Protocol):
    """Where a sealed content too long for a link is kept until it expires."""

    async def put(self, sealed: bytes, owner: str) -> str: ...

    async def get(self, key: str) -> bytes | None: ...


def digest(id_: str) -> str:
    """A short digest of an id: enough to recognise it among a page's neighbours."""
    return hashlib.blake2b(id_.encode(), digest_size=6).hexdigest()


class Cursors:
    def __init__(self, keys: Sequence[str], *, seconds: int, kept: Kept) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._seconds = seconds
        self._kept = kept

    async def seal(self, cursor: Cursor, binding: str) -> str:
        """The text for the link. `binding` names principal, base and policy: opening asks for the same one.

        Raises Invalid for a query too long to be paged.
        """
        content = {
            "b": _bound(binding),
            "y": cursor.type,
            "q": cursor.pairs,
            "o": {key: _written(position) for key, position in cursor.open.items()},
            "t": cursor.total,
            "w": _written(cursor.whole) if cursor.whole else None,
        }
        sealed = self._fernet.encrypt(zlib.compress(orjson.dumps(content), 6))
        if len(sealed) <= LONGEST_IN_LINK:
            return sealed.decode()
        if len(sealed) > LONGEST_KEPT:
            raise Invalid("the search is too long to be given in pages; ask for less at once", code="too-long")
        return "k." + await self._kept.put(sealed, _bound(binding))

    async def open(self, text: str, binding: str) -> Cursor:
        """The cursor in a link. Raises Gone when its time has passed, Invalid when it was not made for this caller."""
        sealed: bytes | None = text.encode()
        if text.startswith("k."):
            sealed = await self._kept.get(text.removeprefix("k."))
        if sealed is None:
            raise Gone("this paging link has expired; run the search again", parameter="_cursor")
        content = self._content(sealed)
        if content["b"] != _bound(binding):
            raise _foreign()
        return Cursor(
            type=content["y"],
            pairs=tuple((name, value) for name, value in content["q"]),
            open={key: _read(position) for key, position in content["o"].items()},
            total=content["t"],
            whole=_read(content["w"]) if content["w"] else None,
        )

    def _content(self, sealed: bytes) -> dict[str, Any]:
        try:
            plain = self._fernet.decrypt(sealed)
        except (InvalidToken, ValueError, TypeError) as exc:
            raise _foreign() from exc
        try:
            self._fernet.decrypt(sealed, ttl=self._seconds)
        except InvalidToken as exc:
            raise Gone("this paging link has expired; run the search again", parameter="_cursor") from exc
        content: dict[str, Any] = orjson.loads(zlib.decompress(plain))
        return content


def _written(position: Position) -> list[Any]:
    return [position.cursor, position.taken, position.anchor, position.recent]


def _read(written: Sequence[Any]) -> Position:
    cursor, taken, anchor, recent = written
    return Position(cursor, taken, anchor, tuple(recent))


def _bound(binding: str) -> str:
    return hashlib.sha256(binding.encode()).hexdigest()[:32]


def _foreign() -> Invalid:
    return Invalid("this paging link was not made for this request; run the search again", parameter="_cursor")
