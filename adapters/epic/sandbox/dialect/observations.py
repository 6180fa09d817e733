"""Observations other than vital signs. Source: Epic laboratory and social history, captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from adapters.epic.sandbox import ids, oids, subresources
from adapters.epic.sandbox.dialect.vitals import vital_sign
from adapters.epic.sandbox.dialect.writing import Resource, Writing, codes, coding, concept

SMOKING = "72166-2"
_PACK_YEARS = concept(coding(oids.LOINC, "8664-5", "Cigarettes smoked total (pack per year) - Reported"))


def observation(resource: Resource, writing: Writing) -> Iterator[Resource]:
    kinds = subresources.codes(resource.get("category", ()))
    if "vital-signs" in kinds:
        yield vital_sign(resource, writing)
    elif "laboratory" in kinds:
        yield _laboratory(resource, writing)
    elif any(one["code"] == SMOKING for one in codes(resource["code"], oids.LOINC)):
        yield _smoking(resource, writing)
    elif "social-history" in kinds and writing.odd("social history without effective", 3):
        yield {key: value for key, value in resource.items() if not key.startswith(("effective", "_effective"))}
    else:
        yield resource


def id_length(resource: Resource) -> int | None:
    """None for a result with a row of its own, whose id is the same in either context."""
    kinds = subresources.codes(resource.get("category", ()))
    if "laboratory" in kinds:
        return None
    return ids.VITALS if "vital-signs" in kinds else ids.OTHER_OBSERVATIONS


def _laboratory(resource: Resource, writing: Writing) -> Resource:
    text = resource["code"].get("text", "")
    component = coding(oids.LAB_COMPONENT, str(crc32(text.encode()) % 10_000_000), text)
    made = {key: value for key, value in resource.items() if key not in ("performer", "method")}
    made["category"] = [*resource["category"], concept(coding(oids.LAB_CATEGORY, "Lab", "Lab"), text="Lab")]
    made["code"] = concept(component, *resource["code"].get("coding", ()), text=text)
    if "valueQuantity" in made and writing.odd("bare quantity", 3):
        made["valueQuantity"] = {"value": made["valueQuantity"]["value"]}
    return made


def _smoking(resource: Resource, writing: Writing) -> Resource:
    """Known as of today: since when, nobody says."""
    made = {key: value for key, value in resource.items() if not key.startswith(("effective", "_effective"))}
    made["code"] = concept(
        *resource["code"]["coding"],
        coding(oids.SNOMED, "229819007", "Tobacco use and exposure"),
        text=resource["code"].get("text"),
    )
    made["effectivePeriod"] = {"end": writing.people.as_of.isoformat()}
    made["component"] = [
        *resource.get("component", ()),
        {"code": _PACK_YEARS, "valueQuantity": {"value": 0, "unit": "{PackYears}"}},
    ]
    return made
