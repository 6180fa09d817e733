"""Encounters of a chart, and one encounter by id. No record names its patient."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, not_found, page
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import appointmentid, diagnosisid, encounterid, has_encounter
from adapters.population.facts import Coded, Diagnosis, Visit

ENCOUNTER_PAGE, LARGEST_ENCOUNTER_PAGE = 1000, 10_000
TYPES = {"office": "VISIT", "video": "VISIT", "orders": "ORDERSONLY", "flowsheet": "FLOWSHEET"}
STATUSES = {
    "closed": "CLOSED",
    "open": "OPEN",
    "review": "REVIEW",
    "pending": "PEND",
    "temporary": "TEMP",
    "deleted": "DELETED",
    "planned": "SCHEDULE",
}
SHOWN_TYPES = frozenset({"VISIT", "ORDERSONLY"})  # without showalltypes
SHOWN_STATUSES = frozenset({"OPEN", "CLOSED", "REVIEW", "TEMP"})  # without showallstatuses; TEMP as observed
PATIENT_STATUSES = {"kept": ("Checked Out", 4), "arrived": ("Ready For Staff", 2)}
ROOM_IDS = {"Exam 1": 20, "Exam 2": 21, "Office 2": 2}
NO_SNOMED = 0


def encounters(ask: Ask) -> JSON:
    person, chart, group = chart_of(ask)
    since, until = ask.day("startdate"), ask.day("enddate")
    providers, appointment = ask.integers("providerid"), ask.integer("appointmentid")
    rows = []
    for visit in reversed(ask.practice.people.visits(person.number)):
        department = ask.practice.department(visit.department)
        if not has_encounter(visit) or department is None or department.group != group:
            continue
        on = visit.start.astimezone(ask.practice.zones[visit.department]).date()
        if (since and on < since) or (until and on > until):
            continue
        if (providers and visit.clinician not in providers) or appointment not in (None, appointmentid(visit)):
            continue
        if (STATUSES[visit.state] in SHOWN_STATUSES or ask.flag("showallstatuses")) and (
            TYPES[visit.kind] in SHOWN_TYPES or ask.flag("showalltypes")
        ):
            found = chart.diagnoses.get(visit.number, ()) if ask.flag("showdiagnoses") else None
            rows.append(_encounter(ask, visit, found))
    limit, offset = ask.window(ENCOUNTER_PAGE, LARGEST_ENCOUNTER_PAGE)
    # later pages of this list come without a count
    return page("encounters", rows, path=ask.path, query=ask.query, limit=limit, offset=offset, counted=offset == 0)


def encounter(ask: Ask) -> list[JSON]:
    visit = ask.practice.encounter(ask.id("encounterid"))
    if visit is None:
        raise not_found("encounter")
    chart = ask.practice.people.chart(visit.person)
    return [_encounter(ask, visit, chart.diagnoses.get(visit.number, ()))]


def _encounter(ask: Ask, visit: Visit, diagnoses: tuple[Diagnosis, ...] | None) -> JSON:
    zone = ask.practice.zones[visit.department]
    on = visit.start.astimezone(zone).date()
    provider = ask.practice.people.clinicians.get(visit.clinician or 0)
    scheduled = visit.kind in ("office", "video")
    word, number = PATIENT_STATUSES.get(visit.outcome, (None, None)) if scheduled else (None, None)
    return {
        "encounterid": encounterid(visit),
        "encounterdate": dates.plain(on),
        "encountertype": TYPES[visit.kind],
        "encountervisitname": visit.title if scheduled else None,
        "status": STATUSES[visit.state],
        "stage": "SIGNOFF" if visit.state == "closed" and scheduled else "EXAM" if visit.state == "open" else "INTAKE",
        "departmentid": visit.department,
        "providerid": provider.number if provider else None,
        "providerfirstname": provider.name.given or None if provider else None,
        "providerlastname": provider.name.family if provider else None,
        "appointmentid": appointmentid(visit) if scheduled else None,
        "appointmentstartdate": dates.iso(visit.start, zone) if scheduled else None,
        "patientstatus": word,
        "patientstatusid": number,
        "patientlocation": visit.room,
        "patientlocationid": ROOM_IDS.get(visit.room or ""),
        "closeddate": dates.plain(visit.closed),
        "closeduser": provider.username if provider and visit.closed else None,
        "lastupdated": dates.plain(visit.closed or on),
        "diagnoses": None
        if diagnoses is None
        else [_diagnosis(visit, index, one) for index, one in enumerate(diagnoses)],
    }


def _diagnosis(visit: Visit, index: int, one: Diagnosis) -> JSON:
    code = int(one.concept.code) if one.concept else NO_SNOMED
    fallback = one.icd[0].text if one.icd else "Unspecified complaint"
    return {
        "diagnosisid": diagnosisid(visit, index),
        "snomedcode": str(code) if code and diagnosisid(visit, index) % 7 == 0 else code,
        "description": one.concept.text if one.concept else fallback,
        "icdcodes": [_icd(code) for code in one.icd],
        "laterality": one.laterality,
        "ranking": one.rank,
        "note": one.note,
    }


def _icd(one: Coded) -> JSON:
    undotted = one.code.replace(".", "")
    return {"code": one.code, "codeset": one.system, "description": one.text, "diagnosiscode": undotted}
