"""Every mapping by the name of its folder of golden pairs, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mappings.athenanet import (
    allergy_intolerance,
    care_plan,
    care_team,
    clinical_provider,
    condition,
    condition_diagnosis,
    encounter,
    goal,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
    practitioner_role,
    related_person,
)
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_list, as_record
from mappings.mapped import Mapped

Mapping = Callable[[Any, Any, Practice], Iterable[Mapped]]


def _organization(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    site = "departmentid" in source
    return [(organization.site_organization if site else organization.practice_organization)(source, practice)]


def _condition(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    mapping = condition.condition if "problemid" in source else condition.no_known_problems
    return [mapping(source, patient="3001", practice=practice)]


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
    "condition_diagnosis": _diagnoses,
    "allergy_intolerance": lambda source, _, practice: allergy_intolerance.allergies(
        source, patient="3001", practice=practice
    ),
    "observation_vitals": _vitals,
}
