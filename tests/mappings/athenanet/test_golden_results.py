"""Results and orders against what athenaNet sent and what a US Core client must see."""

from __future__ import annotations

import pytest

from tests.conforms import assert_conforms
from tests.golden import Case, assert_golden, cases
from tests.mappings.athenanet.results_by_name import RESULTS
from tests.mappings.athenanet.riverbend import PRACTICE

PROFILES = {
    "diagnostic_report_imaging": "us-core-diagnosticreport-note",
    "diagnostic_report_laboratory": "us-core-diagnosticreport-lab",
    "observation_laboratory": "us-core-observation-lab",
    "service_request": "us-core-servicerequest",
}
CASES = [(name, case) for name in RESULTS for case in cases(f"athenanet/{name}")]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
def test_results_and_orders_become_us_core_resources(name: str, case: Case) -> None:
    mapped = tuple(RESULTS[name](case.source, None, PRACTICE))

    assert_golden(case, mapped)
    for one in mapped:
        assert_conforms(one.resource, PROFILES[name])
