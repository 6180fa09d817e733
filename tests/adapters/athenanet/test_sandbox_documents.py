"""The sandbox's documents on the wire."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.adapters.athenanet.sandbox_client import Athena, athena

pytestmark = pytest.mark.asyncio(loop_scope="module")

CDA = "{urn:hl7-org:v3}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire() -> AsyncIterator[Athena]:
    async with athena() as made:
        yield made


async def listed(wire: Athena, patient: int, department: int, **query: str) -> list[dict[str, Any]]:
    found = await wire.json(f"/patients/{patient}/documents", departmentid=department, **query)
    rows: list[dict[str, Any]] = found["documents"]
    return rows


async def test_the_list_needs_its_department_and_is_of_that_chart(wire: Athena) -> None:
    missing = await wire.get("/patients/5/documents")
    one, other = [{row["documentid"] for row in await listed(wire, 5, department)} for department in (1, 62)]

    assert (400, ["departmentid"]) == (missing.status_code, missing.json()["missingfields"])
    assert one
    assert other
    assert set() == one & other


async def test_deleted_documents_are_listed_on_request_only(wire: Athena) -> None:
    plain = {row["status"] for row in await listed(wire, 1, 1)}
    shown = {row["status"] for row in await listed(wire, 1, 1, showdeleted="true")}

    assert {"DELETED"} == shown - plain


async def test_each_row_has_its_number_twice_typed_differently(wire: Athena) -> None:
    for row in await listed(wire, 1, 1):
        key = row[f"{row['documentclass'].lower()}id"]
        assert (str, int, row["documentid"]) == (type(row["documentid"]), type(key), str(key))


async def test_the_list_is_paged_and_narrowed_by_class(wire: Athena) -> None:
    everything = await listed(wire, 1, 1)
    first = await wire.json("/patients/1/documents", departmentid=1, limit=5)
    second = await wire.json(first["next"])

    assert "DEPARTMENTID=1" in first["next"]
    assert [row["documentid"] for row in everything[:10]] == [
        row["documentid"] for page in (first, second) for row in page["documents"]
    ]
    assert "totalcount" not in second
    assert {"ADMIN"} == {row["documentclass"] for row in await listed(wire, 1, 1, documentclass="ADMIN")}


async def test_one_document_is_an_array_of_one_under_its_class_and_patient(wire: Athena) -> None:
    row = (await listed(wire, 1, 1, documentclass="ADMIN"))[0]
    path = f"documents/admin/{row['documentid']}"

    assert [row] == await wire.json(f"/patients/1/{path}")
    assert 404 == (await wire.get(f"/patients/2/{path}")).status_code
    assert 404 == (await wire.get(f"/patients/1/{path.replace('admin', 'letter')}")).status_code


async def test_files_are_where_the_record_says(wire: Athena) -> None:
    kinds = set()
    for row in await listed(wire, 1, 1):
        for file in (*row.get("pages", ()), *filter(None, [row.get("originaldocument")])):
            answer = await wire.get(file["href"])
            said = answer.headers["content-type"].partition(";")[0]
            assert 200 == answer.status_code
            assert said in (file["contenttype"], "application/json")
            kinds.add(said)

    assert {"application/json", "application/pdf", "image/png", "image/tiff", "text/html"} == kinds


async def test_a_c_cda_names_its_templates_and_its_patient(wire: Athena) -> None:
    without = await wire.get("/patients/1/ccda", departmentid=1)
    wrapped = await wire.json("/patients/1/ccda", departmentid=1, purpose="internal")
    plain = await wire.get("/patients/1/ccda", departmentid=1, purpose="internal", xmloutput="true")
    root = ET.fromstring(plain.text)  # noqa: S314 - our own sandbox made it

    assert ["purpose"] == without.json()["missingfields"]
    assert plain.text.partition("<realmCode")[0] == wrapped["ccda"].partition("<realmCode")[0]
    assert f"{CDA}ClinicalDocument" == root.tag
    assert "2.16.840.1.113883.10.20.22.1.2" in {each.get("root") for each in root.findall(f"{CDA}templateId")}
    assert "1" == next(root.iter(f"{CDA}patientRole")).find(f"{CDA}id").get("extension")  # type: ignore[union-attr]
    assert 2 == len(list(root.iter(f"{CDA}section")))


async def test_a_visit_has_its_note_as_html(wire: Athena) -> None:
    visits = (await wire.json("/chart/1/encounters", departmentid=1))["encounters"]
    note = await wire.json(f"/chart/encounters/{visits[0]['encounterid']}/summary")

    assert note["summaryhtml"].startswith(f"<html><body><h1>{visits[0]['encountervisitname']}")
    assert 404 == (await wire.get("/chart/encounters/1/summary")).status_code
