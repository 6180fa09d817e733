"""athena's directory of clinical providers -> US Core Practitioner, US Core Organization.

Source  GET /v1/{practiceid}/clinicalproviders/{clinicalproviderid}
Shape   [assumed] one flat object: name; firstname and lastname of people only; npi, ncpdpid, address1, city, state,
        zip, phonenumber, faxnumber. One directory for all practices; its numbers are not those of /providers.
Units   none
Times   none
Target  US Core 6.1.0 Practitioner for a person; US Core 6.1.0 Organization for a laboratory, pharmacy or other facility
Skips   specialty: no PractitionerRole stands for people who aren't the practice's
"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.contacts import address, contact_point
from mappings.athenanet.practice import CLINICAL_PROVIDER, Practice
from mappings.athenanet.practitioner import US_NPI, is_npi
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record, Resource

NCPDP = "http://terminology.hl7.org/NamingSystem/NCPDPProviderIdentificationNumber"


def is_person(record: Record) -> bool:
    """[assumed] People have a first or last name, facilities a name alone: in the directory and in care teams."""
    return bool(as_str(record.get("firstname")) or as_str(record.get("lastname")))


def clinical_provider(record: Record, practice: Practice) -> Mapped:
    """The Practitioner or the Organization. ValueError without a clinicalproviderid."""
    translation = Translation(practice)
    kind = "directory" if is_person(record) else "facility"
    local_id = ids.local(kind, as_id(record.get("clinicalproviderid")))
    return translation.mapped(described(record, local_id, translation), practice.origin())


def described(record: Record, resource_id: str, translation: Translation) -> Resource:
    """A record of the directory, or a care team's of a member, as the resource that it is about."""
    elements: dict[str, Any] = {
        "id": resource_id,
        "identifier": _identifiers(record, translation),
        "telecom": [
            contact_point("phone", record.get("phonenumber") or record.get("phone"), "work"),
            contact_point("fax", record.get("faxnumber"), "work"),
        ],
        "address": [address(record, second_line="address2", use="work")],
    }
    name = as_str(record.get("name"))
    if is_person(record):
        return fhir.resource("Practitioner", **elements, name=[_name(record, name)])
    # `active` is [assumed] for what the directory has
    return fhir.resource("Organization", **elements, active=True, name=name, _name=None if name else fhir.absent())


def _identifiers(record: Record, translation: Translation) -> list[fhir.Element | None]:
    npi = as_str(record.get("npi"))
    if npi and not is_npi(npi):
        translation.unknown("npi", npi)
        npi = None
    return [
        fhir.identifier(US_NPI, npi, ("NPI", "National provider identifier")),
        fhir.identifier(NCPDP, as_str(record.get("ncpdpid"))),
        fhir.identifier(CLINICAL_PROVIDER, as_str(record.get("clinicalproviderid"))),
    ]


def _name(record: Record, name: str | None) -> fhir.Element | None:
    family = as_str(record.get("lastname"))
    return fhir.element(
        text=name, family=family, _family=None if family else fhir.absent(), given=[as_str(record.get("firstname"))]
    )
