"""How Epic's web server answers. Source: Epic HTTP habits, captures."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from adapters.epic.sandbox import ids, xml
from tests.adapters.epic.sandbox.wire import Epic, epic, numbers

FHIR = "{http://hl7.org/fhir}"
PATIENTS = {number: ids.of("Patient", str(number), number, "backend") for number in range(1, 26)}


def parsed(document: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 - the sandbox wrote it


@pytest.mark.parametrize("accept", [None, "*/*", "text/csv"])
async def test_who_does_not_ask_for_json_gets_xml(here: Epic, accept: str | None) -> None:
    response = await here.get("/Patient", accept=accept, identifier="E0001")

    assert "application/fhir+xml; charset=utf-8" == response.headers["content-type"]
    bundle = parsed(response.content)
    assert "Okafor" == bundle.findall(f".//{FHIR}Patient/{FHIR}name/{FHIR}family")[0].get("value")
    assert "1" == bundle.findall(f"{FHIR}total")[0].get("value")


async def test_errors_are_xml_too(here: Epic) -> None:
    response = await here.get("/Patient", accept=None)

    outcome = parsed(response.content)
    assert (400, f"{FHIR}OperationOutcome") == (response.status_code, outcome.tag)


@pytest.mark.parametrize("accept", ["application/json", "application/json+fhir", "application/fhir+json"])
async def test_the_content_type_is_the_one_that_was_asked_for(here: Epic, accept: str) -> None:
    response = await here.get("/Patient", accept=accept, identifier="E0001")

    assert f"{accept}; charset=utf-8" == response.headers["content-type"]


def test_xml_has_ids_and_urls_as_attributes_and_keeps_line_breaks() -> None:
    patient = {
        "resourceType": "Patient",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>A</p></div>'},
        "extension": [{"url": "http://e.example/x", "valueBoolean": True}],
        "contained": [{"resourceType": "Organization", "id": "o", "name": "<&>"}],
        "address": [{"id": "a1", "text": "1 St\r\nTOWN"}],
        "birthDate": "1980-01-02",
        "_birthDate": {"extension": [{"url": "http://e.example/t", "valueCode": "x"}]},
    }

    root = parsed(xml.written(patient))

    assert "A" == root.findall(".//{http://www.w3.org/1999/xhtml}p")[0].text
    assert {"url": "http://e.example/x"} == root.findall(f"{FHIR}extension")[0].attrib
    assert "<&>" == root.findall(f"{FHIR}contained/{FHIR}Organization/{FHIR}name")[0].get("value")
    assert "a1" == root.findall(f"{FHIR}address")[0].get("id")
    assert "1 St\r\nTOWN" == root.findall(f"{FHIR}address/{FHIR}text")[0].get("value")
    assert "x" == root.findall(f"{FHIR}birthDate/{FHIR}extension/{FHIR}valueCode")[0].get("value")


async def test_answers_carry_cookies_and_counters_and_only_a_patient_an_e_tag(here: Epic) -> None:
    id_ = await here.patient(1)
    patient = await here.get(f"/Patient/{id_}")
    searched = await here.get("/Encounter", patient=id_)

    assert patient.headers["e-tag"].isdigit()
    assert not {"etag", "last-modified", "location", "x-request-id", "e-tag"} & set(searched.headers)
    assert "no-cache,no-store" == searched.headers["cache-control"]
    assert "servermetrics" in searched.headers
    assert 2 == len(searched.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "path", ["/Slot", "/Provenance?target=Patient/x", "/$export", "/Patient/x/_history", "/patient"]
)
async def test_what_is_not_deployed_is_a_page_of_the_web_server(here: Epic, path: str) -> None:
    response = await here.get(path)

    assert (404, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert "404 - File or directory not found." in response.text


async def test_an_id_that_is_nobodys_is_59008(here: Epic) -> None:
    response = await here.get("/Observation/eAbc")

    assert (404, ["59008"]) == (response.status_code, numbers(response.json()))


async def test_a_merged_patient_leads_to_the_survivor(here: Epic) -> None:
    survivor, merged = PATIENTS[7], PATIENTS[8]
    read, searched = await here.get(f"/Patient/{merged}"), await here.get("/Condition", patient=merged)

    assert (302, ["4107"]) == (read.status_code, numbers(read.json()))
    assert read.headers["location"].endswith(f"/Patient/{survivor}")
    assert searched.headers["location"].endswith(f"/Condition?patient={survivor}")


async def test_a_deleted_patient_is_gone(here: Epic) -> None:
    response = await here.get(f"/Patient/{PATIENTS[14]}")

    assert (410, ["4103"]) == (response.status_code, numbers(response.json()))


async def test_the_glass_of_a_restricted_chart_stays_whole(here: Epic) -> None:
    restricted = PATIENTS[15]
    read, searched = await here.get(f"/Patient/{restricted}"), await here.get("/Condition", patient=restricted)
    found = await here.json("/Patient", identifier="EPIC|E0015")

    assert (403, ["4130"]) == (read.status_code, numbers(read.json()))
    assert (403, ["4130"]) == (searched.status_code, numbers(searched.json()))
    assert (0, ["4134", "4101"]) == (found["total"], numbers(found))


async def test_a_user_who_may_not_is_4118() -> None:
    async with epic(user_refused=frozenset({"Encounter"})) as wire:
        response = await wire.get("/Encounter", patient=PATIENTS[1])

    assert (403, ["4118"]) == (response.status_code, numbers(response.json()))


async def test_the_statement_says_who_it_is_and_where_tokens_are(here: Epic) -> None:
    statement = await here.json("/metadata")
    smart = await here.json("/.well-known/smart-configuration")

    assert ("Epic", "May 2026", ["xml", "json"]) == (
        statement["software"]["name"],
        statement["software"]["version"],
        statement["format"],
    )
    uris = statement["rest"][0]["security"]["extension"][0]["extension"]
    assert smart["token_endpoint"] == next(one["valueUri"] for one in uris if one["url"] == "token")
    assert not any("/" in scope for scope in smart["scopes_supported"])
