"""How Millennium files what people's plain facts say, before any shape: what its own searches go by.

Source: Millennium FHIR R4, reference of 2024. Some problems stand on the list of health concerns; a document covers a
period.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.cerner.sandbox import ids
from adapters.cerner.sandbox.dialect.shapes import Resource, every, hl7

CONCERN_EVERY = 13
"""Of the problems, every thirteenth is on the list of health concerns instead."""


def stored(resources: Iterable[Resource], person: int) -> None:
    """Changes the plain resources of one chart."""
    problems = 0
    for one in resources:
        match one["resourceType"]:
            case "Condition" if "problem-list-item" in ids.categories(one):
                problems += 1
                if every(person + problems, CONCERN_EVERY, 2):
                    one["category"] = [_concern()]
            case "DocumentReference" if date := one.get("date"):
                one.setdefault("context", {}).setdefault("period", {"start": date, "end": date})
            case _:
                pass


def _concern() -> Resource:
    coding = hl7("condition-category", "health-concern", "Health Concern")
    coding["system"] = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
    return {"coding": [coding], "text": "Health Concern"}
