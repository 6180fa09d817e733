"""What stands where a mandatory element was removed, so that the resource stays valid and tells no more than that.

`unknown`, never `masked`: the latter may tell more than the receiver may know.
http://hl7.org/fhir/us/core/STU6.1/general-requirements.html#missing-data
"""

from __future__ import annotations

from typing import Any

from facade.policy.elements import Element, Key, elements, is_backbone

# Elements of which one must be left, http://hl7.org/fhir/R4/patient.html (pat-1)
CONTACT_NEEDS = ("address", "name", "organization", "telecom")
# and http://hl7.org/fhir/R4/organization.html (org-1)
ORGANIZATION_NEEDS = ("identifier", "name", "_name")

ABSENT_REASON_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ABSENT_REASON_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def unknown() -> dict[str, Any]:
    """An element without content, for a reason that is not known."""
    return {"extension": [{"url": ABSENT_REASON_EXTENSION, "valueCode": "unknown"}]}


def stand_in(element: Element, key: Key) -> tuple[str, Any] | None:
    """The JSON name and value for a mandatory element that was removed.

    None where nothing valid can stand there: a required binding without the code `unknown`. What holds it goes too.
    """
    if element.irreplaceable:
        return None
    if key.primitive and not key.bound:
        return f"_{key.name}", [unknown()] if element.many else unknown()
    value = _code(key) if key.primitive else _complex(key.type)
    if value is None:
        return None
    return key.name, [value] if element.many else value


def _code(key: Key) -> str | None:
    return "unknown" if key.unknown else None


def _complex(type_: str) -> dict[str, Any] | None:
    if type_ == "Coding":
        return _coding()
    if type_ == "CodeableConcept":
        return {"coding": [_coding()]}
    if not is_backbone(type_):
        return unknown()
    found: dict[str, Any] = {}
    for element in elements(type_).values():
        if element.mandatory and not element.choice:
            stands = stand_in(element, element.keys[0])
            if stands is None:
                return None
            found[stands[0]] = stands[1]
    return found or unknown()


def _coding() -> dict[str, Any]:
    return {"system": ABSENT_REASON_SYSTEM, "code": "unknown", "display": "Unknown"}


def keep_valid(resource: dict[str, Any]) -> None:
    """Takes out of the copy of a resource that lost something what the invariants of its type now find wrong."""
    match resource.get("resourceType"):
        case "Patient" if "contact" in resource:
            contacts = resource["contact"] if isinstance(resource["contact"], list) else ()
            kept = [one for one in contacts if isinstance(one, dict) and not one.keys().isdisjoint(CONTACT_NEEDS)]
            if kept:
                resource["contact"] = kept
            else:
                del resource["contact"]
        case "Organization" if not any(name in resource for name in ORGANIZATION_NEEDS):
            resource["_name"] = unknown()
