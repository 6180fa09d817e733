"""What a value is sorted by, kind by kind of its parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from facade.interactions.match.dates import interval
from facade.interactions.match.numbers import interval as number_interval
from facade.interactions.match.strings import fold, texts
from facade.interactions.match.tokens import codes


def sort_keys(kind: str, raw: Any, zone: ZoneInfo) -> Iterator[Any]:
    """Keys of one raw value, comparable among those of one kind; none where it has nothing to be sorted by.

    A date counts by its beginning, read in `zone` where it has no offset; a token by its code.
    """
    match kind:
        case "date":
            if (found := interval(raw, zone)) is not None:
                yield found[0]
        case "string":
            yield from map(fold, texts(raw))
        case "number" | "quantity":
            if (number := number_interval(raw)) is not None:
                yield number[0]
        case _:
            yield from (code for _, code in codes(raw, None) if code is not None)
