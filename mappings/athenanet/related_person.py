"""athenaNet patient -> US Core RelatedPerson: the people that a patient's record names.

Source  GET /v1/{practiceid}/patients/{patientid}
Shape   flat keys of the patient object: contact*, nextkin*, guardian* and guarantor*
Units   none
Times   guarantordob "MM/DD/YYYY"
Target  US Core 6.1.0 RelatedPerson, one for each of the four that the record names; the same human may be several.
        Patient.contact has the first three, too. A guarantor who is the patient is nobody else.
Skips   guarantorssn, guarantor's employer
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.codes_people import GUARANTOR, RELATIONSHIP_WORDS, ROLE_CLASS, SELF
from mappings.athenanet.contacts import address, contact_point, said
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_bool, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

ACTIVE = True  # [assumed]: a name stays in the record until somebody takes it out

_PAYER = "guarantor"


def related_person(record: Record, role: str, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """The RelatedPerson in one of ROLES, none where the record names none. `patient` is the patientid."""
    translation = Translation(practice)
    described = ROLES[role](record, translation)
    if described is None:
        return ()
    resource = fhir.resource(
        "RelatedPerson",
        id=ids.local("related", patient, role),
        active=ACTIVE,
        patient=fhir.reference("Patient", ids.local("", patient)),
        **described,
    )
    return (translation.mapped(resource, practice.origin()),)


Elements = Mapping[str, Any]
"""Elements of the RelatedPerson."""


def _contact(record: Record, translation: Translation) -> Elements | None:
    telecom = [
        contact_point("phone", record.get("contacthomephone"), "home"),
        contact_point("phone", record.get("contactmobilephone"), "mobile"),
    ]
    role = fhir.coding(codes.CONTACT_ROLE, "C", "Emergency Contact")
    return _named(record.get("contactname"), record.get("contactrelationship"), role, telecom, translation)


def _next_of_kin(record: Record, translation: Translation) -> Elements | None:
    telecom = [contact_point("phone", record.get("nextkinphone"))]
    role = fhir.coding(codes.CONTACT_ROLE, "N", "Next-of-Kin")
    return _named(record.get("nextkinname"), record.get("nextkinrelationship"), role, telecom, translation)


def _named(
    name: Any,
    relationship: Any,
    role: fhir.Element | None,
    telecom: list[fhir.Element | None],
    translation: Translation,
) -> Elements | None:
    words, kind = said(name), said(relationship)
    if words is None and not any(telecom):
        return None
    return {
        "relationship": [fhir.codeable(role), translation.codeable(codes.RELATIONSHIP, kind)],
        "name": [fhir.element(text=words)],
        "telecom": telecom,
    }


def _guardian(record: Record, translation: Translation) -> Elements | None:
    name = _name(record, "guardian")
    if name is None:
        return None
    return {"relationship": [fhir.codeable(fhir.coding(codes.ROLE_CODE, "GUARD", "guardian"))], "name": [name]}


def _guarantor(record: Record, translation: Translation) -> Elements | None:
    relationship = as_str(record.get("guarantorrelationshiptopatient"))
    name = _name(record, _PAYER)
    if relationship == SELF or name is None or (relationship is None and _is_patient(record)):
        return None
    payer = {key.removeprefix(_PAYER): value for key, value in record.items() if key.startswith(_PAYER)}
    words = RELATIONSHIP_WORDS.get(relationship or "")
    return {
        "relationship": [
            fhir.codeable(fhir.coding(ROLE_CLASS, "GUAR", "guarantor")),
            fhir.codeable(text=words) if words else _kinship(relationship, translation),
        ],
        "name": [name],
        "telecom": [contact_point("phone", payer.get("phone")), contact_point("email", payer.get("email"))],
        "birthDate": translation.date(payer.get("dob")),
        "address": [address(record if _lives_there(payer) else payer, second_line="address2", use="home")],
    }


def _kinship(relationship: str | None, translation: Translation) -> fhir.Element | None:
    """A known id says nothing to a reader: the concept's own words do."""
    concept = translation.concept(GUARANTOR, relationship)
    return concept.codeable(concept.display) if concept else fhir.codeable(text=relationship)


def _lives_there(payer: Record) -> bool:
    return bool(as_bool(payer.get("addresssameaspatient")))


def _is_patient(record: Record) -> bool:
    """Where nobody said who the guarantor is, the same name is the same person."""
    own = (as_str(record.get("firstname")), as_str(record.get("lastname")))
    return own == (as_str(record.get("guarantorfirstname")), as_str(record.get("guarantorlastname")))


def _name(record: Record, who: str) -> fhir.Element | None:
    return fhir.element(
        family=said(record.get(f"{who}lastname")),
        given=[said(record.get(f"{who}firstname")), said(record.get(f"{who}middlename"))],
        suffix=[said(record.get(f"{who}suffix"))],
    )


ROLES: Mapping[str, Callable[[Record, Translation], Elements | None]] = {
    "contact": _contact,
    "nextkin": _next_of_kin,
    "guardian": _guardian,
    "guarantor": _guarantor,
}
"""By the last key of a RelatedPerson's id."""
