"""What an attachment holds: its owner is read and released first, and must still name it then.

The id of a Binary is made of its owner's, so that nothing is asked that this principal may not see. What is hidden, in
whatever way, is answered like an id that nobody has. https://hl7.org/fhir/R4/binary.html
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from adapters.contract import Call, Document
from adapters.query import Query
from capability.declare import BINARY
from capability.issues import EHRTimeout, Forbidden, Invalid, NotFound, Unprocessable
from facade.interactions.asking import Asking
from facade.interactions.federate import Source
from facade.interactions.identity import FHIR_ID
from facade.interactions.read import locate, read_local, unknown_id
from facade.policy.admit import admit
from facade.policy.release import Released, ReleasedContent, attachment, release_content
from facade.state.room import Held, Room

PASSING = 1_000_000
"""Bytes that a document takes of the room while it is passed on as it comes."""

IN_A_THREAD = 1_000_000
"""Bytes from which on a hash would hold up other requests."""

MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(?: ?; ?[A-Za-z0-9_-]+=[\"A-Za-z0-9_.-]+)*"
)
ANY_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Opened:
    """A document on its way out; whoever has it closes it. `version` changes with all that is told of it, `most` bytes
    of it are passed on."""

    content: ReleasedContent
    version: str
    deadline: float
    held: Held
    most: int

    async def close(self) -> None:
        """Gives up its room, and lets the EHR know that no more is read."""
        self.held.release()
        await _close(self.content.document)


@dataclass(frozen=True, slots=True)
class Means:
    """`most` bytes a document may have, `room` for all documents together.

    `passes`  whether bytes of a media type may go out as they come; raises what refuses the type
    """

    most: int
    room: Room
    passes: Callable[[str], bool]


async def binary(asking: Asking, id_: str, means: Means) -> Opened:
    """The document of a Binary. Raises Invalid, Forbidden (no scope for Binary), NotFound, EHRError, Overloaded;
    Unprocessable for one that is too large."""
    if not FHIR_ID.fullmatch(id_):
        raise Invalid("an id has 1 to 64 of the characters A-Z a-z 0-9 - .", parameter="_id")
    source, local = await locate(asking, BINARY, id_)
    admit(asking.base.tenant.policy, Query(BINARY, id=local), asking.principal, source.practice, {})
    owner = await _owner(asking, source, local)
    url = (await source.outside(asking.call)).binary(local)
    named = attachment(owner, url)
    if named is None:
        raise unknown_id(BINARY)
    size = named.get("size")
    told = size if isinstance(size, int) and size >= 0 else None
    _check_size(told, means.most)
    held = await means.room.take(means.most if told is None else told, asking.call.deadline)
    document: Document | None = None
    try:
        document = await _until(asking.call, _asked(asking.call, source, local))
        _check_size(_size(document), means.most)
        passes = means.passes(document.content_type)
        if not passes or document.version is None:
            document = await _until(asking.call, _whole(document, means.most))
        held.keep(PASSING if (size := _length(document)) is None else size)
        released = release_content(asking.base.tenant.policy, owner, url, document, asking.principal, source.practice)
        if released is None:
            raise unknown_id(BINARY)
        return Opened(released, await _version(asking, released), asking.call.deadline, held, means.most)
    except BaseException:
        held.release()
        if document is not None:
            await _close(document)
        raise


async def _owner(asking: Asking, source: Source, local: str) -> Released:
    owner = source.owner_of(local)
    if owner is None or BINARY not in asking.base.declared:
        raise unknown_id(BINARY)
    type_, id_, _ = owner
    try:
        released, _ = await read_local(asking, type_, source, id_)
    except (Forbidden, NotFound):
        raise unknown_id(BINARY) from None
    return released


async def _asked(call: Call, source: Source, local: str) -> Document:
    try:
        document = await source.content(call, local)
    except NotFound:
        raise unknown_id(BINARY) from None
    kind = document.content_type
    return document if MEDIA_TYPE.fullmatch(kind) else replace(document, content_type=ANY_BYTES)


async def _whole(document: Document, most: int) -> Document:
    """The same with all of its bytes in hand."""
    if isinstance(document.content, bytes):
        return document
    received = bytearray()
    async for chunk in document.content:
        received += chunk
        _check_size(len(received), most)
    return replace(document, content=bytes(received))


def _check_size(size: int | None, most: int) -> None:
    if size is not None and size > most:
        raise Unprocessable(
            f"the document is larger than {most} bytes, the most that is passed on here; get it from the EHR itself",
            code="too-long",
        )


def _length(document: Document) -> int | None:
    return len(document.content) if isinstance(document.content, bytes) else None


def _size(document: Document) -> int | None:
    return document.size if (length := _length(document)) is None else length


async def _version(asking: Asking, content: ReleasedContent) -> str:
    """As of other resources: a hash of what is told, with the policy's version and the edition."""
    base, document = asking.base, content.document
    told = (
        base.tenant.policy.version,
        base.edition.version,
        *map(str, content.binary.values()),
        document.updated or "",
    )
    digest = blake2b("\n".join(told).encode(), digest_size=9)
    bytes_ = document.version.encode() if document.version is not None else document.content
    if not isinstance(bytes_, bytes):
        raise TypeError("a stream without a version is read whole before it is hashed")
    if len(bytes_) >= IN_A_THREAD:
        await asyncio.to_thread(digest.update, bytes_)
    else:
        digest.update(bytes_)
    return digest.hexdigest()


async def _until(call: Call, work: Any) -> Document:
    try:
        async with asyncio.timeout_at(call.deadline):
            found: Document = await work
            return found
    except TimeoutError as exc:
        raise EHRTimeout("the EHR did not give the document in time; try again later") from exc


async def _close(document: Document) -> None:
    if not isinstance(document.content, bytes):
        await document.content.aclose()
