"""Looking into what a server sent, which may be anything: what is not of the expected shape is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import is_
from typing import Any

from mappings.mapped import Resource

Element = dict[str, Any]


def elements(value: Any) -> list[Element]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def codings(concepts: Any) -> Iterator[Element]:
    """Codings of a CodeableConcept, or of a list of them."""
    for concept in elements(concepts if isinstance(concepts, list) else [concepts]):
        yield from elements(concept.get("coding"))


def has(concepts: Any, system: str, *codes: str) -> bool:
    """Whether some coding is of the system and one of these codes."""
    return any(one.get("system") == system and one.get("code") in codes for one in codings(concepts))


def text_of(element: Any, name: str) -> str | None:
    """The text under a name; None for anything else."""
    found = element.get(name) if isinstance(element, dict) else None
    return found if isinstance(found, str) and found.strip() else None


def each(resource: Resource, name: str, change: Callable[[Element], Element | None]) -> Resource:
    """The resource with `change` made to each object of a list; None takes it out. The same resource where nothing
    changed; without the list where nothing is left."""
    listed = resource.get(name)
    if not isinstance(listed, list):
        return resource
    changed = [change(one) if isinstance(one, dict) else one for one in listed]
    if all(new is old for new, old in zip(changed, listed, strict=True)):
        return resource
    kept = [one for one in changed if one is not None]
    return {**resource, name: kept} if kept else {key: value for key, value in resource.items() if key != name}


def first(items: list[Any], wanted: Callable[[Any], bool]) -> list[Any]:
    """Those that are wanted before all others; the same list where they are already."""
    ordered = sorted(items, key=lambda one: not wanted(one))  # stable
    return items if all(one is other for one, other in zip(items, ordered, strict=True)) else ordered


def once(items: list[Any], key: Callable[[Any], Any]) -> list[Any]:
    """The first of each key; the same list where none repeats. Where `key` gives None the item stays."""
    kept = list(_once(items, key))
    return items if len(kept) == len(items) else kept


def _once(items: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[Any]:
    seen = []
    for one in items:
        found = key(one)
        if found is None or found not in seen:
            seen.append(found)
            yield one


def everywhere(node: Element, change: Callable[[Element], Element]) -> Element | None:
    """The object with `change` made to each object in it and to itself, from the leaves up; the same object where
    nothing changed. What a change leaves empty is taken out, and keeps its place only in a list of twins (`_given`)."""
    changed: Element = {}
    for key, value in node.items():  # no call for what is neither: most of a resource is text
        kind = value.__class__
        if kind is dict:
            new: Any = everywhere(value, change)
        elif kind is list:
            new = _everywhere(value, change, twins=key.startswith("_"))
        else:
            continue
        if new is not value:
            changed[key] = new
    if changed:
        made = {**node, **changed}
        found = change({key: value for key, value in made.items() if value is not None or key not in changed})
    else:
        found = change(node)
    return found if found or not node else None


def _everywhere(items: list[Any], change: Callable[[Element], Element], *, twins: bool) -> list[Any] | None:
    made = [
        everywhere(one, change)
        if one.__class__ is dict
        else _everywhere(one, change, twins=twins)
        if one.__class__ is list
        else one
        for one in items
    ]
    if all(map(is_, made, items)):
        return items
    left = made if twins else [one for one in made if one is not None]
    return left if any(one is not None for one in left) else None
