"""Ids of the one server: `a-{practice}.{kind}{number}`, where the number is the one that athena's REST API uses.

Source: athena FHIR ids as recorded (preview, November 2024). Patient, encounter, department and practice numbers are
known to be the same in both APIs; the others are taken to be, from their names. Where each number comes from is laid
down here a second time: this sandbox shares nothing with that of the REST API.

A number is `start + person * per + place`, so that it tells whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.population.facts import Measurement, Visit

GLOBAL = "a-1"  # not practice 1: what athena keeps once for all practices
ATHENA = f"{GLOBAL}.Org-ATHENA"


@dataclass(frozen=True, slots=True)
class Kind:
    """`prefix` stands before the number; `start` and `per` are how a person's records are numbered, `per` 0 where the
    number says nothing of a person (directory)."""

    type: str
    prefix: str
    start: int = 0
    per: int = 1


_VISITS = 100  # places of one person
ENCOUNTERS, PROBLEMS, DIAGNOSES, VITALS = 40_000, 70_000, 500_000, 1_000_000
ORDERS, LABRESULTS, IMAGINGRESULTS, ANALYTES = 20_000_000, 40_000_000, 60_000_000, 1_000_000_000
DOCUMENTS, PRESCRIPTIONS, ENTRIES, VACCINES = 3_000_000, 6_000_000, 7_000_000, 8_000_000
SURGERIES, SERVICES, INSURANCES, APPOINTMENTS = 60_000, 2_000_000, 23_000, 900_000

# Several rows of one type are tried in turn: the prefix tells them apart.
KINDS: dict[str, Kind] = {
    "patient": Kind("Patient", "E-"),
    "encounter": Kind("Encounter", "encounter-", ENCOUNTERS, 100),
    "problem": Kind("Condition", "Problem-", PROBLEMS, 100),
    "diagnosis": Kind("Condition", "EncounterDx-", DIAGNOSES, 1_000),
    "concern": Kind("Condition", "AmbulatoryPlanProblem-", PROBLEMS, 100),
    "allergy": Kind("AllergyIntolerance", "pa-", 0, 100),
    "analyte": Kind("Observation", "resultamb-", ANALYTES, 100_000),
    "pressure": Kind("Observation", "vitalamb-bp-", VITALS, 10_000),  # two numbers; the first tells the person
    "vital": Kind("Observation", "vitalamb-", VITALS, 10_000),
    "smoking": Kind("Observation", "smokingStatus-", 0, 10),
    "occupation": Kind("Observation", "occupation-"),
    "report": Kind("DiagnosticReport", "clinicalresult-", LABRESULTS, 1_000),
    "imaging": Kind("DiagnosticReport", "clinicalresult-", IMAGINGRESULTS, 1_000),
    "historical vaccine": Kind("Immunization", "historical-", VACCINES, 1_000),
    "clinical vaccine": Kind("Immunization", "clinical-", VACCINES, 1_000),
    "note": Kind("DocumentReference", "hpiNote-", ENCOUNTERS, 100),
    "template": Kind("DocumentReference", "hpiTemplate-", ENCOUNTERS, 100),
    "paper": Kind("DocumentReference", "laboratoryReport-", LABRESULTS, 1_000),
    "service": Kind("Procedure", "prda.", ENCOUNTERS, 100),  # {encounter}.{n}
    "surgery": Kind("Procedure", "shb.", 0, 10),  # {chart}.{n}
    "device": Kind("Device", "implantabledevice-", 0, 100),
    "order": Kind("ServiceRequest", "ambulatoryorder-", ORDERS, 1_000),
    "plan": Kind("CarePlan", "AmbulatoryCarePlan-", ENCOUNTERS, 100),
    "team": Kind("CareTeam", "AmbulatoryCareTeam-", 0, 10),
    "plan goal": Kind("Goal", "AmbulatoryPlanGoal-", DIAGNOSES, 1_000),
    "visit goal": Kind("Goal", "ClinicalEncounterGoal-", DIAGNOSES, 1_000),
    "provider": Kind("Practitioner", "Provider-", 0, 0),
    "department": Kind("Location", "Department-", 0, 0),
    "site": Kind("Organization", "Department-", 0, 0),
    "group": Kind("Organization", "CSG-", 0, 0),
    "provider group": Kind("Organization", "PG-", 0, 0),
    "local provider": Kind("Organization", "LCP-", 0, 0),
}
# [assumed] These were never seen: one pattern each, in the manner of the others.
NEVER_SEEN: dict[str, Kind] = {
    "prescription": Kind("MedicationRequest", "prescription-", PRESCRIPTIONS, 1_000),  # REST's medicationentryid C...
    "entry": Kind("MedicationRequest", "medicationentry-", ENTRIES, 1_000),  # ... and H...
    "medication": Kind("Medication", "medication-", 0, 0),  # REST's medicationid
    "dispense": Kind("MedicationDispense", "dispense-", PRESCRIPTIONS, 1_000),
    "coverage": Kind("Coverage", "coverage-", INSURANCES, 10),
    "provenance": Kind("Provenance", "provenance.", 0, 1),  # followed by what comes after the practice in its target
    "specimen": Kind("Specimen", "specimen-", LABRESULTS, 1_000),
    "related": Kind("RelatedPerson", "relatedperson-", 0, 10),
    "relative": Kind("FamilyMemberHistory", "familyhistory-", 0, 100),
    "answers": Kind("QuestionnaireResponse", "screener-", 0, 100),
    "score": Kind("Observation", "screenerscore-", 0, 100),
    "social": Kind("Observation", "socialhistory-", 0, 1_000),
    "orientation": Kind("Observation", "sexualorientation-"),
    "appointment": Kind("Appointment", "appointment-", APPOINTMENTS, 100),
    "percentile": Kind("Observation", "vitalamb-percentile-", VITALS, 10_000),
    "payer": Kind("Organization", "insurancepackage-", 0, 0),
}
_ALL = {**KINDS, **NEVER_SEEN}
_TYPES: dict[str, tuple[Kind, ...]] = {
    name: tuple(one for one in _ALL.values() if one.type == name) for name in {one.type for one in _ALL.values()}
}


def made(practiceid: str, kind: str, *numbers: int | str) -> str:
    """The id of a record; several numbers are joined as the kind's pattern has them."""
    one = _ALL[kind]
    joint = "-" if one.prefix.endswith("-") else "."
    return f"a-{practiceid}.{one.prefix}{joint.join(map(str, numbers))}"


