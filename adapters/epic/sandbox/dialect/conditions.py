"""Condition and AllergyIntolerance. Source: Epic conditions and allergies, captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zlib import crc32

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, codes, coding, concept

CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
NOT_ON_FILE = coding(oids.SNOMED, "1631000175102", "Patient not asked")
_VERSION = "4.0.0"
_UNSEEN = ("extension", "abatementDateTime", "abatementString", "abatementPeriod")
_STATUSES = ("clinicalStatus", "verificationStatus")
_UNII = {"70618": "Q42T66VG0C", "5640": "WK2XYI10QM", "1191": "R16CO5Y76E", "2670": "UX6OWY2V7J", "29046": "E7199S1YWR"}


def condition(resource: Resource, writing: Writing) -> Iterator[Resource]:
    kinds = [one["code"] for each in resource["category"] for one in each.get("coding", ())]
    if "health-concern" in kinds:
        return  # nobody of the captures has any
    made = {key: value for key, value in resource.items() if key not in _UNSEEN}
    made["code"] = _code(resource["code"], writing)
    if "recordedDate" in made:
        made["recordedDate"] = made["recordedDate"][:10]
    if "encounter-diagnosis" in kinds:
        for status in _STATUSES:
            made.pop(status, None)
        visit = coding(f"{oids.OPEN_EPIC}/condition-category", "visit-diagnosis", "Visit Diagnosis")
        made["category"] = [*resource["category"], concept(visit, text="Visit Diagnosis")]
    yield _versioned(made)


def allergy(resource: Resource, writing: Writing) -> Iterator[Resource]:
    made = {**resource, "code": _allergen(resource["code"], writing)}
    if "reaction" in made:
        made["reaction"] = [_reaction(one, writing) for one in made["reaction"]]
    if "reaction" in resource and writing.odd("unreconciled allergy", 5):
        made["verificationStatus"] = concept(coding(VERIFICATION, "unconfirmed", "Unconfirmed"), text="Unconfirmed")
    yield _versioned(made)


def not_on_file(made: Sequence[Resource], writing: Writing) -> Iterator[Resource]:
    """Nothing on file is a resource too."""
    types = {one["resourceType"] for one in made}
    if "Patient" not in types or "AllergyIntolerance" in types or writing.person.merged_into is not None:
        return
    yield _versioned(
        {
            "resourceType": "AllergyIntolerance",
            "id": f"allergy-{writing.number}-none",
            "clinicalStatus": concept(coding(CLINICAL, "active", "Active"), text="Active"),
            "verificationStatus": concept(coding(VERIFICATION, "unconfirmed", "Unconfirmed"), text="Unconfirmed"),
            "code": concept(NOT_ON_FILE, text="Not on File"),
            "patient": {"reference": f"Patient/{writing.number}"},
        }
    )


def _versioned(made: Resource) -> Resource:
    for status in _STATUSES:
        if status in made:
            made[status] = {
                **made[status],
                "coding": [{**one, "version": _VERSION} for one in made[status].get("coding", ())],
            }
    return made


def _code(element: Element, writing: Writing) -> Element:
    text = element.get("text", "")
    found = [dict(one) for one in element.get("coding", ())]
    if codes(element, oids.SNOMED) and writing.odd("SNOMED under an OID", 3):
        found = [one | {"system": oids.SNOMED_OID} if one["system"] == oids.SNOMED else one for one in found]
    if codes(element, oids.ICD10) and writing.odd("ICD-10 under an OID"):
        found = [one | {"system": oids.ICD10_OID} if one["system"] == oids.ICD10 else one for one in found]
    imo = coding(oids.IMO_OID, str(crc32(text.encode()) % 10_000_000), text)
    return concept(imo, *found, text=text)


def _allergen(element: Element, writing: Writing) -> Element:
    text = element.get("text", "")
    found = [dict(one) for one in element.get("coding", ())]
    if any(one["system"] == oids.SNOMED for one in found):
        return {**element, "coding": found}
    drug = next((one["code"] for one in found if one["system"] == oids.RXNORM), None)
    if drug in _UNII and writing.odd("UNII under an OID", 2):
        found.append(coding(oids.UNII_OID, _UNII[drug], text.upper()))
    return concept(coding(oids.ALLERGEN, str(crc32(text.encode()) % 100_000), text.upper()), *found, text=text)


def _reaction(one: Element, writing: Writing) -> Element:
    def shown(manifestation: Element) -> Element:
        text = manifestation.get("text", "")
        if text and writing.odd("impossible SNOMED code", 3):
            return concept(coding(oids.SNOMED, text, text), text=text)
        return manifestation

    return {**one, "manifestation": [shown(each) for each in one["manifestation"]]}
