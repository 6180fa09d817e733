"""`_summary` and `_elements`: what is left of a resource, which then says so.

Mandatory elements and those that change the meaning of others stay, as `id` and `meta` do. A type whose elements are
not known here is given whole. https://hl7.org/fhir/R4/search.html#summary, #elements
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from capability.uscore import shape
from capability.uscore.shapes import Shape
from facade.interactions.request import Subset
from facade.policy.release import Released

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
ALWAYS = frozenset({"resourceType", "id", "meta"})


def subset(resource: Released, asked: Subset) -> Released:
    """The same resource without what was not asked for, tagged SUBSETTED where that was anything."""
    row = shape(resource["resourceType"])
    if row is None:
        return resource
    cut = False
    for key in list(resource):
        path = _path(row, "", key)
        if not _stays(row, asked, path):
            del resource[key]
            cut = True
        elif asked.summary == "true" and path in row.backbone and path not in row.mandatory:
            narrowed = _narrowed(row, path, resource[key])
            cut = cut or narrowed != resource[key]
            resource[key] = narrowed
    if cut:
        meta = resource.get("meta", {})
        resource["meta"] = {**meta, "tag": [*meta.get("tag", ()), SUBSETTED]}
    return resource


def _stays(row: Shape, asked: Subset, path: str) -> bool:
    if path in ALWAYS or path in row.mandatory:
        return True
    if asked.summary == "data":
        return path != "text"
    if path in row.modifiers:
        return True
    match asked.summary:
        case "true":
            return path in row.summary
        case "text":
            return path == "text"
        case _:
            return path in asked.elements


def _narrowed(row: Shape, path: str, value: Any) -> Any:
    """A backbone element with its summary elements alone; whole where none of them is flagged."""
    if not any(each.startswith(f"{path}.") for each in row.summary):
        return value
    if isinstance(value, list):
        return [_narrowed(row, path, each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if key == "id" or _path(row, path, key) in row.summary}


def _path(row: Shape, above: str, key: str) -> str:
    return _paths(row.type)(above, key)


@cache
def _paths(type_: str) -> Callable[[str, str], str]:
    """(path above, JSON key) -> path as the table writes it: without a twin's underscore or a choice's type."""
    row = shape(type_)
    choices = frozenset(row.choices) if row is not None else frozenset[str]()

    @lru_cache(maxsize=4096)
    def path(above: str, key: str) -> str:
        name = key.removeprefix("_")
        prefix = f"{above}." if above else ""
        for choice in choices:
            own = choice.removeprefix(prefix)
            if choice.startswith(prefix) and "." not in own and name.startswith(own) and name[len(own) :][:1].isupper():
                return choice
        return prefix + name

    return path
