"""athenaNet patient -> US Core Patient.

Source  GET /v1/{practiceid}/patients/{patientid}, GET /v1/{practiceid}/patients, .../patients/enhancedbestmatch
Shape   one patient object, flat; `race` a list; `previouspatientids` a list where showpreviouspatientids was asked
Units   none
Times   dob, deceaseddate "MM/DD/YYYY", without a zone; partial dates stay partial
Target  Patient of the US Core edition that the tenant serves; contacts as Patient.contact. A patient that others were
        merged into comes with one inactive Patient for each of the others, linked both ways, so that an old id can
        still be read.
Skips   insurance, balances, guarantor, employer, photo, custom fields, portal and consent flags, pronouns (no element
        in US Core 6.1.0), sexual orientation and occupation (Observations), localpatientid, masked SSN,
        registration and appointment dates, lastemail
"""

from __future__ import annotations

import re
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.contacts import address, contact_point, said
from mappings.athenanet.languages import LANGUAGES
from mappings.athenanet.practice import Practice
from mappings.athenanet.race_ethnicity import US_CORE, ethnicity, race
from mappings.athenanet.scalars import as_id, as_list, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept
from mappings.mapped import Mapped, Record

US_SSN = "http://hl7.org/fhir/sid/us-ssn"

PATIENT_STATUS = "urn:athenahealth:athenanet:patientstatus"  # one list for all practices
PROSPECTIVE = "prospective"

_SSN = re.compile(r"[0-9]{9}|[0-9]{3}-[0-9]{2}-[0-9]{4}", re.ASCII)


def patients(record: Record, practice: Practice) -> tuple[Mapped, ...]:
    """The patient, then one for each id that was merged into it. ValueError without a patientid."""
    survivor = as_id(record.get("patientid"))
    merged = _merged(record, survivor)
    links = [_link("replaces", old) for old in merged]
    mapped = [_patient(record, practice, survivor, [*_identifiers(record, practice, survivor)], links)]
    for old in merged:
        former = medical_record_number(practice, old, use="old")
        mapped.append(_patient(record, practice, old, [former], [_link("replaced-by", survivor)], replaced=True))
    return tuple(mapped)


def _patient(
    record: Record,
    practice: Practice,
    patientid: str,
    identifiers: list[fhir.Element | None],
    links: list[fhir.Element | None],
    *,
    replaced: bool = False,
) -> Mapped:
    translation = Translation(practice)
    status = translation.concept(codes.PATIENT_ACTIVE, record.get("status"))
    restricted = translation.concept(codes.CONFIDENTIALITY, record.get("confidentialitycode"))
    married, words = record.get("maritalstatus"), record.get("maritalstatusname")
    provider = practice.practitioner(record.get("primaryproviderid"))
    resource = fhir.resource(
        "Patient",
        id=ids.local("", patientid),
        meta=fhir.element(security=[restricted.coding() if restricted else None], tag=[_prospective(record)]),
        extension=_extensions(record, translation),
        identifier=identifiers,
        active=False if replaced else status.code == "true" if status else None,
        name=_names(record),
        telecom=_telecom(record),
        gender=_gender(record, translation),
        birthDate=translation.date(record.get("dob")),
        deceasedDateTime=translation.date(record.get("deceaseddate")),
        address=[address(record, second_line="address2", use="home")],
        maritalStatus=translation.codeable(codes.MARITAL, married, words, letters=True),
        contact=_contacts(record, translation),
        communication=[_communication(record, translation)],
        generalPractitioner=[fhir.reference("Practitioner", provider)],
        managingOrganization={"reference": practice.organization},
        link=links,
    )
    return translation.mapped(resource, practice.origin())


def _prospective(record: Record) -> fhir.Element | None:
    """Who has been registered and not seen yet is active, and is told from those who have been by this tag."""
    status = (as_str(record.get("status")) or "").casefold()
    return fhir.coding(PATIENT_STATUS, PROSPECTIVE, "Prospective patient") if status in (PROSPECTIVE, "p") else None


def _merged(record: Record, survivor: str) -> list[str]:
    """`previouspatientids`: a list of ids, or one text with commas between them."""
    found = [as_str(value) for value in as_list(record.get("previouspatientids"))]
    split = [one.strip() for value in found if value for one in value.split(",")]
    return [old for old in dict.fromkeys(split) if old and old != survivor]


def _link(type_: str, patientid: str) -> fhir.Element | None:
    return fhir.element(other=fhir.reference("Patient", ids.local("", patientid)), type=type_)


def _identifiers(record: Record, practice: Practice, patientid: str) -> list[fhir.Element | None]:
    ssn = as_str(record.get("ssn"))
    whole = ssn.replace("-", "") if ssn and _SSN.fullmatch(ssn) else None
    return [medical_record_number(practice, patientid), social_security_number(whole)]


def medical_record_number(practice: Practice, patientid: str, use: str | None = None) -> fhir.Element | None:
    """The Identifier of a patientid."""
    return fhir.identifier(practice.system("patient"), patientid, ("MR", "Medical record number"), use=use)


def social_security_number(number: str | None) -> fhir.Element | None:
    """The Identifier of nine digits; None without them."""
    return fhir.identifier(US_SSN, number, ("SS", "Social Security number"))


