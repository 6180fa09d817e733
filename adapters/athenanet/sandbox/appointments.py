"""Booked appointments: date and start in the department's wall time, audit stamps in US Eastern."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, page
from adapters.athenanet.sandbox.billing import claims_of
from adapters.athenanet.sandbox.encounters import STATUSES
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.patient_record import patient_record
from adapters.athenanet.sandbox.practice import appointmentid, encounterid, has_encounter
from adapters.population.facts import Person, Visit

STATES = {"CLOSED": "CLOSED", "OPEN": "OPEN", "REVIEW": "OPEN", "PEND": "PEND", "DELETED": "DELETED"}
CANCELLATIONS = {
    "PATIENT CANCELLED": ("1", False),
    "PROVIDER UNAVAILABLE": ("2", False),
    "CANCELLED FROM API": ("-5", False),
    "PATIENT NO SHOW": ("3", True),
}
_TEMPLATES = 20_000_000
TYPE_IDS = {"Any 15": "82", "Annual Physical": "61", "Telehealth Visit": "1224"}


def booked(ask: Ask) -> JSON:
    return _list(ask, counted=True)


def multipledepartment(ask: Ask) -> JSON:
    """The same for a list of departments; this list does not say how many there are."""
    return _list(ask, counted=False)


def _list(ask: Ask, *, counted: bool) -> JSON:
    ask.require("startdate", "enddate")
    since, until = ask.day("startdate"), ask.day("enddate")
    departments, providers = ask.integers("departmentid"), ask.integers("providerid")
    patients, cancelled = ask.integers("patientid"), ask.flag("showcancelled")
    wanted = ask.text("appointmentstatus")
    rows = []
    for visit in ask.practice.booked(patients, since, until):
        letter = status(visit)
        on = visit.start.astimezone(ask.practice.zones[visit.department]).date()
        if (since and on < since) or (until and on > until) or (letter == "x" and not cancelled):
            continue
        if (departments and visit.department not in departments) or (patients and visit.person not in patients):
            continue
        if (providers and visit.clinician not in providers) or (wanted and letter != wanted):
            continue
        rows.append(visit)
    limit, offset = ask.window()
    envelope = page("appointments", rows, path=ask.path, query=ask.query, limit=limit, offset=offset, counted=counted)
    envelope["appointments"] = [appointment_record(ask, visit) for visit in envelope["appointments"]]
    return envelope


def status(visit: Visit) -> str:
    """A past booking that nobody checked in stays f; a no-show is an x with a flag."""
    if visit.outcome in ("cancelled", "no-show"):
        return "x"
    if visit.outcome == "kept":
        return "4" if visit.state == "closed" and visit.number % 3 == 0 else "3"
    return "2" if visit.outcome == "arrived" else "f"


def templateid(visit: Visit) -> int:
    """The slot it was cut from: its own number, unless a short visit took a part of a longer slot."""
    return _TEMPLATES + appointmentid(visit) if is_cut(visit) else appointmentid(visit)


def is_cut(visit: Visit) -> bool:
    return visit.minutes == 15 and visit.number % 3 == 0


def cut_from(ask: Ask, number: int) -> Visit | None:
    """The visit that was cut out of slot `number`."""
    found = ask.practice.appointment(number - _TEMPLATES)
    return found if found is not None and is_cut(found) else None


def appointment_record(ask: Ask, visit: Visit) -> JSON:
    wall = visit.start.astimezone(ask.practice.zones[visit.department])
    person = ask.practice.people.person(visit.person)
    blank = person.restricted and not ask.flag("ignorerestrictions")
    came = visit.outcome in ("kept", "arrived")
    changed = visit.left or visit.arrived or visit.booked
    return {
        "appointmentid": str(appointmentid(visit)),
        "date": dates.plain(wall.date()),
        "starttime": wall.strftime("%H:%M"),
        "duration": visit.minutes,
        "departmentid": str(visit.department),
        "providerid": str(visit.clinician),
        "renderingproviderid": visit.clinician if came else None,
        "patientid": None if blank else str(visit.person),
        "appointmenttypeid": TYPE_IDS.get(visit.title, "2"),
        "appointmenttype": visit.title,
        "patientappointmenttypename": visit.title,
        "templateappointmentid": str(templateid(visit)),
        "appointmentstatus": status(visit),
        "scheduleddatetime": dates.stamp(visit.booked),
        "scheduledby": "API-1001" if visit.number % 2 else "mdesk",
        "lastmodified": dates.stamp(changed),
        "lastmodifiedby": "mdesk",
        "startcheckin": dates.stamp(visit.arrived),
        "checkindatetime": dates.stamp(visit.arrived),
        "checkoutdatetime": dates.stamp(visit.left),
        "copay": 0,
        "chargeentrynotrequired": False,
        "urgent": None,
        **_encounter(visit),
        **_cancellation(visit),
        "claims": claims_of(ask, visit) if ask.flag("showclaimdetail") else None,
        "patient": _detail(ask, person) if ask.flag("showpatientdetail") and not blank else None,
    }


def _encounter(visit: Visit) -> JSON:
    if not has_encounter(visit) or visit.outcome == "booked":
        return {}
    state = STATES.get(STATUSES[visit.state])
    status = "CHECKEDOUT" if visit.left else "READYFORSTAFF"
    return {"encounterid": str(encounterid(visit)), "encounterstatus": status, "encounterstate": state}


def _cancellation(visit: Visit) -> JSON:
    if status(visit) != "x":
        return {}
    name = visit.reason or "PATIENT NO SHOW"
    number, noshow = CANCELLATIONS[name]
    return {
        "cancelleddatetime": dates.stamp(visit.start),
        "cancelledby": "mdesk",
        "cancelreasonid": number,
        "cancelreasonname": name,
        "cancelreasonnoshow": noshow,
        "cancelreasonslotavailable": not noshow,
    }


def _detail(ask: Ask, person: Person) -> JSON:
    """The same record as /patients shows, but its booleans are text."""
    found = patient_record(ask, person)
    return {key: ("true" if value else "false") if isinstance(value, bool) else value for key, value in found.items()}
