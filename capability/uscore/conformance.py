"""Rows of a profile -> one closure that tells whether a resource conforms to it.

Checked: cardinality, allowed types of choices, fixed values and patterns, required bindings, slices, types of reference
targets, invariants, extensions that US Core defines, and the rules of the data types below. Not checked: what a
profile leaves to the FHIR type's structure (unknown elements, a list where an object belongs).

A mandatory element counts as present when it holds a value, or an extension in its place (`_birthDate`, or inside the
object, whose own mandatory elements still count) that says why there is none. An element of type code with a required
binding must hold a code of the set: US Core asks for the set's `unknown` then.
https://hl7.org/fhir/us/core/general-requirements.html#missing-data
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from capability.uscore import datatypes
from capability.uscore.invariants import INVARIANTS
from capability.uscore.profiles import Element
from capability.uscore.values import Check, bound_to, containing, referring_to

Extensions = Mapping[str, Check]


@dataclass(slots=True)
class Node:
    """An element in the tree that the ids of rows make; `row` None where only something below it is stated."""

    row: Element | None = None
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)


def tree(rows: Iterable[Element]) -> Node:
    """Rows of one profile by their ids."""
    root = Node()
    for row in rows:
        node = root
        for part in row.id.split(".")[1:]:
            name, _, slice_ = part.partition(":")
            node = node.children.setdefault(name, Node())
            if slice_:
                node = node.slices.setdefault(slice_, Node())
        node.row = row
    return root


def compiled(rows: Iterable[Element], extensions: Extensions) -> Check:
    """The check of a whole resource, or of an extension, by the rows of its profile.

    `extensions` holds the checks of the extensions that the rows name. Raises KeyError for a value set or an invariant
    that `value_sets` or `invariants` doesn't know.
    """
    root = tree(rows)
    return _all([_object(root.children, extensions), *_invariants(root)])


def _all(checks: Sequence[Check]) -> Check:
    match checks:
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
        case _:
            held = tuple(checks)

            def every(value: Any) -> bool:
                for check in held:
                    if not check(value):
                        return False
                return True

            return every


def _refuse(value: Any) -> bool:
    return False


def _present(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


# --- one value -----------------------------------------------------------------------------------------------------


def _value(node: Node, kind: str | None, extensions: Extensions) -> Check | None:
    """The check of one occurrence of an element of that type; None where nothing is stated."""
    row = node.row
    checks: list[Check] = []
    children = {**_DATATYPES[kind].children, **node.children} if kind in _DATATYPES else node.children
    # what a primitive has beside its value is in its twin `_x`
    if (children and not (kind and kind[0].islower())) or (kind and kind[0].isupper()):
        checks.append(_object(children, extensions))
    if row is not None:
        checks += _stated(row, kind)
    if row is not None and row.extension is not None and row.extension in extensions:
        checks.append(extensions[row.extension])
    if kind in _DATATYPES:
        checks += _invariants(_DATATYPES[kind])
    if row is not None and not row.id.endswith("[x]"):
        checks += _invariants(node)
    return _all(checks) if checks else None


def _stated(row: Element, kind: str | None) -> list[Check]:
    checks: list[Check] = []
    if row.fixed is not None:
        checks.append(partial(operator.eq, row.fixed))
    if row.pattern is not None:
        checks.append(containing(row.pattern))
    if row.value_set is not None and (bound := bound_to(row.value_set, kind)):
        checks.append(bound)
    if row.targets and kind == "Reference":
        checks.append(referring_to(row.targets))
    return checks


def _invariants(node: Node) -> list[Check]:
    if node.row is None:
        return []
    kind = " ".join(node.row.types)
    return [INVARIANTS.get(f"{key} {kind}") or INVARIANTS[key] for key in node.row.constraints]


# --- an object -----------------------------------------------------------------------------------------------------


def _object(children: Mapping[str, Node], extensions: Extensions) -> Check:
    handlers: dict[str, Check] = {}
    required: list[tuple[str, ...]] = []
    also: list[Check] = []
    for name, node in children.items():
        if name.endswith("[x]"):
            handlers |= _choice(name.removesuffix("[x]"), node, extensions)
            also += _invariants(node)
        elif occurrences := _occurrences(node, extensions):
            handlers[name] = occurrences
        if node.row is not None and node.row.min:
            keys = _keys(name, node.row)
            required.append(keys)
            handlers.update((key, _present) for key in keys if key not in handlers)
    if not handlers and not required:
        return _all([_filled, *also])
    return _all([_by_key(handlers, required), *also])


def _filled(element: Any) -> bool:
    return isinstance(element, dict) and bool(element)


def _by_key(handlers: Mapping[str, Check], required: Sequence[tuple[str, ...]]) -> Check:
    """`required`: of each tuple of keys one must be there. Walks what is there, not what might be."""
    always = frozenset(keys[0] for keys in required if len(keys) == 1)
    either = tuple(keys for keys in required if len(keys) > 1)
    handler_of = handlers.get

    def check(element: Any) -> bool:
        if not isinstance(element, dict) or not element or not always <= element.keys():
            return False
        for keys in either:
            for key in keys:
                if key in element:
                    break
            else:
                return False
        for key, value in element.items():
            handler = handler_of(key)
            if handler is not None and not handler(value):
                return False
        return True

    return check


def _keys(name: str, row: Element) -> tuple[str, ...]:
    """The JSON keys, any of which makes a mandatory element present."""
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        found = tuple(stem + kind[0].upper() + kind[1:] for kind in row.types)
    else:
        found = (name,)
    primitive = any(kind[0].islower() for kind in row.types)
    bound = row.value_set is not None and row.types == ("code",)
    return (*found, *(f"_{key}" for key in found)) if primitive and not bound else found


def _choice(stem: str, node: Node, extensions: Extensions) -> dict[str, Check]:
    """Handlers by key: `valueQuantity` is checked as a Quantity, a type that the profile doesn't allow is refused."""
    allowed = node.row.types if node.row is not None else datatypes.CHOICES
    handlers: dict[str, Check] = {}
    for kind in {*datatypes.CHOICES, *allowed}:
        key = stem + kind[0].upper() + kind[1:]
        slice_ = node.slices.get(key)
        single = Node(node.row, node.children) if allowed == (kind,) else Node()
        if kind not in allowed:
            handlers[key] = _refuse
        elif stated := [
            check
            for each in (single, slice_)
            if each is not None and (check := _value(each, kind, extensions)) is not None
        ]:
            handlers[key] = _all(stated)
    return handlers


