"""Removal in two passes: first every rule marks on the untouched resource, then what is marked is left out of a copy.

So no rule sees the work of another, and their order doesn't matter. Marks hold the way down to what goes, by the
identity of the dicts on it; only these are copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from facade.policy.absent import keep_valid, stand_in, unknown
from facade.policy.elements import Element, Key
from facade.policy.rule import Removal


@dataclass(slots=True)
class Mark:
    """What happens to one key of one dict: all of it goes, or some items of its list, or something below.

    `hold`: a dict that this leaves empty stays, and says that its content is unknown.
    """

    gone: bool = False
    hold: bool = False
    items: set[int] = field(default_factory=set)
    element: Element | None = None
    key: Key | None = None


Marks = dict[int, dict[str, Mark]]


def mark(marks: Marks, node: dict[str, Any], key: str) -> Mark:
    """The mark on `key` of `node`, made when there is none yet."""
    return marks.setdefault(id(node), {}).setdefault(key, Mark())


def mark_path(
    marks: Marks, node: dict[str, Any], removal: Removal, variables: Mapping[str, Any], depth: int = 0
) -> bool:
    """Marks what `removal` takes from `node`, at `depth` of its path; whether there was anything."""
    element = removal.path[depth]
    hit = False
    for key in element.keys:
        value = node.get(key.name)
        if value is None and f"_{key.name}" not in node:
            continue
        if depth + 1 == len(removal.path):
            found = _mark_here(marks, node, key, removal, variables)
        else:
            children = value if isinstance(value, list) else [value]
            below = [
                mark_path(marks, each, removal, variables, depth + 1) for each in children if isinstance(each, dict)
            ]
            found = any(below)
        if found:
            made = mark(marks, node, key.name)
            made.element, made.key = element, key
            hit = True
    return hit


def _mark_here(marks: Marks, node: dict[str, Any], key: Key, removal: Removal, variables: Mapping[str, Any]) -> bool:
    value, where = node.get(key.name), removal.where
    if where is None or value is None:  # without a value there are only extensions, which may say the same
        mark(marks, node, key.name).gone = True
        return True
    if not isinstance(value, list):
        if holds := where.holds(value, variables):
            mark(marks, node, key.name).gone = True
        return holds
    items = {at for at, each in enumerate(value) if each is None or where.holds(each, variables)}
    if items:
        mark(marks, node, key.name).items |= items
    return bool(items)


def sweep(node: dict[str, Any], marks: Marks) -> dict[str, Any] | None:
    """A copy without what is marked, the node itself when nothing is; None when nothing valid is left of it."""
    own = marks.get(id(node))
    if own is None:
        return node
    left = dict(node)
    for name, made in own.items():
        twin = f"_{name}"
        value, twins = _swept(node.get(name), node.get(twin), made, marks)
        _put(left, name, value)
        _put(left, twin, twins)
        if value is None and twins is None and made.element is not None and made.element.mandatory:
            stands = stand_in(made.element, made.key) if made.key is not None else None
            if stands is None:
                return None
            left[stands[0]] = stands[1]
    if "resourceType" in left:
        left.pop("text", None)  # the narrative may tell what was removed
        keep_valid(left)
    if left.keys() - {"id"}:
        return left
    return unknown() if any(made.hold for made in own.values()) else None


def _put(node: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        node.pop(name, None)
    else:
        node[name] = value


def _swept(value: Any, twins: Any, made: Mark, marks: Marks) -> tuple[Any, Any]:
    if made.gone:
        return None, None
    if isinstance(value, list):
        return _sweep_list(value, twins, made.items, marks)
    return (sweep(value, marks) if isinstance(value, dict) else value), twins


def _sweep_list(
    values: list[Any], twins: Any, items: set[int], marks: Marks
) -> tuple[list[Any] | None, list[Any] | None]:
    """A list without some items; the extensions of primitives stay beside their values."""
    beside = twins if isinstance(twins, list) else []
    pairs = [
        (sweep(each, marks) if isinstance(each, dict) else each, beside[at] if at < len(beside) else None)
        for at, each in enumerate(values)
        if at not in items
    ]
    kept = [pair for pair in pairs if pair != (None, None)]
    left, left_beside = [value for value, _ in kept], [each for _, each in kept]
    return (
        left if any(value is not None for value in left) else None,
        left_beside if any(each is not None for each in left_beside) else None,
    )
