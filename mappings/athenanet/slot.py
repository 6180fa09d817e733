"""athenaNet open slot, or the booking that took one -> FHIR R4 Slot.

Source  GET /v1/{practiceid}/appointments/open, /appointments/booked/multipledepartment, /appointments/{appointmentid}
Shape   one object, flat; its types differ from those of a booking (numbers as text)
Units   duration in minutes
Times   date and starttime the department's wall time
Target  FHIR R4 Slot. A booked one says that it is busy, never for whom or what.
Skips   reasonid, localproviderid
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.appointment import CANCELLED, OPEN, appointment_type
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_bool, as_id, as_str
from mappings.athenanet.schedule_times import start_and_end
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record


def slot(record: Record, *, practice: Practice) -> Mapped:
    """ValueError without the ids of slot, provider and department, and for what is cancelled: that is no slot."""
    translation = Translation(practice)
    number = as_id(record.get("appointmentid"))
    provider, department = as_id(record.get("providerid")), as_id(record.get("departmentid"))
    letter = as_str(record.get("appointmentstatus")) or OPEN
    if letter == CANCELLED:
        raise ValueError("a cancelled appointment is no slot")
    free = letter == OPEN
    frozen = as_bool(record.get("frozen")) or as_bool(record.get("frozenyn"))
    words = as_str(record.get("patientappointmenttypename"))
    resource = fhir.resource(
        "Slot",
        id=ids.local("slot", number),
        identifier=[fhir.identifier(practice.system("appointment"), number)],
        serviceType=[fhir.codeable(text=words)] if free else None,
        appointmentType=appointment_type(record, practice) if free else None,
        schedule=fhir.reference("Schedule", ids.local("schedule", provider, department)),
        status=("busy-tentative" if frozen else "free") if free else "busy",
        **start_and_end(record, translation),
    )
    return translation.mapped(resource, practice.origin())
