"""A search (or read) in typed form: what the facade parses, adapters push down and the facade re-applies.

Inside an adapter every id is local (no practice). https://hl7.org/fhir/R4/search.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class StringValue:
    text: str


@dataclass(frozen=True, slots=True)
class TokenValue:
    """`system` None: any; "": explicitly none (`|code`). `code` None: any code of the system (`system|`)."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """`type` None when only an id was sent. `url` is a foreign absolute URL, which matches only the same text."""

    type: str | None
    id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DateValue:
    """The interval [low, high) that `text` covers at its own precision.

    `zoned` False (no offset in `text`: a year, month or day, rarely a time of day): low and high are UTC stand-ins
    for wall-clock time.
    """

    prefix: str  # eq ne gt lt ge le sa eb ap
    text: str
    low: datetime
    high: datetime
    zoned: bool


@dataclass(frozen=True, slots=True)
class NumberValue:
    """number and quantity: [low, high) by significant digits; `system`/`code` only for quantity."""

    prefix: str
    text: str
    low: Decimal
    high: Decimal
    system: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TypedValue:
    """`identifier:of-type=system|code|value`: an identifier of that type with that value."""

    system: str
    code: str
    value: str


Value = StringValue | TokenValue | ReferenceValue | DateValue | NumberValue | TypedValue


@dataclass(frozen=True, slots=True)
class Clause:
    """One `name:modifier=v1,v2` of the query: any of `values` may match (OR). `raw` is the text as it was sent.

    `shown`  tells of an Identifier whether the caller may see it; None where nothing is hidden
    """

    name: str
    modifier: str | None
    values: tuple[Value, ...]
    raw: str
    shown: Callable[[Mapping[str, Any]], bool] | None = None

    def may_ask(self, identifier: Mapping[str, Any]) -> bool:
        """Whether an EHR may be asked for who has `identifier`, given as the mapping would write it.

        False for one that the caller may not see: the clause can't match by it, and asking would tell of it.
        """
        return self.shown is None or self.shown(identifier)


@dataclass(frozen=True, slots=True)
class Query:
    """All of `clauses` must hold (AND). `id` is set for a read and nothing else is then.

    `count` is a hint for the size of a page, `cursor` the adapter's own text from the Page before. `sort` holds
    parameters, each with whether it descends; the facade sorts, a source may.
    """

    type: str
    clauses: tuple[Clause, ...] = ()
    id: str | None = None
    count: int | None = None
    cursor: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()

    def named(self, name: str) -> Iterator[Clause]:
        """The clauses on one parameter, whatever their modifier."""
        return (clause for clause in self.clauses if clause.name == name)

    def ids(self, name: str) -> tuple[str, ...] | None:
        """Ids that every clause on `name` (`_id`, or a reference parameter) allows, in order; None when there is none.

        An empty tuple means that the clauses contradict each other: nothing can match.
        """
        allowed: tuple[str, ...] | None = None
        for clause in self.named(name):
            if clause.modifier not in (None, "Patient"):
                continue
            found = tuple(dict.fromkeys(text for value in clause.values if (text := _id_of(value)) is not None))
            allowed = found if allowed is None else tuple(i for i in allowed if i in found)
        return allowed


def _id_of(value: Value) -> str | None:
    match value:
        case ReferenceValue(url=None):
            return value.id
        case TokenValue():
            return value.code
        case _:
            return None
