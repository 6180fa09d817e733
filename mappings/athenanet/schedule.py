"""athenaNet provider at a department -> FHIR R4 Schedule.

Source  GET /v1/{practiceid}/departments?providerlist=true, /providers
Shape   {providerid, departmentid, listed}: one pair of what the two lists say
Units   none
Times   none: athenaNet does not say how far a schedule is laid out
Target  FHIR R4 Schedule. The practitioner and the place are its actors; of a room or a machine only the place.
Skips   scheduling name, template types
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_bool, as_id
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record


def schedule(record: Record, practice: Practice) -> Mapped:
    """`listed`: whether the department names the provider as one of its own now. ValueError without both ids."""
    provider, department = as_id(record.get("providerid")), as_id(record.get("departmentid"))
    resource = fhir.resource(
        "Schedule",
        id=ids.local("schedule", provider, department),
        active=bool(as_bool(record.get("listed"))),
        actor=[
            fhir.reference("Practitioner", practice.practitioner(provider)),
            fhir.reference("Location", ids.local("department", department)),
        ],
    )
    return Translation(practice).mapped(resource, practice.origin())
