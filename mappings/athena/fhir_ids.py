"""Local id <-> ids of athena's FHIR server, for one practice; the REST API's ids where a record has one key in both.

Pattern `a-{practice}.{what}-{number}` [seen: FAST, sandbox session of November 2024], and `a-1.{what}` for what athena
keeps once for all practices. Patient, encounter, department and practice numbers are those of the REST API [seen: MP];
that problem, diagnosis, provider, document and vaccine numbers are as well is [assumed] from their names.
A record whose id is of another pattern, or doesn't tell what its local id needs, is `fhir-<type>-<rest of its id>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappings.athena import ids
from mappings.fhir_r4.ids import patient_in
from mappings.mapped import Resource

GLOBAL = "a-1."  # not practice 1
PRACTICE_EXTENSION = "https://fhir.athena.io/StructureDefinition/ah-practice"
IMAGING = frozenset({"LP29684-5", "LP29708-2"})
"""Codes of DiagnosticReport.category, radiology and cardiology, that make it an imaging result. [assumed] Pathology's
reports are documents of laboratories."""

_OWN = re.compile(r"a-([1-9][0-9]*)\.(.+)", re.ASCII)
_TAIL = re.compile(r"([A-Za-z]+(?:-bp)?)[-.]([0-9]+)(?:[-.]([0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Ids of one FHIR type that begin with `prefix` (after the practice) name records of `kind`.

    `keys`   numbers in the id, between `joint`
    `before` what the local id has before the number: `patient`, and `encounter`
    `letter` what stands before the number in the REST API
    """

    type: str
    prefix: str
    kind: str
    keys: int = 1
    joint: str = "-"
    before: tuple[str, ...] = ()
    letter: str = ""


PATIENT = ("patient",)
PATTERNS = (
    Pattern("Patient", "E", ""),
    Pattern("Encounter", "encounter", "encounter", before=PATIENT),
    Pattern("Condition", "Problem", "problem", before=PATIENT),
    Pattern("Condition", "EncounterDx", "diagnosis", before=("patient", "encounter")),
    Pattern("Condition", "AmbulatoryPlanProblem", "concern"),
    Pattern("AllergyIntolerance", "pa", "intolerance"),
    Pattern("Observation", "resultamb", "result"),
    Pattern("Observation", "vitalamb", "reading"),
    Pattern("Observation", "vitalamb-bp", "pressure", keys=2),
    Pattern("Observation", "smokingStatus", "smoking"),
    Pattern("Observation", "occupation", "occupation"),
    Pattern("DiagnosticReport", "clinicalresult", "labresult", before=PATIENT),
    Pattern("DiagnosticReport", "clinicalresult", "imaging", before=PATIENT),
    Pattern("Immunization", "historical", "vaccine", before=PATIENT, letter="H"),
    Pattern("Immunization", "clinical", "vaccine", before=PATIENT, letter="C"),
    Pattern("DocumentReference", "hpiNote", "hpi"),
    Pattern("DocumentReference", "hpiTemplate", "hpitemplate"),
    Pattern("DocumentReference", "laboratoryReport", "labreport"),
    Pattern("Procedure", "prda", "documented", keys=2, joint="."),
    Pattern("Procedure", "shb", "surgical", keys=2, joint="."),
    Pattern("Device", "implantabledevice", "device"),
    Pattern("ServiceRequest", "ambulatoryorder", "orderdocument"),
    Pattern("CarePlan", "AmbulatoryCarePlan", "careplan"),
    Pattern("CareTeam", "AmbulatoryCareTeam", "chartteam"),
    Pattern("Goal", "AmbulatoryPlanGoal", "plangoal"),
    Pattern("Goal", "ClinicalEncounterGoal", "visitgoal"),
    Pattern("Practitioner", "Provider", "provider"),
    Pattern("Location", "Department", "department"),
    Pattern("Organization", "Department", "site"),
    Pattern("Organization", "LCP", "localprovider"),
    Pattern("Organization", "CSG", "chartgroup"),
    Pattern("Organization", "PG", "providergroup"),
)
EVERYWHERE = (Pattern("Practitioner", "CP", "directory"), Pattern("Organization", "CP", "facility"))
"""Of the nationwide directory, after `a-1.`: somebody or some place, which the type alone tells."""

_BY_PREFIX: Mapping[tuple[str, str], Pattern] = {
    (one.type, one.prefix): one for one in PATTERNS if one.kind != "imaging"
}
_GLOBAL_BY_PREFIX = {(one.type, one.prefix): one for one in EVERYWHERE}
_BY_KIND = {(one.type, one.kind, one.letter): one for one in (*PATTERNS, *EVERYWHERE)}


