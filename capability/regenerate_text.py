"""Rows as the text of a table: one line a row, a call of its class by a short name, defaults left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from capability.uscore import search
from capability.uscore.profiles import Element, Profile
from capability.uscore.search import Combination, Include, Requirement, SearchParameter
from capability.uscore.shapes import Shape

D = TypeVar("D", bound=SearchParameter | Requirement | Combination | Include | Profile | Element | Shape)

HEAD = '''"""Rows of {of}. Written by `python -m capability.{by}`; do not edit by hand.

Source: {source}
"""

# fmt: off
# ruff: noqa: E501 (one row per line, however long)

from capability.uscore.{module} import {names}
'''


def literal(row: D, short: str) -> str:
    """The row as a call of its class by a short name; defaults left out."""
    positional = True
    parts = []
    for field in fields(row):
        value = getattr(row, field.name)
        if field.default is not MISSING and value == field.default:
            positional = False
            continue
        text = written(value)
        parts.append(text if positional else f"{field.name}={text}")
    return f"    {short}({', '.join(parts)}),"


def written(value: Any) -> str:
    """A value of a row, as Python."""
    match value:
        case tuple() if value == search.PREFIXES:
            return "PREFIXES"
        case tuple() if value == search.ORDERED:
            return "ORDERED"
        case tuple():
            return "(" + ", ".join(map(written, value)) + ("," if len(value) == 1 else "") + ")"
        case frozenset():
            return "frozenset({" + ", ".join(map(written, sorted(value))) + "})"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case dict():
            return "{" + ", ".join(f"{written(key)}: {written(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return repr(value)


def table(name: str, kind: type[D], rows: Sequence[D]) -> str:
    """The rows of one class as a module's assignment."""
    short = kind.__name__[:3]
    lines = "\n".join(literal(row, short) for row in rows)
    return f"\n{short} = {kind.__name__}\n\n{name} = (\n{lines}\n)\n"
