"""What a removed element says a second time in another place: a Reference repeats names and identifiers of its target.

Where the rule asks for more than the reference holds (its `unless` looks at the target), it counts as applying: a
reference whose type can't be told may be to anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from capability.uscore.compartment import PATIENT
from facade.fhirpath import Expression
from facade.fhirpath import compile as compile_fhirpath
from facade.fhirpath.steps import referred_type
from facade.policy.elements import attachment_paths
from facade.policy.marks import Mark, Marks, mark
from facade.policy.rule import Policy, Removal

# elements that a Reference.display is made of: names of people and places, and what codes say
DISPLAYED = frozenset({"alias", "code", "name", "title"})
REFERENCE = frozenset(
    {"_display", "_reference", "_type", "display", "extension", "id", "identifier", "reference", "type"}
)
EXTENSIONS = frozenset({"extension", "modifierExtension"})
SAYS_WHO = frozenset({"display", "identifier", "reference"})  # http://hl7.org/fhir/R4/references.html#Reference: one of
CODINGS = frozenset({"class", "coding", "security", "tag", "valueCoding"})  # where a lone `display` is of a Coding


# http://www.hl7.org/ccdasearch: the type of a Continuity of Care Document, which has something of every part of a chart
NO_SUMMARY = compile_fhirpath("type.coding.where(system = 'http://loinc.org' and code = '34133-9').empty()")


@dataclass(slots=True)
class Repeated:
    """`names`: types whose names are hidden. `identifiers`: by type, when an identifier is hidden (None: always)."""

    names: set[str] = field(default_factory=set)
    identifiers: dict[str, list[Expression | None]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.names or self.identifiers)


def repeated(policy: Policy, client: str, variables: Mapping[str, Any]) -> Repeated:
    """What of this caller's removals references may repeat."""
    found = Repeated()
    for type_, removals in policy.removals(client).items():
        for removal in removals:
            if removal.applies(variables) is False:
                continue
            if not removal.path or removal.names[0] in DISPLAYED:
                found.names.add(type_)
            if not removal.path or removal.names[0] == "identifier":
                where = removal.where if _of_identifier(removal) else None
                found.identifiers.setdefault(type_, []).append(where)
    return found


def attachments_of(type_: str, unless: Expression | None = None) -> list[Removal]:
    """What takes every attachment out of a type, `unless` lifts it: documents and pictures of a patient tell who it
    is."""
    return [
        Removal("attachments", type_, path, tuple(element.name for element in path), None, unless)
        for path in attachment_paths(type_)
    ]


def tells_of_patient(removals: Mapping[str, Iterable[Removal]], variables: Mapping[str, Any]) -> bool:
    """Whether something is hidden of a Patient that any document of hers may repeat: whatever a rule takes whole.

    Of single values that a `where` picks, such as a social security number among identifiers, only names count.
    """
    return any(_takes_whole(each, variables) for each in removals.get("Patient", ()))


def tells_of_chart(removals: Mapping[str, Iterable[Removal]], variables: Mapping[str, Any]) -> bool:
    """Whether something is hidden of a chart that a summary of the whole of it repeats."""
    return any(_takes_whole(each, variables) for type_ in PATIENT for each in removals.get(type_, ()))


def _takes_whole(removal: Removal, variables: Mapping[str, Any]) -> bool:
    picks = bool(removal.path) and removal.where is not None and not removal.where.constant
    return not picks and removal.applies(variables) is not False


def _of_identifier(removal: Removal) -> bool:
    """Whether its `where` is about the identifier itself and so can be asked of a copy."""
    return removal.names == ("identifier",)


def may_repeat(node: dict[str, Any], displays: bool) -> bool:
    """Whether any reference below could repeat something: the quick look that nearly every resource passes."""
    for key, value in node.items():
        kind = value.__class__
        if kind is dict:
            if "identifier" in value or (displays and "display" in value) or may_repeat(value, displays):
                return True
        elif kind is list:
            for each in value:
                if each.__class__ is not dict or (key == "coding" and "extension" not in each):
                    continue
                if "identifier" in each or (displays and "display" in each) or may_repeat(each, displays):
                    return True
    return False


VALUE = "valueAttachment"


def mark_values(marks: Marks, node: dict[str, Any]) -> bool:
    """Marks attachments that are the value of an extension, which goes with it, or of an answer, however deep; whether
    there was any."""
    hit = False
    for key, value in node.items():
        if key == VALUE:
            mark(marks, node, key).gone = hit = True
        elif isinstance(value, list):
            for at, each in enumerate(value):
                if not isinstance(each, dict):
                    continue
                if key in EXTENSIONS and VALUE in each:
                    mark(marks, node, key).items.add(at)
                    hit = True
                elif mark_values(marks, each):
                    mark(marks, node, key)
                    hit = True
        elif isinstance(value, dict) and mark_values(marks, value):
            mark(marks, node, key)
            hit = True
    return hit


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk over a resource.

    `contained`  types of its contained resources by id
    `dropped`    ids of those of them that go
    """

    hidden: Repeated
    variables: Mapping[str, Any]
    marks: Marks
    contained: Mapping[str, str]
    dropped: frozenset[str]

    def mark(self, node: dict[str, Any]) -> bool:
        """Marks what the references below `node` repeat; whether there was anything."""
        hit = False
        for key, value in node.items():
            kind = value.__class__
            if kind is dict:
                if self._below(key, value):
                    mark(self.marks, node, key)
                    hit = True
            elif kind is list:
                for each in value:
                    if each.__class__ is dict and self._below(key, each):
                        mark(self.marks, node, key)
                        hit = True
        return hit

    def _below(self, key: str, value: dict[str, Any]) -> bool:
        if key in CODINGS and "extension" not in value:
            return False  # nothing in it refers to anything
        here = False
        if "identifier" in value or (self.hidden.names and "display" in value) or self.dropped:
            here = self._reference(key, value)
        return self.mark(value) or here

    def _reference(self, key: str, value: dict[str, Any]) -> bool:
        text = value.get("reference")
        if key in CODINGS or not (isinstance(text, str) or value.keys() <= REFERENCE):
            return False
        local = text[1:] if isinstance(text, str) and text.startswith("#") else None
        if local is not None and local in self.dropped:
            return self._hide(value, "reference", "display", "identifier", "type")
        type_ = self.contained.get(local) if local is not None else referred_type(value)
        gone: set[str] = set()
        if self.hidden.names and "display" in value and (type_ is None or type_ in self.hidden.names):
            gone.add("display")
        identifier = value.get("identifier")
        if isinstance(identifier, dict) and self._hides(type_, identifier):
            gone.add("identifier")
        if gone and gone >= value.keys() & SAYS_WHO:
            gone.add("type")  # alone it makes no reference
        return self._hide(value, *gone)

    def _hides(self, type_: str | None, identifier: dict[str, Any]) -> bool:
        types = self.hidden.identifiers if type_ is None else (type_,)
        return any(
            where is None or where.holds(identifier, self.variables)
            for each in types
            for where in self.hidden.identifiers.get(each, ())
        )

    def _hide(self, reference: dict[str, Any], *keys: str) -> bool:
        for key in keys:
            if key in reference:
                made: Mark = mark(self.marks, reference, key)
                made.gone = made.hold = True
        return bool(keys)
