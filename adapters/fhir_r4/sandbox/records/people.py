"""Patient and RelatedPerson: who somebody is, and the people that the registration names.

Race and ethnicity: CDC's codes with OMB's categories; languages: ISO 639-2/T -> BCP 47 (RFC 5646).
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    CONTACT_ROLE,
    NULL_FLAVOR,
    ROLE_CODE,
    SNOMED,
    SYSTEMS,
    TERMINOLOGY,
    US_CORE,
    Element,
    address,
    coding,
    concept,
    element,
    human_name,
    identifier,
    listed,
    moment,
    phone,
    reference,
    resource,
)
from adapters.population.facts import Coded, Contact, Person, Preferences
from adapters.population.family import Guarantor, guarantor

_OMB_RACE = {
    "1002-5": "American Indian or Alaska Native",
    "2028-9": "Asian",
    "2054-5": "Black or African American",
    "2076-8": "Native Hawaiian or Other Pacific Islander",
    "2106-3": "White",
}
_RACE_OF = {"2058-6": "2054-5", "2029-7": "2028-9", "2034-7": "2028-9", "2079-2": "2076-8", "2118-8": "2106-3"}
_OMB_ETHNICITY = {"2135-2": "Hispanic or Latino", "2186-5": "Not Hispanic or Latino"}
_ETHNICITY_OF = {"2148-5": "2135-2", "2180-8": "2135-2"}
_SEX = {"female": ("248152002", "F"), "male": ("248153007", "M")}  # SNOMED of us-core-sex, code of us-core-birthsex
_GENDER_IDENTITIES = {
    "woman": (SNOMED, "446141000124107", "Identifies as female gender"),
    "man": (SNOMED, "446151000124109", "Identifies as male gender"),
    "transgender woman": (SNOMED, "407376001", "Male-to-female transsexual"),
    "other": (NULL_FLAVOR, "OTH", "other"),
    "undisclosed": (NULL_FLAVOR, "ASKU", "asked but unknown"),
}
_PRONOUNS = {"she/her": "LA29519-8", "they/them": "LA29520-6"}  # answers of LOINC 90778-2
_MARITAL = {
    "single": ("v3-MaritalStatus", "S", "Never Married"),
    "married": ("v3-MaritalStatus", "M", "Married"),
    "divorced": ("v3-MaritalStatus", "D", "Divorced"),
    "widowed": ("v3-MaritalStatus", "W", "Widowed"),
    "separated": ("v3-MaritalStatus", "L", "Legally Separated"),
    "partner": ("v3-MaritalStatus", "T", "Domestic partner"),
    "unknown": ("v3-NullFlavor", "UNK", "unknown"),
}
_LANGUAGES = {
    "eng": ("en", "English"),
    "spa": ("es", "Spanish"),
    "zho": ("zh", "Chinese"),
    "vie": ("vi", "Vietnamese"),
    "hin": ("hi", "Hindi"),
    "ara": ("ar", "Arabic"),
    "fra": ("fr", "French"),
    "por": ("pt", "Portuguese"),
    "kor": ("ko", "Korean"),
    "und": ("und", "Undetermined"),
}
_RELATIONSHIPS = {
    "spouse": (ROLE_CODE, "SPS", "spouse"),
    "parent": (ROLE_CODE, "PRN", "parent"),
    "child": (ROLE_CODE, "CHILD", "child"),
    "sibling": (ROLE_CODE, "SIB", "sibling"),
    "friend": (ROLE_CODE, "FRND", "unrelated friend"),
    "guardian": (ROLE_CODE, "GUARD", "guardian"),
    "other": (CONTACT_ROLE, "O", "Other"),
}
_PAYS_FOR = {"child": _RELATIONSHIPS["parent"], "spouse": _RELATIONSHIPS["spouse"], "ward": _RELATIONSHIPS["guardian"]}
_EMERGENCY = (CONTACT_ROLE, "C", "Emergency Contact")
_NEXT_OF_KIN = (CONTACT_ROLE, "N", "Next-of-Kin")
_GUARANTOR = (TERMINOLOGY + "v3-RoleClass", "GUAR", "guarantor")
_SSN = "http://hl7.org/fhir/sid/us-ssn"


def patient(case: Case) -> Making:
    """A merged-away number is the same human, inactive, and points to the record that replaced it."""
    one = case.person
    made = resource(
        "Patient",
        str(one.number),
        extension=list(_extensions(one)),
        identifier=list(_identifiers(one)),
        active=one.status in ("active", "prospective") and one.merged_into is None,
        name=list(_names(one)),
        telecom=list(_telecom(one, one.preferences)),
        gender=one.sex,
        birthDate=one.born.isoformat(),
        deceasedDateTime=moment(one.died),
        address=listed(address(one.address, "home")),
        maritalStatus=_marital(one.marital),
        contact=list(_contacts(one)),
        communication=listed(_communication(one)),
        generalPractitioner=listed(case.clinician(one.clinician)),
        managingOrganization=reference("Organization", "practice"),
        link=list(_links(one)),
    )
    yield Written(made, one.registered)


def _identifiers(one: Person) -> Iterator[Element]:
    record = concept(coding(TERMINOLOGY + "v2-0203", "MR", "Medical record number"))
    use = "old" if one.merged_into else "usual"
    yield identifier("patient", one.number, use=use, type=record)
    if one.ssn:
        security = concept(coding(TERMINOLOGY + "v2-0203", "SS", "Social Security number"))
        dashed = f"{one.ssn[:3]}-{one.ssn[3:5]}-{one.ssn[5:]}"
        yield identifier("ssn", dashed, system=_SSN, use="official", type=security)


def _links(one: Person) -> Iterator[Element]:
    for old in one.previous_numbers:
        yield {"other": reference("Patient", str(old)), "type": "replaces"}
    if one.merged_into:
        yield {"other": reference("Patient", str(one.merged_into)), "type": "replaced-by"}


def _names(one: Person) -> Iterator[Element]:
    yield human_name(one.name, "official")
    if one.name.used:
        yield element(use="usual", family=one.name.family, given=[one.name.used])
    if one.name.nickname:
        yield element(use="nickname", given=[one.name.nickname])


def _telecom(one: Person, wants: Preferences) -> Iterator[Element]:
    for use, digits in (("home", one.home_phone), ("mobile", one.mobile_phone), ("work", one.work_phone)):
        if found := phone(digits, use, rank=1 if wants.channel == use else None):
            yield found
    if one.email:
        yield {"system": "email", "value": one.email, "use": "home"}


def _marital(status: str | None) -> Element | None:
    if status is None:
        return None
    system, code, display = _MARITAL[status]
    return concept(coding(TERMINOLOGY + system, code, display), text=display)


def _communication(one: Person) -> Element | None:
    """Who would not say which language it is has none."""
    if one.language is None:
        return None
    code, display = _LANGUAGES[one.language]
    return {"language": concept(coding("urn:ietf:bcp:47", code, display), text=display), "preferred": True}


# --- US Core's extensions -------------------------------------------------------------------------------------------


def _extensions(one: Person) -> Iterator[Element]:
    yield from _origin("race", one.races, one.race_declined, _OMB_RACE, _RACE_OF)
    yield from _origin("ethnicity", one.ethnicities, one.ethnicity_declined, _OMB_ETHNICITY, _ETHNICITY_OF)
    if one.sex_at_birth:
        yield {"url": US_CORE + "us-core-birthsex", "valueCode": _SEX[one.sex_at_birth][1]}
    if one.sex in _SEX:
        yield {"url": US_CORE + "us-core-sex", "valueCode": _SEX[one.sex][0]}
    if one.gender_identity:
        known = coding(*_GENDER_IDENTITIES[one.gender_identity])
        identity = concept(known, text=one.gender_identity_text or known["display"])
        yield {"url": US_CORE + "us-core-genderIdentity", "valueCodeableConcept": identity}
    if one.pronouns:
        words = concept(coding("http://loinc.org", _PRONOUNS[one.pronouns], one.pronouns), text=one.pronouns)
        parts = [{"url": "value", "valueCodeableConcept": words}]
        yield {"url": "http://hl7.org/fhir/StructureDefinition/individual-pronouns", "extension": parts}


def _origin(
    kind: str, facts: tuple[Coded, ...], declined: bool, omb: dict[str, str], category_of: dict[str, str]
) -> Iterator[Element]:
    """What is no code of the CDC's, and Other Race, which US Core 6.1.0 has no category for, is in the text only."""
    if not facts and not declined:
        return
    known = [one for one in facts if one.system == "CDCREC"]
    categories = dict.fromkeys(category_of.get(one.code, one.code) for one in known)
    parts = [
        {"url": "ombCategory", "valueCoding": coding(SYSTEMS["CDCREC"], code, omb[code])}
        for code in categories
        if code in omb
    ]
    parts += [
        {"url": "detailed", "valueCoding": coding(SYSTEMS["CDCREC"], one.code, one.text)}
        for one in known
        if one.code in category_of
    ]
    if declined:
        parts.append({"url": "ombCategory", "valueCoding": coding(NULL_FLAVOR, "ASKU", "asked but unknown")})
    parts.append({"url": "text", "valueString": ", ".join(one.text for one in facts) or "Declined"})
    yield {"url": f"{US_CORE}us-core-{kind}", "extension": parts}


