"""Every mapping by the name of its folder of golden pairs, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mappings.athenanet import (
    allergy_intolerance,
    condition,
    document_reference,
    document_reference_ccda,
    document_reference_visit_note,
    encounter,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
)
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_list, as_record
from mappings.mapped import Mapped
from tests.mappings.athenanet.results_by_name import RESULTS

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
    **RESULTS,
}
