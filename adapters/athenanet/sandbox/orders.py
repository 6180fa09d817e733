"""Orders of an encounter: a bare array, grouped by diagnosis. An order for two diagnoses stands in two groups."""

from __future__ import annotations

from adapters.athenanet.sandbox.answers import JSON, not_found
from adapters.athenanet.sandbox.encounters import encounter
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.results import imagingresultid, labresultid, orderid
from adapters.population.facts import Coded, Diagnosis, Visit
from adapters.population.results import Order, Results, results

# kind: class, classdescription, ordertype
CLASSES = {
    "lab": ("ORDER", "order - lab", "Lab"),
    "imaging": ("ORDER", "order - imaging", "Imaging"),
    "procedure": ("ORDER", "order - procedure", "Procedure"),
    "referral": ("REFERRAL", "referral", "Referral"),
    "equipment": ("DME", "dme", "DME"),
    "other": ("ORDER", "order - other", "Other"),
    "prescription": ("PRESCRIPTION", "prescription - new", "Prescription"),
    "vaccine": ("VACCINE", "vaccine", "Vaccine"),
    "leaflet": ("PATIENTINFO", "patient info", "Patient Info"),
}
STATUSES = {
    "draft": "PEND",
    "sent": "SUBMITTED",
    "waiting": "REVIEW",
    "done": "CLOSED",
    "deleted": "DELETED",
    "declined": "CLOSED",  # [assumed] a declined order is closed; declinedreason tells
}
NO_DIAGNOSIS: JSON = {"diagnosis": None, "diagnosissnomed": None, "diagnosisicd": []}


def orders(ask: Ask) -> list[JSON]:
    visit, diagnoses, known = _of_encounter(ask)
    shown = [
        one
        for one in known.orders
        if one.visit == visit.number and (one.state != "declined" or ask.flag("showdeclinedorders"))
    ]
    groups = []
    for index, diagnosis in enumerate(diagnoses):
        own = [one for one in shown if index in one.diagnoses]
        if own or ask.flag("showdiagnoseswithoutorders"):
            groups.append({**_group(diagnosis), "orders": [_order(ask, visit, one, diagnoses, known) for one in own]})
    if rest := [one for one in shown if not one.diagnoses]:
        groups.append({**NO_DIAGNOSIS, "orders": [_order(ask, visit, one, diagnoses, known) for one in rest]})
    return groups


def order(ask: Ask) -> JSON:
    visit, diagnoses, known = _of_encounter(ask)
    wanted = ask.id("orderid")
    for one in known.orders:
        if one.visit == visit.number and orderid(visit.person, one.number) == wanted:
            return _order(ask, visit, one, diagnoses, known)
    raise not_found("order")


def _of_encounter(ask: Ask) -> tuple[Visit, tuple[Diagnosis, ...], Results]:
    encounter(ask)  # refuses what is none
    visit = ask.practice.encounter(ask.id("encounterid"))
    if visit is None:
        raise not_found("encounter")
    people = ask.practice.people
    return visit, people.chart(visit.person).diagnoses.get(visit.number, ()), people.facts(visit.person, results)


def _group(one: Diagnosis) -> JSON:
    return {
        "diagnosis": one.concept.text if one.concept else one.icd[0].text if one.icd else None,
        "diagnosissnomed": int(one.concept.code) if one.concept else 0,
        "diagnosisicd": [_code(each) for each in one.icd],
    }


def _code(one: Coded) -> JSON:
    return {"code": one.code, "codeset": one.system, "description": one.text}


def _order(ask: Ask, visit: Visit, one: Order, diagnoses: tuple[Diagnosis, ...], known: Results) -> JSON:
    class_, words, type_ = CLASSES[one.kind]
    at = one.at.astimezone(ask.practice.zones[visit.department])
    detailed = one.to if ask.flag("showclinicalprovider") else None
    return {
        "orderid": orderid(visit.person, one.number),
        "class": class_,
        "classdescription": words,
        "ordertype": type_,
        "ordertypeid": 300_000 + one.number,
        "description": one.title,
        "status": STATUSES[one.state],
        "dateordered": at.strftime("%m/%d/%Y %I:%M %p"),
        "futuresubmitdate": one.due.isoformat() if one.due else None,
        "priority": "1" if one.urgent else 2,
        "orderingprovider": one.by,
        "providerid": one.clinician,
        "createduser": one.by,
        "departmentid": visit.department,
        "clinicalproviderid": one.to[0] if one.to else None,
        "clinicalprovidername": one.to[1] if one.to else None,
        "clinicalprovider": {"name": detailed[1], "clinicalproviderid": detailed[0]} if detailed else None,
        "documentationonly": one.outside,
        "externalcodes": [_code(each) for each in one.codes] if ask.flag("showexternalcodes") else None,
        "diagnosislist": [_listed(diagnoses[index]) for index in one.diagnoses],
        "documents": _documents(visit, one, known),
        "declinedreason": [{"code": "105480006", "codeset": "SNOMED", "description": one.declined}]
        if one.declined
        else None,
        "declinedreasontext": one.declined,
        "lastmodifieddatetime": one.at.astimezone(ask.practice.zones[visit.department]).isoformat(timespec="seconds"),
        "lastmodifiedby": one.by,
    }


def _listed(one: Diagnosis) -> JSON:
    first = _code(one.concept or one.icd[0]) if one.concept or one.icd else None
    return {
        "diagnosiscode": first,
        "snomedicdcodes": [_code(each) for each in one.icd],
    }


def _documents(visit: Visit, one: Order, known: Results) -> list[JSON]:
    found = [
        {"documentid": labresultid(visit.person, each.number), "documentclass": "LABRESULT"}
        for each in known.reports
        if each.order == one.number
    ]
    return found + [
        {"documentid": imagingresultid(visit.person, each.number), "documentclass": "IMAGINGRESULT"}
        for each in known.images
        if each.order == one.number
    ]
