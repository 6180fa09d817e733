"""FHIRPath's functions: how many arguments each takes, and those that need nothing but their input.

http://hl7.org/fhirpath/N1/#functions and http://hl7.org/fhir/R4/fhirpath.html#functions. What is in neither table is
refused when an expression is compiled: `trace` writes values to the log, and `memberOf`, `conformsTo` and the like
need a terminology or profiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from facade.fhirpath.syntax import EvaluationError
from facade.fhirpath.values import Values, boolean, distinct, single

# name: fewest and most arguments, of what is compiled here
COMPILED: dict[str, tuple[int, int]] = {
    "all": (1, 1),
    "contains": (1, 1),
    "count": (0, 0),
    "distinct": (0, 0),
    "empty": (0, 0),
    "endsWith": (1, 1),
    "exists": (0, 1),
    "extension": (1, 1),
    "first": (0, 0),
    "hasValue": (0, 0),
    "isDistinct": (0, 0),
    "last": (0, 0),
    "length": (0, 0),
    "lower": (0, 0),
    "matches": (1, 1),
    "not": (0, 0),
    "resolve": (0, 0),
    "select": (1, 1),
    "single": (0, 0),
    "skip": (1, 1),
    "startsWith": (1, 1),
    "tail": (0, 0),
    "take": (1, 1),
    "trim": (0, 0),
    "upper": (0, 0),
    "where": (1, 1),
}

# name: fewest and most arguments, of what fhirpathpy evaluates
INTERPRETED: dict[str, tuple[int, int]] = {
    "abs": (0, 0),
    "aggregate": (1, 2),
    "allFalse": (0, 0),
    "allTrue": (0, 0),
    "anyFalse": (0, 0),
    "anyTrue": (0, 0),
    "ceiling": (0, 0),
    "children": (0, 0),
    "combine": (1, 1),
    "convertsToBoolean": (0, 0),
    "convertsToDate": (0, 0),
    "convertsToDateTime": (0, 0),
    "convertsToDecimal": (0, 0),
    "convertsToInteger": (0, 0),
    "convertsToString": (0, 0),
    "convertsToTime": (0, 0),
    "descendants": (0, 0),
    "exclude": (1, 1),
    "exp": (0, 0),
    "floor": (0, 0),
    "iif": (2, 3),
    "indexOf": (1, 1),
    "intersect": (1, 1),
    "join": (0, 1),
    "ln": (0, 0),
    "log": (1, 1),
    "now": (0, 0),
    "power": (1, 1),
    "repeat": (1, 1),
    "replace": (2, 2),
    "replaceMatches": (2, 2),
    "round": (0, 1),
    "split": (1, 1),
    "sqrt": (0, 0),
    "subsetOf": (1, 1),
    "substring": (1, 2),
    "supersetOf": (1, 1),
    "timeOfDay": (0, 0),
    "toBoolean": (0, 0),
    "toChars": (0, 0),
    "toDate": (0, 0),
    "toDateTime": (0, 0),
    "toDecimal": (0, 0),
    "toInteger": (0, 0),
    "toString": (0, 0),
    "toTime": (0, 0),
    "today": (0, 0),
    "truncate": (0, 0),
    "union": (1, 1),
}


def _not(values: Values) -> Values:
    truth = boolean(values, "not()")
    return [] if truth is None else [not truth]


def _single(values: Values) -> Values:
    single(values, "single()")
    return values


def text(values: Values, what: str) -> str | None:
    """The one string; None for none. Raises EvaluationError for several, or for a value that is no string."""
    value = single(values, what)
    if value is not None and not isinstance(value, str):
        raise EvaluationError(f"{what} takes a string")
    return value


def _of_text(name: str, change: Callable[[str], Any]) -> Callable[[Values], Values]:
    def function(values: Values) -> Values:
        value = text(values, f"{name}()")
        return [] if value is None else [change(value)]

    return function


# functions without arguments
PLAIN: dict[str, Callable[[Values], Values]] = {
    "count": lambda values: [len(values)],
    "distinct": distinct,
    "empty": lambda values: [not values],
    "exists": lambda values: [bool(values)],
    "first": lambda values: values[:1],
    "hasValue": lambda values: [len(values) == 1 and not isinstance(values[0], dict)],
    "isDistinct": lambda values: [len(values) == len(distinct(values))],
    "last": lambda values: values[-1:],
    "length": _of_text("length", len),
    "lower": _of_text("lower", str.lower),
    "not": _not,
    "single": _single,
    "tail": lambda values: values[1:],
    "trim": _of_text("trim", str.strip),
    "upper": _of_text("upper", str.upper),
}

# functions of a string with one more string
TEXTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "endsWith": lambda value, part: value.endswith(part),
    "startsWith": lambda value, part: value.startswith(part),
}
