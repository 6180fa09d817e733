"""What to ask: from what a server declares and US Core demands, with values taken from the patients' own resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import dates
from conformance.exam import Exam
from conformance.matching import TEXTS, escaped

MOST_QUERIES = 40

CARE_PLAN = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan"
BROAD = {
    ("CarePlan", "category"): CARE_PLAN,
    ("CareTeam", "status"): "proposed,active,suspended,inactive,entered-in-error",
    ("Condition", "category"): "problem-list-item,health-concern,encounter-diagnosis,sdoh",
    ("DiagnosticReport", "category"): "LAB,LP29708-2,LP7839-6,LP29684-5",
    ("DocumentReference", "category"): "clinical-note",
    ("MedicationRequest", "intent"): "proposal,plan,order,original-order,reflex-order,filler-order,instance-order,"
    "option",
    ("Observation", "category"): "laboratory,vital-signs,social-history,survey,imaging,procedure,exam,therapy,"
    "activity,sdoh,functional-status,disability-status,cognitive-status,treatment-intervention-preference,care-experience-preference",
}  # fmt: skip
"""Values that together ask for all of a type, for servers that want more than the patient."""


@dataclass(frozen=True)
class Combination:
    """Parameters to search by together. `strength`: US Core's SHALL, SHOULD or MAY; DECLARED by the server alone."""

    type: str
    params: tuple[str, ...]
    strength: str

    @property
    def name(self) -> str:
        return "+".join(self.params)


@dataclass(frozen=True)
class Query:
    """`source` is the resource whose values were taken: it must be found."""

    type: str
    pairs: tuple[tuple[str, str], ...]
    source: Mapping[str, Any]
    patient: str | None


def combinations(exam: Exam, type_: str) -> list[Combination]:
    """US Core's parameters and combinations for the type, then what the server declares beside them; SHALL first."""
    tables, declared = exam.tables, exam.declared.types[type_]
    found: dict[frozenset[str], str] = {}
    for code in tables.parameters.get(type_, {}):
        strength = _expectation(exam, type_, code)
        if strength in ("SHALL", "SHOULD"):
            found[frozenset((code,))] = strength
    for row in tables.edition.combinations(type_):
        found[row.params] = row.expectation
    asked = frozenset[str]().union(*found) if found else frozenset()
    for code in declared.parameters:
        if code in asked or code not in tables.parameters.get(type_, {}):
            continue
        also = ("patient",) if "patient" in declared.parameters and code != "_id" else ()
        found.setdefault(frozenset((code, *also)), "DECLARED")
    order = ("SHALL", "SHOULD", "MAY", "DECLARED")
    named = [Combination(type_, _ordered(params), strength) for params, strength in found.items()]
    return sorted(named, key=lambda one: (order.index(one.strength), len(one.params), one.params))


def _ordered(params: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(params, key=lambda code: (code != "patient", code)))


def _expectation(exam: Exam, type_: str, code: str) -> str | None:
    return exam.tables.edition.expectation(type_, code)


def queries(exam: Exam, combination: Combination) -> list[Query]:
    """One search for each patient and profile that has all the values; each only once."""
    found: dict[tuple[Any, ...], Query] = {}
    for patient, resource in representatives(exam, combination.type, combination.params):
        pairs = tuple((code, value(exam, resource, code, patient) or "") for code in combination.params)
        found.setdefault(pairs, Query(combination.type, pairs, resource, patient))
    return list(found.values())[:MOST_QUERIES]


