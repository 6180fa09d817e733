"""athenaNet encounter -> US Core Encounter.

Source  GET /v1/{practiceid}/chart/{patientid}/encounters?departmentid&showdiagnoses=true; its appointment from
        GET /v1/{practiceid}/appointments/booked/multipledepartment
Shape   one encounter object with diagnoses[]{snomedcode, description, ranking, icdcodes[]{code, codeset, description}}
Units   none
Times   appointmentstartdate ISO with offset; the appointment's checkindatetime and checkoutdatetime US Eastern, its
        date and starttime the department's wall time; encounterdate and closeddate dates
Target  US Core 6.1.0 Encounter. `diagnosis` refers to the Conditions of condition_diagnosis.py; a diagnosis without an
        id, for which there is no Condition, is a reasonCode.
Skips   encounterreasons (a call for each encounter), stage, patient status and room, lastreopened, visit note
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes, condition_diagnosis
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

IN_PROGRESS = "in-progress"
NO_APPOINTMENT = "0"


def encounter(record: Record, *, patient: str, appointment: Record | None, practice: Practice) -> Mapped:
    """`patient` is the patientid; `appointment` the booked appointment it belongs to, where that was read.

    ValueError without an encounterid.
    """
    translation = Translation(practice)
    encounterid = as_id(record.get("encounterid"))
    visit = appointment or {}
    stated = as_str(record.get("appointmentid"))
    appointmentid = (None if stated == NO_APPOINTMENT else stated) or as_str(visit.get("appointmentid"))
    department = as_str(record.get("departmentid")) or as_str(visit.get("departmentid"))
    status = _status(record, visit, translation)
    diagnoses = sorted((as_record(one) for one in as_list(record.get("diagnoses"))), key=_order)
    site = fhir.reference("Organization", ids.local("site", department)) if department else None
    resource = fhir.resource(
        "Encounter",
        id=ids.local("encounter", patient, encounterid),
        identifier=[
            fhir.identifier(practice.system("encounter"), encounterid, ("VN", "Visit number")),
            fhir.identifier(practice.system("appointment"), appointmentid),
        ],
        status=status,
        class_=_class(record, visit, translation),
        type=[_type(record)],
        subject=fhir.reference("Patient", ids.local("", patient)),
        participant=[_participant(record, visit, practice)],
        appointment=[fhir.reference("Appointment", ids.local("appointment", appointmentid)) if appointmentid else None],
        period=_period(record, visit, department, status, translation),
        reasonCode=[condition_diagnosis.code(one, translation) for one in diagnoses if _diagnosisid(one) is None],
        diagnosis=[_diagnosis(one, patient, encounterid) for one in diagnoses],
        location=[_location(department)],
        serviceProvider=site or {"reference": practice.organization},
    )
    recorded = translation.moment(record.get("lastupdated"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(record.get("closeduser"), recorded, record.get("providerid")))


def _status(record: Record, visit: Record, translation: Translation) -> str:
    found = translation.concept(codes.ENCOUNTER_STATUS, record.get("status"))
    status = found.code if found else "unknown"
    return "finished" if status == IN_PROGRESS and _checked_out(visit, translation) else status


def _checked_out(visit: Record, translation: Translation) -> str | None:
    return translation.moment(visit.get("checkoutdatetime"), AUDIT_ZONE)


def _class(record: Record, visit: Record, translation: Translation) -> fhir.Element | None:
    found = translation.concept(codes.ENCOUNTER_CLASS, record.get("encountertype"))
    if found is None:
        return fhir.absent_coding()
    if found.code == "AMB" and _telehealth(visit):
        return fhir.coding(codes.ACT_CODE, "VR", "virtual")
    return found.coding()


def _telehealth(visit: Record) -> bool:
    """[assumed]: showtelehealth adds `telehealth`, an object or a flag; no answer with it was seen. A flag that cannot
    be read says nothing."""
    value = visit.get("telehealth")
    if isinstance(value, Mapping | list):
        return bool(value)
    try:
        return bool(as_bool(value))
    except ValueError:
        return False


def _type(record: Record) -> fhir.Element | None:
    kind = as_str(record.get("encountertype"))
    words = as_str(record.get("encountervisitname")) or kind
    if kind == "ORDERSONLY":
        return fhir.codeable(fhir.coding(fhir.SNOMED, "185316007", "Indirect encounter"), text=words)
    return fhir.codeable(text=words) or fhir.absent_code()


def _participant(record: Record, visit: Record, practice: Practice) -> fhir.Element | None:
    provider = practice.practitioner(record.get("providerid")) or practice.practitioner(visit.get("providerid"))
    names = [as_str(record.get("providerfirstname")), as_str(record.get("providerlastname"))]
    individual = fhir.reference("Practitioner", provider, " ".join(filter(None, names)) or None)
    if individual is None:
        return None
    return fhir.element(type=[fhir.codeable(fhir.coding(PARTICIPATION, "ATND", "attender"))], individual=individual)


def _location(department: str | None) -> fhir.Element | None:
    place = fhir.reference("Location", ids.local("department", department)) if department else None
    return fhir.element(location=place)


def _period(
    record: Record, visit: Record, department: str | None, status: str, translation: Translation
) -> fhir.Element | None:
    """The first start that is known and, where the visit ended early, does not lie behind its end (per-1).

    What is in progress has no end: the closeddate of one that was opened again is of before.
    """
    end = None
    if status != IN_PROGRESS:
        end = _checked_out(visit, translation) or translation.date(record.get("closeddate"))
    starts = [start for start in _starts(record, visit, department, translation) if start]
    fitting = [start for start in starts if end is None or _not_after(start, end)]
    if starts and not fitting:
        return fhir.element(start=starts[0])
    return fhir.element(start=fitting[0] if fitting else None, end=end)


def _starts(record: Record, visit: Record, department: str | None, translation: Translation) -> Iterator[str | None]:
    zone = translation.practice.zone(department)
    yield translation.moment(record.get("appointmentstartdate"), zone)
    yield translation.moment(visit.get("checkindatetime"), AUDIT_ZONE)
    day, clock = as_str(visit.get("date")), as_str(visit.get("starttime"))
    yield translation.moment(f"{day} {clock}" if day and clock else day, zone)
    yield translation.date(record.get("encounterdate"))


def _not_after(start: str, end: str) -> bool:
    """By the instant where both have one (their zones may differ), else by the day as written."""
    if fhir.instant(start) and fhir.instant(end):
        return datetime.fromisoformat(start) <= datetime.fromisoformat(end)
    return start[:10] <= end[:10]


def _order(diagnosis: Record) -> tuple[bool, int]:
    """By ranking, the unranked last."""
    rank = condition_diagnosis.rank(diagnosis)
    return rank is None, rank or 0


def _diagnosisid(diagnosis: Record) -> str | None:
    return as_str(diagnosis.get("diagnosisid"))


def _diagnosis(diagnosis: Record, patient: str, encounterid: str) -> fhir.Element | None:
    diagnosisid = _diagnosisid(diagnosis)
    if diagnosisid is None:
        return None
    condition = fhir.reference("Condition", ids.local("diagnosis", patient, encounterid, diagnosisid))
    return fhir.element(condition=condition, rank=condition_diagnosis.rank(diagnosis))
