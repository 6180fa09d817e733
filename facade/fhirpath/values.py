"""What FHIRPath's operators do with collections of JSON values.

A collection is a list, empty where a value is unknown: comparing with it gives the empty collection, and `and` and `or`
follow three-valued logic. http://hl7.org/fhirpath/N1/#operations
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from facade.fhirpath.moments import Moment, moment, order
from facade.fhirpath.syntax import EvaluationError, Quantity

Values = list[Any]


def single(values: Values, what: str) -> Any:
    """The one value; None for none. Raises EvaluationError for several."""
    if not values:
        return None
    if len(values) > 1:
        raise EvaluationError(f"{what} takes one value and found {len(values)}")
    return values[0]


def boolean(values: Values, what: str) -> bool | None:
    """The truth of a collection: None for the empty one, and any single value that is not a boolean is true."""
    value = single(values, what)
    return None if value is None else value is not False


def same(left: Any, right: Any) -> bool:
    """Equality of two JSON values; a boolean never equals a number, and a number equals it however it is written."""
    if left.__class__ is str and right.__class__ is str:
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
        return exact(left) == exact(right)
    return bool(left == right)


def exact(number: float | Decimal) -> int | Decimal:
    """A number as it was written: 0.1 stays 0.1."""
    return Decimal(str(number)) if isinstance(number, float) else number


def equal(left: Values, right: Values) -> bool | None:
    """`=`: None when either side is empty."""
    if not left or not right:
        return None
    return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right, strict=True))


def distinct(values: Iterable[Any]) -> Values:
    """Each value once, in order of first sight."""
    found: Values = []
    texts: set[str] = set()
    for value in values:
        if value.__class__ is str:
            if value not in texts:
                texts.add(value)
                found.append(value)
        elif not any(same(value, known) for known in found):
            found.append(value)
    return found


def contains(values: Values, sought: Values, operator: str) -> Values:
    """Whether the one sought value is among the values; empty when nothing is sought."""
    value = single(sought, operator)
    if value is None:
        return []
    return [any(same(value, other) for other in values)]


def logic(operator: str, left: bool | None, right: bool | None) -> bool | None:
    """Three-valued `and`, `or`, `xor`, `implies`."""
    match operator:
        case "and":
            return False if left is False or right is False else (None if left is None or right is None else True)
        case "or":
            return True if left or right else (None if left is None or right is None else False)
        case "xor":
            return None if left is None or right is None else left is not right
        case _:
            return logic("or", None if left is None else not left, right)


HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}


def compare(operator: str, left: Values, right: Values) -> Values:
    """`<` `<=` `>` `>=` of two numbers or two strings. Raises EvaluationError for values unlike each other."""
    one, other = single(left, operator), single(right, operator)
    if one is None or other is None:
        return []
    if isinstance(one, str) and isinstance(other, str):
        return [HOLDS[operator]((one > other) - (one < other))]
    if _number(one) and _number(other):
        one, other = exact(one), exact(other)
        return [HOLDS[operator]((one > other) - (one < other))]
    return [_unlike(operator)]


def compare_date(operator: str, values: Values, literal: Moment, *, flipped: bool) -> Values:
    """A date found in the resource (`flipped`: on the right) with one of the expression; empty where it is open."""
    value = single(values, operator)
    if value is None or is_absent(value):
        return []
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        return [_unlike(operator)]
    sign = order(literal, found) if flipped else order(found, literal)
    return [] if sign is None else [HOLDS[operator](sign)]


def compare_quantity(operator: str, values: Values, literal: Quantity, *, flipped: bool) -> Values:
    """A Quantity found in the resource with one of the expression; empty when its unit is another one."""
    value = single(values, operator)
    if value is None or is_absent(value):
        return []
    if not isinstance(value, dict):
        return [_unlike(operator)]
    number = value.get("value")
    if number is None or value.get("code", value.get("unit")) != literal.unit or "comparator" in value:
        return []
    one, other = exact(number), literal.value
    sign = (one > other) - (one < other)
    return [HOLDS[operator](-sign if flipped else sign)]


def is_absent(value: Any) -> bool:
    """Whether this is a primitive without a value: only extensions, as under `_birthDate`."""
    return value.__class__ is dict and len(value) == 1 and "extension" in value


def _unlike(operator: str) -> bool:
    if operator in ("=", "!="):
        return operator == "!="
    raise EvaluationError(f"{operator} cannot compare these two kinds of value")


def _number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
