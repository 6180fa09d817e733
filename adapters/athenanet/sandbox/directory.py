"""Practice, departments and providers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.athenanet.sandbox.answers import JSON, not_found, page
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.athenanet.sandbox.state import Sandbox
from adapters.population.facts import Clinician, Department

TYPES = {"MD": "MD", "NP": "NURSE PRACTITIONER", "RES": "RESIDENT"}
_WINTER = datetime(2026, 1, 15, tzinfo=UTC)
_NO_DST = {"US/Arizona"}


def ping(ask: Ask) -> JSON:
    return {"pong": "true"}


def practiceinfo(ask: Ask) -> JSON:
    return _practices([ask.practice])


def reachable(sandbox: Sandbox) -> JSON:
    """The practices that this key can use."""
    return _practices([one for one in sandbox.practices.values() if one.practice.granted])


def _practices(practices: list[PracticeData]) -> JSON:
    rows = [
        {
            "practiceid": one.practiceid,
            "name": one.practice.name,
            "publicnames": [one.practice.name],
            "hasclinicals": True,
            "hascollector": True,
            "hascommunicator": True,
            "iscoordinatorsender": False,
            "iscoordinatorreceiver": False,
            "golivedate": "01/01/2020",
            "experiencemode": "STREAMLINEDONLY",
            "ccmenabled": False,
            "nsaenabled": False,
        }
        for one in practices
    ]
    return {"totalcount": len(rows), "practiceinfo": rows}


def departments(ask: Ask) -> JSON:
    every = ask.flag("showalldepartments")
    rows = [department_record(ask, one) for one in ask.practice.people.departments.values() if every or not one.hidden]
    limit, offset = ask.window()
    return page("departments", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)


def department(ask: Ask) -> list[JSON]:
    found = ask.practice.department(ask.id("departmentid"))
    if found is None:
        raise not_found("department")
    return [department_record(ask, found)]


def department_record(ask: Ask, one: Department) -> JSON:
    zone = ask.practice.zones[one.number]
    now = datetime.fromtimestamp(ask.sandbox.clock(), UTC)
    providers = [str(who.number) for who in ask.practice.people.clinicians.values() if who.department == one.number]
    address = one.address
    return {
        "departmentid": str(one.number),
        "name": one.name.upper(),
        "patientdepartmentname": one.name,
        "address": address.line if address else None,
        "city": address.city.upper() if address else None,
        "state": address.state if address else None,
        "zip": address.zip if address else None,
        "phone": f"({one.phone[:3]}) {one.phone[3:6]}-{one.phone[6:]}" if one.phone else None,
        "fax": None,
        "latitude": "0" if one.number == 21 else None,  # coordinates are often filled with anything
        "longitude": "0" if one.number == 21 else None,
        "clinicals": "ON" if address else "DOCUMENTSONLY",
        "chartsharinggroupid": str(one.group),
        "providergroupid": "1",
        "providergroupname": ask.practice.practice.name,
        "placeofservicetypeid": "11" if address else "2",
        "placeofservicetypename": "OFFICE" if address else "TELEHEALTH",
        "placeofservicefacility": False,
        "servicedepartment": True,
        "ishospitaldepartment": False,
        "communicatorbrandid": "1",
        "medicationhistoryconsent": False,
        "creditcardtypes": ["VISA", "MASTERCARD"],
        "timezone": _hours(now.astimezone(zone).utcoffset()),
        "timezoneoffset": _hours(_WINTER.astimezone(zone).utcoffset()),
        "timezonename": one.zone,
        "doesnotobservedst": True if one.zone in _NO_DST else None,
        "providerlist": providers if ask.flag("providerlist") else None,
    }


def _hours(offset: timedelta | None) -> int:
    return int((offset or timedelta()).total_seconds() // 3600)


def providers(ask: Ask) -> JSON:
    deleted = ask.flag("showdeletedproviders")
    rows = [provider_record(ask, one) for one in ask.practice.people.clinicians.values() if deleted or not one.deleted]
    limit, offset = ask.window()
    return page("providers", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)


def provider(ask: Ask) -> list[JSON]:
    found = ask.practice.people.clinicians.get(ask.id("providerid"))
    if found is None or (found.deleted and not ask.flag("showdeletedproviders")):
        raise not_found("provider")
    return [provider_record(ask, found)]


def provider_record(ask: Ask, one: Clinician) -> JSON:
    department = ask.practice.department(one.department)
    people = ask.practice.people.clinicians
    same = sorted(other.number for other in people.values() if one.npi and other.npi == one.npi)
    supervisor = people.get(one.supervisor) if one.supervisor else None
    titled = f"{one.name.given} {one.name.family}, {one.credential}" if one.credential else one.name.family
    return {
        "providerid": one.number,
        "npi": _npi(one),
        "firstname": one.name.given or None,
        "lastname": one.name.family,
        "displayname": titled,
        "schedulingname": f"{one.name.family}_{one.name.given}".strip("_"),
        "providerusername": one.username,
        "providertype": TYPES.get(one.credential or "", None),
        "providertypeid": one.credential,
        "specialty": one.specialty,
        "specialtyid": None if one.specialty is None else str(one.number) if one.number % 2 else one.number,
        "ansispecialtycode": one.taxonomy,
        "ansinamecode": f"Providers : {one.specialty} ({one.taxonomy})" if one.taxonomy else None,
        "entitytype": "Person" if one.person else "Non-Person",
        "billable": one.person,
        "sex": {"female": "F", "male": "M"}.get(one.sex or ""),
        "acceptingnewpatients": one.person and not one.deleted,
        "hideinportal": not one.person,
        "homedepartment": department.name.upper() if department else None,
        "supervisingproviderid": supervisor.number if supervisor else one.number if one.person else None,
        "supervisingproviderusername": supervisor.username if supervisor else None,
        "otherprovideridlist": [number for number in same if number != one.number] or None,
        "createencounteroncheckin": one.person,
        "usualdepartmentid": one.department,
    }


def _npi(one: Clinician) -> int | str | None:
    """A number, mostly."""
    return None if one.npi is None else one.npi if one.number == 86 else int(one.npi)
