"""athenaNet types the same thing differently from call to call: no mapping may notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings import fhirjson
from mappings.athenanet import (
    allergy_intolerance,
    condition,
    encounter,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
)
from mappings.mapped import Mapped
from tests.golden import Case, cases, written
from tests.mappings.athenanet.drift import drifted, spoiled
from tests.mappings.athenanet.riverbend import PRACTICE

Mapping = Callable[[Any, Any], Iterable[Mapped]]


def _organization(source: Any, _: Any) -> Iterable[Mapped]:
    site = "departmentid" in source
    return [(organization.site_organization if site else organization.practice_organization)(source, PRACTICE)]


def _condition(source: Any, _: Any) -> Iterable[Mapped]:
    mapping = condition.condition if "problemid" in source else condition.no_known_problems
    return [mapping(source, patient="3001", practice=PRACTICE)]


def _vitals(source: Any, _: Any) -> Iterable[Mapped]:
    for act in observation_vitals.acts(source):
        yield from observation_vitals.observations(act, patient="3001", practice=PRACTICE)


MAPPINGS: dict[str, Mapping] = {
    "patient": lambda source, _: patient.patients(source, PRACTICE),
    "practitioner": lambda source, _: [practitioner.practitioner(source, PRACTICE)],
    "organization": _organization,
    "location": lambda source, _: [location.location(source, PRACTICE)],
    "encounter": lambda source, visit: [
        encounter.encounter(source, patient="3001", appointment=visit, practice=PRACTICE)
    ],
    "condition": _condition,
    "allergy_intolerance": lambda source, _: allergy_intolerance.allergies(source, patient="3001", practice=PRACTICE),
    "observation_vitals": _vitals,
}

CASES = [(name, case) for name in MAPPINGS for case in cases(f"athenanet/{name}")]
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
@QUICK
@given(st.data())
def test_drifting_types_do_not_change_what_is_meant(name: str, case: Case, data: st.DataObject) -> None:
    appointment = case.other.get("appointment")
    source, visit = drifted(data.draw, case.source), appointment and drifted(data.draw, appointment)

    found = written(MAPPINGS[name](source, visit))

    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
@QUICK
@given(st.data())
def test_a_spoiled_record_is_mapped_or_is_a_value_error(name: str, case: Case, data: st.DataObject) -> None:
    source, visit = spoiled(data.draw, case.source), spoiled(data.draw, case.other.get("appointment"), 1)

    try:
        mapped = list(MAPPINGS[name](source, visit if isinstance(visit, dict) else None))
    except ValueError:
        return

    for one in mapped:
        fhirjson.dumps(one.resource)
        assert one.resource["id"]
