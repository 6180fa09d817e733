"""Observation, social history.

Source: recorded Observations (preview, November 2024) of smoking and occupation; the other kinds are declared and were
never seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, midnight
from adapters.population.social_history import social_history

_CATEGORY = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "social-history",
    "display": "Social History",
}
_SMOKING = {"system": "http://loinc.org", "code": "72166-2", "display": "Tobacco smoking status"}
_OCCUPATION = {"system": "http://loinc.org", "code": "11341-5", "display": "History of Occupation"}


def answer(here: Here, made: Resource) -> list[Resource]:
    """Smoking: when it was told is only in `issued`; nothing says when it holds."""
    made.pop("performer", None)
    made.pop("_effectiveDateTime", None)
    if "smokingStatus" in made["id"]:
        made["code"] = {"coding": [_SMOKING], "text": "Tobacco Smoking Status"}
        if on := made.pop("effectiveDateTime", None):
            made["issued"] = midnight(on)
    return [made]


def occupation(here: Here) -> Iterator[tuple[Resource, int]]:
    """In words only, one for each person, with its group."""
    told = here.people.facts(here.person.number, social_history)
    words = [(one.answer, one.group) for one in told.answers if one.topic == "work" and one.answer]
    if not words and told.occupation:
        words = [(f"Census {told.occupation}", here.person.groups[0])]
    for text, group in words[:1]:
        value: dict[str, Any] = {"text": text}
        yield (
            {
                "resourceType": "Observation",
                "id": here.names.made("occupation", here.person.number),
                "status": "final",
                "category": [{"coding": [_CATEGORY]}],
                "code": {"coding": [_OCCUPATION], "text": "Occupation"},
                "subject": here.patient,
                "valueCodeableConcept": value,
            },
            group,
        )
