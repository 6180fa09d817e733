"""How a therapy stands is told by its events, hardly by the status of the prescription's document."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from mappings.athenanet.codes_procedures import CPT, HCPCS, PROCEDURES, is_procedure, system_of
from mappings.athenanet.immunization import immunization
from mappings.athenanet.medication_request import medication_request
from mappings.fhir import SNOMED
from mappings.mapped import Resource
from tests.conforms import assert_conforms
from tests.mappings.athenanet.riverbend import PRACTICE

TODAY = date(2026, 11, 1)
START, END, HIDE = ("START", "01/01/2026"), ("END", "03/01/2026"), ("HIDE", "02/01/2026")
NINETY_DAYS = {"structuredsig": {"dosagedurationvalue": 90, "dosagedurationunit": "day"}}


def _request(*events: tuple[str, str], denied: bool = False, **fields: Any) -> Resource:
    record = {
        "medicationentryid": "C1",
        "events": [{"type": kind, "eventdate": on} for kind, on in events],
        **fields,
    }
    made = medication_request(record, patient="1", practice=PRACTICE, today=TODAY, denied=denied).resource
    assert_conforms(made, "us-core-medicationrequest")
    return made


@pytest.mark.parametrize(
    ("events", "fields", "status"),
    [
        ([START], {}, "active"),
        ([START], {"status": "CLOSED"}, "active"),
        ([START, END], {}, "stopped"),
        ([START, END], {"stopreason": "End of course"}, "completed"),
        ([START, ("END", "04/01/2026")], NINETY_DAYS, "completed"),
        ([START, ("END", "04/01/2026")], {**NINETY_DAYS, "stopreason": "ineffective"}, "stopped"),
        ([START, END], NINETY_DAYS, "stopped"),
        ([START, ("END", "11/02/2026")], {}, "active"),
        ([START, ("END", "11/01/2026")], {}, "stopped"),
        ([START, ("END", "12/31/9999")], {}, "active"),
        ([START, ("END", "01/01/1")], {}, "stopped"),
        ([START, END, ("START", "06/01/2026")], {}, "active"),
        ([START], {"isdiscontinued": "true"}, "stopped"),
        ([START, HIDE], {}, "unknown"),
        ([START, HIDE, END], {}, "stopped"),
        ([START], {"status": "PEND"}, "draft"),
        ([START], {"status": "DELETED"}, "entered-in-error"),
        ([START, END], {"deletedby": "ksample"}, "entered-in-error"),
    ],
)
def test_events_tell_how_a_therapy_stands(events: list[tuple[str, str]], fields: dict[str, Any], status: str) -> None:
    assert status == _request(*events, **fields)["status"]


def test_what_athenanet_lists_as_denied_is_cancelled() -> None:
    assert "cancelled" == _request(START, denied=True)["status"]


def test_an_end_before_its_start_bounds_nothing() -> None:
    made = _request(("START", "05/2026"), ("END", "03/01/2026"))

    assert {"start": "2026-05"} == made["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"]


@pytest.mark.parametrize(
    ("unit", "value", "repeat"),
    [
        ("per day", 2, {"frequency": 2, "period": 1, "periodUnit": "d"}),
        ("hour(s)", 12, {"frequency": 1, "period": 12, "periodUnit": "h"}),
        ("month(s)", 1, {"frequency": 1, "period": 1, "periodUnit": "mo"}),
        ("per day", "0.5", None),
        ("per day", 0, None),
        ("per moon", 1, None),
    ],
)
def test_a_frequency_is_a_timing_only_where_it_can_be_one(unit: str, value: Any, repeat: dict[str, Any] | None) -> None:
    sig = {"dosagefrequencyvalue": value, "dosagefrequencyunit": unit, "dosagefrequencydescription": "as written"}
    timing = _request(structuredsig=sig)["dosageInstruction"][0]["timing"]

    assert {"code": {"text": "as written"}, **({"repeat": repeat} if repeat else {})} == timing


def test_a_vaccine_of_which_nobody_says_whether_it_was_given_is_left_out() -> None:
    with pytest.raises(ValueError, match="given or not"):
        immunization({"vaccineid": "C1", "cvx": 3}, patient="1", practice=PRACTICE)


@pytest.mark.parametrize(
    ("code", "system"),
    [("99213", CPT), ("3074F", CPT), ("G0121", HCPCS), ("173422009", SNOMED), ("173422008", None), ("OP-7", None)],
)
def test_the_form_of_a_code_tells_its_system(code: str, system: str | None) -> None:
    assert system == system_of(code)


@pytest.mark.parametrize(
    ("code", "procedure"),
    [
        ("20610", True), ("36415", True), ("93000", True), ("94010", True), ("71046", True), ("0042T", True),
        ("G0121", True), ("99213", False), ("99442", False), ("90471", False), ("90686", False), ("81002", False),
        ("3074F", False), ("J3420", False), ("G0439", False), ("NOSHOW", False), ("173422009", False),
    ],
)  # fmt: skip
def test_visits_vaccines_tests_drugs_and_fees_are_no_procedures(code: str, procedure: bool) -> None:
    assert procedure is is_procedure(code)


def test_ranges_of_procedures_do_not_overlap() -> None:
    spans = [(first, last) for first, last, _ in PROCEDURES]

    assert all(system_of(first) == system_of(last) is not None and first <= last for first, last in spans)
    plain = sorted(span for span in spans if span[0].isdigit())
    assert all(one[1] < other[0] for one, other in itertools.pairwise(plain))
