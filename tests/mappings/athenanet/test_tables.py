"""Tables are facts: every code has the form and the check digit of its system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mappings.athenanet import (
    cdc_race,
    codes,
    codes_documents,
    codes_medicines,
    codes_people,
    codes_results,
    codes_social_history,
    vitals_elements,
)
from mappings.athenanet.languages import LANGUAGES
from mappings.athenanet.practitioner import is_npi
from mappings.athenanet.vitals_elements import ELEMENTS, MEASURES, Role, element_of
from mappings.check_digits import check_digit, is_snomed
from mappings.concept_map import Concept, ConceptMap
from mappings.fhir import LOINC, SNOMED


def _concepts() -> Iterator[Concept]:
    for module in (
        codes,
        codes_documents,
        codes_medicines,
        codes_people,
        codes_results,
        codes_social_history,
        vitals_elements,
    ):
        for table in vars(module).values():
            if isinstance(table, ConceptMap):
                yield from table.concepts()


def _is_mod_10(code: str) -> bool:
    number, _, digit = code.partition("-")
    return digit == str(check_digit(number))


def test_every_snomed_code_has_its_check_digit() -> None:
    found = [concept.code for concept in _concepts() if concept.system == SNOMED]

    assert len(found) > 20
    assert [] == [code for code in found if not is_snomed(code)]
    assert not is_snomed("38341004")


def test_every_loinc_code_has_its_check_digit() -> None:
    measures = [code for row in MEASURES.values() for code, _ in (*row.loinc, *row.components)]
    elements = [row.loinc for row in ELEMENTS.values() if row.loinc]
    documents = [concept.code for concept in _concepts() if concept.system == LOINC]

    assert len(measures) > 15
    assert [] == [
        code for code in (*measures, *elements, *documents, vitals_elements.LYING_HEIGHT[0]) if not _is_mod_10(code)
    ]


def test_every_cdc_code_has_its_check_digit() -> None:
    assert [] == [code for code in cdc_race.RACE_NAMES | cdc_race.ETHNICITY_NAMES if not cdc_race.is_code(code)]


def test_every_named_race_belongs_to_an_omb_race_but_other_race() -> None:
    assert ["2131-1"] == [code for code in cdc_race.RACE_NAMES if cdc_race.omb_race(code) is None]
    assert 43 == len(cdc_race.ETHNICITY_NAMES)  # GET /ethnicities has 44, the last without an id


@pytest.mark.parametrize(
    ("code", "omb"),
    [("1041-3", "1002-5"), ("2034-7", "2028-9"), ("2071-9", "2054-5"), ("2080-0", "2076-8"), ("2500-7", "2076-8"),
     ("2118-8", "2106-3"), ("2129-5", "2106-3"), ("2106-3", "2106-3"), ("2131-1", None), ("2034-8", None)],
)  # fmt: skip
def test_a_race_rolls_up_to_its_omb_race(code: str, omb: str | None) -> None:
    assert omb == cdc_race.omb_race(code)


@pytest.mark.parametrize(
    ("code", "tag"), [("eng", "en"), ("spa", "es"), ("zho", "zh"), ("chi", "zh"), ("hmn", "hmn"), ("und", "und")]
)
def test_a_language_becomes_its_shortest_tag(code: str, tag: str) -> None:
    found = LANGUAGES.look_up(code)

    assert isinstance(found, Concept)
    assert tag == found.code


@pytest.mark.parametrize(
    ("npi", "valid"), [("1234567893", True), ("1234567890", False), ("123456789", False), ("١٢٣٤٥٦٧٨٩٣", False)]
)
def test_an_npi_is_ten_digits_with_the_right_last_one(npi: str, valid: bool) -> None:
    assert valid is is_npi(npi)


def test_every_element_belongs_to_a_measure() -> None:
    assert [] == [name for name, row in ELEMENTS.items() if row.measure not in MEASURES]
    assert [] == [name for name, row in ELEMENTS.items() if row.role is Role.COMPONENT and not (row.loinc and row.text)]
    qualifying = (Role.COMPONENT, Role.BODY_SITE, Role.METHOD, Role.NOTE)
    assert [] == [name for name, row in ELEMENTS.items() if row.role in qualifying and not row.text]
    assert [] == [row for row in ELEMENTS.values() if bool(row.unit) != bool(row.ucum)]


@pytest.mark.parametrize("measure", ["BLOODPRESSURE", "WEIGHT", "TEMPERATURE", "HEIGHT", "PULSE.RATE", "O2SATURATION"])
def test_every_measure_can_be_refused(measure: str) -> None:
    refused, reason = element_of(f"VITALS.{measure}.REFUSED"), element_of(f"VITALS.{measure}.REFUSEDREASON")

    assert refused is not None
    assert reason is not None
    assert (Role.REFUSED, Role.REFUSED_REASON) == (refused.role, reason.role)
    assert measure.split(".")[0] == refused.measure == reason.measure


def test_no_element_is_made_up() -> None:
    assert element_of("VITALS.PEAKFLOW") is None
    assert element_of("VITALS.PEAKFLOW.REFUSED") is None
    assert element_of("") is None
