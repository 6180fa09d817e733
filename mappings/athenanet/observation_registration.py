"""What a registration says of a patient -> US Core Sexual Orientation and Occupation Observations.

Source  GET /v1/{practiceid}/patients/{patientid}
Shape   the patient object; sexualorientation (a practice's list) with sexualorientationother, occupationcode and
        industrycode (US Census codes, or "other")
Units   none
Times   none: the registration does not say when these were told
Target  US Core 6.1.0 Observation Sexual Orientation, Observation Occupation
Skips   everything that is a Patient's (mappings/athenanet/patient.py)
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_social_history as codes
from mappings.athenanet.observation_social_history import OBSERVATION_CATEGORY
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

CENSUS_OCCUPATION = "urn:oid:2.16.840.1.113883.6.240"
CENSUS_INDUSTRY = "urn:oid:2.16.840.1.113883.6.310"
OTHER = "other"


def observations(record: Record, practice: Practice) -> tuple[Mapped, ...]:
    """What of the two is known. ValueError without a patientid."""
    patient = as_id(record.get("patientid"))
    return (*_orientation(record, patient, practice), *_occupation(record, patient, practice))


def answered(record: Record) -> frozenset[str]:
    """Keys of social history questions that the registration answers, so that nobody is given the same thing twice."""
    told = record.get("sexualorientation")
    return frozenset({"SEXUALORIENTATION"} if isinstance(told, str) and told.strip() else ())


def _orientation(record: Record, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    told = as_str(record.get("sexualorientation"))
    if told is None:
        return ()
    translation = Translation(practice)
    value = translation.codeable(codes.ORIENTATION, told, as_str(record.get("sexualorientationother")) or told)
    code = fhir.codeable(fhir.coding(fhir.LOINC, codes.SEXUAL_ORIENTATION, "Sexual orientation"))
    return (_built("orientation", patient, translation, code=code, valueCodeableConcept=value),)


def _occupation(record: Record, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    occupation = _census(CENSUS_OCCUPATION, record.get("occupationcode"))
    industry = _census(CENSUS_INDUSTRY, record.get("industrycode"))
    if occupation is None:
        return ()  # an industry alone is no value that the profile could have
    code = fhir.codeable(fhir.coding(fhir.LOINC, codes.OCCUPATION, "History of Occupation"))
    component = fhir.element(
        code=fhir.codeable(fhir.coding(fhir.LOINC, codes.INDUSTRY, "History of Occupation industry")),
        valueCodeableConcept=industry,
    )
    found = _built(
        "occupation",
        patient,
        Translation(practice),
        code=code,
        valueCodeableConcept=occupation,
        component=[component] if industry else None,
    )
    return (found,)


def _census(system: str, value: object) -> fhir.Element | None:
    code = as_str(value)
    if code is None:
        return None
    return fhir.codeable(text="Other") if code.casefold() == OTHER else fhir.codeable(fhir.coding(system, code))


def _built(kind: str, patient: str, translation: Translation, **elements: object) -> Mapped:
    resource = fhir.resource(
        "Observation",
        id=ids.local(kind, patient),
        status="final",
        category=[fhir.codeable(fhir.coding(OBSERVATION_CATEGORY, "social-history", "Social History"))],
        subject=fhir.reference("Patient", ids.local("", patient)),
        **elements,
    )
    return translation.mapped(resource, translation.practice.origin())
