"""What all of Millennium's resources have in common: codings, what stands for what is absent, meta, narrative, times.

Source: Millennium FHIR R4, captured resources of 2024 and 2026. Proprietary coding first with userSelected true,
standard ones after it with userSelected false; meta.lastUpdated in three spellings; a generated narrative that names
the patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any
from zlib import crc32

from adapters.fhir_r4.sandbox.records import File

Resource = dict[str, Any]
Element = dict[str, Any]

ABSENT_URL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
EXTENSIONS = "https://fhir-ehr.cerner.com/r4/StructureDefinition/"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
OFFICE = "https://ids.example.org/"
"""Numbers and codes of the plain records' own; Millennium has its own in their place."""
CUSTOMER = "urn:oid:2.16.840.1.113883.3.13.7"
"""Of numbers that have no system of their own."""
CLOCK_SHIFT = timedelta(hours=-6)
"""The zone of times that are not in UTC."""


@dataclass(frozen=True, slots=True)
class About:
    """The chart that a resource is written for. `practice`: reference to the organisation. `medications`: plain
    Medication by its reference. `sources`: the plain files by their keys; `files`: what is served instead, by the
    ids of Binary, filled while the dialect writes."""

    tenant: str
    person: int
    name: str
    practice: str = ""
    restricted: bool = False
    medications: Mapping[str, Resource] = field(default_factory=dict)
    sources: Mapping[str, File] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    def code_set(self, number: int) -> str:
        return f"https://fhir.cerner.com/{self.tenant}/codeSet/{number}"

    def vocabulary(self, name: str) -> str:
        """nomenclature or synonym."""
        return f"https://fhir.cerner.com/{self.tenant}/{name}"


def every(serial: int, share: int, place: int = 0) -> bool:
    """Whether this record is one of the `share`th of its kind that show an oddity."""
    return serial % share == place


def proprietary(system: str, words: str) -> Element:
    """A code of the customer's own, the same for the same words."""
    number = crc32(f"{system.rsplit('/', 1)[-1]}|{words}".encode()) % 90_000_000 + 600_000
    return {"system": system, "code": str(number), "display": words, "userSelected": True}


def words_of(concept: Element) -> str:
    shown = next((one["display"] for one in concept.get("coding", ()) if one.get("display")), None)
    return str(concept.get("text") or shown or next((one["code"] for one in concept.get("coding", ())), "Unknown"))


def dual(concept: Element, system: str, *, only: bool = False, bare: bool = False) -> Element:
    """Proprietary, then standard codings. `only`: without the standard ones. `bare`: those without their displays."""
    words = words_of(concept)
    known = [one for one in concept.get("coding", ()) if not str(one.get("system", "")).startswith(OFFICE)]
    standard = [] if only else [{**one, "userSelected": False} for one in known]
    if bare:
        standard = [{key: value for key, value in one.items() if key != "display"} for one in standard]
    return {"coding": [proprietary(system, words), *standard], "text": words}


def absent(reason: str = "unknown") -> Element:
    """Stands where US Core demands a value and there is none."""
    return {"extension": [{"url": ABSENT_URL, "valueCode": reason}]}


def hl7(name: str, code: str, display: str) -> Element:
    return {"system": TERMINOLOGY + name, "code": code, "display": display}


def meta(resource: Resource, serial: int, recorded: str, *, restricted: bool) -> Element:
    """Three spellings of one instant; numbers, large numbers and pairs as versions."""
    spelled = _SPELLINGS[serial % 3](recorded.removesuffix("Z"))
    made: Element = {"versionId": _version(resource, serial), "lastUpdated": spelled}
    if restricted:
        made["security"] = [
            {"system": TERMINOLOGY + "v3-Confidentiality", "code": "R", "display": "restricted", "userSelected": False}
        ]
    return made


_SPELLINGS = (
    lambda instant: f"{instant}.000Z",
    lambda instant: f"{instant}Z",
    lambda instant: f"{instant}+00:00",
)


def _version(resource: Resource, serial: int) -> str:
    if resource["id"].startswith("BP-"):
        return "1-1"
    if resource["resourceType"] == "Condition" and resource["id"].startswith("p"):
        return str(14_960_401 + serial * 4)
    return str(serial % 8)


def millis(instant: str | None) -> str | None:
    """An instant in UTC with the milliseconds that Millennium writes; a partial date as it is."""
    return f"{instant.removesuffix('Z')}.000Z" if instant and instant.endswith("Z") and "." not in instant else instant


def shifted(instant: str | None) -> str | None:
    """The same instant at the site's own clock."""
    if not instant or not instant.endswith("Z"):
        return instant
    at = datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return at.astimezone(timezone(CLOCK_SHIFT)).strftime("%Y-%m-%dT%H:%M:%S-06:00")


def respelled(resource: Resource, serial: int, *names: str) -> None:
    """Instants of these elements: every fifth at the site's clock, the others with milliseconds."""
    spell = shifted if every(serial, 5, 2) else millis
    for name in names:
        if isinstance(value := resource.get(name), str):
            resource[name] = spell(value)
        elif isinstance(value, dict):
            resource[name] = {**value, **{end: spell(value[end]) for end in ("start", "end") if value.get(end)}}


def narrative(type_: str, rows: Iterable[tuple[str, str | None]]) -> Element:
    """Always generated, always about a named patient."""
    lines = [f"<p><b>{type_}</b></p>"]
    lines += [f"<p><b>{escape(label)}</b>: {escape(value)}</p>" for label, value in rows if value]
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(lines)}</div>'}


def without(resource: Resource, *names: str) -> Resource:
    return {key: value for key, value in resource.items() if key not in names}
