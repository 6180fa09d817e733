"""Each quirk of athena's FHIR: what came, and what it is made; whatever comes, none fails or changes what came."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings import fhirjson
from mappings.athena_fhir.codes import MANIFESTATIONS, TABLES
from mappings.athena_fhir.loinc_names import NAMES
from mappings.athena_fhir.quirks import REPAIRS
from mappings.check_digits import is_loinc, is_snomed
from mappings.fhir import SNOMED
from mappings.fhir_r4.repair import Quirk, Standing, Told
from mappings.mapped import Resource
from tests.golden import ROOT, Case, cases
from tests.mappings.athenanet.drift import spoiled

QUIRKS: dict[str, Quirk] = {
    getattr(quirk, "__name__", ""): quirk for quirks in REPAIRS.by_type.values() for quirk in quirks
}
CASES = [(name, case) for name in sorted(QUIRKS) for case in cases(f"athena_fhir/{name}")]
EACH = pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])


def standing(case: Case | None = None) -> Standing:
    options: dict[str, Any] = case.other.get("options", {}) if case is not None else {}
    return Standing(zone=ZoneInfo("America/New_York"), options=options, today=lambda: date(2026, 3, 8))


@EACH
def test_what_is_made_of_what_came(name: str, case: Case) -> None:
    told, before = Told(), copy.deepcopy(case.source)
    made = QUIRKS[name](case.source, standing(case), told)

    found = {"resource": made, "unmapped": [[one.table, one.code] for one in told.unmapped]}
    assert case.expected == found
    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)
    assert before == case.source
    assert (made is case.source) == (made == case.source)


@EACH
def test_what_is_made_stays_as_it_is(name: str, case: Case) -> None:
    made = case.expected["resource"]

    assert made is QUIRKS[name](made, standing(case), Told()) or name in ("chart_as_tag", "qualifications")


@pytest.mark.parametrize("type_", sorted(REPAIRS.by_type))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_quirk_fails_over_what_it_does_not_expect_or_changes_it(type_: str, data: st.DataObject) -> None:
    case: Case = data.draw(st.sampled_from([case for _, case in CASES if type_ in ("*", case.source["resourceType"])]))
    source: Resource = {**spoiled(data.draw, case.source), "resourceType": case.source["resourceType"]}
    before = copy.deepcopy(source)

    REPAIRS.repaired(source, standing(case), Told())

    assert before == source


def test_every_quirk_has_its_cases() -> None:
    assert set(QUIRKS) == {folder.name for folder in (ROOT / "athena_fhir").iterdir() if folder.is_dir()} - {
        "__pycache__"
    }


def test_codes_have_their_check_digits() -> None:
    assert [] == [code for code in NAMES.values() if not is_loinc(code)]
    concepts = [one.code for table in TABLES.values() for one in table.concepts() if one.system == SNOMED]
    assert [] == [code for code in (*MANIFESTATIONS, *concepts) if not is_snomed(code)]
    assert is_loinc("3150-0")
    assert not is_loinc("3150-6")
