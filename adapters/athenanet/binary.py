"""What attachments hold, by the kind of id of the resource that they are attached to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.athenanet import document_reference
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Document
from adapters.query import Query
from capability.issues import NotFound
from mappings.athena import ids

FileOf = Callable[[AthenaNet, Call, tuple[str, ...], int], Awaitable[Document]]
"""(ehr, call, keys of the owner's id, number of the attachment from 0) -> its content; NotFound where there is none."""

FILES: dict[str, FileOf] = {
    "ccda": document_reference.ccda_file,
    "document": document_reference.document_file,
    "visitnote": document_reference.visit_note_file,
}


async def content(ehr: AthenaNet, call: Call, query: Query) -> Document:
    """The content of the Binary `query.id`, whose owner was read before. Raises: NotFound, EHRError."""
    owner = ids.owner_of(query.id or "")
    kind, keys = ("", ()) if owner is None else (ids.parse(owner[1]).kind, ids.parse(owner[1]).keys)
    if owner is None or kind not in FILES:
        raise NotFound(document_reference.NO_FILE)
    return await FILES[kind](ehr, call, keys, owner[2])
