"""What an attachment holds, by its owner and its number there: asked for as the type that the owner says it has, and
passed on as it comes.

https://hl7.org/fhir/R4/binary.html
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Any

from adapters.contract import Call, Document
from adapters.fhir_r4.client import JSON, FHIRServer
from adapters.fhir_r4.read import record_of
from adapters.query import Query
from adapters.streamed import Streamed
from adapters.upstream import Reply
from capability.issues import EHRInvalid, NotFound
from mappings import fhirjson
from mappings.fhir_r4.walk import binary_of, files_of

NO_FILE = "no Binary with this id"
UNREADABLE = "the EHR's Binary cannot be read"
ANY = "application/octet-stream"
NOTHING_SAID = frozenset({"", ANY, "binary/octet-stream"})
JSON_KINDS = frozenset({JSON, "application/json", "application/json+fhir"})

MOST_IN_JSON = 70_000_000
"""Bytes of a Binary resource in JSON, which is read whole: base64 of what a facade passes on by default."""

IN_A_THREAD = 1_000_000
"""Bytes of JSON from which on reading it would hold up other requests."""


async def content(ehr: FHIRServer, call: Call, query: Query) -> Document:
    """The bytes of the Binary `query.id`, not yet read where the EHR gives them as they are.

    Raises NotFound, EHRError. The stream raises EHRError where it breaks off.
    """
    named = await _named(ehr, call, query.id or "")
    path = binary_of(named["url"], ehr.settings.base_url) if named is not None else None
    if named is None or path is None:
        raise NotFound(NO_FILE)
    kind = str(named.get("contentType") or "")
    # not packed: a packed answer does not tell how long the document is
    headers = {"Accept": ehr.dialect.binary_as or kind or "*/*", "Accept-Encoding": "identity"}
    answer = await ehr.open(call, f"{ehr.settings.root}/{path}", operation="GET /Binary/{id}", headers=headers)
    if isinstance(answer, Reply):
        raise NotFound(NO_FILE) if answer.status in (404, 410) else ehr.refusal(answer, "Binary")
    try:
        return await _document(answer, kind, path)
    except BaseException:
        await answer.body.aclose()
        raise


async def _named(ehr: FHIRServer, call: Call, id_: str) -> dict[str, Any] | None:
    """The attachment as the EHR wrote it; None where its owner has none of that number, or it is no Binary of this
    practice: one server may have those of many."""
    if (owner := ehr.names.owner_of(id_)) is None:
        return None
    type_, local, number = owner
    record = await record_of(ehr, call, type_, local)
    repaired = ehr.repaired(record) if record is not None else None
    files = files_of(repaired) if repaired is not None else []
    if repaired is None or number >= len(files):
        return None
    path = binary_of(files[number]["url"], ehr.settings.base_url)
    own = path is not None and ehr.names.local("Binary", path.removeprefix("Binary/"), repaired) is not None
    return files[number] if own else None


async def _document(answer: Streamed, kind: str, path: str) -> Document:
    said = answer.headers.get("content-type", "")
    if _essence(said) in JSON_KINDS and _essence(kind) not in JSON_KINDS:
        return await _unpacked(await answer.whole(MOST_IN_JSON), kind)
    if answer.size == 0 or (_essence(said) == "text/html" and _essence(kind) not in (*NOTHING_SAID, "text/html")):
        raise EHRInvalid(UNREADABLE)  # a page of the way there, not of the document
    tag = answer.headers.get("etag")
    # the EHR's own address takes part: an attachment can come to name another Binary, in the same version
    version = f"{path}\n{tag}" if tag else None
    return Document(_believed(said, kind), answer.body, answer.size, version)


async def _unpacked(body: bytes, kind: str) -> Document:
    """A Binary resource in JSON: the EHR gave that instead of the bytes."""
    said, data = await asyncio.to_thread(_decoded, body) if len(body) >= IN_A_THREAD else _decoded(body)
    return Document(_believed(said, kind), data)


def _decoded(body: bytes) -> tuple[str, bytes]:
    try:
        found = fhirjson.loads(body)
        if found["resourceType"] != "Binary":
            raise EHRInvalid(UNREADABLE)
        return str(found["contentType"]), base64.b64decode(found.get("data", ""), validate=True)
    except (LookupError, TypeError, ValueError, binascii.Error) as exc:
        raise EHRInvalid(UNREADABLE) from exc


def _believed(said: str, kind: str) -> str:
    """The media type: what the EHR says with the bytes counts where it is the attachment's own, told more exactly, or
    where the attachment has none."""
    if not kind:
        return said or ANY
    return said if _essence(said) == _essence(kind) and ";" not in kind else kind


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
