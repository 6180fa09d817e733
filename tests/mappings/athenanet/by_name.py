"""Every mapping by the name of its folder of golden pairs, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from mappings.athenanet import (
    account,
    allergy_intolerance,
    appointment,
    care_plan,
    care_team,
    charge_item,
    claim,
    clinical_provider,
    condition,
    condition_diagnosis,
    coverage,
    document_reference,
    document_reference_ccda,
    document_reference_visit_note,
    encounter,
    family_member_history,
    goal,
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
    practitioner_role,
    procedure_service,
    procedure_surgery,
    related_person,
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


def _diagnoses(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for both in condition_diagnosis.listed([source]):
        yield condition_diagnosis.diagnosis(*both, patient="3001", practice=practice)


def _team(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    members, provider = as_list(source.get("members")), source.get("primaryproviderid")
    return care_team.care_team(members, patient="3001", primaryproviderid=provider, practice=practice)


def _related(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for role in related_person.ROLES:
        yield from related_person.related_person(source, role, patient="3001", practice=practice)


def _role(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    departments = practitioner_role.Departments.of(as_list(source.get("departments")))
    provider = as_record(source.get("provider"))
    return [practitioner_role.practitioner_role(provider, departments=departments, practice=practice)]


def _plan(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    visit, answer = as_record(source.get("encounter")), as_record(source.get("answer"))
    return care_plan.care_plan(visit, answer, patient="3001", practice=practice)


def _goals(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for one in goal.listed(as_record(source.get("encounter")), as_record(source.get("answer"))):
        yield from goal.goal(*one, patient="3001", practice=practice)


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
    "related_person": _related,
    "care_plan": _plan,
    "care_team": _team,
    "clinical_provider": lambda source, _, practice: [clinical_provider.clinical_provider(source, practice)],
    "practitioner": lambda source, _, practice: [practitioner.practitioner(source, practice)],
    "practitioner_role": _role,
    "organization": _organization,
    "location": lambda source, _, practice: [location.location(source, practice)],
    "encounter": lambda source, visit, practice: [
        encounter.encounter(source, patient="3001", appointment=visit, practice=practice)
    ],
    "goal": _goals,
    "condition": _condition,
    "document_reference": lambda source, _, practice: [
        document_reference.document(source, patient="3001", practice=practice)
    ],
    "document_reference_ccda": _ccda,
    "document_reference_visit_note": lambda source, _, practice: [
        document_reference_visit_note.visit_note(source, patient="3001", practice=practice)
    ],
    "condition_diagnosis": _diagnoses,
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
