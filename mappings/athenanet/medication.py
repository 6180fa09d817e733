"""athenaNet medication entry with a drug of the formulary -> US Core Medication.

Source  GET /v1/{practiceid}/chart/{patientid}/medications?departmentid&showrxnorm=true&showndc=true
Shape   one entry of the inner arrays: medicationid, medication, rxnorm[], ndcoptions[], billingndc,
        clinicalordertypeid, fdbmedicationid
Units   none: the strength is part of the name
Times   none
Target  US Core 6.1.0 Medication. RxNorm first (branded and generic concepts in one list, none of them marked: the order
        is not defined), then NDC, then athenaNet's and FDB's own numbers. [assumed] one formulary for all practices,
        and NDCs as plain digits
Skips   therapeuticclass, organclass, fdbgenericmedicationnameid
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_list, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC = "http://hl7.org/fhir/sid/ndc"

LOCAL_SYSTEMS = {  # key of an entry -> system of its numbers
    "medicationid": "urn:athenahealth:athenanet:medicationid",
    "clinicalordertypeid": "urn:athenahealth:athenanet:clinicalordertypeid",
    "fdbmedicationid": "urn:athenahealth:athenanet:fdbmedicationid",
}


def medication(record: Record, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """`patient` is the patientid. Empty for an entry in words only; ValueError without a medicationentryid."""
    reference = drug_id(record, patient)
    if reference is None:
        return ()
    resource = fhir.resource("Medication", id=reference, code=drug_code(record), status="active")
    return (Translation(practice).mapped(resource, practice.origin()),)


def drug_id(record: Record, patient: str) -> str | None:
    """Local id of the entry's Medication; None for an entry without a drug of the formulary."""
    entry = as_id(record.get("medicationentryid"))
    return ids.local("drug", patient, entry) if _number(record.get("medicationid")) else None


def drug_code(record: Record) -> fhir.Element:
    """The entry's drug with all its codes; absent with a reason where nothing names it."""
    name = as_str(record.get("medication"))
    return fhir.codeable(*_codings(record, name), text=name) or fhir.absent_code()


def _codings(record: Record, name: str | None) -> Iterator[fhir.Element | None]:
    for code in dict.fromkeys(map(as_str, as_list(record.get("rxnorm")))):
        yield fhir.coding(RXNORM, code) if code else None
    packages = [*as_list(record.get("ndcoptions")), record.get("billingndc")]
    for code in dict.fromkeys(map(as_str, packages)):
        yield fhir.coding(NDC, code) if code else None
    for key, system in LOCAL_SYSTEMS.items():
        if number := _number(record.get(key)):
            yield fhir.coding(system, number, name if key == "medicationid" else None)


def _number(value: object) -> str | None:
    """An id, where 0 stands for none."""
    text = as_str(value)
    return text if text != "0" else None
