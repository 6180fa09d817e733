"""DocumentReference. Source: fasten, the-map: captures 2024 to 2026."""

from __future__ import annotations

from mappings.fhir_r4.repair import Standing, Told, with_
from mappings.fhir_r4.shapes import has
from mappings.mapped import Resource

CATEGORIES = "http://open.epic.com/FHIR/StructureDefinition/document-reference-category"
SUMMARY = "summary-document"
US_CORE_CATEGORIES = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
CLINICAL_NOTE = "clinical-note"


def summary_is_a_clinical_note(resource: Resource, standing: Standing, told: Told) -> Resource:
    """A CDA summary has Epic's category summary-document in place of clinical-note, which US Core wants of every
    document of a patient: added before it. A search by clinical-note asks for both. [seen: fasten]"""
    sent = resource.get("category")
    if not isinstance(sent, list) or not has(sent, CATEGORIES, SUMMARY) or has(sent, US_CORE_CATEGORIES, CLINICAL_NOTE):
        return resource
    note = {"coding": [{"system": US_CORE_CATEGORIES, "code": CLINICAL_NOTE, "display": "Clinical Note"}]}
    return with_(resource, category=[note, *sent])
