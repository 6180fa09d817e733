"""athenaNet department -> US Core Location.

Source  GET /v1/{practiceid}/departments, GET /v1/{practiceid}/departments/{departmentid}
Shape   one department object, flat
Units   latitude and longitude in degrees, as text, and sometimes no position at all
Times   none (the department's zone is what other mappings read)
Target  US Core 6.1.0 Location, managed by the department's Organization
Skips   chart sharing and provider group, portal, credit cards, provider list, time zone
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes import PLACE_OF_SERVICE
from mappings.athenanet.contacts import address
from mappings.athenanet.organization import department_names, department_telecom
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record


def location(record: Record, practice: Practice) -> Mapped:
    """`status` active is [assumed] for a department that is listed. ValueError without a departmentid."""
    departmentid = as_id(record.get("departmentid"))
    name, alias = department_names(record)
    resource = fhir.resource(
        "Location",
        id=ids.local("department", departmentid),
        identifier=[fhir.identifier(practice.system("department"), departmentid)],
        status="active",
        name=name,
        _name=None if name else fhir.absent(),
        alias=[alias],
        mode="instance",
        type=[_place_of_service(record, practice)],
        telecom=department_telecom(record),
        address=address(record, first_line="address", second_line="address2", use="work"),
        position=_position(record),
        managingOrganization=fhir.reference("Organization", ids.local("site", departmentid)),
    )
    return Translation(practice).mapped(resource, practice.origin())


def _place_of_service(record: Record, practice: Practice) -> fhir.Element | None:
    code, name = as_str(record.get("placeofservicetypeid")), as_str(record.get("placeofservicetypename"))
    # The set has two digits: a number has lost the zero in front (2 is 02, telehealth).
    two_digits = code.zfill(2) if code and code.isascii() and code.isdigit() else None
    if two_digits:
        return fhir.codeable(fhir.coding(PLACE_OF_SERVICE, two_digits, name), text=name)
    # US Core 8.0.0: a type has a code
    return fhir.absent_code("as-text", name) if name and practice.serves("8.0.0") else fhir.codeable(text=name)


def _position(record: Record) -> fhir.Element | None:
    """Only a place on the globe: athenaNet's coordinates may be garbage, and 0, 0 is where nobody filled them in."""
    latitude = _degrees(record.get("latitude"), limit=90)
    longitude = _degrees(record.get("longitude"), limit=180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return fhir.element(longitude=longitude, latitude=latitude)


def _degrees(value: Any, *, limit: int) -> Decimal | None:
    text = as_str(value)
    try:
        number = fhir.decimal(text) if text else None
    except ValueError:
        return None
    return number if number is not None and abs(number) <= limit else None
