"""athenaNet's classes and subclasses of documents -> FHIR codes, one table each.

Classes, subclasses and statuses: docs.athenahealth.com, "Management of Class-Specific Documents" and the documents
endpoints. Note types: http://hl7.org/fhir/us/core/clinical-notes.html; displays are LOINC's.
"""

from __future__ import annotations

from dataclasses import dataclass

from mappings.concept_map import Concept, ConceptMap, codes
from mappings.fhir import LOINC, NULL_FLAVOR

DOCUMENT_REFERENCE = "DocumentReference"

DOCUMENT_CLASS = "urn:athenahealth:athenanet:documentclass"  # classes and subclasses, one list for all practices
CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
TYPES = "http://hl7.org/fhir/us/core/ValueSet/us-core-documentreference-type"  # type's required binding
CLINICAL_NOTE = Concept("clinical-note", CATEGORY, "Clinical Note")


@dataclass(frozen=True, slots=True)
class DocumentClass:
    """`display` for people; `note` whether what is in it is written about the patient's care by those who give it;
    `served` the FHIR type that its records are given as."""

    display: str
    note: bool = False
    served: str = DOCUMENT_REFERENCE


# documentclass. One that is missing here is served as a document, and noted.
CLASSES: dict[str, DocumentClass] = {
    "ADMIN": DocumentClass("Administrative"),
    "CLINICALDOCUMENT": DocumentClass("Clinical document", note=True),
    "ENCOUNTERDOCUMENT": DocumentClass("Encounter document", note=True),
    "IMAGINGRESULT": DocumentClass("Imaging result", note=True),
    "LABRESULT": DocumentClass("Lab result", note=True),
    "LETTER": DocumentClass("Letter"),
    "MEDICALRECORD": DocumentClass("Medical record"),
    "OFFICENOTE": DocumentClass("Office note"),
    "PATIENTCASE": DocumentClass("Patient case"),
    "PHONEMESSAGE": DocumentClass("Phone message"),
    "PHYSICIANAUTH": DocumentClass("Physician authorization"),
    "SURGICALRESULT": DocumentClass("Surgical result"),
    # what is a request or a prescription is served as such
    "CORRECTIVELENS": DocumentClass("Corrective lens prescription", served="ServiceRequest"),
    "DME": DocumentClass("Durable medical equipment", served="ServiceRequest"),
    "ORDER": DocumentClass("Order", served="ServiceRequest"),
    "PRESCRIPTION": DocumentClass("Prescription", served="MedicationRequest"),
    "REFERRAL": DocumentClass("Referral", served="ServiceRequest"),
    "SURGERY": DocumentClass("Surgery", served="ServiceRequest"),
    "VACCINE": DocumentClass("Vaccine", served="Immunization"),
    # a wish of the patient's, which the office makes an appointment of
    "APPOINTMENTREQUEST": DocumentClass("Appointment request", served="Appointment"),
    # a leaflet that was handed out is an entry of the visit's orders, its text is no record of the patient
    "PATIENTINFO": DocumentClass("Patient information", served="ServiceRequest"),
}

UNKNOWN = Concept("UNK", NULL_FLAVOR, "unknown")  # the value set's own code for a document without a LOINC type
_PROGRESS_NOTE = Concept("11506-3", LOINC, "Progress note")

SUMMARY = Concept("34133-9", LOINC, "Summary of episode note")  # what a C-CDA CCD is
VISIT_NOTE = _PROGRESS_NOTE

