"""Whether a resource has what a row of a profile is about, and what excuses an element that nothing has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from capability.uscore import conformance
from capability.uscore.conformance import Node
from capability.uscore.profiles import Element
from capability.uscore.value_sets import ABSENT_REASON

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

EITHER = (
    # the notes on must support at https://hl7.org/fhir/us/core/StructureDefinition-us-core-encounter.html and its like
    ("Encounter.reasonCode", "Encounter.reasonReference"),
    ("Encounter.location", "Encounter.serviceProvider"),
    ("Encounter.location.location", "Encounter.serviceProvider"),
    ("MedicationRequest.reported[x]:reportedBoolean", "MedicationRequest.reported[x]:reportedReference"),
    ("Goal.startDate", "Goal.target.due[x]:dueDate", "Goal.target.due[x]"),
    ("DocumentReference.content.attachment.data", "DocumentReference.content.attachment.url"),
    ("Procedure.reasonCode", "Procedure.reasonReference"),
    ("ServiceRequest.reasonCode", "ServiceRequest.reasonReference"),
    ("Patient.name.period", "Patient.name.use"),
    ("Patient.address.period", "Patient.address.use"),
    ("CareTeam.participant.onBehalfOf", "CareTeam.participant.member"),
    ("PractitionerRole.telecom", "PractitionerRole.endpoint"),
)
"""Elements of which a server may choose one."""


def occurrences(resource: Mapping[str, Any], tree: Node, id_: str, *, absent: bool = False) -> Iterator[Any]:
    """The values at an element id, slices told apart by their discriminators; `tree` is that of the profile's rows.

    What only says why there is no value is none; with `absent` it is all that is given.
    """
    values: list[Any] = [resource]
    node = tree
    parts = id_.split(".")[1:]
    for at, part in enumerate(parts, 1):
        name, _, slice_ = part.partition(":")
        if name not in node.children:
            return
        node = node.children[name]
        last = at == len(parts)
        wanted = absent and last
        found = (each for value in values for each in _below(value, name, slice_, last=last, twins=wanted))
        values = [each for each in found if _says_why(each, name) is wanted]
        if slice_:
            node = node.slices[slice_]
            values = [value for value in values if name.endswith("[x]") or _belongs(node, value)]
    yield from values


def excuse(id_: str, seen: frozenset[str] | set[str], elements: Mapping[str, Element]) -> str | None:
    """What was seen that makes up for an element of which nothing was: another of a choice; an Observation that has
    its value needn't say why it has none, nor have parts. None where nothing does."""
    if id_.startswith("Observation.") and "Observation.value[x]" in seen:
        parts = any(each.startswith("Observation.component:") for each in elements)
        if id_ == "Observation.dataAbsentReason" or (id_.startswith("Observation.component") and not parts):
            return "Observation.value[x]"
    if id_ in ("Observation.value[x]", "Observation.dataAbsentReason") and "Observation.component" in seen:
        return "Observation.component"
    for group in EITHER:
        for name in group:
            if id_ == name or id_.startswith(f"{name}."):
                return next((other for other in group if other != name and other in seen), None)
    return None


def _below(value: Any, name: str, slice_: str, *, last: bool, twins: bool) -> Iterator[Any]:
    """The element's values. Where the path goes on below a primitive, it goes on in the twin `_x`; at its end only with
    `twins`."""
    if not isinstance(value, dict):
        return
    stem = name.removesuffix("[x]")
    if stem == name:
        keys = [name]
    elif slice_:
        keys = [slice_] if slice_.startswith(stem) else []
    else:
        keys = [key for key in value if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()]
    for key in keys:
        found = value.get(key)
        if (isinstance(found, str) and not last) or (found is None and twins):
            found = value.get(f"_{key}")
        yield from (each for each in (found if isinstance(found, list) else [found]) if each not in (None, {}, ""))


def _says_why(value: Any, name: str) -> bool:
    """Whether the value is only a reason why there is none: the extension, or the reason in the place of a code
    that has no words either. https://hl7.org/fhir/us/core/general-requirements.html#missing-data"""
    if not isinstance(value, dict):
        return False
    if any(each.get("url") == DATA_ABSENT_REASON for each in value.get("extension", ())):
        return True
    if name == "dataAbsentReason":
        return False
    codings = value["coding"] if "coding" in value and "text" not in value else [value]
    return bool(codings) and all(isinstance(each, dict) and each.get("system") == ABSENT_REASON for each in codings)


def _belongs(node: Node, value: Any) -> bool:
    url = conformance.extension_url(node)
    if url is not None:
        return isinstance(value, dict) and value.get("url") == url
    try:
        return conformance.discriminator(node)(value)
    except (AttributeError, KeyError, TypeError, IndexError):
        return False
