"""athenaNet diagnosis of an encounter -> US Core Condition Encounter Diagnosis.

Source  GET /v1/{practiceid}/chart/{patientid}/encounters?departmentid&showdiagnoses=true
Shape   an encounter object with diagnoses[]{diagnosisid, snomedcode, description, ranking, laterality, note,
        icdcodes[]{code, codeset, description}}; snomedcode 0 stands for none, icdcodes may be empty
Units   none
Times   encounterdate, a date; a diagnosis has none of its own
Target  US Core 6.1.0 Condition, category encounter-diagnosis. It is asserted and recorded on the encounter's day. It is
        active while the encounter is open; afterwards nothing says, so no clinical status does either. Diagnoses of a
        deleted encounter were entered in error.
Skips   ranking (Encounter.diagnosis.rank), diagnosiscode (the ICD code without its dot)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.condition import CATEGORY, CLINICAL_STATUS, VERIFICATION_STATUS
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_int, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

ENCOUNTER_DIAGNOSIS = "encounter-diagnosis"
ASSERTED_DATE = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"

VERIFICATION = ("confirmed", "Confirmed")  # [assumed]: athenaNet does not say; a clinician put it into the visit
WRONG = ("entered-in-error", "Entered in Error")


def listed(encounters: list[Any]) -> Iterator[tuple[Record, Record]]:
    """(encounter, diagnosis) for each diagnosis of `encounters`; what is no object, or an encounter without its id, is
    left to `diagnosis` to refuse."""
    for encounter in encounters:
        if not isinstance(encounter, dict) or not encounter.get("encounterid"):
            yield {}, {}
            continue
        for one in as_list(encounter.get("diagnoses")):
            yield encounter, one


def diagnosis(encounter: Record, record: Record, *, patient: str, practice: Practice) -> Mapped:
    """One diagnosis of an encounter; `patient` is the patientid. ValueError without an encounterid or diagnosisid."""
    translation = Translation(practice)
    encounterid, diagnosisid = as_id(encounter.get("encounterid")), as_id(as_record(record).get("diagnosisid"))
    day = translation.date(encounter.get("encounterdate"))
    status = translation.concept(codes.ENCOUNTER_STATUS, encounter.get("status"))
    state = status.code if status else None
    verified = WRONG if state == "entered-in-error" else VERIFICATION
    words = as_str(record.get("note"))
    resource = fhir.resource(
        "Condition",
        id=ids.local("diagnosis", patient, encounterid, diagnosisid),
        extension=[fhir.extension(ASSERTED_DATE, valueDateTime=day)] if day else [],
        clinicalStatus=_active() if state == "in-progress" else None,
        verificationStatus=fhir.codeable(fhir.coding(VERIFICATION_STATUS, *verified)),
        category=[fhir.codeable(fhir.coding(CATEGORY, ENCOUNTER_DIAGNOSIS, "Encounter Diagnosis"))],
        code=code(record, translation) or fhir.absent_code(),
        bodySite=[translation.codeable(codes.LATERALITY, record.get("laterality"))],
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=fhir.reference("Encounter", ids.local("encounter", patient, encounterid)),
        recordedDate=day,
        note=[fhir.element(text=words)],
    )
    recorded = translation.moment(encounter.get("lastupdated"), AUDIT_ZONE)
    origin = practice.origin(encounter.get("closeduser"), recorded, encounter.get("providerid"))
    return translation.mapped(resource, origin)


def code(record: Record, translation: Translation) -> fhir.Element | None:
    """All codes of a diagnosis in one concept, None where it has neither a code nor a description."""
    snomed = as_str(record.get("snomedcode"))
    words = as_str(record.get("description"))
    icd = [_icd(as_record(one), translation) for one in as_list(record.get("icdcodes"))]
    first = fhir.coding(fhir.SNOMED, snomed, words) if snomed and snomed != "0" else None
    return fhir.codeable(first, *icd, text=words)


def rank(record: Record) -> int | None:
    """The ranking, from 1; None where there is none that can be read."""
    try:
        ranking = as_int(record.get("ranking"))
    except ValueError:
        return None
    return ranking if ranking and 0 < ranking < 2**31 else None


def _icd(record: Record, translation: Translation) -> fhir.Element | None:
    value = as_str(record.get("code"))
    if value is None:
        return None
    return fhir.coding(translation.code_system(record.get("codeset")), value, as_str(record.get("description")))


def _active() -> fhir.Element | None:
    return fhir.codeable(fhir.coding(CLINICAL_STATUS, "active", "Active"))
