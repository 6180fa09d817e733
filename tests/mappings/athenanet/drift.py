"""The same record as athenaNet could also have typed it, and a record with something else in it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,12})\.[0-9]{1,6}")
EXACT = frozenset({"zip"})  # a number there means zeros lost: 2110 is not "2110"


def drifted(draw: Any, value: Any, key: str = "") -> Any:
    """Ids, numbers and booleans as text or not, nothing as null or "" or absent: never another meaning."""
    if isinstance(value, dict):
        kept = {name: drifted(draw, each, name) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not None or draw(st.booleans())}
    if isinstance(value, list):
        return [drifted(draw, each, key) for each in value]
    return value if key in EXACT else draw(st.sampled_from(_forms(value)))


def _forms(value: Any) -> list[Any]:
    if value is None or value == "":
        return [None, "", "  "]
    if isinstance(value, bool):
        return [value, "true", "True", "Y", 1, "1"] if value else [value, "false", "N", 0, "0"]
    if isinstance(value, int | Decimal):
        return [value, str(value)]
    if isinstance(value, str) and INTEGER.fullmatch(value):
        return [value, int(value), f" {value} "]
    if isinstance(value, str) and FRACTION.fullmatch(value):
        return [value, Decimal(value)]
    return [value]


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["12/31/9999", "99/99/2020", "-1", "1e5", "\x00", "x" * 500])
    | st.lists(st.text(max_size=3), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2)
)


def spoiled(draw: Any, value: Any, depth: int = 0) -> Any:
    """Anything anywhere: one value in eight is replaced by junk."""
    if depth and draw(st.integers(0, 7)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {name: spoiled(draw, each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [spoiled(draw, each, depth + 1) for each in value]
    return value