# --- repeated elements and slices ----------------------------------------------------------------------------------


def _occurrences(node: Node, extensions: Extensions) -> Check | None:
    """The check of an element's value, be it one or a list."""
    row = node.row
    if row is not None and row.max == 0:
        return _refuse
    each = _value(node, row.types[0] if row is not None and len(row.types) == 1 else None, extensions)
    whole = _whole(row, node.slices, extensions)
    if each is None and not whole:
        return None
    one: Check = each or _present

    def check(value: Any) -> bool:
        if type(value) is not list:
            if not one(value):
                return False
            value = [value]
        elif not value:
            return False
        else:
            for item in value:
                # null stands in a list of primitives where only its twin `_x` has something
                if item is not None and not one(item):
                    return False
        for on_all in whole:
            if not on_all(value):
                return False
        return True

    return check


def _whole(row: Element | None, slices: Mapping[str, Node], extensions: Extensions) -> tuple[Check, ...]:
    """Checks of a list as a whole: how many, and its slices."""
    checks: list[Check] = []
    if row is not None and (row.min > 1 or row.max is not None):
        low, high = row.min, row.max
        checks.append(lambda items: low <= len(items) and (high is None or len(items) <= high))
    by_url = {url: node for node in slices.values() if (url := extension_url(node)) is not None}
    if by_url:
        checks.append(_extensions(by_url, extensions))
    checks += [_slice(node, extensions) for node in slices.values() if extension_url(node) is None]
    return tuple(checks)


def _slice(node: Node, extensions: Extensions) -> Check:
    row = node.row
    low, high = (row.min, row.max) if row is not None else (0, None)
    belongs = discriminator(node)
    # its type's own rules are those of every item, and what tells it apart is already known to hold
    stated = [_object(node.children, extensions)] if node.children else []
    holds = _all([*stated, *_invariants(node)])

    def check(items: list[Any]) -> bool:
        count = 0
        for item in items:
            if belongs(item):
                count += 1
                if not holds(item):
                    return False
        return low <= count and (high is None or count <= high)

    return check


def _extensions(by_url: Mapping[str, Node], extensions: Extensions) -> Check:
    """All slices of `extension` in one pass."""
    rows = {url: node.row for url, node in by_url.items() if node.row is not None}
    without_url = {
        url: Node(node.row, {name: child for name, child in node.children.items() if name != "url"})
        for url, node in by_url.items()
    }
    checks = {url: _value(node, "Extension", extensions) or _present for url, node in without_url.items()}
    low = {url: row.min for url, row in rows.items() if row.min}
    high = {url: row.max for url, row in rows.items() if row.max is not None}

    def check(items: list[Any]) -> bool:
        count: dict[Any, int] = {}
        for item in items:
            url = item.get("url")
            if url in checks:
                count[url] = count.get(url, 0) + 1
                if not checks[url](item):
                    return False
        for url, least in low.items():
            if count.get(url, 0) < least:
                return False
        for url, found in count.items():
            if found > high.get(url, found):
                return False
        return True

    return check


def extension_url(node: Node) -> str | None:
    """The url by which a slice of `extension` is told."""
    if node.row is not None and node.row.extension is not None:
        return node.row.extension
    child = node.children.get("url")
    return child.row.fixed if child is not None and child.row is not None else None


def discriminator(node: Node) -> Check:
    """How to tell that an item belongs to a slice. https://hl7.org/fhir/R4/profiling.html#discriminator"""
    row = node.row
    if row is not None and row.pattern is not None:
        return containing(row.pattern)
    if row is not None and row.value_set is not None:
        return bound_to(row.value_set, row.types[0]) or _present
    for name, child in node.children.items():
        if child.row is not None and child.row.pattern is not None:
            return containing({name: child.row.pattern})
    coding = node.children["coding"].children
    fixed = {name: child.row.fixed for name, child in coding.items() if child.row is not None}
    return containing({"coding": [fixed]})


def codes(rows: Iterable[Element]) -> frozenset[tuple[str, str]]:
    """System and code that the rows' patterns demand of the resource's own `code`."""
    patterns = [row.pattern for row in rows if row.pattern is not None and row.id.startswith("Observation.code")]
    codings = [coding for pattern in patterns for coding in pattern.get("coding", (pattern,))]
    return frozenset((coding["system"], coding["code"]) for coding in codings)


_DATATYPES = {
    name: tree(row for row in datatypes.ELEMENTS if row.profile == name and row.id != name) for name in datatypes.RULED
}
for _row in datatypes.ELEMENTS:
    if _row.id == _row.profile:
        _DATATYPES[_row.profile].row = _row
