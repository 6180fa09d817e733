"""The FHIRPath of search parameters, as far as US Core writes it: paths, `|`, `where(name = '...')` and `ofType(X)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Select = Callable[[dict[str, Any]], list[Any]]
Step = Callable[[Any], Iterator[Any]]

_STEP = re.compile(r"\.?(?:where\((\w+)\s*=\s*'([^']*)'\)|ofType\((\w+)\)|([A-Za-z_]\w*))")


@cache
def selector(expression: str) -> Select:
    """The values that an expression takes from a resource. Raises ValueError for what is not in the subset."""
    paths = [_steps(part.strip()) for part in expression.split(" | ")]

    def select(resource: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for steps in paths:
            values: list[Any] = [resource]
            for step in steps:
                values = [each for value in values for each in step(value)]
            found += values
        return found

    return select


def _steps(path: str) -> list[Step]:
    _, _, rest = path.partition(".")  # the first name is the resource's own type
    steps: list[Step] = []
    name: str | None = None
    at = 0
    rest = f".{rest}"
    while at < len(rest):
        match = _STEP.match(rest, at)
        if match is None:
            raise ValueError(f"not understood from {rest[at : at + 20]!r} on")
        at = match.end()
        key, wanted, kind, child = match.groups()
        if kind is not None and name is not None:
            steps[-1] = _exactly(name + kind[0].upper() + kind[1:])
        elif key is not None:
            steps.append(_where(key, wanted))
        elif child is not None:
            steps.append(_child(child))
        name = child
    return steps


def _listed(value: Any) -> list[Any]:
    return [each for each in value if each is not None] if isinstance(value, list) else [value]


def _exactly(key: str) -> Step:
    return lambda value: iter(_listed(value[key]) if isinstance(value, dict) and key in value else ())


def _child(name: str) -> Step:
    """The element, whatever type a choice of it has."""

    def step(value: Any) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        if name in value:
            yield from _listed(value[name])
            return
        for key in value:
            if key.startswith(name) and key[len(name) : len(name) + 1].isupper():
                yield from _listed(value[key])

    return step


def _where(key: str, wanted: str) -> Step:
    return lambda value: iter([value] if isinstance(value, dict) and value.get(key) == wanted else ())
