"""Pages of a search: their cursors, their links, and what is uneven about them.

Source: Millennium FHIR R4, captured Bundles and the reference's pages on paging. `next` repeats the request's
parameters and adds -pageContext and -pageDirection. The cursor is a UUID (Encounter), deflated JSON in base64
(Observation, DocumentReference, DiagnosticReport) or base64 text (MedicationRequest). All social history is on page
one; later pages are shorter for it. A record that changed while somebody paged stands on two pages, the later one in a
higher version.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import itertools
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from adapters.cerner.sandbox.answers import invalid

CURSOR_SECONDS = 1800  # [assumed] lifetime
CURSORS_KEPT = 4096
TWICE_EVERY = 3
"""Of the records whose version is a number above zero, one in three may change while its page is read, one a page."""

Resource = dict[str, Any]


@dataclass(slots=True)
class Cursors:
    """Cursors that are a UUID stand for what the server remembers."""

    kept: OrderedDict[str, tuple[int, str, float]] = field(default_factory=OrderedDict)

    def make(self, kind: str, page: int, question: str, now: float) -> str:
        if kind == "uuid":
            made = str(uuid.uuid4())
            self.kept[made] = (page, question, now)
            if len(self.kept) > CURSORS_KEPT:
                self.kept.popitem(last=False)
            return made
        if kind == "deflated":
            raw = zlib.compress(orjson.dumps({"page": page, "question": question, "at": now}), 9)
        else:
            raw = f"{page}:{question}:{now}".encode()
        return base64.b64encode(raw).decode()

    def page(self, kind: str, cursor: str, question: str, now: float) -> int:
        """Raises Declined (400) [assumed] for a cursor that is unknown, too old, or of another search."""
        try:
            page, asked, at = self._open(kind, cursor)
        except (KeyError, ValueError, TypeError, zlib.error, binascii.Error):
            raise invalid("-pageContext is invalid") from None
        if asked != question or now - at > CURSOR_SECONDS:
            raise invalid("-pageContext is invalid")
        return page

    def _open(self, kind: str, cursor: str) -> tuple[int, str, float]:
        if kind == "uuid":
            return self.kept[cursor]
        raw = base64.b64decode(cursor, validate=True)
        if kind == "deflated":
            made = orjson.loads(zlib.decompress(raw))
            return int(made["page"]), str(made["question"]), float(made["at"])
        page, question, at = raw.decode().split(":")
        return int(page), question, float(at)


def question(type_: str, pairs: Sequence[tuple[str, str]]) -> str:
    """What a cursor belongs to."""
    return hashlib.sha256(orjson.dumps([type_, sorted(pairs)])).hexdigest()[:16]


def pages(rows: Sequence[Resource], size: int) -> list[list[Resource]]:
    """At least one, which may be empty."""
    cut = [list(rows[start : start + size]) for start in range(0, len(rows), size)] or [[]]
    for later in cut[1:]:
        cut[0] += [one for one in later if one["id"].startswith("SH-")]
        later[:] = [one for one in later if not one["id"].startswith("SH-")]
    cut = [one for one in cut if one] or [[]]
    carried: set[str] = set()
    for earlier, later in itertools.pairwise(cut):
        _change_one(earlier, later, carried)
    return cut


def _change_one(earlier: list[Resource], later: list[Resource], carried: set[str]) -> None:
    for place, one in enumerate(earlier):
        version = one["meta"].get("versionId", "")
        if version.isdecimal() and int(version) > 0 and int(version) % TWICE_EVERY == 0 and one["id"] not in carried:
            carried.add(one["id"])
            later.insert(0, one)
            earlier[place] = _before(one)
            return


def _before(resource: Resource) -> Resource:
    found = copy.copy(resource)
    found["meta"] = {**found["meta"], "versionId": str(int(found["meta"]["versionId"]) - 1)}
    return found