def _names(record: Record) -> list[fhir.Element | None]:
    """us-core-6: a name without family and given is a reason for its absence, and nothing else."""
    family = as_str(record.get("lastname"))
    given = [as_str(record.get("firstname")), as_str(record.get("middlename"))]
    official = (
        fhir.element(use="official", family=family, given=given, suffix=[as_str(record.get("suffix"))])
        if family or any(given)
        else fhir.absent()
    )
    used, nickname = as_str(record.get("altfirstname")), as_str(record.get("preferredname"))
    return [
        official,
        fhir.element(use="usual", family=family, given=[used]) if used else None,
        fhir.element(use="nickname", given=[nickname]) if nickname else None,
    ]


_TELECOM = (  # key, contactpreference that names it, system, use
    ("homephone", "HOMEPHONE", "phone", "home"),
    ("mobilephone", "MOBILEPHONE", "phone", "mobile"),
    ("workphone", "WORKPHONE", "phone", "work"),
    ("email", "EMAIL", "email", None),
)


def _telecom(record: Record) -> list[fhir.Element | None]:
    preferred = (as_str(record.get("contactpreference")) or "").upper()
    return [
        contact_point(system, record.get(key), use, rank=1 if name == preferred else None)
        for key, name, system, use in _TELECOM
    ]


def _gender(record: Record, translation: Translation) -> str:
    found = translation.concept(codes.GENDER, record.get("sex"))
    return found.code if found else "unknown"


def _extensions(record: Record, translation: Translation) -> list[fhir.Element | None]:
    sex = as_str(record.get("sex"))
    administrative = codes.SEX.look_up(sex, translation.practice.overrides) if sex else None
    return [
        race(record, translation),
        ethnicity(record, translation),
        _birth_sex(record, translation),
        _sex(administrative, translation.practice) if isinstance(administrative, Concept) else None,
        *(_gender_identity(one, record, translation) for one in as_list(record.get("genderidentity"))),
    ]


def _sex(concept: Concept, practice: Practice) -> fhir.Element:
    """A Coding since US Core 8.0.0, a code before."""
    value = {"valueCoding": concept.coding()} if practice.serves("8.0.0") else {"valueCode": concept.code}
    return fhir.extension(US_CORE + "us-core-sex", **value)


def _birth_sex(record: Record, translation: Translation) -> fhir.Element | None:
    """Administrative sex never passes for birth sex, unless the practice says that it is."""
    source: Any = as_str(record.get("assignedsexatbirth"))
    if source is None and translation.practice.birth_sex_from_sex:
        source = as_str(record.get("sex"))
    if source is None:
        return None
    found = translation.concept(codes.BIRTH_SEX, source)
    return fhir.extension(US_CORE + "us-core-birthsex", valueCode=found.code if found else "UNK")


def _gender_identity(value: Any, record: Record, translation: Translation) -> fhir.Element | None:
    if as_str(value) is None:
        return None
    identity = translation.codeable(codes.GENDER_IDENTITY, value, _other_identity(value, record))
    return fhir.extension(US_CORE + "us-core-genderIdentity", valueCodeableConcept=identity)


def _other_identity(value: Any, record: Record) -> str | None:
    """The patient's own words, which stand beside the choice "other"."""
    found = codes.GENDER_IDENTITY.look_up(as_str(value) or "")
    other = as_str(record.get("genderidentityother"))
    return other if isinstance(found, Concept) and found.code == "OTH" else None


def _communication(record: Record, translation: Translation) -> fhir.Element | None:
    code = said(record.get("language6392code"))
    language = translation.concept(LANGUAGES, code)
    if code is None:
        return None
    words = (language.display or code) if language else code
    spoken = language.codeable(words) if language else fhir.codeable(text=words)
    return fhir.element(language=spoken, preferred=True)


def _contacts(record: Record, translation: Translation) -> list[fhir.Element | None]:
    emergency = [
        contact_point("phone", record.get("contacthomephone"), "home"),
        contact_point("phone", record.get("contactmobilephone"), "mobile"),
    ]
    kin = [contact_point("phone", record.get("nextkinphone"))]
    guardian = fhir.element(
        family=as_str(record.get("guardianlastname")),
        given=[as_str(record.get("guardianfirstname")), as_str(record.get("guardianmiddlename"))],
        suffix=[as_str(record.get("guardiansuffix"))],
    )
    return [
        _contact("C", "Emergency Contact", record, "contactname", "contactrelationship", emergency, translation),
        _contact("N", "Next-of-Kin", record, "nextkinname", "nextkinrelationship", kin, translation),
        fhir.element(relationship=[_role("GUARD", "guardian")], name=guardian) if guardian else None,
    ]


def _contact(
    role: str,
    display: str,
    record: Record,
    name_key: str,
    relationship_key: str,
    telecom: list[fhir.Element | None],
    translation: Translation,
) -> fhir.Element | None:
    """pat-1: a contact without a name or a number is none."""
    name = said(record.get(name_key))
    relationship = said(record.get(relationship_key))
    if not name and not any(telecom):
        return None
    kinds = [fhir.codeable(fhir.coding(codes.CONTACT_ROLE, role, display))]
    if relationship:
        kinds.append(translation.codeable(codes.RELATIONSHIP, relationship))
    return fhir.element(relationship=kinds, name=fhir.element(text=name), telecom=telecom)


def _role(code: str, display: str) -> fhir.Element | None:
    return fhir.codeable(fhir.coding(codes.ROLE_CODE, code, display))
