"""athenaNet's scalars, whatever JSON type they came in.

The same id, number or boolean is typed differently from endpoint to endpoint and from key to key; absent, null, ""
and blanks are one thing. What is not a scalar where one belongs is a ValueError, without its content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # not allowed in a FHIR string
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)

_TRUE = frozenset({"true", "t", "yes", "y", "1", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off"})


def as_str(value: Any) -> str | None:
    """The text without surrounding blanks, digits as they were sent; None for absent, null and blank."""
    if value is None:
        return None
    if isinstance(value, str):
        return (value if value.isprintable() else _UNPRINTABLE.sub("", value)).strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f") if abs(value.adjusted()) < 30 else str(value)
    raise ValueError("not a scalar")


def as_id(value: Any) -> str:
    """An id, always as text; ValueError where it is missing."""
    text = as_str(value)
    if text is None:
        raise ValueError("a record without its id")
    return text


def as_int(value: Any) -> int | None:
    """ValueError for what is not a whole number."""
    text = as_str(value)
    if text is None:
        return None
    if not _INTEGER.fullmatch(text):
        raise ValueError("not an integer")
    return int(text)


def as_bool(value: Any) -> bool | None:
    """true/false, "true"/"false", Y/N, 1/0; None where absent; ValueError for anything else."""
    text = as_str(value)
    if text is None:
        return None
    if (folded := text.casefold()) in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise ValueError("not a boolean")


def as_list(value: Any) -> list[Any]:
    """A list as it is, one value as a list of one, nothing as an empty list."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    return value if isinstance(value, list) else [value]


def as_record(value: Any) -> Mapping[str, Any]:
    """An object; ValueError for everything else."""
    if not isinstance(value, Mapping):
        raise ValueError("not an object")
    return value
