"""Number and quantity parameters. https://hl7.org/fhir/R4/search.html#number

`eq` and `ne` cover the value's significant digits; the other prefixes take the value as exact. Units are compared
as codes, never converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from adapters.query import NumberValue

INFINITY = Decimal("Infinity")
NEARLY = Decimal("0.1")
"""`ap` reaches 10 % of the value to either side, as the standard recommends."""

Interval = tuple[Decimal, Decimal]  # both ends included

_COMPARE: dict[str, Callable[[NumberValue, Decimal, Decimal, Decimal], bool]] = {
    # prefix: parameter and its exact value x against element [first, last]
    "eq": lambda value, x, first, last: _covers(value, first, last),
    "ne": lambda value, x, first, last: not _covers(value, first, last),
    "gt": lambda value, x, first, last: last > x,
    "lt": lambda value, x, first, last: first < x,
    "ge": lambda value, x, first, last: last >= x,
    "le": lambda value, x, first, last: first <= x,
    "sa": lambda value, x, first, last: first > x,
    "eb": lambda value, x, first, last: last < x,
    "ap": lambda value, x, first, last: first <= x + abs(x) * NEARLY and last >= x - abs(x) * NEARLY,
}


def number_test(values: Iterable[NumberValue]) -> Callable[[Any], bool]:
    """Whether one raw element value (a number or a Quantity) satisfies any of `values`."""
    wanted = tuple((value, Decimal(value.text), _COMPARE[value.prefix]) for value in values)

    def test(raw: Any) -> bool:
        found = interval(raw)
        return found is not None and any(
            _same_unit(value, raw) and compare(value, exact, *found) for value, exact, compare in wanted
        )

    return test


def _covers(value: NumberValue, first: Decimal, last: Decimal) -> bool:
    return value.low <= first and last < value.high


def _same_unit(value: NumberValue, raw: Any) -> bool:
    """`5.4|system|mg` asks for that system and code, `5.4||mg` for mg as code or as unit."""
    if value.system is None and value.code is None:
        return True
    if not isinstance(raw, dict):
        return False
    if value.system is None:
        return value.code in (raw.get("code"), raw.get("unit"))
    return value.system == raw.get("system") and value.code in (None, raw.get("code"))


def interval(raw: Any) -> Interval | None:
    """The interval of a number or a Quantity, both ends included; None where it is neither."""
    match raw:
        case bool():
            return None
        case Decimal() | int():
            return Decimal(raw), Decimal(raw)
        case float():
            return Decimal(repr(raw)), Decimal(repr(raw))
        case {"value": value, "comparator": "<" | "<="}:
            return _open(value, below=True)
        case {"value": value, "comparator": ">" | ">="}:
            return _open(value, below=False)
        case {"value": value}:
            return interval(value) if not isinstance(value, dict) else None
        case _:
            return None


def _open(value: Any, *, below: bool) -> Interval | None:
    """A Quantity that says "less than 5" is everything below."""
    found = interval(value) if not isinstance(value, dict) else None
    if found is None:
        return None
    return (-INFINITY, found[1]) if below else (found[0], INFINITY)