TYPE = ConceptMap(  # documentsubclass, or documentclass where that has no subclasses
    "athenanet-documenttype",
    {
        "CLINICALDOCUMENT": UNKNOWN,
        "CLINICALDOCUMENT_ADMISSIONDISCHARGE": Concept("34109-9", LOINC, "Note"),  # either; see ADMISSION_OR_DISCHARGE
        "CLINICALDOCUMENT_CONSULTNOTE": Concept("11488-4", LOINC, "Consult note"),
        "CLINICALDOCUMENT_MENTALHEALTH": _PROGRESS_NOTE,
        "CLINICALDOCUMENT_OPERATIVENOTE": Concept("11504-8", LOINC, "Surgical operation note"),
        "CLINICALDOCUMENT_URGENTCARE": _PROGRESS_NOTE,
        "ENCOUNTERDOCUMENT": UNKNOWN,
        "ENCOUNTERDOCUMENT_IMAGEDOC": UNKNOWN,
        "ENCOUNTERDOCUMENT_PATIENTHISTORY": Concept("34117-2", LOINC, "History and physical note"),
        "ENCOUNTERDOCUMENT_PROCEDUREDOC": Concept("28570-0", LOINC, "Procedure note"),
        "ENCOUNTERDOCUMENT_PROGRESSNOTE": _PROGRESS_NOTE,
        "IMAGINGRESULT": Concept("18748-4", LOINC, "Diagnostic imaging study"),
        "LABRESULT": Concept("11502-2", LOINC, "Laboratory report"),
        # no single LOINC type fits these; a practice knows what it files there
        **dict.fromkeys(
            (
                "ADMIN",
                "ADMIN_BILLING",
                "ADMIN_CONSENT",
                "ADMIN_HIPAA",
                "ADMIN_INSURANCEAPPROVAL",
                "ADMIN_INSURANCECARD",
                "ADMIN_INSURANCEDENIAL",
                "ADMIN_LEGAL",
                "ADMIN_MEDICALRECORDREQ",
                "ADMIN_MUDUNNINGLETTER",
                "ADMIN_REFERRAL",
                "ADMIN_SIGNEDFORMSLETTERS",
                "ADMIN_VACCINATIONRECORD",
                "LETTER",
                "MEDICALRECORD",
                "MEDICALRECORD_HISTORICAL",
                "OFFICENOTE",
                "PATIENTCASE",
                "PATIENTCASE_ADMINISTRATIVE",
                "PATIENTCASE_BILLING",
                "PATIENTCASE_CLINICALQUESTION",
                "PATIENTCASE_ELECTRONICMEDICALRECORDS",
                "PATIENTCASE_MEDICALRECORDS",
                "PATIENTCASE_MEDICATION",
                "PATIENTCASE_NEWRX",
                "PATIENTCASE_OTHER",
                "PATIENTCASE_PATIENTCASE",
                "PATIENTCASE_PATIENTNOSHOW",
                "PATIENTCASE_REFERRAL",
                "PATIENTCASE_REFILL",
                "PHONEMESSAGE",
                "PHYSICIANAUTH",
                "SURGICALRESULT",
            ),
            UNKNOWN,
        ),
    },
    value_set=TYPES,
)

ADMISSION = "CLINICALDOCUMENT_ADMISSIONDISCHARGE"
ADMISSION_OR_DISCHARGE = ConceptMap(  # the whole description of such a document, where that says which of both it is
    "athenanet-admissiondischarge",
    {
        "Discharge summary": Concept("18842-5", LOINC, "Discharge summary"),
        "Discharge note": Concept("18842-5", LOINC, "Discharge summary"),
        "History and physical": Concept("34117-2", LOINC, "History and physical note"),
        "Admission history and physical": Concept("34117-2", LOINC, "History and physical note"),
    },
    value_set=TYPES,
    free_text=True,
)

DOCUMENT_TYPE_ID = ConceptMap(  # documenttypeid: a practice's own list, so the rows are its own, too
    "athenanet-documenttypeid", {}, systems=(LOINC, NULL_FLAVOR), value_set=TYPES
)

DOC_STATUS = codes(  # status -> composition-status; the other ones say where a document is in the office's work
    "athenanet-documentstatus",
    {
        "CLOSED": "final",
        "DATAENTRY": "preliminary",
        "REVIEW": "preliminary",
    },
    value_set="http://hl7.org/fhir/ValueSet/composition-status",
)
WORKFLOW = frozenset(
    "ADMINISTER DELETED DISPENSE FOLLOWUP HOLD NOTIFY PEND PENDING PENDINGLABEL PERFORM SCHEDULE SCHEDULED SUBMIT "
    "SUBMITTED".split()
)
DELETED = "DELETED"

CONTENT_TYPE = codes(  # contenttype of a page or an original where it is no MIME type, attachmenttype, fileextension
    "athenanet-contenttype",
    {
        "BMP": "image/bmp",
        "GIF": "image/gif",
        "HTM": "text/html",
        "HTML": "text/html",
        "JPEG": "image/jpeg",
        "JPG": "image/jpeg",
        "PDF": "application/pdf",
        "PNG": "image/png",
        "RTF": "application/rtf",
        "TIF": "image/tiff",
        "TIFF": "image/tiff",
        "TXT": "text/plain",
        "XML": "application/xml",
    },
)
