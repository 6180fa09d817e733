"""Which profiles are named of resources that meet several, as what is meant for one is often allowed by others."""

from __future__ import annotations

import pytest

from capability.uscore import US_CORE, edition, recognise
from capability.uscore.value_sets import LOINC, SNOMED, TERMINOLOGY, US_CORE_CATEGORY
from tests.capability.samples import HEART_RATE, Resource, changed, concept, quantity

CATEGORY = TERMINOLOGY + "observation-category"


def named(resource: Resource, version: str = "6.1.0") -> list[str]:
    return [canonical.removeprefix(US_CORE) for canonical in recognise(resource, edition(version))]


def observation(category: str, system: str, code: str, **elements: object) -> Resource:
    """Status final and a value in words, where nothing else is given."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept(CATEGORY, category)],
        "code": concept(system, code),
        "subject": {"reference": "Patient/7"},
        "effectiveDateTime": "2026-01-05",
        **(elements or {"valueCodeableConcept": {"text": "some"}}),
    }


OBSERVATIONS = [
    ("a laboratory result, and the result that it is one of", observation("laboratory", LOINC, "718-7"),
     ["us-core-observation-clinical-result", "us-core-observation-lab"]),
    ("an examination", observation("exam", LOINC, "8884-9"),
     ["us-core-observation-clinical-result", "us-core-simple-observation"]),
    ("a smoking status", observation("social-history", LOINC, "72166-2"), ["us-core-smokingstatus"]),
    ("pack years", observation("social-history", SNOMED, "401201003", valueQuantity=quantity("20", "{PackYears}")),
     ["us-core-smokingstatus"]),
    ("another social history", observation("social-history", LOINC, "11331-6"), ["us-core-simple-observation"]),
    ("an answer of a survey", observation("survey", LOINC, "44250-9"), ["us-core-observation-screening-assessment"]),
    ("an occupation", observation("social-history", LOINC, "11341-5"), ["us-core-observation-occupation"]),
    ("a code of another system", observation("social-history", "urn:x", "11341-5"), ["us-core-simple-observation"]),
    ("a status that a smoking status can't have",
     {**observation("social-history", LOINC, "72166-2"), "status": "preliminary"}, ["us-core-simple-observation"]),
    ("a laboratory result to the month",
     {**observation("laboratory", LOINC, "718-7"), "effectiveDateTime": "2026-01"}, ["us-core-simple-observation"]),
    ("a vital sign is named as that alone", HEART_RATE, ["us-core-vital-signs", "us-core-heart-rate"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "resource", "expected"), OBSERVATIONS, ids=[what for what, *_ in OBSERVATIONS])
def test_an_observation_is_named_for_what_it_tells(what: str, resource: Resource, expected: list[str]) -> None:
    assert expected == named(resource)


REPORT: Resource = {
    "resourceType": "DiagnosticReport",
    "status": "final",
    "category": [concept(TERMINOLOGY + "v2-0074", "LAB")],
    "code": concept(LOINC, "58410-2"),
    "subject": {"reference": "Patient/7"},
    "effectiveDateTime": "2026-01-05",
    "issued": "2026-01-05T10:00:00Z",
}


def test_a_report_is_of_the_laboratory_or_a_note() -> None:
    imaging = changed(REPORT, "category.0", concept(LOINC, "LP29684-5"))

    assert ["us-core-diagnosticreport-lab"] == named(REPORT)
    assert ["us-core-diagnosticreport-note"] == named(imaging)


def test_a_report_that_is_out_says_when() -> None:
    assert [] == named(changed(changed(REPORT, "category.0", concept(LOINC, "LP29684-5")), "effectiveDateTime", None))


def test_a_document_is_an_advance_directive_by_its_category() -> None:
    document = {
        "resourceType": "DocumentReference",
        "identifier": [{"system": "urn:x", "value": "1"}],
        "status": "current",
        "type": concept(LOINC, "84095-9"),
        "category": [concept(US_CORE_CATEGORY, "clinical-note")],
        "subject": {"reference": "Patient/7"},
        "content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/1"}}],
    }
    directive = changed(document, "category.0", concept(LOINC, "42348-3"))

    assert ["us-core-documentreference"] == named(document, "8.0.0")
    assert {"us-core-documentreference", "us-core-adi-documentreference"} == {*named(directive, "8.0.0")}
    assert [] == named(changed(document, "content.0.attachment.url", None), "8.0.0")
