"""Documents through the adapter: what is asked upstream, what their files are, whose they are."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters import registry
from adapters.athenanet.document_classes import wanted
from adapters.contract import Document
from adapters.query import Clause, Query, TokenValue
from capability.issues import NotFound
from mappings.athenanet import codes_documents
from mappings.athenanet.practice import Practice
from mappings.concept_map import Concept, overriding
from mappings.fhir import LOINC
from mappings.mapped import Resource
from tests.adapters.athenanet.world import World, clause, new_call, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRACTICE = Practice("195900")
ALL = Query("DocumentReference", (of_patient("1", "5", "20"),))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def content(here: World, binary: str) -> Document:
    return await registry.content(here.adapter, here.ehr, new_call(), Query("Binary", id=binary))


def binaries(resource: Resource) -> list[tuple[str, str]]:
    """Content type and id of the Binary of each attachment."""
    held = [each["attachment"] for each in resource["content"]]
    return [(one.get("contentType"), one["url"].removeprefix("Binary/")) for one in held if "url" in one]


STARTS = {
    "application/pdf": b"%PDF-1.4",
    "application/xml": b"<?xml",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/tiff": b"II*\0",
    "text/html": b"<html>",
}


async def test_every_attachment_opens_as_what_it_says_it_is(here: World) -> None:
    seen = set()
    for document in await here.every(ALL):
        for kind, binary in binaries(document):
            found = await content(here, binary)
            seen.add(kind)
            assert kind == found.content_type.partition(";")[0]
            assert isinstance(found.content, bytes)
            assert found.content.startswith(STARTS.get(kind, b""))

    assert {*STARTS, "text/plain"} == seen


async def test_every_document_of_a_chart_is_given_once_or_is_of_a_class_served_otherwise(here: World) -> None:
    given = {one["id"].rpartition("-")[2] for one in await here.every(Query("DocumentReference", (of_patient("1"),)))}
    listed = await here.ehr.each_chart(
        new_call(), "1", "/patients/{patientid}/documents", "documents", {"showdeleted": "true"}
    )
    rows = {row["documentid"]: row["documentclass"] for each in listed for row in each.rows}

    elsewhere = {key for key, name in rows.items() if codes_documents.CLASSES[name].served != "DocumentReference"}
    assert {"PRESCRIPTION", "ORDER", "VACCINE", "PATIENTINFO"} == {rows[key] for key in elsewhere}
    assert rows.keys() - elsewhere == given & rows.keys()


async def test_a_read_costs_one_call_when_the_patient_is_known(here: World) -> None:
    found = await here.every(Query("DocumentReference", (of_patient("1"),)))
    document = next(one for one in found if "-consent" in one["id"] or "-admin-" in one["id"])
    here.forget()

    await here.one("DocumentReference", document["id"])

    path = document["id"].split("-")
    assert [f"/patients/1/documents/admin/{path[3]}"] == here.asked


@pytest.mark.parametrize(
    "binary",
    [
        "file-0-document-2-clinicaldocument-3001001",  # of patient 1
        "file-0-document-1-admin-3001001",  # a clinical document
        "file-0-document-1-prescription-3001024",  # a MedicationRequest
        "file-99-document-1-clinicaldocument-3001001",
        "file-1-visitnote-1-40104",
        "file-0-visitnote-1-40199",
        "file-1-ccda-1",
        "file-0-ccda-8",  # merged into another
        "file-0-ccda-999",
        "file-0-vital-1-1000000",
    ],
)
async def test_what_is_not_there_is_not_found(here: World, binary: str) -> None:
    with pytest.raises(NotFound):
        await content(here, binary)


async def test_a_c_cda_is_of_the_chart_that_its_attachment_is_about(here: World) -> None:
    (summary,) = await here.every(Query("DocumentReference", (of_patient("5"), token("type", "34133-9"))))
    first, second = [await content(here, binary) for _, binary in binaries(summary)]

    assert isinstance(first.content, bytes)
    assert isinstance(second.content, bytes)
    assert [True, False] == [b'extension="5-1-' in each for each in (first.content, second.content)]
    assert b'extension="5-2-' in second.content
    assert 2 == len(summary["meta"]["tag"])


# --- narrowing ------------------------------------------------------------------------------------------------------

NOTE = TokenValue(codes_documents.CATEGORY, "clinical-note")
CLASS = codes_documents.DOCUMENT_CLASS


@pytest.mark.parametrize(
    ("asked", "classes"),
    [
        ([token("type", "18748-4", system=LOINC)], {"IMAGINGRESULT"}),
        ([token("type", "11488-4", "11502-2")], {"CLINICALDOCUMENT", "LABRESULT"}),
        ([token("type", "18748-4"), token("type", "11502-2")], set()),
        ([token("type", "34133-9")], set()),
        ([clause("category", NOTE)], {"CLINICALDOCUMENT", "ENCOUNTERDOCUMENT", "IMAGINGRESULT", "LABRESULT"}),
        ([token("category", "LETTER", system=CLASS)], {"LETTER"}),
        ([clause("category", NOTE), token("category", "LABRESULT")], {"LABRESULT"}),
        ([token("category", "ADMIN_LEGAL"), token("type", "UNK")], {"ADMIN"}),
        ([token("type", "UNK")], None),  # a class that nobody has written down could have it
        ([token("category", "FAXINBOX")], None),
        ([clause("type", TokenValue(None, "11502-2"), modifier="not")], None),
        ([], None),
    ],
)
async def test_type_and_category_leave_the_classes_that_could_have_them(
    asked: list[Clause], classes: set[str] | None
) -> None:
    found = wanted(Query("DocumentReference", tuple(asked)), PRACTICE)

    assert classes == (None if found is None else set(found))


async def test_where_a_practice_types_its_documents_itself_a_type_leaves_all() -> None:
    own = overriding({"athenanet-documenttypeid": {"77": Concept("11502-2", LOINC)}})
    asked = Query("DocumentReference", (token("type", "11502-2"), token("category", "ADMIN")))

    assert frozenset({"ADMIN"}) == wanted(asked, Practice("195900", overrides=own))
    assert frozenset() == wanted(asked, PRACTICE)


async def test_only_the_class_that_is_wanted_is_asked_for(here: World) -> None:
    here.forget()

    await here.ask(Query("DocumentReference", (of_patient("2"), token("type", "18748-4"))))

    assert ["/patients/2/documents"] == [path for path in here.asked if path.endswith("/documents")]
    assert any("documentclass=IMAGINGRESULT" in query for query in here.queries)
    assert not [path for path in here.asked if path.endswith("/encounters")]


async def test_a_document_of_a_department_that_nobody_knows_is_read_as_it_is_found() -> None:
    async with world() as fresh:
        fresh.fault(path=".*/departments$", kind="malformed_record", times=None)
        found = [one["id"] for one in await fresh.every(Query("DocumentReference", (of_patient("5"),)))]

        assert found == [one for one in found if await fresh.one("DocumentReference", one)]
