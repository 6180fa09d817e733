"""athenaNet appointment -> FHIR R4 Appointment.

Source  GET /v1/{practiceid}/patients/{patientid}/appointments, /appointments/booked[/multipledepartment],
        /appointments/{appointmentid}
Shape   one appointment object, flat
Units   duration in minutes
Times   date and starttime the department's wall time; scheduleddatetime, lastmodified and check-in stamps US Eastern
Target  FHIR R4 Appointment (US Core has no profile). A participant's status is always accepted: athenaNet keeps none.
Skips   copay, notes, urgent, confirmation, visit stages, supervising and referring provider, claims, patient detail
"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_schedule import APPOINTMENT_STATUS, CANCEL_REASON
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_str
from mappings.athenanet.schedule_times import minutes, start_and_end
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

OPEN = "o"
CANCELLED = "x"
NO_SHOW = "noshow"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

PARTICIPANT_STATUS = "accepted"
"""[assumed] whoever is on the schedule has agreed to it."""


def appointment(record: Record, *, practice: Practice) -> Mapped:
    """ValueError without an appointmentid or a patient, and for a slot that is not booked."""
    translation = Translation(practice)
    appointmentid, patient = as_id(record.get("appointmentid")), as_id(record.get("patientid"))
    letter = as_str(record.get("appointmentstatus"))
    if letter == OPEN:
        raise ValueError("an open slot is no appointment")
    status = _status(letter, record, translation)
    recorded = translation.moment(record.get("lastmodified"), AUDIT_ZONE)
    resource = fhir.resource(
        "Appointment",
        id=ids.local("appointment", appointmentid),
        meta=fhir.element(lastUpdated=fhir.instant(recorded)),
        identifier=[fhir.identifier(practice.system("appointment"), appointmentid)],
        status=status,
        _status=None if status else fhir.absent(),
        cancelationReason=_reason(record, status, translation) if letter == CANCELLED else None,
        serviceType=[fhir.codeable(text=as_str(record.get("patientappointmenttypename")))],
        appointmentType=appointment_type(record, practice),
        **start_and_end(record, translation),
        minutesDuration=minutes(record, translation),
        slot=[_slot(record, letter)],
        created=translation.moment(record.get("scheduleddatetime"), AUDIT_ZONE),
        participant=_participants(record, patient, practice),
    )
    by = as_str(record.get("lastmodifiedby")) or record.get("scheduledby")
    return translation.mapped(resource, practice.origin(by, recorded))


def _status(letter: str | None, record: Record, translation: Translation) -> str | None:
    found = translation.concept(APPOINTMENT_STATUS, letter)
    if found is None:
        return None
    if found.code == "cancelled" and as_bool(record.get("cancelreasonnoshow")):
        return NO_SHOW
    # the front desk has begun to check in
    return "arrived" if found.code == "booked" and as_str(record.get("startcheckin")) else found.code


def _reason(record: Record, status: str | None, translation: Translation) -> fhir.Element | None:
    """Of a no-show the status says it all; the practice's own number and name are kept."""
    name, number = as_str(record.get("cancelreasonname")), as_str(record.get("cancelreasonid"))
    local = fhir.coding(translation.practice.system("cancelreason"), number, name) if number else None
    known = translation.concept(CANCEL_REASON, name) if status != NO_SHOW else None
    return fhir.codeable(known.coding() if known else None, local, text=name)


def appointment_type(record: Record, practice: Practice) -> fhir.Element | None:
    """athenaNet's own type: the practice's number and name for it."""
    name, number = as_str(record.get("appointmenttype")), as_str(record.get("appointmenttypeid"))
    coding = fhir.coding(practice.system("appointmenttype"), number, name) if number else None
    return fhir.codeable(coding, text=name)


def _slot(record: Record, letter: str | None) -> fhir.Element | None:
    """The slot it was cut from. What is cancelled holds none any more: its time is open again."""
    number = as_str(record.get("templateappointmentid"))
    return fhir.reference("Slot", ids.local("slot", number)) if number and letter != CANCELLED else None


def _participants(record: Record, patient: str, practice: Practice) -> list[fhir.Element | None]:
    performer = fhir.codeable(fhir.coding(PARTICIPATION, "PPRF", "primary performer"))
    provider = fhir.reference("Practitioner", practice.practitioner(record.get("providerid")))
    department = as_str(record.get("departmentid"))
    place = fhir.reference("Location", ids.local("department", department)) if department else None
    return [
        _participant(fhir.reference("Patient", ids.local("", patient))),
        _participant(provider, performer),
        _participant(place),
    ]


def _participant(actor: fhir.Element | None, *types: Any) -> fhir.Element | None:
    return fhir.element(type=types, actor=actor, status=PARTICIPANT_STATUS) if actor else None
