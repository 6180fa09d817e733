"""The upstream documents that answers are made of: kept as they came, and given changed where one is to be."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.contract import UpstreamCall

Path = tuple[str, ...]
"""Keys from a document's top to one of its scalars; every place of a list is `[]`."""

EACH = "[]"
_ASKED: ContextVar[list[str] | None] = ContextVar("upstream operations of the fetch under way", default=None)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of what an upstream operation answers. `operation` is its template, e.g. "GET /patients/{id}"."""

    operation: str
    path: Path

    @property
    def name(self) -> str:
        """The path as people write it: `problems[].events[].startdate`."""
        return ".".join(self.path).replace(f".{EACH}", EACH)


class Made(list[UpstreamCall]):
    """`Call.made`: the exchanges of a call, each told to the fetch that it belongs to."""

    def append(self, made: UpstreamCall) -> None:
        asked = _ASKED.get()
        if asked is not None:
            asked.append(made.operation)


@dataclass(slots=True)
class Kept:
    """A document, or the error that stands for one; and the operation that gave it."""

    operation: str
    content: Any
    error: Exception | None = None


class Documents:
    """A cache as adapters are given it (adapters.contract.Cache) that forgets nothing.

    Only documents are kept; what an adapter derives from them is derived anew each time, so that it follows changes.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._changed: dict[str, Any] = {}
        self._used: dict[str, None] = {}

    async def get_or_fetch(
        self, key: str, ttl: float, fetch: Callable[[], Awaitable[tuple[Any, int]]], *, fresh: bool = False
    ) -> Any:
        """As adapters.contract.Cache, whatever `ttl` and `fresh` say."""
        found = self.kept.get(key)
        if found is None:
            found = await self._fetched(fetch)
            if found.error is not None or isinstance(found.content, dict | list):
                self.kept[key] = found
        if key in self.kept:
            self._used[key] = None
        if found.error is not None:
            raise found.error.with_traceback(None)  # of a kept error each raise would add its own
        return self._changed.get(key, found.content)

    async def _fetched(self, fetch: Callable[[], Awaitable[tuple[Any, int]]]) -> Kept:
        asked: list[str] = []
        before = _ASKED.set(asked)
        try:
            content, _ = await fetch()
        except Exception as exc:  # whatever it was: it is what the sandbox answers, each time
            return Kept(asked[-1] if asked else "", None, exc)
        finally:
            _ASKED.reset(before)
        return Kept(asked[-1] if asked else "", content)

    @contextmanager
    def using(self) -> Iterator[dict[str, None]]:
        """Collects the keys of the documents that are used meanwhile, in order."""
        self._used = {}
        yield self._used

    @contextmanager
    def changing(self, changed: Mapping[str, Any]) -> Iterator[None]:
        """These documents stand in the place of those kept under their keys meanwhile."""
        self._changed = dict(changed)
        try:
            yield
        finally:
            self._changed = {}

    def fields(self, keys: Iterable[str]) -> list[Field]:
        """Every field of these documents, once each."""
        found = (
            Field(kept.operation, path)
            for key in keys
            if (kept := self.kept[key]).error is None and kept.operation
            for path in paths(kept.content)
        )
        return list(dict.fromkeys(found))

    def values(self, field: Field, keys: Iterable[str] | None = None) -> list[Any]:
        """The scalars that stand in the field, in these documents or in all."""
        of_operation = (self.kept[key] for key in (self.kept if keys is None else keys))
        return [
            value
            for kept in of_operation
            if kept.operation == field.operation and kept.error is None
            for value in _at(kept.content, field.path)
        ]


def paths(content: Any) -> Iterator[Path]:
    """Paths of all scalars of a document, null and empty ones left out. May give one twice."""
    if isinstance(content, dict):
        for name, each in content.items():
            yield from ((name, *rest) for rest in paths(each))
    elif isinstance(content, list):
        for each in content:
            yield from ((EACH, *rest) for rest in paths(each))
    elif content is not None and content != "":
        yield ()


def _at(content: Any, path: Path) -> Iterator[Any]:
    if not path:
        if content is not None and not isinstance(content, dict | list):
            yield content
    elif path[0] == EACH:
        if isinstance(content, list):
            for each in content:
                yield from _at(each, path[1:])
    elif isinstance(content, dict) and path[0] in content:
        yield from _at(content[path[0]], path[1:])


REMOVED = object()
"""What `changed` puts nothing for."""


def changed(content: Any, of_paths: Iterable[Path], change: Callable[[Path, Any], Any]) -> Any:
    """The document with `change(path, value)` in the place of each scalar at these paths; shares what stays."""
    tree: dict[str, Any] = {}
    for path in of_paths:
        node = tree
        for name in path:
            node = node.setdefault(name, {})
    return _changed(content, tree, (), change)


def _changed(content: Any, tree: dict[str, Any], path: Path, change: Callable[[Path, Any], Any]) -> Any:
    if not tree:
        return change(path, content) if content is not None and not isinstance(content, dict | list) else content
    if isinstance(content, list) and EACH in tree:
        made = [_changed(each, tree[EACH], (*path, EACH), change) for each in content]
        return [each for each in made if each is not REMOVED]
    if isinstance(content, dict):
        found = {
            name: _changed(each, tree[name], (*path, name), change) if name in tree else each
            for name, each in content.items()
        }
        return {name: each for name, each in found.items() if each is not REMOVED}
    return content


def choices(values: Iterable[Any]) -> Mapping[Any, Any]:
    """What may stand in the place of each value of a field: the next of them where they repeat, as codes do; nothing
    where they don't, since an id of another record would find that record."""
    held = [(type(each), each) for each in values]
    known = sorted(set(held), key=repr)
    found: dict[Any, Any] = {}
    for kind in {kind for kind, _ in known}:
        of_kind = [each for other, each in known if other is kind]
        if 1 < len(of_kind) <= len(held) / 2:
            found |= {(kind, each): of_kind[(at + 1) % len(of_kind)] for at, each in enumerate(of_kind)}
    return found


def other(value: Any, known: Mapping[Any, Any]) -> Any:
    """Another value than `value`, of its kind: that of `choices`, else one made up. A date stays one."""
    if (type(value), value) in known:
        return known[type(value), value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal | float):
        return value * 10 + 7
    earlier = _YEAR.sub(lambda year: str(int(year[0]) - LEAP_CYCLE), value)
    if earlier != value:
        return earlier
    return f"{value}7" if value.isascii() and value.isdigit() else f"{value}x"


LEAP_CYCLE = 28  # years after which 29 February is a day again
_YEAR = re.compile(r"(?<=[0-9]/)(?:19|20)[0-9]{2}\b|^(?:19|20)[0-9]{2}(?=-[0-9]{2}-)", re.ASCII)
