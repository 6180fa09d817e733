"""Which readings are one act of measuring, and what becomes of a qualifier that has no measure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.athenanet import observation_vitals
from mappings.athenanet.vitals_elements import ELEMENTS, MEASURES, Role
from mappings.mapped import Resource
from tests.conforms import assert_conforms
from tests.mappings.athenanet.riverbend import PRACTICE


def _reading(vitalid: int, element: str, value: str, **fields: Any) -> dict[str, Any]:
    tie = {"source": "ENCOUNTER", "sourceid": 40001, "readingid": 0, "readingtaken": "03/08/2026"}
    return {"vitalid": vitalid, "clinicalelementid": f"VITALS.{element}", "value": value, **tie, **fields}


def _observations(*lists: list[Any]) -> dict[str, Resource]:
    """By id, of inner lists of one reading or more."""
    chart = {"vitals": [{"key": "?", "readings": list(lists)}]}
    return {
        one.resource["id"]: one.resource
        for act in observation_vitals.acts(chart)
        for one in observation_vitals.observations(act, patient="1", practice=PRACTICE)
    }


SYSTOLIC, DIASTOLIC = _reading(12, "BLOODPRESSURE.SYSTOLIC", "128"), _reading(13, "BLOODPRESSURE.DIASTOLIC", "82")
CUFF = _reading(1, "BLOODPRESSURECUFFSIZE", "adult")
VISIT = [
    SYSTOLIC,
    DIASTOLIC,
    CUFF,
    _reading(14, "BLOODPRESSURE.TYPE", "sitting"),
    _reading(15, "O2SATURATION", "94"),
    _reading(2, "INHALEDO2CONCENTRATION", "28"),
    _reading(16, "PAINSCALE", "4"),
    _reading(3, "PAINSCALETYPE", "FLACC"),
    _reading(17, "WEIGHT.REFUSED", "Y"),
    _reading(4, "WEIGHT.TYPE", "Dry"),
    _reading(18, "TEMPERATURE", "98.6"),
    _reading(19, "PEAKFLOW", "410"),
]


def _sorted(found: dict[str, Resource]) -> dict[str, Resource]:
    return {
        id_: {**one, "component": sorted(one.get("component", []), key=lambda part: part["code"]["text"])}
        for id_, one in found.items()
    }


@settings(max_examples=50)
@given(st.data())
def test_readings_of_one_act_are_joined_whatever_lists_they_come_in(data: st.DataObject) -> None:
    lists: dict[int, list[Any]] = {}
    for reading in data.draw(st.permutations(VISIT)):
        lists.setdefault(data.draw(st.integers(0, 5)), []).append(reading)

    assert _sorted(_observations(VISIT)) == _sorted(_observations(*lists.values()))


def test_an_id_is_that_of_the_measure_and_not_of_what_was_joined_to_it() -> None:
    assert {f"vital-1-{vitalid}" for vitalid in (12, 15, 16, 17, 18, 19)} == set(
        _observations(*([reading] for reading in VISIT))
    )


def test_inhaled_oxygen_is_the_concentration_of_its_saturation() -> None:
    found = _observations([_reading(15, "O2SATURATION", "94")], [_reading(2, "INHALEDO2CONCENTRATION", "28")])

    assert ["vital-1-15"] == list(found)
    assert ["3150-0"] == [part["code"]["coding"][0]["code"] for part in found["vital-1-15"]["component"]]
    assert_conforms(found["vital-1-15"], "us-core-pulse-oximetry")


@pytest.mark.parametrize(
    "apart",
    [
        {"sourceid": 40002},
        {"source": "FLOWSHEET"},
        {"readingid": 1},
        {"readingtaken": "03/09/2026"},
        {"source": None},
        {"sourceid": None},
        {"readingid": ""},
    ],
)
def test_a_qualifier_of_another_act_is_not_joined(apart: dict[str, Any]) -> None:
    found = _observations([SYSTOLIC, DIASTOLIC], [{**CUFF, **apart}])

    assert ["8480-6", "8462-4"] == [part["code"]["coding"][0]["code"] for part in found["vital-1-12"]["component"]]
    assert "adult" == found["vital-1-1"]["valueCodeableConcept"]["text"]


@pytest.mark.parametrize("missing", ["source", "sourceid", "readingid"])
def test_what_nothing_ties_is_not_joined(missing: str) -> None:
    pressures, cuff = [{**one, missing: None} for one in (SYSTOLIC, DIASTOLIC)], {**CUFF, missing: None}

    assert {"vital-1-12", "vital-1-1"} == set(_observations(pressures, [cuff]))


@pytest.mark.parametrize(
    "second",
    [
        [_reading(22, "BLOODPRESSURE.SYSTOLIC", "118"), _reading(23, "BLOODPRESSURE.DIASTOLIC", "76")],
        [_reading(22, "BLOODPRESSURECUFFSIZE", "large adult")],
    ],
)
def test_where_an_element_comes_twice_under_a_readingid_nothing_is_joined(second: list[Any]) -> None:
    assert {"vital-1-12", "vital-1-22", "vital-1-1"} == set(_observations([SYSTOLIC, DIASTOLIC], second, [CUFF]))


QUALIFIERS = [
    name.removeprefix("VITALS.")
    for name, row in ELEMENTS.items()
    if row.role in (Role.COMPONENT, Role.BODY_SITE, Role.METHOD, Role.NOTE)
    and row.loinc not in dict(MEASURES[row.measure].components)
]


@pytest.mark.parametrize("element", QUALIFIERS)
def test_a_qualifier_without_its_measure_stands_alone_and_invents_nothing(element: str) -> None:
    ((id_, made),) = _observations([_reading(1, element, "5")]).items()

    assert "vital-1-1" == id_
    assert {"component", "dataAbsentReason"}.isdisjoint(made)
    assert made["code"]["text"] == ELEMENTS[f"VITALS.{element}"].text
    assert_conforms(made, "us-core-vital-signs")


def test_an_act_that_cannot_be_read_takes_no_other_with_it() -> None:
    chart = {"vitals": [{"readings": [["?"], [SYSTOLIC, DIASTOLIC], [{"value": []}], [CUFF]]}]}
    acts = observation_vitals.acts(chart)

    assert [["?"], [{"value": []}]] == [acts[0], acts[2]]
    assert 3 == len(acts)
    for act in (acts[0], acts[2]):
        with pytest.raises(ValueError, match="not a"):
            observation_vitals.observations(act, patient="1", practice=PRACTICE)


# --- what was refused, and which scale ------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["WEIGHT", "HEIGHT", "TEMPERATURE", "PULSE.RATE", "O2SATURATION", "PAINSCALE"])
@pytest.mark.parametrize(
    ("statement", "note"),
    [(("REFUSED", "Y"), "Refused"), (("REFUSEDREASON", "Not tolerated"), "Refused: Not tolerated")],
)
def test_a_measure_that_was_refused_and_taken_says_both(measure: str, statement: tuple[str, str], note: str) -> None:
    last, said = statement
    found = _observations([_reading(1, measure, "70"), _reading(2, f"{measure}.{last}", said)])

    assert [{"text": note}] == found["vital-1-1"]["note"]
    assert "dataAbsentReason" not in found["vital-1-1"]


def test_a_pressure_that_was_refused_and_taken_says_both() -> None:
    refused = _reading(3, "BLOODPRESSURE.SYSTOLICREFUSED", "Y")
    found = _observations([SYSTOLIC, DIASTOLIC, refused])["vital-1-12"]

    assert [{"text": "Systolic blood pressure refused"}] == found["note"]
    assert_conforms(found, "us-core-blood-pressure")


def test_a_refusal_that_is_the_reason_of_an_absence_is_not_told_twice() -> None:
    found = _observations([SYSTOLIC, _reading(3, "BLOODPRESSURE.REFUSED", "Y")])["vital-1-12"]

    assert "note" not in found
    assert "not-performed" == found["component"][1]["dataAbsentReason"]["coding"][0]["code"]


@pytest.mark.parametrize(
    ("scale", "codes", "text"),
    [
        (None, ["72514-3"], "Pain severity"),
        ("Numeric", ["72514-3"], "Pain severity"),
        ("FLACC", [], "Pain severity, FLACC"),
        ("Wong-Baker FACES", [], "Pain severity, Wong-Baker FACES"),
        ("our own", [], "Pain severity, our own"),
    ],
)
def test_only_a_verbal_number_is_coded_as_one(scale: str | None, codes: list[str], text: str) -> None:
    named = [_reading(2, "PAINSCALETYPE", scale)] if scale else []
    made = _observations([_reading(1, "PAINSCALE", "4"), *named])["vital-1-1"]

    assert codes == [coding["code"] for coding in made["code"].get("coding", ())]
    assert text == made["code"]["text"]
    assert_conforms(made, "us-core-vital-signs")
