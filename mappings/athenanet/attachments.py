"""The files of an athenaNet document, in the order in which a DocumentReference lists them.

Source  pages[]{pageid, pageordering, contenttype, href}, originaldocument{contenttype, href} and documentdata of a
        document. Where a file is asked for follows from the document's class and ids; href is not used.
Order   the original, the pages, the text: a Binary is known by its place, so all who count have to count here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_documents
from mappings.athenanet.scalars import as_id, as_int, as_list, as_record, as_str
from mappings.concept_map import Concept
from mappings.mapped import Record

MIME = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class File:
    """`page` is the pageid, `number` which of `of` pages; `text` the content itself; neither: the original.
    `content_type` None where athenaNet doesn't say, `said` then being the words that no table knew."""

    content_type: str | None
    page: str | None = None
    number: int = 0
    of: int = 0
    text: str | None = None
    said: str | None = None


def files(record: Record) -> tuple[File, ...]:
    """ValueError for what can't be read, a page without its id among it."""
    found = []
    if original := record.get("originaldocument"):
        named = as_str(as_record(original).get("contenttype")) or as_str(record.get("fileextension"))
        content_type, said = _typed(named)
        found.append(File(content_type, said=said))
    pages = sorted((as_record(one) for one in as_list(record.get("pages"))), key=_place)
    for number, one in enumerate(pages, start=1):
        content_type, said = _typed(as_str(one.get("contenttype")))
        found.append(File(content_type, as_id(one.get("pageid")), number, len(pages), said=said))
    if text := as_str(record.get("documentdata")):
        found.append(File("text/plain", text=text))
    return tuple(found)


def attachments(record: Record, owner: str, title: str | None, created: str | None = None) -> list[fhir.Element]:
    """FHIR Attachments of its files, each with the url of a Binary of the resource `owner`, a local id.

    The report of a result names the same Binaries as its DocumentReference does: both give that one's id as `owner`.
    """
    return [
        fhir.element(
            contentType=file.content_type,
            url=f"Binary/{ids.attachment(owner, n)}",
            size=len(file.text.encode()) if file.text else None,
            title=_title(file, title),
            creation=created,
        )
        or {}
        for n, file in enumerate(files(record))
    ]


def _title(file: File, words: str | None) -> str | None:
    if file.of > 1:
        return ", ".join(filter(None, (words, f"page {file.number} of {file.of}")))
    return words


def mime_type(words: str | None) -> str | None:
    """The MIME type that these words are, or that a table has for them; without parameters."""
    if words is None:
        return None
    plain = words.partition(";")[0].strip().lower()
    if MIME.fullmatch(plain):
        return plain
    known = codes_documents.CONTENT_TYPE.look_up(words)
    return known.code if isinstance(known, Concept) else None


def _typed(words: str | None) -> tuple[str | None, str | None]:
    found = mime_type(words)
    return found, None if found else words


def _place(page: Mapping[str, Any]) -> tuple[bool, int, str]:
    at = as_int(page.get("pageordering"))
    return at is None, at or 0, as_id(page.get("pageid"))
