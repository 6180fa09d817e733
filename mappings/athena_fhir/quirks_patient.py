"""People: what athena's Patient and Practitioner need. Evidence: [seen: FAST], a recorded session of November 2024."""

from __future__ import annotations

from typing import Any

from mappings.athena_fhir.codes import GENDER_IDENTITY, QUALIFICATION
from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.shapes import Element, codings, each, elements, text_of
from mappings.mapped import Resource, Unmapped

SSN = "http://hl7.org/fhir/sid/us-ssn"
TAX = "urn:oid:2.16.840.1.113883.4.4"
RETIRED_IDENTITY = "http://hl7.org/fhir/gender-identity"
IDENTITY_EXTENSION = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity"
ACTIVE_EXTENSION = "https://fhir.athena.io/StructureDefinition/ah-patient-active"
PROVIDER_TYPE = "https://fhir.athena.io/CodeSystem/ah-provider-type"


def without_numbers_of_the_state(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] social security numbers in clear, and tax numbers -> no tax number; no social security number either
    unless `show_full_ssn` is set, for policy to guard."""
    shown = standing.options.get("show_full_ssn") is True

    def kept(identifier: Element) -> Element | None:
        system = identifier.get("system")
        return None if system == TAX or (system == SSN and not shown) else identifier

    return each(resource, "identifier", kept)


def ended_is_old(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] several `official` names and `home` addresses, of which former ones only carry `period.end` -> `use`
    old where the period has an end."""
    return each(each(resource, "name", _old), "address", _old)


def _old(one: Element) -> Element:
    period = one.get("period")
    ended = isinstance(period, dict) and isinstance(period.get("end"), str)
    return {**one, "use": "old"} if ended and one.get("use") != "old" else one


def active_as_told(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: IG] no `active`, but the extension ah-patient-active -> `active`."""
    if "active" in resource:
        return resource
    for one in elements(resource.get("extension")):
        if one.get("url") == ACTIVE_EXTENSION and isinstance(one.get("valueBoolean"), bool):
            return {**resource, "active": one["valueBoolean"]}
    return resource


def gender_identity(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] us-core-genderIdentity with a code of the retired http://hl7.org/fhir/gender-identity -> SNOMED CT,
    or a null flavor; a code that no row has stays as it is, and is counted."""

    def coded(extension: Element) -> Element:
        if extension.get("url") != IDENTITY_EXTENSION:
            return extension
        value = extension.get("valueCodeableConcept")
        if not any(_retired(one) for one in codings(value)):
            return extension
        made = _identity(value, standing, told)
        return extension if made is value else {**extension, "valueCodeableConcept": made}

    return each(resource, "extension", coded)


def _retired(coding: Element) -> bool:
    return coding.get("system") == RETIRED_IDENTITY and text_of(coding, "code") is not None


def _identity(concept: Any, standing: Standing, told: Told) -> Resource:
    def coded(coding: Element) -> Element:
        if not _retired(coding):
            return coding
        found = GENDER_IDENTITY.look_up(coding["code"], standing.concepts)
        if isinstance(found, Unmapped):
            told.unmapped.append(found)
            return coding
        return found.coding() or coding

    made = each(concept, "coding", coded)
    words = text_of(concept, "text") or next((text_of(one, "display") for one in codings(concept)), None)
    return {**made, "text": words} if words and made is not concept else made


def qualifications(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] Practitioner.qualification in athena's ah-provider-type -> HL7's degree first, athena's code after
    it; one that no row has stays alone, and is counted."""

    def coded(qualification: Element) -> Element:
        concept = qualification.get("code")
        own = next((one for one in codings(concept) if one.get("system") == PROVIDER_TYPE), None)
        code = text_of(own, "code")
        if not isinstance(concept, dict) or code is None:
            return qualification
        found = QUALIFICATION.look_up(code, standing.concepts)
        if isinstance(found, Unmapped):
            told.unmapped.append(found)
            return qualification
        known = found.coding()
        return {**qualification, "code": {**concept, "coding": [known, *concept["coding"]]}} if known else qualification

    return each(resource, "qualification", coded)
