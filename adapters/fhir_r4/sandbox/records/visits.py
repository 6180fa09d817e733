"""Encounter and Appointment: what happened, and what was on the schedule.

Classes: v3-ActCode; kinds of encounter: SNOMED CT below 308335008 "Patient encounter procedure".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written, has_encounter
from adapters.fhir_r4.sandbox.records.elements import (
    PARTICIPATION,
    TERMINOLOGY,
    Element,
    coded,
    coding,
    concept,
    element,
    identifier,
    instant,
    listed,
    period,
    reference,
    resource,
    snomed,
    term,
)
from adapters.population.facts import Visit

_STATUSES = {  # of the note: status
    "closed": "finished",
    "open": "in-progress",
    "review": "in-progress",
    "pending": "in-progress",
    "temporary": "in-progress",
    "deleted": "entered-in-error",
    "planned": "planned",
}
_CLASSES = {
    "office": ("AMB", "ambulatory"),
    "video": ("VR", "virtual"),
    "orders": ("VR", "virtual"),
    "flowsheet": ("VR", "virtual"),
}
_TYPES = {
    "office": ("308335008", "Patient encounter procedure"),
    "video": ("448337001", "Telemedicine consultation with patient"),
    "orders": ("185316007", "Indirect encounter"),
    "flowsheet": ("185316007", "Indirect encounter"),
}
_BOOKINGS = {  # outcome: status
    "kept": "fulfilled",
    "arrived": "arrived",
    "booked": "booked",
    "cancelled": "cancelled",
    "no-show": "noshow",
}
_CANCELLATIONS = {"PATIENT CANCELLED": ("pat", "Patient"), "PROVIDER UNAVAILABLE": ("prov", "Provider")}
_SCHEDULED = ("office", "video")


def visits(case: Case) -> Making:
    """Encounters of who came or is awaited; Appointments of everything on the schedule."""
    for one in case.visits.values():
        if has_encounter(one):
            yield _encounter(case, one)
        if one.kind in _SCHEDULED:
            yield _appointment(case, one)


def status(one: Visit) -> str:
    """A visit that the patient has left is over, whatever is still open of its note."""
    found = _STATUSES[one.state]
    return "finished" if found == "in-progress" and one.left else found


def _encounter(case: Case, one: Visit) -> Written:
    state = status(one)
    booking = reference("Appointment", f"appointment-{one.person}-{one.number}") if one.kind in _SCHEDULED else None
    made = resource(
        "Encounter",
        f"visit-{one.person}-{one.number}",
        identifier=[identifier("visit", f"{one.person}-{one.number}")],
        status=state,
        class_=coding(TERMINOLOGY + "v3-ActCode", *_CLASSES[one.kind]),
        type=[snomed(*_TYPES[one.kind], text=one.title)],
        subject=case.subject(),
        participant=list(_participants(case, one)),
        appointment=listed(booking),
        period=_period(one, state),
        reasonCode=list(_complaints(case, one)),
        reasonReference=list(_reasons(case, one)),
        diagnosis=list(_diagnoses(case, one)),
        hospitalization=_left(one),
        location=[{"location": _place(case, one)}],
        serviceProvider=case.site(one.department),
    )
    return Written(made, one.closed or one.left or one.start, one.clinician)


def _participants(case: Case, one: Visit) -> Iterator[Element]:
    if individual := case.clinician(one.clinician):
        attender = concept(coding(PARTICIPATION, "ATND", "attender"))
        yield element(type=[attender], period=_period(one, status(one)), individual=individual)


def _period(one: Visit, state: str) -> Element:
    """What is in progress has no end yet."""
    if state == "planned":
        return period(one.start, one.start + timedelta(minutes=one.minutes))
    return period(one.start, None if state == "in-progress" else one.left or one.start + timedelta(minutes=one.minutes))


def _complaints(case: Case, one: Visit) -> Iterator[Element]:
    """What was diagnosed by a code for billing alone."""
    for found in case.people.chart(one.person).diagnoses.get(one.number, ()):
        if found.concept is None and found.icd:
            yield concept(*listed(*map(coded, found.icd)), text=found.icd[0].text)


def _reasons(case: Case, one: Visit) -> Iterator[Element]:
    """The problems of the list that were diagnosed at the visit."""
    chart = case.people.chart(one.person)
    seen = {found.concept for found in chart.diagnoses.get(one.number, ()) if found.concept}
    group = case.people.departments[one.department].group
    for problem in chart.conditions:
        if problem.concept in seen and problem.group == group:
            yield reference("Condition", f"problem-{one.person}-{problem.number}", problem.concept.text)


def _diagnoses(case: Case, one: Visit) -> Iterator[Element]:
    for index, found in enumerate(case.people.chart(one.person).diagnoses.get(one.number, ())):
        condition = reference("Condition", f"diagnosis-{one.person}-{one.number}-{index}")
        yield element(condition=condition, rank=found.rank)


def _left(one: Visit) -> Element | None:
    if one.left is None or one.kind != "office":
        return None
    return {"dischargeDisposition": term("discharge-disposition", "home", "Home")}


def _place(case: Case, one: Visit) -> Element:
    return reference("Location", f"department-{one.department}", case.people.departments[one.department].name)


def _appointment(case: Case, one: Visit) -> Written:
    kept = _CANCELLATIONS.get(one.reason or "")
    why = coding(TERMINOLOGY + "appointment-cancellation-reason", *kept) if kept else None
    performer = concept(coding(PARTICIPATION, "PPRF", "primary performer"))
    made = resource(
        "Appointment",
        f"appointment-{one.person}-{one.number}",
        identifier=[identifier("appointment", f"{one.person}-{one.number}")],
        status=_BOOKINGS[one.outcome],
        cancelationReason=concept(why, text=one.reason),
        appointmentType=concept(text=one.title),
        start=instant(one.start),
        end=instant(one.start + timedelta(minutes=one.minutes)),
        minutesDuration=one.minutes,
        created=instant(one.booked),
        participant=listed(
            _participant(case.subject()),
            _participant(case.clinician(one.clinician), performer),
            _participant(_place(case, one)),
        ),
    )
    return Written(made, one.booked)


def _participant(actor: Element | None, *types: Element) -> Element | None:
    return element(type=list(types), actor=actor, status="accepted") if actor else None