class AthenaNames:
    """mappings.fhir_r4.ids.Names of one practice, for the FHIR `types` that are served; without `practiceid`, for what
    the local ids alone tell."""

    def __init__(self, practiceid: str | None, types: frozenset[str]) -> None:
        self._practiceid = practiceid
        self._types = types

    def local(self, type_: str, id_: str, about: Resource) -> str | None:
        """None for a record of another practice, and for a reference that lacks what the local id needs."""
        own = type_ == about.get("resourceType") and id_ == about.get("id")
        if own and self._foreign(about):
            return None
        if id_.startswith(GLOBAL):
            return self._everywhere(type_, id_)
        tail = self._tail(id_)
        if tail is None:
            return None
        known = _matched(type_, tail, _BY_PREFIX)
        if known is None:
            return ids.local(ids.OTHER, type_, tail)
        pattern, numbers = known
        if pattern.kind == "labresult":  # whether it is one is in its category, not in its id
            if not own:
                return None
            pattern = _BY_KIND[type_, "imaging", ""] if _is_imaging(about) else pattern
        before = [self._before(each, about) for each in pattern.before]
        if all(before):
            return ids.local(pattern.kind, *(one for one in before if one), *numbers)
        return ids.local(ids.OTHER, type_, tail) if own else None

    def upstream(self, type_: str, local: str) -> str | None:
        if type_ not in self.types_of(local) or self._practiceid is None:
            return None
        found = ids.parse(local)
        number = found.keys[-1]
        if found.kind == ids.OTHER:
            return number if number.startswith(GLOBAL) else f"a-{self._practiceid}.{number}"
        if found.kind == "practice":
            return f"{GLOBAL}Practice-{number}" if number == self._practiceid else None
        letter = number[:1] if found.kind == "vaccine" else ""
        pattern = _BY_KIND.get((type_, found.kind, letter))
        if pattern is None:
            return None
        numbers = [key.removeprefix(letter) for key in found.keys[-pattern.keys :]]
        if not all(key.isascii() and key.isdigit() for key in numbers):
            return None
        head = GLOBAL if pattern in EVERYWHERE else f"a-{self._practiceid}."
        return f"{head}{pattern.prefix}{pattern.joint if pattern.keys > 1 else '-'}{pattern.joint.join(numbers)}"

    def types_of(self, local: str) -> frozenset[str]:
        owner = ids.owner_of(local)
        named = ids.types_of(local if owner is None else owner[1], ids.FHIR) & self._types
        return frozenset({"Binary"}) if owner is not None and named else named

    def attachment(self, type_: str, local: str, n: int) -> str:
        return ids.attachment(local, n)

    def owner_of(self, local: str) -> tuple[str, str, int] | None:
        return ids.owner_of(local) if self.types_of(local) else None

    def _tail(self, id_: str) -> str | None:
        """What follows the practice in an id; None for an id of another practice, or of none."""
        found = _OWN.fullmatch(id_)
        return found[2] if found is not None and found[1] == self._practiceid else None

    def _everywhere(self, type_: str, id_: str) -> str | None:
        tail = id_.removeprefix(GLOBAL)
        if tail.startswith("Practice-"):
            own = type_ == "Organization" and tail == f"Practice-{self._practiceid}"
            return ids.local("practice", self._practiceid or "") if own else None
        known = _matched(type_, tail, _GLOBAL_BY_PREFIX)
        return ids.local(known[0].kind, *known[1]) if known else ids.local(ids.OTHER, type_, id_) if tail else None

    def _foreign(self, about: Resource) -> bool:
        """Whether a record says, by its patient or by its practice, that it is another practice's."""
        patient = patient_in(about)
        if patient is not None and self._tail(patient) is None:
            return True
        named = {_practice_named(one) for one in _extensions(about)} - {None}
        return bool(named) and named != {f"{GLOBAL}Practice-{self._practiceid}"}

    def _before(self, what: str, about: Resource) -> str | None:
        """The number of the patient or of the encounter that a resource is about."""
        id_ = patient_in(about) if what == "patient" else _encounter_in(about)
        tail = self._tail(id_) if id_ is not None else None
        prefix = "E-" if what == "patient" else "encounter-"
        number = tail.removeprefix(prefix) if tail is not None and tail.startswith(prefix) else ""
        return number if number.isascii() and number.isdigit() else None


def _matched(type_: str, tail: str, patterns: Mapping[tuple[str, str], Pattern]) -> tuple[Pattern, list[str]] | None:
    match = _TAIL.fullmatch(tail)
    pattern = patterns.get((type_, match[1])) if match is not None else None
    if match is None or pattern is None:
        return None
    numbers = [f"{pattern.letter}{match[2]}", *([match[3]] if match[3] else [])]
    joint = pattern.joint if pattern.keys > 1 else "-"
    written = f"{pattern.prefix}{joint}{joint.join(part for part in match.groups()[1:] if part)}"
    return (pattern, numbers) if len(numbers) == pattern.keys and written == tail else None


def _is_imaging(report: Resource) -> bool:
    categories = report.get("category")
    return any(
        isinstance(coding, dict) and coding.get("code") in IMAGING
        for category in (categories if isinstance(categories, list) else ())
        if isinstance(category, dict) and isinstance(category.get("coding"), list)
        for coding in category["coding"]
    )


def _encounter_in(resource: Resource) -> str | None:
    """The server's id of the encounter that a resource belongs to."""
    if resource.get("resourceType") == "Encounter":
        return str(resource.get("id") or "") or None
    context: Any = resource.get("context")
    named: Any = resource.get("encounter") or context
    if isinstance(context, dict) and isinstance(context.get("encounter"), list) and len(context["encounter"]) == 1:
        named = context["encounter"][0]
    text = named.get("reference") if isinstance(named, dict) else None
    return text.rpartition("Encounter/")[2] if isinstance(text, str) and "Encounter/" in text else None


def _extensions(resource: Resource) -> list[Any]:
    found = resource.get("extension")
    return found if isinstance(found, list) else []


def _practice_named(extension: Any) -> str | None:
    if not isinstance(extension, dict) or extension.get("url") != PRACTICE_EXTENSION:
        return None
    named = extension.get("valueReference")
    text = named.get("reference") if isinstance(named, dict) else None
    return text.rpartition("/")[2] if isinstance(text, str) else None
