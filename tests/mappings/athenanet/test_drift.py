"""athenaNet types the same thing differently from call to call: no mapping may notice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings import fhirjson
from tests.conforms import assert_conforms
from tests.golden import Case, cases, written
from tests.mappings.athenanet.by_name import MAPPINGS
from tests.mappings.athenanet.drift import drifted, spoiled
from tests.mappings.athenanet.riverbend import PRACTICE

CASES = [(name, case) for name in MAPPINGS for case in cases(f"athenanet/{name}")]
QUICK = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
@QUICK
@given(st.data())
def test_drifting_types_do_not_change_what_is_meant(name: str, case: Case, data: st.DataObject) -> None:
    source, beside = drifted(data.draw, case.source), case.beside and drifted(data.draw, case.beside)

    found = written(MAPPINGS[name](source, beside, PRACTICE))

    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
@QUICK
@given(st.data())
def test_a_spoiled_record_is_mapped_or_is_a_value_error(name: str, case: Case, data: st.DataObject) -> None:
    source, beside = spoiled(data.draw, case.source), spoiled(data.draw, case.beside, 1)

    try:
        mapped = list(MAPPINGS[name](source, beside if isinstance(beside, dict) else None, PRACTICE))
    except ValueError:
        return

    for one in mapped:
        # a local id may be longer than FHIR's are: the facade gives it another
        assert_conforms({**one.resource, "id": one.resource["id"][:64]})
