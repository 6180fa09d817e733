"""Procedure: operations that were told, and what was done at visits.

The visit itself, vaccines, laboratory tests, drugs, fees and measures of quality are on a bill and no procedures.
"""

from __future__ import annotations

from typing import Any

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    SYSTEMS,
    Element,
    coded,
    coding,
    concept,
    identifier,
    listed,
    note,
    reason_absent,
    reference,
    resource,
    snomed,
)
from adapters.population.facts import Visit
from adapters.population.procedures import DONE, Service, Surgery, procedures

_SURGICAL = ("387713003", "Surgical procedure")
_SURGICAL_CODES = frozenset({"36415", "69210", "20610", "17110"})  # of CPT's section on surgery
_DONE = frozenset(one.code for one in DONE)
_SIDES = {"LT": ("7771000", "Left"), "RT": ("24028007", "Right")}


def done(case: Case) -> Making:
    found = case.people.facts(case.number, procedures)
    for one in found.surgeries:
        yield _surgery(case, one)
    for number, services in found.services.items():
        for index, service in enumerate(services):
            if service.code.code in _DONE:
                yield _service(case, case.visits[number], index, service)


def _performed(on: str | None) -> dict[str, Any]:
    return {"performedDateTime": on} if on else {"_performedDateTime": reason_absent()}


def _surgery(case: Case, one: Surgery) -> Written:
    made = resource(
        "Procedure",
        f"surgery-{case.number}-{one.number}",
        identifier=[identifier("surgery", f"{case.number}-{one.number}")],
        status="completed",
        category=snomed(*_SURGICAL),
        code=concept(coded(one.code) if one.code else None, text=one.words),
        subject=case.subject(),
        **_performed(one.on),
        recorder=case.who(one.by),
        note=listed(note(one.note)),
    )
    return Written(made, one.modified, one.by)


def _service(case: Case, visit: Visit, index: int, one: Service) -> Written:
    performer = case.clinician(visit.clinician)
    department = case.people.departments[visit.department]
    made = resource(
        "Procedure",
        f"service-{visit.person}-{visit.number}-{index}",
        identifier=[identifier("service", f"{visit.person}-{visit.number}-{index}")],
        status="entered-in-error" if visit.state == "deleted" else "completed",
        category=snomed(*_SURGICAL) if one.code.code in _SURGICAL_CODES else None,
        code=concept(coded(one.code), text=one.code.text),
        subject=case.subject(),
        encounter=case.encounter(visit.number),
        performedDateTime=case.day(visit),
        performer=[{"actor": performer}] if performer else None,
        location=reference("Location", f"department-{visit.department}", department.name),
        reasonCode=[_reason(code) for code in one.because],
        bodySite=[snomed(*_SIDES[side]) for side in one.modifiers if side in _SIDES],
    )
    return Written(made, visit.closed or visit.start, visit.clinician)


def _reason(icd: str) -> Element:
    return concept(coding(SYSTEMS["ICD10"], icd))
