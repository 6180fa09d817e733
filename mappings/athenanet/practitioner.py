"""athenaNet provider -> US Core Practitioner.

Source  GET /v1/{practiceid}/providers, GET /v1/{practiceid}/providers/{providerid}
Shape   one provider object, flat. One person may be several providers; machines and rooms are providers too.
Units   none
Times   none
Target  US Core 6.1.0 Practitioner, one for each provider id
Skips   specialty and taxonomy, department, acceptance of patients (PractitionerRole), supervising provider, tax id,
        user name, billing and scheduling names
"""

from __future__ import annotations

import re

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.check_digits import check_digit
from mappings.mapped import Mapped, Record

US_NPI = "http://hl7.org/fhir/sid/us-npi"

_NPI = re.compile(r"[0-9]{10}", re.ASCII)


def is_person(record: Record) -> bool:
    """False for what `entitytype` calls a non-person; one that says nothing is taken for a person."""
    return not (as_str(record.get("entitytype")) or "").casefold().startswith("non")


def practitioner(record: Record, practice: Practice) -> Mapped:
    """ValueError without a providerid."""
    translation = Translation(practice)
    providerid = as_id(record.get("providerid"))
    gender = translation.concept(codes.GENDER, record.get("sex"))
    kind, words = record.get("providertypeid"), record.get("providertype")
    qualification = translation.codeable(codes.QUALIFICATION, kind, words, letters=True)
    resource = fhir.resource(
        "Practitioner",
        id=ids.local("provider", providerid),
        identifier=[
            _npi(record, practice, translation),
            fhir.identifier(practice.system("provider"), providerid, ("PRN", "Provider number")),
        ],
        name=[_name(record)],
        gender=gender.code if gender else None,
        qualification=[fhir.element(code=qualification)],
    )
    return translation.mapped(resource, practice.origin())


def _npi(record: Record, practice: Practice, translation: Translation) -> fhir.Element | None:
    """An NPI whose check digit is wrong is nobody's: it is kept in a system of the practice, and noted."""
    npi = as_str(record.get("npi"))
    if npi is None:
        return None
    if is_npi(npi):
        return fhir.identifier(US_NPI, npi, ("NPI", "National provider identifier"))
    translation.unknown("npi", npi)
    return fhir.identifier(practice.system("npi"), npi)


def is_npi(npi: str) -> bool:
    """Ten digits, the last one the check digit of the others behind the card issuer's 80840."""
    return _NPI.fullmatch(npi) is not None and check_digit("80840" + npi[:9]) == int(npi[9])


def _name(record: Record) -> fhir.Element | None:
    """US Core requires `family`: where the provider has none, its absence is said."""
    family = as_str(record.get("lastname"))
    return fhir.element(
        text=as_str(record.get("displayname")),
        family=family,
        _family=None if family else fhir.absent(),
        given=[as_str(record.get("firstname"))],
    )
