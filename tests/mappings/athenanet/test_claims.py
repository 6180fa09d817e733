"""What the golden pairs do not show on their own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Page
from mappings.athena import ids
from mappings.athenanet import allergy_intolerance, condition, encounter, location, observation_vitals, patient
from mappings.athenanet.practitioner import is_person
from mappings.concept_map import Concept, overriding
from mappings.fhir import absent
from mappings.mapped import Mapped, Origin, Unmapped
from mappings.provenance import derived
from tests.conforms import assert_conforms
from tests.golden import cases
from tests.mappings.athenanet.riverbend import PRACTICE


def _patient(**fields: Any) -> dict[str, Any]:
    return patient.patients({"patientid": "1", **fields}, PRACTICE)[0].resource


def _race(*codes: str) -> list[dict[str, Any]]:
    (extension,) = _patient(race=list(codes))["extension"]
    assert extension["url"].endswith("us-core-race")
    parts: list[dict[str, Any]] = extension["extension"]
    return parts


def _vital(element: str, value: Any, **fields: Any) -> list[Mapped]:
    reading = {"vitalid": 1, "clinicalelementid": element, "value": value, "readingtaken": "03/08/2026", **fields}
    return list(observation_vitals.observations([reading], patient="1", practice=PRACTICE))


def _percent(text: str) -> dict[str, Any]:
    return {"value": Decimal(text), "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}


# --- Patient --------------------------------------------------------------------------------------------------------


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_name_is_either_there_or_said_to_be_absent(first: str, last: str) -> None:
    official = _patient(firstname=first, lastname=last)["name"][0]

    assert ("family" in official or "given" in official) != ("extension" in official)
    assert official == absent() or {"family", "given", "use"} >= set(official)


@pytest.mark.parametrize("name", ["O'Brien", "Núñez-Ångström", "Smith, Jr", "van der Berg", "李"])
def test_a_name_keeps_its_signs(name: str) -> None:
    assert name == _patient(lastname=name)["name"][0]["family"]


@pytest.mark.parametrize("ssn", ["*****6789", "6789", "12345678", "XXX-XX-6789", "123-456789", 6789])
def test_a_masked_ssn_is_no_identifier(ssn: Any) -> None:
    assert ["1"] == [one["value"] for one in _patient(ssn=ssn)["identifier"]]


@pytest.mark.parametrize("word", ["declined", "Declined", "DECLINED"])
def test_declined_is_never_a_value(word: str) -> None:
    fields = ("email", "homephone", "mobilephone", "workphone", "language6392code", "contactname", "nextkinphone")
    made = _patient(**dict.fromkeys(fields, word))

    assert set() == {"telecom", "communication", "contact"} & set(made)


def test_sex_never_passes_for_birth_sex_unless_the_practice_says_so() -> None:
    record = {"patientid": "1", "sex": "F"}
    (without,) = patient.patients(record, PRACTICE)
    (filled,) = patient.patients(record, replace(PRACTICE, birth_sex_from_sex=True))

    assert ["us-core-sex"] == [one["url"].rpartition("/")[2] for one in without.resource["extension"]]
    assert "us-core-birthsex" == filled.resource["extension"][0]["url"].rpartition("/")[2]


def test_five_omb_races_are_five_categories_and_each_only_once() -> None:
    parts = _race("1002-5", "2028-9", "2034-7", "2054-5", "2076-8", "2106-3", "2118-8")

    assert 5 == [part["url"] for part in parts].count("ombCategory")
    assert 2 == [part["url"] for part in parts].count("detailed")
    assert 1 == [part["url"] for part in parts].count("text")


def test_a_race_stands_though_another_answer_was_declined() -> None:
    assert ["2106-3"] == [part["valueCoding"]["code"] for part in _race("declined", "2106-3") if "valueCoding" in part]


def test_ethnicity_has_one_omb_category() -> None:
    (extension,) = _patient(ethnicitycodes=["2186-5", "2180-8"])["extension"]

    omb = [part["valueCoding"]["code"] for part in extension["extension"] if part["url"] == "ombCategory"]
    assert ["2186-5"] == omb
    assert {"url": "text", "valueString": "Not Hispanic or Latino, Puerto Rican"} == extension["extension"][-1]


def test_a_practices_own_table_row_is_used() -> None:
    own = replace(PRACTICE, overrides=overriding({"athenanet-sex": {"X": Concept("other")}}))
    (mapped,) = patient.patients({"patientid": "1", "sex": "X"}, own)

    assert "other" == mapped.resource["gender"]
    assert () == mapped.unmapped


def test_a_merged_patient_can_be_read_under_each_former_id() -> None:
    survivor, first, second = patient.patients({"patientid": 3, "previouspatientids": "1, 2"}, PRACTICE)

    assert ["3", "1", "2"] == [one.resource["id"] for one in (survivor, first, second)]
    assert [False, False] == [one.resource["active"] for one in (first, second)]


def test_a_patient_without_an_id_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="without its id"):
        patient.patients({"lastname": "Example"}, PRACTICE)


# --- Practitioner, Location -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entitytype", "person"),
    [("Person", True), ("Non-Person", False), ("Non-person entity", False), (None, True), ("", True)],
)
def test_machines_and_rooms_are_not_persons(entitytype: str | None, person: bool) -> None:
    assert person is is_person({"entitytype": entitytype})


@pytest.mark.parametrize("place", [("0.0.0", "1"), ("91", "1"), ("1", "180.1"), ("1", None), ("", ""), ("0", "0.0")])
def test_a_position_off_the_globe_is_left_out(place: tuple[Any, Any]) -> None:
    record = {"departmentid": "1", "latitude": place[0], "longitude": place[1]}

    assert "position" not in location.location(record, PRACTICE).resource


# --- Encounter ------------------------------------------------------------------------------------------------------


def _period(visit: dict[str, Any], **fields: Any) -> dict[str, Any]:
    record = {"encounterid": 1, "departmentid": 148, **fields}
    made = encounter.encounter(record, patient="1", appointment=visit, practice=PRACTICE).resource
    assert_conforms(made, "us-core-encounter")
    period: dict[str, Any] = made["period"]
    return period


def test_audit_stamps_are_eastern_and_slots_are_department_time() -> None:
    assert {"start": "2026-01-15T16:52:10-05:00"} == _period({"checkindatetime": "01/15/2026 16:52:10"})
    assert {"start": "2026-01-15T14:00:00-08:00"} == _period({"date": "01/15/2026", "starttime": "14:00"})


def test_a_slot_in_an_unknown_department_has_only_its_day() -> None:
    assert {"start": "2026-01-15"} == _period({"date": "01/15/2026", "starttime": "14:00"}, departmentid=9)


def test_an_end_before_every_start_is_left_out() -> None:
    assert {"start": "2026-03-08"} == _period({}, encounterdate="03/08/2026", closeddate="03/07/2026")


def test_machines_do_not_attend() -> None:
    made = encounter.encounter({"encounterid": 1, "providerid": "99"}, patient="1", appointment=None, practice=PRACTICE)

    assert "participant" not in made.resource


# --- Condition ------------------------------------------------------------------------------------------------------


def _status(*events: dict[str, Any], **fields: Any) -> str:
    record = {"problemid": 1, "name": "x", "events": list(events), **fields}
    made = condition.condition(record, patient="1", practice=PRACTICE).resource
    code: str = made["clinicalStatus"]["coding"][0]["code"]
    return code


START = {"eventtype": "START", "startdate": "01/01/2020"}
END = {"eventtype": "END", "enddate": "06/01/2021"}
HIDDEN = {"eventtype": "HIDDEN", "enddate": "06/01/2021"}
AGAIN = {"eventtype": "REACTIVATED", "startdate": "02/01/2022"}


def test_the_last_event_of_a_problems_life_gives_its_status() -> None:
    assert "active" == _status(START)
    assert "resolved" == _status(END, START)
    assert "inactive" == _status(HIDDEN, START)
    assert "active" == _status(AGAIN, END, START)
    assert "inactive" == _status(START, deactivateddate="01/01/2023")
    assert "active" == _status(START, HIDDEN, AGAIN, deactivateddate="06/01/2021")
    assert "active" == _status({"eventtype": "ENCOUNTER", "encounterdate": "01/01/2024"}, START)
    assert "active" == _status()


@given(st.permutations([START, END, AGAIN, {"eventtype": "HIDDEN", "enddate": "03/2023"}]))
def test_the_order_in_which_events_are_listed_does_not_matter(events: list[dict[str, Any]]) -> None:
    assert "inactive" == _status(*events)


def test_a_guessed_icd_code_is_given_only_where_the_practice_wants_it() -> None:
    record = {"problemid": 1, "code": "38341003", "codeset": "SNOMED", "bestmatchicd10code": "I10"}
    wants = replace(PRACTICE, best_match_icd10=True)
    codings = [
        condition.condition(record, patient="1", practice=practice).resource["code"]["coding"]
        for practice in (PRACTICE, wants)
    ]

    assert [["38341003"], ["38341003", "I10"]] == [[one["code"] for one in coding] for coding in codings]


@pytest.mark.parametrize(
    ("envelope", "none"),
    [
        ({"noknownproblems": "true"}, True),
        ({"noknownproblems": True, "problems": [{}]}, False),
        ({"problems": []}, False),
        ({"noknownproblems": "perhaps"}, False),
    ],
)
def test_no_known_problems_is_said_never_inferred(envelope: dict[str, Any], none: bool) -> None:
    assert none is condition.states_no_known_problems(envelope)


# --- AllergyIntolerance ---------------------------------------------------------------------------------------------


def _allergies(*charts: Any) -> Page:
    def mapping(group: allergy_intolerance.Group) -> tuple[Mapped, ...]:
        return (allergy_intolerance.allergy(group, patient="1", practice=PRACTICE),)

    return Page.mapped(mapping, allergy_intolerance.groups(charts))


def test_a_malformed_allergy_takes_no_other_with_it() -> None:
    page = _allergies(
        {"allergies": ["?", {"allergenid": 1, "allergenname": "Latex"}, {"allergenname": "no id"}]}, "chart?"
    )

    assert ["allergy-1-1"] == [one["id"] for one in page.resources]
    assert 3 == len(page.issues)


@pytest.mark.parametrize(
    ("flags", "none"), [((True, "true"), True), ((True, False), False), ((True, None), False), ((), False)]
)
def test_no_known_allergies_must_be_said_in_every_chart(flags: tuple[Any, ...], none: bool) -> None:
    page = _allergies(*({"allergies": [], "nkda": flag} for flag in flags))

    assert (["nkda-1"] if none else []) == [one["id"] for one in page.resources]


def test_an_allergy_is_active_while_any_chart_has_it_active() -> None:
    ended, active = (
        {"allergenid": 1, "deactivatedate": "01/01/2020"},
        {"allergenid": "1", "deactivatedate": "12/31/9999"},
    )
    statuses = [
        [one["clinicalStatus"]["coding"][0]["code"] for one in _allergies(*charts).resources]
        for charts in ([{"allergies": [ended]}], [{"allergies": [active]}, {"allergies": [ended]}])
    ]

    assert [["inactive"], ["active"]] == statuses


# --- vital signs ----------------------------------------------------------------------------------------------------

PROFILES = {  # id in the golden pair: profiles
    "vital-3001-81001": "us-core-blood-pressure",
    "vital-3001-81003": "us-core-body-weight",
    "vital-3001-81004": "us-core-body-temperature",
    "vital-3001-81005": "us-core-heart-rate",
    "vital-3001-81006": "us-core-respiratory-rate",
    "vital-3001-81007": "us-core-pulse-oximetry",
    "vital-3001-81008": "us-core-bmi",
    "percentile-3001-81008": "pediatric-bmi-for-age",
    "vital-3001-81009": "us-core-body-height",
    "vital-3001-81023": "us-core-head-circumference",
}


def test_each_vital_sign_conforms_to_its_own_profile() -> None:
    (usual,) = [case for case in cases("athenanet/observation_vitals") if case.name == "usual"]
    found = {one["resource"]["id"]: one["resource"] for one in usual.expected}

    assert set(PROFILES) == set(found)
    for id_, profile in PROFILES.items():
        assert_conforms(found[id_], profile)


@pytest.mark.parametrize("value", ["70306.82", "0.10", "98.60", "0"])
def test_a_value_keeps_its_digits(value: str) -> None:
    (one,) = _vital("VITALS.WEIGHT", value, unit="g")

    assert value == str(one.resource["valueQuantity"]["value"])


def test_a_unit_that_no_row_knows_is_kept_and_noted_and_never_converted() -> None:
    (one,) = _vital("VITALS.WEIGHT", "11.5", unit="stone")

    assert {"value", "unit"} == set(one.resource["valueQuantity"])
    assert (Unmapped("athenanet-unit", "stone"),) == one.unmapped


@pytest.mark.parametrize("value", ["72 reg", "70-80", "~72", "72/min"])
def test_a_heart_rate_in_words_is_not_read_as_a_number(value: str) -> None:
    (one,) = _vital("VITALS.HEARTRATE", value)

    assert value == one.resource["valueString"]


def test_a_partial_day_stays_partial_though_no_profile_takes_it() -> None:
    (one,) = _vital("VITALS.PULSE.RATE", "72", readingtaken="03/2026")

    assert "2026-03" == one.resource["effectiveDateTime"]


def test_a_time_of_reading_is_given_only_with_a_zone() -> None:
    (cut,) = _vital("VITALS.PULSE.RATE", "72", readingtaken="03/08/2026 08:00:00")
    zoned = replace(PRACTICE, default_zone=ZoneInfo("America/Denver"))
    reading = {
        "vitalid": 1,
        "clinicalelementid": "VITALS.PULSE.RATE",
        "value": 72,
        "readingtaken": "03/08/2026 08:00:00",
    }
    (full,) = observation_vitals.observations([reading], patient="1", practice=zoned)

    assert "2026-03-08" == cut.resource["effectiveDateTime"]
    assert "2026-03-08T08:00:00-06:00" == full.resource["effectiveDateTime"]


@pytest.mark.parametrize("value", ["", None, "  "])
def test_an_empty_reading_is_no_observation(value: Any) -> None:
    assert [] == _vital("VITALS.WEIGHT", value, unit="g")
    assert [] == _vital("VITALS.WEIGHT.REFUSED", "false")


def test_a_reading_without_a_row_keeps_its_words() -> None:
    (one,) = _vital("VITALS.PEAKFLOW", "good", codedescription="Peak flow")

    assert "Peak flow" == one.resource["code"]["text"]
    assert "good" == one.resource["valueString"]
    assert (Unmapped("athenanet-clinicalelementid", "VITALS.PEAKFLOW"),) == one.unmapped


@pytest.mark.parametrize("spec", [{}, None, "", "85", ["85"], {"low": None}, {"low": "high"}, {"prefix": "<"}])
def test_a_percentile_that_cannot_be_read_leaves_the_bmi(spec: Any) -> None:
    assert ["vital-1-1"] == [one.resource["id"] for one in _vital("VITALS.BMI", "24.3", percentilespec=spec)]


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"low": 85, "high": "85", "prefix": None}, {"valueQuantity": _percent("85")}),
        ({"low": 85, "high": 90}, {"valueRange": {"low": _percent("85"), "high": _percent("90")}}),
        ({"low": 97, "high": 97, "prefix": ">"}, {"valueQuantity": _percent("97") | {"comparator": ">"}}),
        ({"low": 0, "high": 3, "prefix": "<"}, {"valueQuantity": _percent("3") | {"comparator": "<"}}),
    ],
)
def test_a_percentile_is_a_value_or_lies_between_two(spec: dict[str, Any], value: dict[str, Any]) -> None:
    _, ranked = _vital("VITALS.BMI", "24.3", percentilespec=spec)

    assert "percentile-1-1" == ranked.resource["id"]
    assert value == {key: each for key, each in ranked.resource.items() if key.startswith("value")}
    assert_conforms(ranked.resource, "pediatric-bmi-for-age")


# --- all ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["patient", "encounter", "condition", "allergy_intolerance", "observation_vitals"])
def test_every_id_is_reversible_and_names_the_type_and_the_patient(name: str) -> None:
    for case in cases(f"athenanet/{name}"):
        for one in case.expected:
            made = one["resource"]
            assert frozenset({made["resourceType"]}) == ids.types_of(made["id"])
            subject = made.get("subject") or made.get("patient") or {"reference": f"Patient/{made['id']}"}
            assert subject["reference"] == f"Patient/{ids.patient_of(made['id'])}"


@pytest.mark.parametrize("name", ["practitioner", "organization", "location", "condition", "observation_vitals"])
def test_every_record_has_a_us_core_provenance(name: str) -> None:
    for case in cases(f"athenanet/{name}"):
        for one in case.expected:
            made = one["resource"]
            assert one["origin"]
            assert_conforms(derived(made, Origin(**one["origin"]), ids.local("prov", made["id"])), "us-core-provenance")
