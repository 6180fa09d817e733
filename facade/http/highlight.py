"""JSON -> what a page shows of it: indented pieces with their kind, and a link where one leads on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

LITERAL = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
POINTING = frozenset({"reference", "url"})  # elements whose value may be relative to the base
SHOWN_MAX = 2_048  # a link longer than browsers take is text


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


def pieces(content: Any, base: str | None) -> Iterator[Piece]:
    """The document as two-space-indented JSON. `base` is what relative references are relative to."""
    yield from _value(content, "", "\n", base)


def link(text: str, base: str | None, *, relative: bool = True) -> str | None:
    """The URL that a string leads to: an http(s) URL, or a literal reference where those are; None for all else."""
    if len(text) > SHOWN_MAX:
        return None
    if text.startswith(("http://", "https://")):
        return text if _is_url(text) else None
    return f"{base}/{text}" if relative and base is not None and LITERAL.fullmatch(text) else None


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname) and text.isprintable() and not set(text) & set(" \"'<>\\^`{}")
    except ValueError:
        return False


def _value(value: Any, key: str, line: str, base: str | None) -> Iterator[Piece]:
    match value:
        case Mapping() if value:
            yield from _inside("{}", [(name, each) for name, each in value.items()], line, base)
        case [_, *_]:
            yield from _inside("[]", [(key, each) for each in value], line, base)
        case Number():
            yield Piece("n", value)
        case str():
            yield Piece("s", _text(value), link(value, base, relative=key in POINTING))
        case bool() | None:
            yield Piece("l", _text(value))
        case _:
            yield Piece("", _text(value))


def _inside(brackets: str, members: Sequence[tuple[str, Any]], line: str, base: str | None) -> Iterator[Piece]:
    inner = f"{line}  "
    yield Piece("", brackets[0])
    for position, (name, each) in enumerate(members):
        yield Piece("", f",{inner}" if position else inner)
        if brackets == "{}":
            yield Piece("k", _text(name))
            yield Piece("", ": ")
        yield from _value(each, name, inner, base)
    yield Piece("", f"{line}{brackets[1]}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