# --- people around the patient --------------------------------------------------------------------------------------


def _contacts(one: Person) -> Iterator[Element]:
    for role, contact in ((_EMERGENCY, one.contact), (_NEXT_OF_KIN, one.next_of_kin)):
        if contact:
            yield element(
                relationship=_kinship(role, contact),
                name=human_name(contact.name),
                telecom=listed(phone(contact.phone, "home")),
            )
    if one.guardian:
        guard = concept(coding(*_RELATIONSHIPS["guardian"]))
        yield element(relationship=[guard], name=human_name(one.guardian))


def _kinship(role: tuple[str, str, str], contact: Contact) -> list[Element]:
    return [concept(coding(*role)), concept(coding(*_RELATIONSHIPS[contact.relationship]))]


def related(case: Case) -> Making:
    """The people that the registration names, by what they are to the patient; the same human may be several."""
    one = case.person
    for kind, role, contact in (("contact", _EMERGENCY, one.contact), ("nextkin", _NEXT_OF_KIN, one.next_of_kin)):
        if contact:
            yield _related(
                case,
                kind,
                relationship=_kinship(role, contact),
                name=[human_name(contact.name)],
                telecom=listed(phone(contact.phone, "home")),
            )
    if one.guardian:
        guard = concept(coding(*_RELATIONSHIPS["guardian"]))
        yield _related(case, "guardian", relationship=[guard], name=[human_name(one.guardian)])
    payer = case.people.facts(one.number, guarantor)
    if payer.patient_is != "self":
        yield _payer(case, payer)


def _payer(case: Case, payer: Guarantor) -> Written:
    mail = {"system": "email", "value": payer.email} if payer.email else None
    return _related(
        case,
        "guarantor",
        relationship=[concept(coding(*_GUARANTOR)), concept(coding(*_PAYS_FOR[payer.patient_is]))],
        name=[human_name(payer.name)],
        telecom=listed(phone(payer.phone), mail),
        birthDate=moment(payer.born),
        address=listed(address(payer.address or case.person.address, "home")),
    )


def _related(case: Case, kind: str, **elements: object) -> Written:
    id_ = f"related-{case.number}-{kind}"
    made = resource("RelatedPerson", id_, active=True, patient=case.subject(), **elements)
    return Written(made, case.person.registered)
