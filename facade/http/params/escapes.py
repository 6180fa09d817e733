"""Separators of a search value and their escapes: backslash before , $ | and itself.

A backslash before any other character stands for itself. https://hl7.org/fhir/R4/search.html#escaping
"""

from __future__ import annotations

import re

SPECIAL = ",$|\\"

_ESCAPED = re.compile(r"\\([,$|\\])")
_UNESCAPED = re.compile(r"[,$|\\]")


def split(text: str, separator: str) -> list[str]:
    """`text` at each `separator` that is not escaped; the parts keep their escapes."""
    if "\\" not in text:
        return text.split(separator)
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in tuple(SPECIAL):
            at += 1  # the next character is literal
        elif text[at] == separator:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    """`text` with its escapes replaced by what they stand for."""
    return _ESCAPED.sub(r"\1", text)


def escape(text: str) -> str:
    """`text` so that `unescape` gives it back and no separator is seen in it."""
    return _UNESCAPED.sub(lambda found: "\\" + found[0], text)
