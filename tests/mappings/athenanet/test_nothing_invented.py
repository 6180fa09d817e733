"""What athenaNet does not say is not said: no value, date or status is made of something else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mappings.athenanet import (
    codes_medicines,
    codes_procedures,
    codes_social_history,
    observation_vitals,
    procedure_codes,
    screening,
)
from mappings.athenanet.condition import condition
from mappings.athenanet.encounter import encounter
from mappings.athenanet.family_member_history import histories
from mappings.athenanet.immunization import immunization
from mappings.athenanet.laboratory import report_status
from mappings.athenanet.medication_request import medication_request
from mappings.athenanet.observation_social_history import Question, Statement, observation
from mappings.athenanet.translation import Translation
from mappings.concept_map import ConceptMap
from mappings.mapped import Resource
from tests.conforms import assert_conforms
from tests.mappings.athenanet.riverbend import PRACTICE


def _vaccine(**fields: Any) -> Resource:
    (made,) = immunization({"vaccineid": "C1", "cvx": 140, **fields}, patient="1", practice=PRACTICE)
    assert_conforms(made.resource, "us-core-immunization")
    return made.resource


def test_a_vaccine_was_not_given_on_the_day_of_its_order() -> None:
    made = _vaccine(status="ADMINISTERED", prescribeddate="01/01/2024", ordereddate="01/02/2024")

    assert (None, "unknown") == (made.get("occurrenceDateTime"), made["occurrenceString"])


def test_a_vaccine_that_was_given_in_spite_of_a_contraindication_was_given() -> None:
    reason = [{"code": "300916003", "codeset": "SNOMED", "description": "Latex allergy"}]

    made = _vaccine(status="ADMINISTERED", administerdate="01/02/2024", contraindicationreason=reason)

    assert ("completed", "2024-01-02") == (made["status"], made["occurrenceDateTime"])


def test_an_age_is_above_zero() -> None:
    row = {"relation": "Sister", "description": "Spina bifida", "onsetage": 0, "diedofage": 0}

    (made,) = histories([{"problems": [row]}], patient="1", practice=PRACTICE)

    assert "0 years" == made.resource["deceasedString"] == made.resource["condition"][0]["onsetString"]


def test_a_relation_in_another_letter_case_is_the_same_relative() -> None:
    rows = [{"relation": "Mother", "description": "Asthma"}, {"relation": "MOTHER", "description": "Gout"}]

    made = histories([{"problems": [row]} for row in rows], patient="1", practice=PRACTICE)

    assert ["relative-1-mother-1"] == [one.resource["id"] for one in made]


@pytest.mark.parametrize(
    ("state", "response", "scores"),
    [
        ("deleted", "entered-in-error", []),
        ("Partial", "in-progress", ["preliminary"]),
        ("SCORED", "completed", ["final"]),
        (None, "completed", ["final"]),
    ],
)
def test_a_screener_and_its_score_stand_as_its_state_says(state: str | None, response: str, scores: list[str]) -> None:
    record = {"questionnairescreenerid": 1, "name": "PHQ-9", "score": 3, "state": state}

    made = screening.questionnaire_response(record, patient="1", practice=PRACTICE)
    told = screening.score(record, patient="1", practice=PRACTICE)

    assert (response, scores) == (made.resource["status"], [one.resource["status"] for one in told])


def test_a_score_was_not_taken_when_it_was_last_changed() -> None:
    record = {"questionnairescreenerid": 1, "score": 3, "lastmodifieddatetime": "2026-03-08T09:35:00-05:00"}

    (made,) = screening.score(record, patient="1", practice=PRACTICE)

    assert None is made.resource.get("effectiveDateTime")
    assert_conforms(made.resource, "us-core-observation-screening-assessment")


def test_a_graded_pulse_is_no_rate() -> None:
    reading = {"vitalid": 1, "clinicalelementid": "VITALS.HEARTRATE", "value": "+2", "readingtaken": "03/08/2026"}

    (act,) = observation_vitals.acts({"vitals": [{"readings": [[reading]]}]})
    (made,) = observation_vitals.observations(act, patient="1", practice=PRACTICE)

    assert "+2" == made.resource["valueString"]


def test_a_result_whose_document_was_deleted_was_entered_in_error() -> None:
    document = {"status": "CLOSED", "deleteddatetime": "2026-03-09T12:01:00-05:00"}

    assert "entered-in-error" == report_status({"resultstatus": "final"}, document, Translation(PRACTICE))


@pytest.mark.parametrize(("word", "status"), [("PENDING", "draft"), ("HOLD", "on-hold"), ("SUBMITTED", "active")])
def test_a_prescription_that_waits_is_not_in_force(word: str, status: str) -> None:
    made = medication_request(
        {"medicationentryid": "C1", "status": word}, patient="1", practice=PRACTICE, today=date(2026, 1, 1)
    )

    assert (status, ()) == (made.resource["status"], made.unmapped)


def test_0_is_no_appointment_and_words_about_telehealth_are_no_loss() -> None:
    record = {"encounterid": 1, "encountertype": "VISIT", "status": "CLOSED", "appointmentid": 0}

    made = encounter(record, patient="1", appointment={"telehealth": "by video"}, practice=PRACTICE).resource

    assert (None, "AMB") == (made.get("appointment"), made["class"]["code"])


def test_nobody_says_when_a_medicine_was_entered_that_was_only_started() -> None:
    record = {"medicationentryid": "H1", "events": [{"type": "START", "eventdate": "01/01/2019"}]}

    made = medication_request(record, patient="1", practice=PRACTICE, today=date(2026, 1, 1)).resource

    assert None is made.get("authoredOn")
    assert {"start": "2019-01-01"} == made["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"]


def test_an_open_end_resolves_no_problem() -> None:
    events = [
        {"eventtype": "START", "startdate": "01/01/2020"},
        {"eventtype": "END", "enddate": "12/31/9999", "createddate": "01/02/2020"},
    ]

    made = condition({"problemid": 1, "name": "Asthma", "events": events}, patient="1", practice=PRACTICE).resource

    assert "active" == made["clinicalStatus"]["coding"][0]["code"]


@pytest.mark.parametrize(
    "table", [codes_social_history.ORIENTATION, codes_medicines.SITE], ids=lambda table: table.name
)
def test_a_table_of_what_people_say_tells_nobody_their_words(table: ConceptMap) -> None:
    translation = Translation(PRACTICE)
    translation.concept(table, "since I left my husband")

    assert not translation.mapped({}, PRACTICE.origin()).unmapped[0].coded


def test_an_answer_in_somebodys_own_words_is_counted_without_them() -> None:
    row = {"key": "SMOKINGSTATUS", "answer": "since I left my husband", "lastupdated": "01/27/2026"}

    made = observation(
        Statement(row, "", 0), patient="1", practice=PRACTICE, questions={"SMOKINGSTATUS": Question("DROPDOWN", {})}
    )

    assert {"text": "since I left my husband"} == made.resource["valueCodeableConcept"]
    assert [False] == [one.coded for one in made.unmapped]


def test_a_code_has_one_system_on_the_procedure_and_on_its_bill() -> None:
    billed = procedure_codes.procedure("G0121", None, PRACTICE) or {}

    assert codes_procedures.system_of("G0121") == billed["coding"][0]["system"]