def practice_id(practiceid: str) -> str:
    return f"{GLOBAL}.Practice-{practiceid}"


def directory_id(number: int) -> str:
    """Somebody or some place of the nationwide directory."""
    return f"{GLOBAL}.CP-{number}"


def practice_of(id_: str) -> str | None:
    """The practice that an id carries; None for a global one and for what is no id of this server."""
    head, dot, _ = id_.partition(".")
    number = head.removeprefix("a-")
    return number if dot and head != GLOBAL and head != number and number.isdigit() else None


def person_of(type_: str, id_: str) -> int | None:
    """Whose record it is, by the numbers; None where they say nothing of a person or are no numbers of the type."""
    tail = id_.partition(".")[2]
    if type_ == "Provenance":  # the id goes on as its target's
        return _person(_ALL.values(), tail.removeprefix(_ALL["provenance"].prefix))
    return _person(_TYPES.get(type_, ()), tail)


def _person(kinds: Iterable[Kind], tail: str) -> int | None:
    for one in kinds:
        if not one.per or not tail.startswith(one.prefix):
            continue
        text = tail[len(one.prefix) :]
        number = text.replace("-", ".").split(".")[0]
        if number.isdigit():
            person = (int(number) - one.start) // one.per
            if 0 < person and int(number) < _end(one):
                return person
    return None


def _end(one: Kind) -> int:
    """Where the next numbering of the same prefix begins."""
    starts = [other.start for other in _TYPES[one.type] if other.prefix == one.prefix and other.start > one.start]
    return min(starts, default=10**18)


def encounter(visit: Visit) -> int:
    return ENCOUNTERS + visit.person * _VISITS + visit.number


def diagnosis(visit: Visit, index: int) -> int:
    return DIAGNOSES + (visit.person * _VISITS + visit.number) * 10 + index


def vital(visit: Visit, index: int) -> int:
    return VITALS + (visit.person * _VISITS + visit.number) * 100 + index


# Elements that the chart keeps as a choice, and those that an internal flag goes with: each takes a number more.
_CHOICES = frozenset(
    {
        "blood pressure site", "blood pressure position", "cuff size", "blood pressure refused reason", "height kind",
        "weight kind", "dialysis phase", "weight refused reason", "temperature site", "pulse rhythm", "pulse site",
        "air", "pain", "pain scale", "consciousness", "vision right", "vision left", "vision both", "vision correction",
    }
)  # fmt: skip


def vital_index(visit: Visit, taken: Sequence[Measurement], place: int) -> int:
    """Where the measurement at `place` of a visit's list stands among the visit's vitalids."""
    before = taken[:place]
    companions = sum(one.kind in _CHOICES for one in before) if visit.number % 2 else 0
    return place + companions + sum(one.kind == "height" and one.percentile is not None for one in before)


def service(visit: Visit, index: int) -> int:
    return SERVICES + (visit.person * _VISITS + visit.number) * 20 + index


def appointment(visit: Visit) -> int:
    return APPOINTMENTS + visit.person * _VISITS + visit.number


def problem(person: int, number: int) -> int:
    return PROBLEMS + person * 100 + number


def of_thousand(start: int, person: int, number: int) -> int:
    """Documents, results, orders, medicines and vaccines: a thousand of each for a person."""
    return start + person * 1_000 + number


def analyte(person: int, report: int, index: int) -> int:
    return ANALYTES + (person * 1_000 + report) * 100 + index


def surgery(person: int, number: int) -> int:
    return SURGERIES + person * 100 + number


def insurance(person: int, number: int) -> int:
    return INSURANCES + person * 10 + number


def chart(person: int, group: int) -> int:
    """[assumed] The id of a person's chart in a chart-sharing group; REST never names it."""
    return person * 10 + group
