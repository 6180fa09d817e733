"""How Millennium files what people's plain facts say, before any shape: what its own searches go by.

Source: Millennium FHIR R4, reference of 2024. Some problems stand on the list of health concerns; a document covers a
period; what was entered in error stays, beside what is right.
"""

from __future__ import annotations

from adapters.cerner.sandbox import ids
from adapters.cerner.sandbox.dialect.shapes import Resource, every, hl7

CONCERN_EVERY = 13
"""Of the problems, every thirteenth is on the list of health concerns instead."""
CANCELED_EVERY = 5
"""Of the allergies, every fifth was entered once more and canceled."""
MISTAKEN_EVERY = 19
"""Of the laboratory results, every nineteenth was entered once more for somebody else."""


def stored(kept: dict[str, Resource], recorded: dict[str, str], person: int) -> None:
    """Changes the plain resources of one chart, by their references, and adds to them."""
    counts: dict[str, int] = {}
    for key, one in list(kept.items()):
        kind = _kind(one)
        place = counts[kind] = counts.get(kind, 0) + 1
        match kind:
            case "problem" if every(person + place, CONCERN_EVERY, 9):
                one["category"] = [_concern()]
            case "allergy" if every(person + place, CANCELED_EVERY, 4):
                wrong = {**one, "id": f"{one['id']}-canceled", "verificationStatus": _canceled()}
                wrong.pop("clinicalStatus", None)
                _add(wrong, key, kept, recorded)
            case "result" if every(person + place, MISTAKEN_EVERY):
                mistaken = {**one, "id": f"{one['id']}-mistaken", "status": "entered-in-error"}
                _add(mistaken, key, kept, recorded)
            case "document" if date := one.get("date"):
                one.setdefault("context", {}).setdefault("period", {"start": date, "end": date})
            case _:
                pass


def _kind(one: Resource) -> str:
    match one["resourceType"]:
        case "Condition" if "problem-list-item" in ids.categories(one):
            return "problem"
        case "Observation" if "laboratory" in ids.categories(one):
            return "result"
        case "AllergyIntolerance":
            return "allergy"
        case "DocumentReference":
            return "document"
        case _:
            return ""


def _add(one: Resource, origin: str, kept: dict[str, Resource], recorded: dict[str, str]) -> None:
    key = f"{one['resourceType']}/{one['id']}"
    kept[key] = one
    if origin in recorded:
        recorded[key] = recorded[origin]


def _canceled() -> Resource:
    coding = hl7("allergyintolerance-verification", "entered-in-error", "Entered in Error")
    return {"coding": [coding], "text": "Canceled"}


def _concern() -> Resource:
    coding = hl7("condition-category", "health-concern", "Health Concern")
    coding["system"] = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
    return {"coding": [coding], "text": "Health Concern"}
