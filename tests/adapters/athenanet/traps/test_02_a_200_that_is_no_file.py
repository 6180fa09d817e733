"""Trap 2: a 200 can be a failure, of a file as of a record."""

from __future__ import annotations

import pytest

from adapters import registry
from adapters.athenanet import files
from adapters.query import Query
from adapters.upstream import Reply
from capability.issues import EHRInvalid
from tests.adapters.athenanet.world import World, new_call

PAGE = "file-1-document-1-clinicaldocument-3001001"


@pytest.mark.parametrize("kind", ["html", "empty", "error_in_200", "success_false_in_200", "bare_1", "bare_string"])
async def test_trap_02_a_200_that_is_no_file_is_not_given_as_one(here: World, kind: str) -> None:
    here.fault(path=".*/pages/", times=None, kind=kind)

    with pytest.raises(EHRInvalid):
        await registry.content(here.adapter, here.ehr, new_call(), Query("Binary", id=PAGE))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"attachmentcontents":"JVBERi0x\\nLjQ=","attachmenttype":"PDF"}', b"%PDF-1.4"),
        (b'[{"attachmentcontents":"JVBERi0xLjQ="}]', b"%PDF-1.4"),
        (b'{"ccda":"<ClinicalDocument/>"}', b"<ClinicalDocument/>"),
    ],
)
async def test_trap_02_a_file_inside_json_is_taken_out_of_it(body: bytes, expected: bytes) -> None:
    assert expected == files.document(Reply(200, {"content-type": "application/json"}, body), None).content


@pytest.mark.parametrize("body", [b'{"attachmentcontents":"%%%"}', b'{"attachmentcontents":7}', b"{}", b"[]", b"[1]"])
async def test_trap_02_json_without_a_file_is_none(body: bytes) -> None:
    with pytest.raises(EHRInvalid):
        files.document(Reply(200, {"content-type": "application/json"}, body), "application/pdf")


@pytest.mark.parametrize("kind", ["truncated", "html", "empty", "bare_1"])
async def test_trap_02_half_a_summary_is_none(here: World, kind: str) -> None:
    here.fault(path=".*/ccda", times=None, kind=kind)

    with pytest.raises(EHRInvalid):
        await registry.content(here.adapter, here.ehr, new_call(), Query("Binary", id="file-0-ccda-1"))
