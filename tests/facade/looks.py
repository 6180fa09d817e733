"""What each search parameter looks at, by hand: (type, parameter) -> what stands there. Apart from the server's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.facade import schedule_and_billing as business

Resource = dict[str, Any]


def concept(*values: Any) -> Iterator[tuple[str, str]]:
    for value in values:
        for coding in (value or {}).get("coding", ()):
            if "code" in coding:
                yield coding.get("system", ""), coding["code"]


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    for one in resource.get("identifier", ()):
        if "value" in one:
            yield one.get("system", ""), one["value"]


def names(resource: Resource) -> Iterator[str]:
    for name in resource.get("name", ()):
        for part in ("family", "text"):
            if part in name:
                yield name[part]
        for part in ("given", "prefix", "suffix"):
            yield from name.get(part, ())


def addresses(resource: Resource) -> Iterator[str]:
    found = resource.get("address", [])
    for address in found if isinstance(found, list) else [found]:
        yield from address.get("line", ())
        yield from (
            address[part] for part in ("city", "district", "state", "postalCode", "country", "text") if part in address
        )


Span = tuple[date, date]


def span(text: str | None) -> Span:
    """First and last day that a date, year or month, or the wall clock of a dateTime covers."""
    parts = [int(part) for part in (text or "")[:10].split("-")]
    first = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return first, first
    following = date(first.year + 1, 1, 1) if len(parts) == 1 else (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def dates(resource: Resource, *keys: str) -> Iterator[Span | None]:
    """None for a time that is told in words: it is there, and matches no date."""
    for key in keys:
        value = resource.get(key)
        if isinstance(value, str):
            yield span(value) if value[:1].isdigit() else None
        elif isinstance(value, dict):
            start = span(value["start"])[0] if "start" in value else date.min
            yield start, span(value["end"])[1] if "end" in value else date.max


def dated(key: str) -> Callable[[Resource], Iterator[Span | None]]:
    return lambda resource: dates(resource, key)


def patient(key: str) -> Callable[[Resource], list[str]]:
    return lambda resource: [resource[key]["reference"]]


TOKENS: dict[tuple[str, str], Callable[[Resource], Any]] = {
    **business.TOKENS,
    ("Patient", "gender"): lambda r: (
        [("http://hl7.org/fhir/administrative-gender", r["gender"])] if "gender" in r else []
    ),
    ("Patient", "identifier"): identifiers,
    ("Practitioner", "identifier"): identifiers,
    ("DocumentReference", "category"): lambda r: concept(*r["category"]),
    ("DocumentReference", "status"): lambda r: [("http://hl7.org/fhir/document-reference-status", r["status"])],
    ("DocumentReference", "type"): lambda r: concept(r["type"]),
    ("PractitionerRole", "specialty"): lambda r: concept(*r.get("specialty", ())),
    ("CareTeam", "status"): lambda r: [("http://hl7.org/fhir/care-team-status", r["status"])],
    ("CareTeam", "role"): lambda r: concept(*(role for one in r["participant"] for role in one["role"])),
    ("Goal", "lifecycle-status"): lambda r: [("http://hl7.org/fhir/goal-status", r["lifecycleStatus"])],
    ("CarePlan", "category"): lambda r: concept(*r["category"]),
    ("CarePlan", "status"): lambda r: [("http://hl7.org/fhir/request-status", r["status"])],
    ("Encounter", "identifier"): identifiers,
    ("Encounter", "class"): lambda r: [(r["class"].get("system", ""), r["class"]["code"])],
    ("Encounter", "type"): lambda r: concept(*r["type"]),
    ("Encounter", "status"): lambda r: [("http://hl7.org/fhir/encounter-status", r["status"])],
    ("Condition", "category"): lambda r: concept(*r["category"]),
    ("Condition", "clinical-status"): lambda r: concept(r.get("clinicalStatus")),
    ("Condition", "code"): lambda r: concept(r["code"]),
    ("AllergyIntolerance", "clinical-status"): lambda r: concept(r.get("clinicalStatus")),
    ("Observation", "category"): lambda r: concept(*r["category"]),
    ("Observation", "code"): lambda r: concept(r["code"]),
    ("Observation", "status"): lambda r: [("http://hl7.org/fhir/observation-status", r["status"])],
    ("MedicationRequest", "status"): lambda r: [
        ("http://hl7.org/fhir/CodeSystem/medicationrequest-status", r["status"])
    ],
    ("MedicationRequest", "intent"): lambda r: [
        ("http://hl7.org/fhir/CodeSystem/medicationrequest-intent", r["intent"])
    ],
    ("Immunization", "status"): lambda r: [("http://hl7.org/fhir/event-status", r["status"])],
    ("Procedure", "status"): lambda r: [("http://hl7.org/fhir/event-status", r["status"])],
    ("Procedure", "code"): lambda r: concept(r["code"]),
    ("FamilyMemberHistory", "status"): lambda r: [("http://hl7.org/fhir/history-status", r["status"])],
    ("FamilyMemberHistory", "relationship"): lambda r: concept(r["relationship"]),
    ("FamilyMemberHistory", "code"): lambda r: concept(*(each["code"] for each in r.get("condition", ()))),
    ("QuestionnaireResponse", "status"): lambda r: [("http://hl7.org/fhir/questionnaire-answers-status", r["status"])],
    ("DiagnosticReport", "category"): lambda r: concept(*r["category"]),
    ("DiagnosticReport", "code"): lambda r: concept(r["code"]),
    ("DiagnosticReport", "status"): lambda r: [("http://hl7.org/fhir/diagnostic-report-status", r["status"])],
    ("ServiceRequest", "category"): lambda r: concept(*r["category"]),
    ("ServiceRequest", "code"): lambda r: concept(r["code"]),
    ("ServiceRequest", "status"): lambda r: [("http://hl7.org/fhir/request-status", r["status"])],
}
STRINGS: dict[tuple[str, str], Callable[[Resource], Any]] = {
    ("Patient", "name"): names,
    ("Patient", "family"): lambda r: [n["family"] for n in r["name"] if "family" in n],
    ("Patient", "given"): lambda r: [g for n in r["name"] for g in n.get("given", ())],
    ("RelatedPerson", "name"): names,
    ("Practitioner", "name"): names,
    ("Organization", "name"): lambda r: [r["name"], *r.get("alias", ())],
    ("Organization", "address"): addresses,
    ("Location", "name"): lambda r: [r["name"], *r.get("alias", ())],
    ("Location", "address"): addresses,
    ("Location", "address-city"): lambda r: [r["address"]["city"]] if "city" in r.get("address", {}) else [],
    ("Location", "address-state"): lambda r: [r["address"]["state"]] if "state" in r.get("address", {}) else [],
    ("Location", "address-postalcode"): lambda r: (
        [r["address"]["postalCode"]] if "postalCode" in r.get("address", {}) else []
    ),
}
DATES: dict[tuple[str, str], Callable[[Resource], Any]] = {
    **{pair: dated(key) for pair, key in business.DATES.items()},
    ("Patient", "birthdate"): lambda r: dates(r, "birthDate"),
    ("Patient", "death-date"): lambda r: dates(r, "deceasedDateTime"),
    ("DocumentReference", "date"): lambda r: dates(r, "date"),
    ("DocumentReference", "period"): lambda r: dates(r.get("context", {}), "period"),
    ("CarePlan", "date"): lambda r: dates(r, "period"),
    ("Encounter", "date"): lambda r: dates(r, "period"),
    ("Condition", "onset-date"): lambda r: dates(r, "onsetDateTime", "onsetPeriod"),
    ("Condition", "abatement-date"): lambda r: dates(r, "abatementDateTime", "abatementPeriod"),
    ("Condition", "asserted-date"): lambda r: [span(e["valueDateTime"]) for e in r.get("extension", ())],
    ("Condition", "recorded-date"): lambda r: dates(r, "recordedDate"),
    ("Observation", "date"): lambda r: dates(r, "effectiveDateTime", "effectivePeriod"),
    ("DiagnosticReport", "date"): lambda r: dates(r, "effectiveDateTime", "effectivePeriod"),
    ("ServiceRequest", "authored"): lambda r: dates(r, "authoredOn"),
    ("MedicationRequest", "authoredon"): lambda r: dates(r, "authoredOn"),
    ("Immunization", "date"): lambda r: dates(r, "occurrenceDateTime", "occurrenceString"),
    ("Procedure", "date"): lambda r: dates(r, "performedDateTime"),
    ("QuestionnaireResponse", "authored"): lambda r: dates(r, "authored"),
}
REFERENCES: dict[tuple[str, str], Callable[[Resource], Any]] = {
    **business.REFERENCES,
    ("DocumentReference", "patient"): patient("subject"),
    ("RelatedPerson", "patient"): patient("patient"),
    ("CareTeam", "patient"): patient("subject"),
    ("Goal", "patient"): patient("subject"),
    ("CarePlan", "patient"): patient("subject"),
    ("PractitionerRole", "practitioner"): patient("practitioner"),
    ("Encounter", "patient"): patient("subject"),
    ("Condition", "patient"): patient("subject"),
    ("Condition", "encounter"): lambda r: [r["encounter"]["reference"]] if "encounter" in r else [],
    ("Observation", "patient"): patient("subject"),
    ("DiagnosticReport", "patient"): patient("subject"),
    ("ServiceRequest", "patient"): patient("subject"),
    ("MedicationRequest", "patient"): patient("subject"),
    ("MedicationRequest", "encounter"): lambda r: [r["encounter"]["reference"]] if "encounter" in r else [],
    ("Immunization", "patient"): patient("patient"),
    ("Procedure", "patient"): patient("subject"),
    ("AllergyIntolerance", "patient"): patient("patient"),
    ("FamilyMemberHistory", "patient"): patient("patient"),
    ("QuestionnaireResponse", "patient"): patient("subject"),
    ("QuestionnaireResponse", "questionnaire"): lambda r: [r["questionnaire"]],
    ("Encounter", "location"): lambda r: [each["location"]["reference"] for each in r.get("location", ())],
}
