"""Every mapping by the name of its folder of golden pairs, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from mappings.athenanet import (
    account,
    allergy_intolerance,
    appointment,
    charge_item,
    claim,
    condition,
    coverage,
    document_reference,
    document_reference_ccda,
    document_reference_visit_note,
    encounter,
    family_member_history,
    immunization,
    location,
    medication,
    medication_request,
    observation_registration,
    observation_social_history,
    observation_vitals,
    organization,
    patient,
    practitioner,
    procedure_service,
    procedure_surgery,
    schedule,
    screening,
    slot,
)
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_list, as_record
from mappings.mapped import Mapped
from tests.mappings.athenanet.results_by_name import RESULTS

ACCOUNTS = {"1": "1", "21": "1"}
"""departmentid -> providergroupid of the patient of the golden pairs."""

Mapping = Callable[[Any, Any, Practice], Iterable[Mapped]]


def _organization(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    site = "departmentid" in source
    return [(organization.site_organization if site else organization.practice_organization)(source, practice)]


def _condition(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    mapping = condition.condition if "problemid" in source else condition.no_known_problems
    return [mapping(source, patient="3001", practice=practice)]


def _ccda(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    charts = [as_record(one) for one in as_list(as_record(source).get("chartlist"))]
    groups = document_reference_ccda.ordered([as_id(one.get("chartsharinggroupid")) for one in charts])
    return [document_reference_ccda.ccda(groups, patient="3001", practice=practice)] if groups else []


def _vitals(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for act in observation_vitals.acts(source):
        yield from observation_vitals.observations(act, patient="3001", practice=practice)


def _social_history(source: Any, configuration: Any, practice: Practice) -> Iterable[Mapped]:
    questions = observation_social_history.configured((configuration or {}).get("templates"))
    return observation_social_history.observations(source, patient="3001", practice=practice, questions=questions)


def _screening(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    yield screening.questionnaire_response(source, patient="3001", practice=practice)
    yield from screening.score(source, patient="3001", practice=practice)


def _service(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    service, visit = as_record(source.get("service")), as_record(source.get("encounter"))
    return procedure_service.service(service, visit, patient="3001", practice=practice)


TODAY = date(2026, 11, 1)


MAPPINGS: dict[str, Mapping] = {
    "patient": lambda source, _, practice: patient.patients(source, practice),
    "practitioner": lambda source, _, practice: [practitioner.practitioner(source, practice)],
    "organization": _organization,
    "location": lambda source, _, practice: [location.location(source, practice)],
    "encounter": lambda source, visit, practice: [
        encounter.encounter(source, patient="3001", appointment=visit, practice=practice)
    ],
    "condition": _condition,
    "document_reference": lambda source, _, practice: [
        document_reference.document(source, patient="3001", practice=practice)
    ],
    "document_reference_ccda": _ccda,
    "document_reference_visit_note": lambda source, _, practice: [
        document_reference_visit_note.visit_note(source, patient="3001", practice=practice)
    ],
    "allergy_intolerance": lambda source, _, practice: allergy_intolerance.allergies(
        source, patient="3001", practice=practice
    ),
    "observation_vitals": _vitals,
    "appointment": lambda source, _, practice: [appointment.appointment(source, practice=practice)],
    "slot": lambda source, _, practice: [slot.slot(source, practice=practice)],
    "schedule": lambda source, _, practice: [schedule.schedule(source, practice)],
    "coverage": lambda source, _, practice: coverage.coverages(source, patient="3001", practice=practice),
    "claim": lambda source, visit, practice: [claim.claim(source, visit=visit, practice=practice)],
    "charge_item": lambda source, visit, practice: charge_item.charge_items(
        source, visit=visit, accounts=ACCOUNTS, practice=practice
    ),
    "account": lambda source, _, practice: [account.account(source, patient="3001", practice=practice)],
    "observation_registration": lambda source, _, practice: observation_registration.observations(source, practice),
    "observation_social_history": _social_history,
    "screening": _screening,
    "family_member_history": lambda source, _, practice: family_member_history.histories(
        source, patient="3001", practice=practice
    ),
    "medication": lambda source, _, practice: medication.medication(source, patient="3001", practice=practice),
    "medication_request": lambda source, _, practice: [
        medication_request.medication_request(source, patient="3001", practice=practice, today=TODAY)
    ],
    "immunization": lambda source, _, practice: immunization.immunization(source, patient="3001", practice=practice),
    "procedure_surgery": lambda source, _, practice: [
        procedure_surgery.surgery(source, patient="3001", practice=practice)
    ],
    "procedure_service": _service,
    **RESULTS,
}
