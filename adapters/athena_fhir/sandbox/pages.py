"""Searchset Bundles: no id, no total, `self` and `next` only, and a cursor that is the first id of the next page.

Source: Bundles as recorded (preview, November 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from adapters.athena_fhir.sandbox import answers
from adapters.simulator.athena import EASTERN

Pairs = Sequence[tuple[str, str]]
Resource = dict[str, Any]

# [assumed] Rows of a page where none is asked for, and the most there are: more is cut down, not refused.
COUNT, MOST = 50, 1000
# [assumed] Every so manieth page is a row short although more follow, as where a row was withheld.
SHORT_EVERY = 3


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Resource]
    following: str | None  # id of the first row of the next page


def page(rows: Sequence[Resource], pairs: Pairs, read: Callable[[str, str], Resource | None]) -> Page:
    """`read` completes a row of which only type and id are known.

    Raises: Refused for a _count that is no number, or a cursor that no longer points at a row [assumed]."""
    given = dict(pairs)
    count = given.get("_count", str(COUNT))
    if not count.isdigit() or int(count) < 1:
        raise answers.invalid("The count has to be a number.", "_count")
    begin = 0
    if cursor := given.get("cursor"):
        begin = next((place for place, row in enumerate(rows) if row["id"] == cursor), -1)
        if begin < 0:
            raise answers.invalid("The cursor is not valid.", "cursor")
    size = min(int(count), MOST)
    if size > 1 and begin + size < len(rows) and crc32(rows[begin]["id"].encode()) % SHORT_EVERY == 0:
        size -= 1
    shown = [row if len(row) > 2 else read(row["resourceType"], row["id"]) for row in rows[begin : begin + size]]
    return Page(
        [row for row in shown if row is not None], rows[begin + size]["id"] if begin + size < len(rows) else None
    )


def bundle(base: str, type_: str, pairs: Pairs, found: Page, included: Sequence[Resource], now: float) -> Resource:
    """`base` without a slash at its end. `entry` is missing where nothing was found [assumed]."""
    links = [{"relation": "self", "url": _url(base, type_, pairs)}]
    if found.following is not None:
        rest = [(name, value) for name, value in pairs if name != "cursor"]
        links.append({"relation": "next", "url": _url(base, type_, [*rest, ("cursor", found.following)])})
    made: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": datetime.fromtimestamp(now, UTC).astimezone(EASTERN).isoformat(timespec="milliseconds"),
        "link": links,
    }
    entry: Callable[[Resource, str], Resource] = lambda row, mode: _entry(base, row, mode)  # noqa: E731
    entries = [*(entry(row, "match") for row in found.rows), *(entry(row, "include") for row in included)]
    return {**made, "entry": entries} if entries else made


def _entry(base: str, row: Resource, mode: str) -> Resource:
    url = f"{base}/{row['resourceType']}/{row['id']}"
    return {
        "fullUrl": url,
        "link": [{"relation": "self", "url": url}],
        "resource": row,
        "search": {"mode": mode},
    }


def _url(base: str, type_: str, pairs: Pairs) -> str:
    query = urlencode(list(pairs), safe=":/,|")
    return f"{base}/{type_}?{query}" if query else f"{base}/{type_}"
