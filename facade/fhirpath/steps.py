"""Steps of a path over plain JSON: from a list of nodes to the list of what they hold.

FHIR's JSON splits what FHIRPath sees as one element: `value[x]` is `valueQuantity` or another key, and a primitive's
extensions stand under `_name`. http://hl7.org/fhir/R4/json.html, http://hl7.org/fhir/R4/fhirpath.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from facade.fhirpath.syntax import EvaluationError
from facade.fhirpath.types import CHOICES, RESOURCE_TYPES, SPECIALISATIONS
from facade.fhirpath.values import Values, single

Step = Callable[[Values], Values]

REFERENCE = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?", re.DOTALL)


def member(name: str) -> Step:
    """The element `name` of every node, whichever type its key names."""
    twin = f"_{name}"
    choices = frozenset(name + ending for ending in CHOICES.get(name, ()))

    def step(nodes: Values) -> Values:
        found: Values = []
        for node in nodes:
            if node.__class__ is not dict:
                continue
            value = node.get(name)
            if value is None:
                _without_value(node, twin, choices, found)
            elif value.__class__ is list:
                found.extend(_filled(value, node.get(twin)) if None in value else value)
            else:
                found.append(value)
        return found

    return step


def _without_value(node: dict[str, Any], twin: str, choices: frozenset[str], found: Values) -> None:
    if choices:
        for key in node:
            if key in choices or (key[0] == "_" and key[1:] in choices and key[1:] not in node):
                found.append(node[key])
    if twin in node:
        extensions = node[twin]
        found.extend(item for item in (extensions if isinstance(extensions, list) else [extensions]) if item)


def _filled(values: Values, twins: Values | None) -> Values:
    """A list of primitives where some have extensions only."""
    twins = twins or []
    paired = (
        value if value is not None else (twins[at] if at < len(twins) else None) for at, value in enumerate(values)
    )
    return [item for item in paired if item is not None]


def resources(type_: str) -> Step:
    """The nodes that are resources of `type_`; "Resource" and "DomainResource" take every type."""

    def step(nodes: Values) -> Values:
        return [node for node in nodes if is_resource(node, type_)]

    return step


def is_resource(node: Any, type_: str) -> bool:
    if node.__class__ is not dict or "resourceType" not in node:
        return False
    if type_ == "Resource":
        return True
    if type_ == "DomainResource":
        return node["resourceType"] not in ("Binary", "Bundle", "Parameters")
    return bool(node["resourceType"] == type_)


def extensions(name: str) -> Step:
    """The extensions of the element `name` of every node, be it complex or (under `_name`) primitive."""
    keys = (name, *(name + ending for ending in CHOICES.get(name, ())))
    places = (*keys, *(f"_{key}" for key in keys))

    def step(nodes: Values) -> Values:
        found: Values = []
        for node in nodes:
            if node.__class__ is dict:
                for key in places:
                    value = node.get(key)
                    for item in value if isinstance(value, list) else [value]:
                        if item.__class__ is dict:
                            found.extend(item.get("extension", ()))
        return found

    return step


def choice_keys(name: str, type_: str) -> frozenset[str]:
    """JSON keys of the choice element `name` when it holds a `type_`; empty where it never does."""
    endings = {each[0].upper() + each[1:] for each in (type_, *SPECIALISATIONS.get(type_, ()))}
    return frozenset(name + ending for ending in CHOICES.get(name, ()) if ending in endings)


def typed(name: str, type_: str) -> Step:
    """The values of the choice element `name` that are of `type_`."""
    keys = choice_keys(name, type_)

    def step(nodes: Values) -> Values:
        return [value for key, value in _choices(name, nodes) if key in keys]

    return step


def is_typed(name: str, type_: str) -> Step:
    """Whether the one value of the choice element `name` is of `type_`."""
    keys = choice_keys(name, type_)

    def step(nodes: Values) -> Values:
        key = single([key for key, _ in _choices(name, nodes)], "is")
        return [] if key is None else [key in keys]

    return step


def _choices(name: str, nodes: Values) -> list[tuple[str, Any]]:
    known = frozenset(name + ending for ending in CHOICES[name])
    found: list[tuple[str, Any]] = []
    for node in nodes:
        if node.__class__ is not dict:
            continue
        if name in node:
            raise EvaluationError(f"the type of this {name} is not told by its name")
        for key in node:
            if key in known or (key[0] == "_" and key[1:] in known and key[1:] not in node):
                found.append((key.lstrip("_"), node[key]))
    return found


def refers(type_: str) -> Step:
    """Whether the one Reference (or canonical) names a resource of `type_`, as far as its text tells."""

    def step(nodes: Values) -> Values:
        reference = single(nodes, "resolve() is")
        return [] if reference is None else [referred_type(reference) == type_]

    return step


def referred_type(reference: Any) -> str | None:
    """The type that a Reference names, by its literal text first and its `type` next; None where neither tells."""
    text = reference.get("reference") if reference.__class__ is dict else reference
    if isinstance(text, str) and (found := REFERENCE.fullmatch(text)) and found.group(1) in RESOURCE_TYPES:
        return found.group(1)
    declared = reference.get("type") if reference.__class__ is dict else None
    return declared.rsplit("/", 1)[-1] if isinstance(declared, str) else None
