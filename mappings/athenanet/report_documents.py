"""What the documents of laboratory and imaging results have in common -> FHIR elements."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.attachments import attachments
from mappings.athenanet.codes import CONFIDENTIALITY
from mappings.athenanet.practice import CLINICAL_PROVIDER, Practice
from mappings.athenanet.scalars import as_bool, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Record

UNRELATED = "0"  # where an id stands for none

# [assumed] A stamp of midnight is a day whose hour nobody wrote down.
MIDNIGHT = "T00:00:00"

# [assumed] A result that is tied to an order is filed in the encounter in which the order was given.
RESULT_IS_IN_THE_ORDERS_ENCOUNTER = True


def moment(translation: Translation, zone: ZoneInfo | None, *stamps: Any) -> str | None:
    """The first of these stamps and days that says something; midnight says a day."""
    for stamp in stamps:
        if found := translation.moment(stamp, zone):
            return found.partition("T")[0] if MIDNIGHT in found else found
    return None


def related(value: Any) -> str | None:
    """An id; None where 0 stands for none."""
    key = as_str(value)
    return None if key == UNRELATED else key


def encounter(document: Record, patient: str) -> fhir.Element | None:
    key = related(document.get("encounterid"))
    return fhir.reference("Encounter", ids.local("encounter", patient, key)) if key else None


def based_on(orderid: Any, document: Record, patient: str) -> fhir.Element | None:
    """Reference to the order, None where order or encounter isn't known."""
    order, visit = related(orderid), related(document.get("encounterid"))
    if not (order and visit and RESULT_IS_IN_THE_ORDERS_ENCOUNTER):
        return None
    return fhir.reference("ServiceRequest", ids.local("order", patient, visit, order))


def facility(document: Record) -> fhir.Element | None:
    """Identifier of the laboratory or imaging centre, by its number in athena's nationwide directory."""
    key = related(document.get("facilityid"))
    return fhir.identifier(CLINICAL_PROVIDER, key)


def identifiers(kind: str, key: str, document: Record, practice: Practice) -> list[fhir.Element | None]:
    """athenaNet's own, and the number that whoever made the result gave it."""
    accession = as_str(document.get("externalaccessionid"))
    return [
        fhir.identifier(practice.system(kind), key),
        fhir.identifier(practice.system("externalaccession"), accession, ("ACSN", "Accession ID")),
    ]


def meta(document: Record, translation: Translation) -> fhir.Element | None:
    """When it was last changed, and whether it is confidential, which it also is where that can't be read."""
    changed = translation.meta(document.get("lastmodifieddatetime")) or {}
    try:
        confidential = bool(as_bool(document.get("isconfidential")))
    except ValueError:
        confidential = True
    label = translation.concept(CONFIDENTIALITY, "R") if confidential else None
    return fhir.element(**changed, security=[label.coding()] if label else None)


def presented_form(
    document: Record, document_class: str, key: str, title: str | None, patient: str, translation: Translation
) -> list[fhir.Element]:
    """The files of a document, each under the very address that its DocumentReference has for it: one file, one Binary.

    US Core asks for that: https://hl7.org/fhir/us/core/STU6.1/clinical-notes.html#diagnosticreport. ValueError as
    `attachments.files`.
    """
    return attachments(
        document,
        ids.local("document", patient, document_class, key),
        title,
        translation.date(document.get("documentdate")),
    )
