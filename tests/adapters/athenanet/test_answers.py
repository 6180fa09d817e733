"""What an answer means, whatever its status claims."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.athenanet import answers
from adapters.upstream import Reply
from capability.issues import EHRCredentials, EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable


def reply(status: int, content: bytes, **headers: str) -> Reply:
    return Reply(status, headers, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"patients":[],"totalcount":0}', {"patients": [], "totalcount": 0}),
        (b'\n\n[{"patientid":"1"}]', [{"patientid": "1"}]),
        (b"[]", []),
        (b'{"success":true,"problemid":1}', {"success": True, "problemid": 1}),
    ],
)
def test_a_good_answer_is_its_document(content: bytes, expected: Any) -> None:
    assert expected == answers.document(reply(200, content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>maintenance</body></html>",
        b'{"patients":[{"patientid":"30',
        b'{"error":"The data provided is invalid."}',
        b'[{"error":"The data provided is invalid."}]',
        b'{"success":"false","errormessage":"no"}',
        b'{"success":false}',
        b"1",
        b'"Invalid PROVIDERID input"',
        b"null",
        b"[1]",
        b"\xff\xfe",
    ],
)
def test_a_200_can_be_nonsense(content: bytes) -> None:
    with pytest.raises(EHRInvalid):
        answers.document(reply(200, content))


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (400, b'\n\n{"error":"The data provided is invalid."}', EHRInvalid),
        (401, b'{"error":"Incorrect permissions.","detailedmessage":"Bad auth."}', EHRCredentials),
        (403, b"", answers.NotGranted),
        (403, b"Developer Over Qps", EHRThrottled),
        (403, b"<h1>Developer Over Rate</h1>", EHRThrottled),
        (404, b'{"error":"Invalid practice.","detailedmessage":"The practice ID does not exist."}', EHRError),
        (404, b"Service not registered with API gateway.", answers.NotOffered),
        (409, b'{"error":"taken"}', EHRInvalid),
        (429, b"", EHRThrottled),
        (500, b"", EHRUnavailable),
        (502, b"", EHRUnavailable),
        (503, b"<html>", EHRUnavailable),
        (504, b"", EHRTimeout),
    ],
)
def test_a_refusal_or_failure_is_told_apart(status: int, content: bytes, expected: type[EHRError]) -> None:
    with pytest.raises(EHRError) as raised:
        answers.document(reply(status, content))

    assert expected is type(raised.value)


def test_an_unknown_record_is_athenanet_s_own_404() -> None:
    with pytest.raises(answers.NoSuchRecord):
        answers.document(reply(404, b'\n\n{"error":"The patient does not exist."}'))


@pytest.mark.parametrize(("told", "expected"), [("7", "7"), ("", "2"), ("soon", "2")])
def test_throttling_always_says_when_to_come_back(told: str, expected: str) -> None:
    with pytest.raises(EHRThrottled) as raised:
        answers.document(reply(429, b"", **{"retry-after": told}))

    assert expected == raised.value.headers["Retry-After"]


@pytest.mark.parametrize(("found", "expected"), [([{"a": 1}], {"a": 1}), ({"a": 1}, {"a": 1}), ([], None)])
def test_a_single_record_comes_in_an_array_or_bare(found: Any, expected: Any) -> None:
    assert expected == answers.one(found)


def test_an_envelope_without_its_list_is_only_good_when_it_is_empty() -> None:
    assert [] == answers.rows({"totalcount": "0"}, "problems")
    with pytest.raises(EHRInvalid):
        answers.rows({"totalcount": 3}, "problems")
    with pytest.raises(EHRInvalid):
        answers.rows([], "problems")


def test_rows_that_paging_repeats_pass_once_and_rows_without_an_id_all_pass() -> None:
    rows = [{"id": 1}, {"id": "1"}, {"id": 2}, {}, "x", {}]

    assert [{"id": 1}, {"id": 2}, {}, "x", {}] == list(answers.once(rows, "id"))