def representatives(exam: Exam, type_: str, params: tuple[str, ...]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """For each patient and profile the first resource that has a value for every parameter."""
    seen: set[tuple[Any, ...]] = set()
    for patient, resource in owned(exam, type_):
        profiles = tuple(one.name for one in exam.tables.profiles_of(resource))
        key = (patient, profiles or _category(resource))
        if key not in seen and all(value(exam, resource, code, patient) is not None for code in params):
            seen.add(key)
            yield patient, resource


def owned(exam: Exam, type_: str) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Resources of a type with the patient in whose chart they were found; None for those that belong to nobody."""
    given = set()
    for patient in exam.chart.patients:
        for resource in exam.chart.of_patient(patient, type_):
            given.add(resource["id"])
            yield patient, resource
    for resource in exam.chart.sought(type_):
        if resource["id"] not in given:
            yield None, resource


def _category(resource: Mapping[str, Any]) -> str:
    found = resource.get("category")
    return str(found[0] if isinstance(found, list) and found else found)


# --- values --------------------------------------------------------------------------------------------------------


def value(exam: Exam, resource: Mapping[str, Any], code: str, patient: str | None = None) -> str | None:
    """A value by which the resource must be found; None where it has none for this parameter."""
    row = exam.tables.parameters.get(resource["resourceType"], {}).get(code)
    if row is None:
        return None
    if code == "patient":
        return patient or next(iter(references(exam, resource, code)), "").rpartition("/")[2] or None
    if row.kind == "token":
        return next(iter(tokens(exam, resource, code)), None)
    if row.kind == "date":
        return next((_after(code, text) for text in moments(exam, resource, code)), None)
    if row.kind == "string":
        return next((escaped(text) for text in strings(exam, resource, code)), None)
    if row.kind == "reference":
        return next((escaped(text) for text in references(exam, resource, code)), None)
    return next((escaped(text) for text in exam.matcher.values(resource, code) if isinstance(text, str)), None)


def tokens(exam: Exam, resource: Mapping[str, Any], code: str) -> list[str]:
    """The values of a token parameter as a search has them: codes, with their system where the server wants it."""
    found = codings(exam, resource, code)
    if not exam.declared.types[resource["resourceType"]].with_system(code):
        return [escaped(its_code) for _, its_code in found]
    return [f"{escaped(system)}|{escaped(its_code)}" for system, its_code in found if system is not None]


def codings(exam: Exam, resource: Mapping[str, Any], code: str) -> list[tuple[str | None, str]]:
    """System (None where the element has none of its own) and code of each value of a token parameter."""
    found: list[tuple[str | None, str]] = []
    for one in exam.matcher.values(resource, code):
        if isinstance(one, bool):
            found.append((None, str(one).lower()))
        elif isinstance(one, str):
            found.append((None, one))
        elif "coding" in one:
            found += [(each.get("system"), each["code"]) for each in one["coding"] if "code" in each]
        elif "code" in one or "value" in one:
            system = one.get("system")
            found.append((system if system and ":" in system else None, one.get("code") or one["value"]))
    return found


def moments(exam: Exam, resource: Mapping[str, Any], code: str) -> list[str]:
    """The dates of a date parameter as written; of a Period its start, or its end where it has none."""
    found = []
    for one in exam.matcher.values(resource, code):
        text = one if isinstance(one, str) else one.get("start") or one.get("end")
        if isinstance(text, str) and dates.is_date(text):
            found.append(text)
    return found


def _after(code: str, text: str) -> str:
    """A day's slack, as US Core clients search; birthdays and the like are asked for as they are."""
    return text if code in ("birthdate", "target-date", "death-date") else f"gt{dates.shifted(text, -1)}"


def strings(exam: Exam, resource: Mapping[str, Any], code: str) -> list[str]:
    """The texts of a string parameter, those of one line; of names whole ones where the server wants them."""
    found = []
    whole = exam.declared.types[resource["resourceType"]].whole_names(code)
    for one in exam.matcher.values(resource, code):
        if whole and isinstance(one, dict):
            found += [f"{one['given'][0]} {one['family']}"] if one.get("given") and one.get("family") else []
            continue
        texts = [one] if isinstance(one, str) else [each for name in TEXTS for each in _listed(one.get(name))]
        found += [text for text in texts if isinstance(text, str) and text.strip() and text.isprintable()]
    return found


def references(exam: Exam, resource: Mapping[str, Any], code: str) -> list[str]:
    values = exam.matcher.values(resource, code)
    texts = [one if isinstance(one, str) else one.get("reference", "") for one in values]
    return [text for text in texts if text and not text.startswith(("#", "urn:"))]


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def broad(exam: Exam, type_: str, patient: str) -> list[tuple[str, str]] | None:
    """The search by which all of a patient's resources of a type were gathered; None where they weren't."""
    beside = exam.chart.beside.get(type_)
    return None if beside is None else [("patient", patient), *beside]


def broadest(exam: Exam, type_: str) -> list[tuple[tuple[str, str], ...]]:
    """What to send beside the patient to get all of a type, to be tried in turn: nothing, then a list of all values."""
    declared = exam.declared.types[type_]
    found: list[tuple[tuple[str, str], ...]] = [()] if declared.enough(frozenset(("patient",))) else []
    for code in declared.parameters:
        if (type_, code) in BROAD and declared.enough(frozenset(("patient", code))):
            found.append(((code, BROAD[type_, code]),))
    return found
