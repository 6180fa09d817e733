"""What a laboratory wrote, read as it was meant and no further."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.athenanet import laboratory
from mappings.athenanet.observation_laboratory import observation
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept, overriding
from mappings.fhirjson import dumps
from tests.mappings.athenanet.riverbend import PRACTICE


def value(text: Any, units: str | None = None) -> dict[str, Any]:
    return laboratory.value({"value": text, "units": units}, Translation(PRACTICE))


@pytest.mark.parametrize("text", ["1:80", "1,204", "7.0e2", "11.9 H", "See note", "< >", "1-10", ".", "+1", "2+"])
def test_what_is_no_number_stays_a_text(text: str) -> None:
    assert {"valueString": text} == value(text)


@given(st.decimals(0, 99999, allow_nan=False, places=3), st.sampled_from(["", "<", "<=", ">", ">= "]))
def test_a_number_keeps_its_digits_and_its_comparator(number: Any, sign: str) -> None:
    found = value(f"{sign}{number}", "mg / dL (calc)")["valueQuantity"]

    assert str(number).encode() in dumps(found)
    assert (sign.strip() or None, "mg / dL (calc)", "mg/dL") == (found.get("comparator"), found["unit"], found["code"])


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("4.0-10.5", "4.0", "10.5"), ("0 – 99", "0", "99"), ("-2.0--1", "-2.0", "-1"), ("<5", None, "5"),
     (">= 60", "60", None), ("10-4", None, None), ("Negative", None, None), ("5", None, None), ("<1:40", None, None)],
)  # fmt: skip
def test_a_reference_range_keeps_its_words_and_has_the_bounds_they_say(
    text: str, low: str | None, high: str | None
) -> None:
    found = laboratory.reference_range({"referencerange": text}, Translation(PRACTICE)) or {}

    assert text == found["text"]
    assert (low, high) == tuple(str(found[side]["value"]) if side in found else None for side in ("low", "high"))


def test_a_practices_own_row_gives_a_laboratorys_code_its_loinc_code() -> None:
    own = overriding({"athenanet-labcode": {"9001": Concept("2345-7", "http://loinc.org", "Glucose")}})
    practice = type(PRACTICE)(practiceid="195900", overrides=own)
    analyte = {"analyteid": 1, "observationidentifier": "9001", "analytename": "GLU"}

    mapped = observation(analyte, result={"labresultid": 1}, document={}, patient="3001", practice=practice)

    assert "2345-7" == mapped.resource["code"]["coding"][0]["code"]
    assert () == mapped.unmapped


def result(key: int, created: str, **more: Any) -> dict[str, Any]:
    return {"labresultid": key, "createddatetime": created, **more}


@pytest.mark.parametrize("names_the_older", [True, False])
def test_of_two_versions_the_later_one_holds_whichever_names_the_other(names_the_older: bool) -> None:
    older, newer = result(9, "2026-03-01T10:00:00-05:00"), result(7, "2026-03-02T10:00:00-05:00")
    (newer if names_the_older else older)["supersededdocumentid"] = 9 if names_the_older else "7"

    assert [newer] == laboratory.current([older, newer])


def test_a_copy_of_what_is_not_listed_stays() -> None:
    copy = result(2, "2026-03-01T10:00:00-05:00", exactduplicatedocumentid=1)

    assert [copy, None] == laboratory.current([copy, None])
    assert [result(1, "")] == laboratory.current([copy, result(1, "")])
    assert [] == laboratory.current([result(3, "", resultstatus="Duplicate")])


@pytest.mark.parametrize(
    ("row", "document", "status"),
    [({}, {}, "unknown"), ({}, {"status": "CLOSED"}, "final"), ({"isreviewedbyprovider": "1"}, {}, "final"),
     ({"resultstatus": "abnormal"}, {"status": "REVIEW"}, "unknown"), ({"resultstatus": "Signedoff"}, {}, "final"),
     ({}, {"status": "REVIEW", "reportstatus": "Incomplete"}, "partial"),
     ({"resultstatus": "final"}, {"status": "DELETED"}, "entered-in-error"),
     ({"resultstatus": "faxed"}, {"status": "CLOSED"}, "unknown")],
)  # fmt: skip
def test_a_status_is_what_was_said_and_only_what_was_closed_or_reviewed_is_final_unsaid(
    row: dict[str, Any], document: dict[str, Any], status: str
) -> None:
    assert status == laboratory.report_status(row, document, Translation(PRACTICE))
