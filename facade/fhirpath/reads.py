"""Which elements an expression reads, by its text: what policy asks of a search parameter."""

from __future__ import annotations

from facade.fhirpath.syntax import Binary, Call, Index, Member, Node, Sign, Special, TypeTest, parts
from facade.fhirpath.types import ABSTRACT_RESOURCES, RESOURCE_TYPES

Path = tuple[str, ...]
Paths = frozenset[Path]

EACH = frozenset({"all", "exists", "repeat", "select", "where"})
NOTHING: Paths = frozenset()


def reads(tree: Node, type_: str) -> Paths:
    """Paths of element names, without the type, of everything `tree` looks at on a resource of `type_`.

    A choice of a known type is there under both names, `value` and `valueQuantity`; what lies on the way to an element
    is in its path; the alternatives of `|` that are for other types are left out.
    """
    seen: set[Path] = set()
    _found(tree, frozenset({()}), type_, seen)
    return frozenset(seen - {()})


def _found(node: Node, this: Paths, type_: str, seen: set[Path]) -> Paths:
    """The paths that `node` leads to; they and whatever it reads on the way are added to `seen`."""
    found = _step(node, this, type_, seen)
    seen |= found
    return found


def _step(node: Node, this: Paths, type_: str, seen: set[Path]) -> Paths:
    match node:
        case Member(target=None, name=name) if name in RESOURCE_TYPES or name in ABSTRACT_RESOURCES:
            return this if name == type_ or name in ABSTRACT_RESOURCES else NOTHING
        case Member(target=target, name=name):
            return _below(_of(target, this, type_, seen), name)
        case Call(target=target, name=name, arguments=arguments):
            base = _of(target, this, type_, seen)
            results = [_found(each, base if name in EACH else this, type_, seen) for each in arguments]
            if name == "select":
                return results[0]
            return _below(base, "extension") if name == "extension" else base
        case Index(target=target, index=index):
            _found(index, this, type_, seen)
            return _found(target, this, type_, seen)
        case TypeTest(operand=operand, type=wanted):
            base = _of(operand, this, type_, seen)
            if wanted in RESOURCE_TYPES:
                return base
            ending = wanted[0].upper() + wanted[1:]
            return base | {(*path[:-1], path[-1] + ending) for path in base if path}
        case Binary() | Sign():
            return frozenset[Path]().union(*(_found(part, this, type_, seen) for part in parts(node)))
        case Special(name="$this"):
            return this
    return NOTHING


def _of(target: Node | None, this: Paths, type_: str, seen: set[Path]) -> Paths:
    return this if target is None else _found(target, this, type_, seen)


def _below(paths: Paths, name: str) -> Paths:
    return frozenset((*path, name) for path in paths)
