"""athenaNet practice and department -> US Core Organization.

Source  GET /v1/{practiceid}/practiceinfo, GET /v1/{practiceid}/departments[/{departmentid}]
Shape   one object of `practiceinfo[]`; one department object, flat
Units   none
Times   none
Target  US Core 6.1.0 Organization: the practice, and each department as a site that is part of it
Skips   product flags, go-live date, provider group, portal; the department as a place is a Location
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.contacts import address, contact_point
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_list, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

ORGANIZATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"


def practice_organization(record: Record, practice: Practice) -> Mapped:
    """The practice; `active` is [assumed]: practiceinfo lists what this key can reach. ValueError without an id."""
    practiceid = as_id(record.get("practiceid"))
    public = [as_str(name) for name in as_list(record.get("publicnames"))]
    name = as_str(record.get("name")) or next(filter(None, public), None)
    resource = fhir.resource(
        "Organization",
        id=ids.local("practice", practiceid),
        identifier=[fhir.identifier("urn:athenahealth:athenanet:practice", practiceid)],
        active=True,
        type=[_provider()],
        name=name,
        _name=None if name else fhir.absent(),
        alias=[alias for alias in dict.fromkeys(public) if alias != name],
    )
    return Translation(practice).mapped(resource, practice.origin())


def site_organization(record: Record, practice: Practice) -> Mapped:
    """A department as an organisation; `active` is [assumed] for one that is listed. ValueError without an id."""
    departmentid = as_id(record.get("departmentid"))
    name, alias = department_names(record)
    resource = fhir.resource(
        "Organization",
        id=ids.local("site", departmentid),
        identifier=[fhir.identifier(practice.system("department"), departmentid)],
        active=True,
        type=[_provider()],
        name=name,
        _name=None if name else fhir.absent(),
        alias=[alias],
        telecom=department_telecom(record),
        address=[address(record, first_line="address", second_line="address2", use="work")],
        partOf={"reference": practice.organization},
    )
    return Translation(practice).mapped(resource, practice.origin())


def department_names(record: Record) -> tuple[str | None, str | None]:
    """The department's name and what patients call it, where that differs."""
    name, public = as_str(record.get("name")), as_str(record.get("patientdepartmentname"))
    return name or public, public if name and public != name else None


def department_telecom(record: Record) -> list[fhir.Element | None]:
    fax = as_str(record.get("fax")) or as_str(record.get("clinicalproviderfax"))
    return [contact_point("phone", record.get("phone"), "work"), contact_point("fax", fax, "work")]


def _provider() -> fhir.Element | None:
    return fhir.codeable(fhir.coding(ORGANIZATION_TYPE, "prov", "Healthcare Provider"))
