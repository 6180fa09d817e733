"""JSON -> what a page shows of it: indented pieces with their kind, and a link where one leads on."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

LITERAL = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
POINTING = frozenset({"reference", "url"})  # elements whose value may be relative to the base
LINKED_MAX = 2_048  # a link longer than browsers take is text

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Piece(NamedTuple):
    """`kind` is one letter for the stylesheet, empty for punctuation; `href` is a URL that is safe to follow."""

    kind: str
    text: str
    href: str | None = None


class Number(str):
    """A number of the document with the digits that it has there."""

    __slots__ = ()


def read(document: bytes) -> Any:
    """The JSON document, its numbers as `Number`."""
    return json.loads(document, parse_float=Number, parse_int=Number)


def pieces(content: Any, base: str | None) -> list[Piece]:
    """The document as two-space-indented JSON. `base` is what relative references are relative to."""
    found: list[Piece] = []
    _add(content, found, before="", key="", line="\n", base=base)
    return found


def link(text: str, base: str | None, *, relative: bool = True) -> str | None:
    """The URL that a string leads to: an http(s) URL, or a literal reference where those are; None for all else."""
    if len(text) > LINKED_MAX:
        return None
    if text.startswith(("http://", "https://")):
        return text if _is_url(text) else None
    return f"{base}/{text}" if relative and base is not None and LITERAL.fullmatch(text) else None


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname) and text.isprintable() and not set(text) & set(" \"'<>\\^`{}")
    except ValueError:
        return False


def _add(value: Any, found: list[Piece], *, before: str, key: str, line: str, base: str | None) -> None:
    """Appends the pieces of a value, after the punctuation `before` it."""
    inner = f"{line}  "
    if isinstance(value, dict) and value:
        before += f"{{{inner}"
        for name, each in value.items():
            found += (Piece("", before), Piece("k", _encode(name)))
            _add(each, found, before=": ", key=name, line=inner, base=base)
            before = f",{inner}"
        found.append(Piece("", f"{line}}}"))
    elif isinstance(value, list) and value:
        before += f"[{inner}"
        for each in value:
            _add(each, found, before=before, key=key, line=inner, base=base)
            before = f",{inner}"
        found.append(Piece("", f"{line}]"))
    else:
        found += (Piece("", before), _leaf(value, key, base))


def _leaf(value: Any, key: str, base: str | None) -> Piece:
    if isinstance(value, Number):
        return Piece("n", value)
    if isinstance(value, str):
        return Piece("s", _encode(value), link(value, base, relative=key in POINTING))
    return Piece("" if isinstance(value, dict | list) else "l", _encode(value))
