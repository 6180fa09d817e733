"""A chart's documents over HTTP: found, opened, hidden, and found by $docref."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.facade.world import World, configuration, every, ids, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("documents"), configuration()) as made:
        yield made


@pytest.fixture
def client(here: World) -> httpx.AsyncClient:
    return here.client()


async def test_a_note_found_by_its_type_opens_with_the_same_token(client: httpx.AsyncClient) -> None:
    (note,) = await every(client, "/DocumentReference?patient=rb.1&type=http://loinc.org|11488-4")
    for each in note["content"]:
        answer = await client.get(each["attachment"]["url"])

        assert (200, each["attachment"]["contentType"]) == (answer.status_code, answer.headers["content-type"])
        assert f"DocumentReference/{note['id']}" == answer.headers["x-security-context"]


async def test_the_note_of_a_visit_is_html_that_can_do_nothing(client: httpx.AsyncClient) -> None:
    notes = await every(client, "/DocumentReference?patient=rb.1&type=11506-3&category=clinical-note")
    note = next(one for one in notes if one["id"].startswith("rb.visitnote-"))
    answer = await client.get(note["content"][0]["attachment"]["url"])

    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert 200 == (await client.get(f"/{note['context']['encounter'][0]['reference']}")).status_code


@pytest.mark.parametrize("n_owner", ["0-visitnote-2-40104", "0-document-2-clinicaldocument-3001001", "0-ccda-999"])
async def test_what_belongs_to_somebody_else_is_not_opened_through_a_patient(
    client: httpx.AsyncClient, n_owner: str
) -> None:
    assert 404 == (await client.get(f"/Binary/rb.file-{n_owner}")).status_code


async def test_docref_with_a_patient_alone_gives_the_c_cda(client: httpx.AsyncClient) -> None:
    (summary,) = await every(client, "/DocumentReference/$docref?patient=rb.1")
    answer = await client.get(summary["content"][0]["attachment"]["url"])

    assert "rb.ccda-1" == summary["id"]
    assert b"urn:hl7-org:v3" in answer.content


async def test_docref_finds_the_notes_of_a_time(client: httpx.AsyncClient) -> None:
    notes = await every(client, "/DocumentReference?patient=rb.1&type=11506-3&status=current&period=ge2026-01-01")
    asked = "/DocumentReference/$docref?patient=rb.1&type=http://loinc.org|11506-3&start=2026-01-01"

    assert sorted(ids(notes)) == sorted(ids(await every(client, asked)))
    assert 1 < len(notes)
