"""What FHIR R4 says of an element: its JSON names, whether it may repeat or be missing, and what it may hold.

Read from the models of fhir.resources (R4B, in which the types of US Core are those of R4), type by type as rules name
them: at start. http://hl7.org/fhir/R4/json.html
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.backboneelement import BackboneElement
from fhir.resources.R4B.resource import Resource

from facade.fhirpath.types import DATA_TYPES

# Required bindings with the code `unknown` that fhir.resources cuts short: http://hl7.org/fhir/R4/<type>.html
UNKNOWN_IS_A_CODE = frozenset(
    {
        "DetectedIssue.status",
        "DiagnosticReport.status",
        "Encounter.status",
        "Observation.status",
        "RiskAssessment.status",
    }
)

# Optional in R4, but a resource without them is wrong or refused by US Core, and no code says `unknown`:
# invariant ait-1 of http://hl7.org/fhir/R4/allergyintolerance.html, con-3 of http://hl7.org/fhir/R4/condition.html
IRREPLACEABLE = frozenset({"AllergyIntolerance.clinicalStatus", "Condition.clinicalStatus"})


@dataclass(frozen=True, slots=True)
class Key:
    """One JSON name of an element and the type of what stands there; `bound`: a code of a required binding."""

    name: str
    type: str
    primitive: bool = False
    bound: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """An element as a path names it; a choice has several keys.

    `choice`         for `valueQuantity`: `value`
    `irreplaceable`  without it the resource goes
    """

    name: str
    keys: tuple[Key, ...]
    many: bool = False
    mandatory: bool = False
    irreplaceable: bool = False
    choice: str = ""


def is_resource_type(name: str) -> bool:
    """Whether R4 has a resource type of that name."""
    try:
        return name != "Resource" and name != "DomainResource" and issubclass(get_fhir_model_class(name), Resource)
    except ValueError:
        return False


def is_backbone(type_: str) -> bool:
    """Whether the type is an anonymous part of a resource, such as Patient.contact."""
    return type_ not in DATA_TYPES and issubclass(get_fhir_model_class(type_), BackboneElement)


@cache
def elements(type_: str) -> dict[str, Element]:
    """Elements of a resource, data or backbone type by name; a choice stands under `value` and `valueQuantity`."""
    found: dict[str, Element] = {}
    choices: dict[str, list[Element]] = {}
    for field in get_fhir_model_class(type_).model_fields.values():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if not extra.get("element_property"):
            continue
        name = str(field.alias)
        element = Element(
            name,
            (_key(type_, name, field.annotation, extra),),
            many="List[" in str(field.annotation),
            mandatory=field.is_required() or bool(extra.get("element_required")) or _in_irreplaceable(type_, name),
            irreplaceable=_in_irreplaceable(type_, name),
        )
        found[name] = element
        if choice := extra.get("one_of_many"):
            choices.setdefault(str(choice), []).append(
                Element(name, element.keys, mandatory=bool(extra.get("one_of_many_required")), choice=str(choice))
            )
    for choice, each in choices.items():
        keys = tuple(key for one in each for key in one.keys)
        found[choice] = Element(choice, keys, mandatory=each[0].mandatory)
        found.update({one.name: one for one in each})
    return found


@cache
def attachment_paths(type_: str) -> tuple[tuple[Element, ...], ...]:
    """Where a resource type holds Attachments, but for extensions."""
    return tuple(_attachment_paths(type_, frozenset()))


def _attachment_paths(type_: str, above: frozenset[str]) -> Iterator[tuple[Element, ...]]:
    for element in elements(type_).values():
        for key in element.keys:
            if key.type == "Attachment" and element.name == key.name:
                yield (element,)
            elif not key.primitive and key.type not in above and is_backbone(key.type):
                yield from ((element, *below) for below in _attachment_paths(key.type, above | {type_, key.type}))


def _in_irreplaceable(type_: str, name: str) -> bool:
    return f"{type_}.{name}" in IRREPLACEABLE


def _key(type_: str, name: str, annotation: Any, extra: dict[str, Any]) -> Key:
    model = _model(annotation)
    if model is not None:
        return Key(name, model)
    codes = extra.get("enum_values") or ()
    unknown = "unknown" in codes or f"{type_}.{name}" in UNKNOWN_IS_A_CODE
    return Key(name, "", primitive=True, bound=bool(codes), unknown=unknown)


def _model(annotation: Any) -> str | None:
    """The name of the complex type somewhere inside `Optional[List[abc.HumanNameType]]`; None for a primitive."""
    for part in (annotation, *typing.get_args(annotation)):
        if part is not annotation and (found := _model(part)) is not None:
            return found
        if isinstance(part, type) and hasattr(part, "_model_klass"):
            return part.__name__.removesuffix("Type")
    return None
