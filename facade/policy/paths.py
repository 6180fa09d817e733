"""Element paths of rules, and whether the paths inside a condition exist: a misspelt name must not open a door."""

from __future__ import annotations

from facade.fhirpath.syntax import (
    Binary,
    Call,
    FHIRPathError,
    Index,
    Member,
    Node,
    Sign,
    Special,
    TypeTest,
    parts,
)
from facade.fhirpath.types import RESOURCE_TYPES
from facade.policy.elements import Element, elements, is_resource_type

PRIMITIVE = ""
Types = frozenset[str] | None
"""Types that a part of an expression may find, PRIMITIVE among them; None where that can't be told."""

EACH = frozenset({"all", "exists", "repeat", "select", "where"})  # functions whose argument looks at one item
KEEPS = frozenset({"distinct", "exclude", "first", "intersect", "last", "single", "skip", "tail", "take", "where"})

# A rule can't take these away: the server needs the first, and without the others the rest would mean something else.
# http://hl7.org/fhir/R4/extensibility.html#modifierExtension
UNTOUCHABLE = frozenset({"id", "modifierExtension", "implicitRules"})


class PathError(Exception):
    """What is wrong with an element path."""


def resolve(path: str) -> tuple[str, tuple[Element, ...]]:
    """`Patient.contact.name` -> its type and its elements, none for a bare type. Raises PathError."""
    type_, *names = path.split(".")
    if not is_resource_type(type_):
        raise PathError(f"{path!r} does not start with a resource type of FHIR R4")
    found: list[Element] = []
    types: Types = frozenset({type_})
    for name in names:
        if "Attachment" in (types or ()) and name in elements("Attachment"):
            whole = ".".join((type_, *(each.name for each in found)))
            raise PathError(
                f"{path!r}: of an attachment all goes or nothing: what it holds would tell; remove {whole!r}"
            )
        element = _element(types, name)
        if element is None:
            raise PathError(f"{path!r}: {name!r} is not an element there in FHIR R4")
        found.append(element)
        types = frozenset(key.type for key in element.keys)
    if found and found[-1].name in UNTOUCHABLE:
        raise PathError(f"{path!r} can't be removed: remove what it belongs to")
    return type_, tuple(found)


def _element(types: Types, name: str) -> Element | None:
    """The element by that name; on several types (a choice) what they have of it, taken together."""
    known = [elements(type_)[name] for type_ in sorted(types or ()) if type_ and name in elements(type_)]
    if len(known) < 2:
        return known[0] if known else None
    keys = tuple(dict.fromkeys(key for each in known for key in each.keys))
    return Element(name, keys, any(each.many for each in known), any(each.mandatory for each in known))


def found_types(path: tuple[Element, ...], type_: str) -> frozenset[str]:
    """The types of what the path leads to."""
    return frozenset(key.type for key in path[-1].keys) if path else frozenset({type_})


def check(tree: Node, types: Types) -> Types:
    """What `tree` finds from something of `types`. Raises FHIRPathError for an element that doesn't exist."""
    match tree:
        case Member(target=None, name=name) if name in RESOURCE_TYPES or name in ("Resource", "DomainResource"):
            return _type_name(tree, types)
        case Member(target=target, name=name):
            return _member(tree, types if target is None else check(target, types))
        case Call(target=target, name=name, arguments=arguments):
            base = types if target is None else check(target, types)
            found = [check(argument, base if name in EACH else types) for argument in arguments]
            if name == "extension":
                return frozenset({"Extension"})
            if name == "select":
                return found[0]
            return base if name in KEEPS else None
        case Index(target=target, index=index):
            check(index, types)
            return check(target, types)
        case Binary(operator=operator, left=left, right=right):
            one, other = check(left, types), check(right, types)
            return one | other if operator == "|" and one is not None and other is not None else None
        case TypeTest(operator=operator, operand=operand, type=type_):
            if operand is not None:
                check(operand, types)
            return None if operator == "is" else frozenset({PRIMITIVE if type_[0].islower() else type_})
        case Special(name="$this"):
            return types
        case Sign():
            for part in parts(tree):
                check(part, types)
    return None


def _type_name(node: Member, types: Types) -> Types:
    if types is not None and node.name not in types and "Resource" not in types and node.name in RESOURCE_TYPES:
        raise FHIRPathError(f"this is not evaluated on a {node.name}", node.column)
    return frozenset({node.name}) if node.name in RESOURCE_TYPES else types


def _member(node: Member, types: Types) -> Types:
    if types is None or "Resource" in types:
        return None
    if node.name == "extension" and PRIMITIVE in types and isinstance(node.target, Member):
        return frozenset({"Extension"})
    if node.name == "resourceType":
        return frozenset({PRIMITIVE})
    element = _element(types, node.name)
    if element is None:
        raise FHIRPathError(f"{node.name!r} is not an element there in FHIR R4", node.column)
    return frozenset(key.type for key in element.keys)
