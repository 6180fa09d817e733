"""Every quirk by the name of its folder of golden pairs, for tests that hold for all of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from mappings.cerner import quirks
from mappings.cerner.nodes import everywhere
from mappings.cerner.quirks_clinical import (
    absent_category,
    agreed_class,
    category_first,
    named_procedure,
    participants_once,
    proven_report_category,
    without_unknown_dose,
)
from mappings.cerner.quirks_observation import blood_pressure
from mappings.cerner.quirks_patient import own_number, without_internal_identifiers
from mappings.fhir_r4.ids import PlainNames
from mappings.fhir_r4.repair import Quirk, Standing, Told
from mappings.fhir_r4.walk import Cleaning, Place, localised
from mappings.mapped import Resource
from tests.golden import Case, cases

BASE = "https://fhir-ehr.example.org/r4/TENANT"
TYPES = ("Patient", "Encounter", "Practitioner", "Observation", "DocumentReference", "CarePlan", "CareTeam")
PLACE = Place(BASE, "https://fhir-ehr.example.org", PlainNames.of(TYPES), frozenset(TYPES))


def whole(resource: Resource, standing: Standing, told: Told) -> Resource | None:
    """All quirks of the type, then what every vendor's resource goes through."""
    repaired = quirks.REPAIRS.repaired(resource, standing, told)
    return localised(repaired, PLACE, Cleaning({})) if repaired is not None else None


QUIRKS: dict[str, Quirk] = {
    one.__name__: one
    for one in (
        absent_category,
        agreed_class,
        blood_pressure,
        category_first,
        everywhere,
        named_procedure,
        quirks.one_spelling,
        own_number,
        participants_once,
        proven_report_category,
        whole,
        without_internal_identifiers,
        without_unknown_dose,
    )
}

CASES: list[tuple[str, Case]] = [(name, case) for name in sorted(QUIRKS) for case in cases(f"cerner/{name}")]


def standing(case: Case) -> Standing:
    options: dict[str, Any] = case.other.get("options", {})
    return Standing(options=MappingProxyType(options))
