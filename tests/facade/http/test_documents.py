"""Binary: what an attachment holds, in the form that is asked for. https://hl7.org/fhir/R4/binary.html"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.conforms import assert_conforms
from tests.facade.chartbox import ChartBox
from tests.facade.http.documents import PAGE, PDF, documents_box
from tests.facade.world import ORIGIN

pytestmark = pytest.mark.asyncio(loop_scope="module")

FHIR = "application/fhir+json"
LETTER, HTML, SVG = "file-0-documentreference-1", "file-1-documentreference-1", "file-1-documentreference-3"
OWNER = "DocumentReference/box.documentreference-1"
LIMITS = {"document_bytes": 500_000, "documents_bytes": 1_000_000, "batch_bytes": 1_024}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChartBox]:
    async with documents_box(tmp_path_factory.mktemp("box"), limits=LIMITS) as made:
        yield made


async def _read(box: ChartBox, local: str, client: str = "system", **headers: str) -> Any:
    return await box.here.client(client).get(f"/Binary/box.{local}", headers={"accept-encoding": "identity", **headers})


async def test_the_url_of_an_attachment_leads_to_its_bytes(box: ChartBox) -> None:
    client = box.here.client()
    document = (await client.get(f"/{OWNER}")).json()
    attachment = document["content"][0]["attachment"]

    response = await client.get(attachment["url"], headers={"accept-encoding": "identity"})

    assert f"{ORIGIN}/riverbend/fhir/r4/Binary/box.{LETTER}" == attachment["url"]
    assert (200, PDF) == (response.status_code, response.content)
    told = {name: response.headers.get(name) for name in (
        "content-type", "content-length", "content-disposition", "x-security-context", "x-content-type-options",
        "accept-ranges", "cache-control", "vary", "last-modified")}  # fmt: skip
    assert {
        "content-type": "application/pdf",
        "content-length": str(len(PDF)),
        "content-disposition": "inline",
        "x-security-context": OWNER,
        "x-content-type-options": "nosniff",
        "accept-ranges": "none",
        "cache-control": "no-store",
        "vary": "Accept, Authorization",
        "last-modified": "Wed, 01 May 2024 10:00:00 GMT",
    } == told


async def test_a_document_is_the_same_and_has_the_same_version_under_every_base(box: ChartBox) -> None:
    tenant, practice = box.here.client(), box.here.client(practice="box")
    for address in (f"/{OWNER}", f"/Binary/box.{LETTER}"):
        one, other = await tenant.get(address), await practice.get(address)

        assert (200, one.headers["etag"], one.content) == (other.status_code, other.headers["etag"], other.content)


async def test_as_fhir_it_is_the_binary_with_its_owner(box: ChartBox) -> None:
    response = await _read(box, LETTER, accept=FHIR)

    version = response.headers["etag"].removeprefix('W/"').removesuffix('"')
    assert "application/fhir+json; charset=utf-8" == response.headers["content-type"]
    assert str(len(response.content)) == response.headers["content-length"]
    assert {
        "resourceType": "Binary",
        "id": f"box.{LETTER}",
        "meta": {"versionId": version, "lastUpdated": "2024-05-01T10:00:00.123Z"},
        "contentType": "application/pdf",
        "securityContext": {"reference": OWNER},
        "data": base64.b64encode(PDF).decode(),
    } == response.json()
    assert_conforms(response.json())
    assert response.headers["etag"] == (await _read(box, LETTER)).headers["etag"]


async def test_base64_of_many_pieces_is_one(box: ChartBox) -> None:
    response = await _read(box, "file-0-documentreference-5", accept=FHIR)

    assert b"x" * 100_000 == base64.b64decode(response.json()["data"], validate=True)


@pytest.mark.parametrize(
    ("local", "accept", "kind"),
    [
        (LETTER, "*/*", "application/pdf"),
        (LETTER, "application/pdf", "application/pdf"),
        (LETTER, "application/*", "application/pdf"),
        (LETTER, BROWSER, "application/pdf"),
        (LETTER, "application/json, text/plain, */*", FHIR),
        (LETTER, "application/pdf;q=0.5, application/fhir+json", FHIR),
        (LETTER, "application/fhir+json;q=0.5, application/pdf", "application/pdf"),
        (LETTER, "image/*, text/plain", None),
        (LETTER, "text/html", None),
        (LETTER, "application/fhir+xml", None),
        (LETTER, "application/fhir+json; fhirVersion=5.0", None),
        (HTML, BROWSER, "text/html"),
        (HTML, "text/*", "text/html"),
        (HTML, "application/json", FHIR),
        (SVG, "image/*", "image/svg+xml"),
    ],
)
async def test_accept_chooses_the_form(box: ChartBox, local: str, accept: str, kind: str | None) -> None:
    response = await _read(box, local, accept=accept)

    if kind is not None:
        assert (200, kind) == (response.status_code, response.headers["content-type"].partition(";")[0])
        return
    assert (406, True) == (response.status_code, "this document is application/pdf" in response.text)


async def test_format_wins_and_other_parameters_are_refused(box: ChartBox) -> None:
    client = box.here.client()

    as_json = await client.get(f"/Binary/box.{LETTER}?_format=json&_pretty=true", headers={"accept": "*/*"})
    refused = await client.get(f"/Binary/box.{LETTER}?_summary=true")

    assert (await _read(box, LETTER, accept=FHIR)).json() == as_json.json()
    assert (400, ["http._summary"]) == (refused.status_code, refused.json()["issue"][0]["location"])
    assert 406 == (await client.get(f"/Binary/box.{LETTER}?_format=xml")).status_code


@pytest.mark.parametrize("local", [HTML, SVG])
async def test_what_a_browser_would_run_is_for_saving(box: ChartBox, local: str) -> None:
    headers = (await _read(box, local)).headers

    assert "attachment" == headers["content-disposition"]
    assert headers["content-security-policy"].startswith("sandbox;")


async def test_a_page_for_people_holds_nothing_of_the_document(box: ChartBox) -> None:
    page = await box.here.client().get(f"/Binary/box.{HTML}?_format=html")
    listed = await box.here.client().get(f"/{OWNER}", headers={"accept": "text/html"})

    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert PAGE.decode() not in page.text
    assert base64.b64encode(PAGE).decode() not in page.text
    assert f'href="{ORIGIN}/riverbend/fhir/r4/Binary/box.{HTML}"' in listed.text


async def test_a_media_type_that_is_none_is_bytes(box: ChartBox) -> None:
    response = await _read(box, "file-7-documentreference-6")

    assert (200, b"\x89PNG") == (response.status_code, response.content)
    assert ("application/octet-stream", None) == (response.headers["content-type"], response.headers.get("set-cookie"))


@pytest.mark.parametrize("accept", ["*/*", FHIR])
async def test_conditions_and_versions_hold_for_both_forms(box: ChartBox, accept: str) -> None:
    first = await _read(box, LETTER, accept=accept)
    etag = first.headers["etag"]
    version = etag.removeprefix('W/"').removesuffix('"')
    client = box.here.client()
    address = f"/Binary/box.{LETTER}"

    unchanged = await _read(box, LETTER, accept=accept, **{"if-none-match": etag})
    not_since = await _read(box, LETTER, accept=accept, **{"if-modified-since": first.headers["last-modified"]})
    other = await _read(box, LETTER, accept=accept, **{"if-match": 'W/"0"'})
    versioned = await client.get(f"{address}/_history/{version}", headers={"accept": accept})
    gone = await client.get(f"{address}/_history/0", headers={"accept": accept})
    head = await client.head(address, headers={"accept": accept})

    assert [(304, b"", etag)] * 2 == [(r.status_code, r.content, r.headers["etag"]) for r in (unchanged, not_since)]
    assert (412, 404) == (other.status_code, gone.status_code)
    assert first.content == versioned.content
    assert (200, b"", first.headers["content-length"], etag) == (
        head.status_code, head.content, head.headers["content-length"], head.headers["etag"])  # fmt: skip


async def test_a_batch_has_it_as_a_resource_as_far_as_there_is_room(box: ChartBox) -> None:
    urls = [
        f"Binary/box.{LETTER}",
        f"{ORIGIN}/riverbend/fhir/r4/Binary/box.{HTML}",
        "Binary/box.file-0-documentreference-5",
    ]
    entry = [{"request": {"method": "GET", "url": url}} for url in urls]

    response = await box.here.client().post("", json={"resourceType": "Bundle", "type": "batch", "entry": entry})

    letter, page, large = response.json()["entry"]
    assert (await _read(box, LETTER, accept=FHIR)).json() == letter["resource"]
    assert PAGE == base64.b64decode(page["resource"]["data"])
    assert ("400 Bad Request", "too-costly") == (
        large["response"]["status"], large["response"]["outcome"]["issue"][0]["code"])  # fmt: skip


async def test_what_is_no_binary_of_ours_does_not_leave(box: ChartBox) -> None:
    document = (await box.here.client().get("/DocumentReference/box.documentreference-3")).json()

    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    assert {"title": "Elsewhere", "_url": {"extension": [absent]}} == document["content"][0]["attachment"]
    assert_conforms(document)


async def test_an_attachment_within_a_contained_resource_is_one_of_its_owner(box: ChartBox) -> None:
    document = (await box.here.client().get("/DocumentReference/box.documentreference-6")).json()

    url = document["contained"][0]["photo"][0]["url"]
    assert f"{ORIGIN}/riverbend/fhir/r4/Binary/box.file-7-documentreference-6" == url
    assert 200 == (await box.here.client().get(url)).status_code


async def test_no_bundle_holds_a_binary(box: ChartBox) -> None:
    client = box.here.client()
    found = [
        await client.get("/Patient/box.patient-1/$everything"),
        await client.get("/DocumentReference?patient=box.patient-1&_include=DocumentReference:patient"),
    ]

    for response in found:
        types = {each["resource"]["resourceType"] for each in response.json()["entry"]}
        assert "DocumentReference" in types
        assert "Binary" not in types
    assert 400 == (await client.get("/Patient/box.patient-1/$everything?_type=Binary")).status_code
    assert 405 == (await client.get("/Binary?_id=box.x")).status_code
    assert 404 == (await client.get("/Patient/box.patient-1/Binary")).status_code


async def test_the_statement_and_openapi_say_how_it_is_read(box: ChartBox) -> None:
    client = box.here.client(None)
    (resource,) = [
        each for each in (await client.get("/metadata")).json()["rest"][0]["resource"] if each["type"] == "Binary"
    ]
    paths = (await client.get("/openapi.json")).json()["paths"]

    assert ["read", "vread"] == [each["code"] for each in resource["interaction"]]
    assert {"/Binary/{id}", "/Binary/{id}/_history/{vid}"} == {path for path in paths if "Binary" in path}
    assert {FHIR, "application/json", "*/*"} == paths["/Binary/{id}"]["get"]["responses"]["200"]["content"].keys()


async def test_docref_gives_what_can_be_opened_in_each_practice(box: ChartBox) -> None:
    client = box.here.client()
    for practice in ("box", "mill"):
        found = await client.get(f"/DocumentReference/$docref?patient={practice}.patient-1&type=11506-3&start=2024")
        urls = [
            each["attachment"]["url"]
            for entry in found.json()["entry"]
            for each in entry["resource"]["content"]
            if each["attachment"].get("contentType") == "application/pdf"
        ]

        assert [f"{ORIGIN}/riverbend/fhir/r4/Binary/{practice}.{LETTER}"] == urls
        assert PDF == (await client.get(urls[0])).content
