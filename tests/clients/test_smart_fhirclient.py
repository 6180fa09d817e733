"""fhirclient, the SMART JavaScript client from npm: what it makes of the facade, beside what plain HTTP finds."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.clients.conftest import Facade, references
from tests.clients.javascript import JavaScriptClient, Refused

VITALS = "Observation?patient=rb.1&category=vital-signs"
ALL = {"pageLimit": 0, "flat": True}


def _named(resources: list[dict[str, Any]]) -> list[str]:
    return [f"{each['resourceType']}/{each['id']}" for each in resources]


def test_it_knows_the_release(smart: JavaScriptClient) -> None:
    assert 4 == smart.ask("fhirRelease", token=None)


def test_it_reads_the_capability_statement(smart: JavaScriptClient, facade: Facade) -> None:
    assert facade.get("metadata") == smart.ask("request", {"url": "metadata"}, token=None)


def test_it_reads_the_smart_configuration(smart: JavaScriptClient, facade: Facade) -> None:
    assert facade.get(".well-known/smart-configuration") == smart.ask("smartConfiguration", token=None)


def test_it_reads_and_reads_the_version_again(smart: JavaScriptClient, facade: Facade) -> None:
    expected = facade.get("Patient/rb.1")

    first = smart.ask("response", {"url": "Patient/rb.1"})
    again = smart.ask("response", {"url": f"Patient/rb.1/_history/{expected['meta']['versionId']}"})
    assert (200, expected) == (first["status"], first["body"])
    assert first == again


def test_it_reads_the_patient_in_context(smart: JavaScriptClient, facade: Facade) -> None:
    assert facade.get("Patient/rb.1") == smart.ask("patient")


@pytest.mark.parametrize("type_", ["Observation", "Condition", "Encounter", "AllergyIntolerance"])
def test_it_learns_from_the_capability_statement_how_to_search_for_the_patient(
    smart: JavaScriptClient, facade: Facade, type_: str
) -> None:
    expected = references(facade.pages(f"{type_}?patient=rb.1"))

    assert expected == _named(smart.ask("ofThePatient", type_))


def test_it_searches_to_the_last_page(smart: JavaScriptClient, facade: Facade) -> None:
    expected = references(facade.pages(VITALS))
    url = f"{VITALS}&_count=3"

    pages = smart.ask("pages", url)
    assert len(pages) > 2
    assert expected == references(pages)
    assert expected == _named(smart.ask("resources", url))
    assert expected == _named(smart.ask("request", {"url": url, **ALL}))


def test_the_pages_of_a_search_by_post_are_gets(smart: JavaScriptClient, facade: Facade) -> None:
    form = {"patient": "rb.1", "category": "vital-signs", "_count": "3"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    search = {"url": "Observation/_search", "method": "POST", "headers": headers, "body": urlencode(form)}

    pages = smart.ask("send", search)

    assert len(pages) > 2
    assert references(facade.pages(VITALS)) == references(pages)


def test_it_searches_what_belongs_to_a_patient(smart: JavaScriptClient, facade: Facade) -> None:
    expected = references(facade.pages("Condition?patient=rb.1"))

    assert expected == _named(smart.ask("request", {"url": "Patient/rb.1/Condition", **ALL}))


def test_what_is_included_comes_with_the_matches(smart: JavaScriptClient, facade: Facade) -> None:
    url = "Encounter?patient=rb.1&_include=Encounter:location&_include=Encounter:patient&_count=100"
    (page,) = smart.ask("pages", url)

    expected = {each["location"]["reference"] for match in _matches(page) for each in match.get("location", ())}
    assert expected
    assert {*expected, "Patient/rb.1"} == set(references([page], "include"))
    assert references(facade.pages("Encounter?patient=rb.1")) == references([page])


def _matches(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in page["entry"] if "match" == entry["search"]["mode"]]


def test_it_puts_what_is_referred_to_in_its_place(smart: JavaScriptClient, facade: Facade) -> None:
    url = "Encounter?patient=rb.1"
    found = smart.ask("request", {"url": url, **ALL, "resolveReferences": ["subject", "location.0.location"]})

    plain = [entry["resource"] for page in facade.pages(url) for entry in page["entry"]]
    assert [facade.get("Patient/rb.1")] * len(plain) == [each["subject"] for each in found]
    for before, after in zip(plain, found, strict=True):
        expected = facade.get(before["location"][0]["location"]["reference"])
        assert expected == after["location"][0]["location"]


def test_it_collects_what_is_referred_to(smart: JavaScriptClient, facade: Facade) -> None:
    answer = smart.ask("references", {"url": VITALS, "paths": ["subject"]})

    assert {"Patient/rb.1": facade.get("Patient/rb.1")} == answer["references"]


def test_it_fetches_everything_of_a_patient(smart: JavaScriptClient, facade: Facade) -> None:
    pages = smart.ask("pages", "Patient/rb.1/$everything?_count=20")

    assert len(pages) > 2
    assert references(facade.pages("Patient/rb.1/$everything")) == references(pages)


def test_it_finds_who_is_meant(smart: JavaScriptClient, facade: Facade) -> None:
    known = facade.get("Patient/rb.1")
    body = {"resourceType": "Patient", **{key: known[key] for key in ("identifier", "name", "birthDate")}}
    headers = {"Content-Type": "application/json"}

    bundle = smart.ask(
        "response", {"url": "Patient/$match", "method": "POST", "headers": headers, "body": json.dumps(body)}
    )["body"]

    assert "rb.1" == bundle["entry"][0]["resource"]["id"]


def test_it_sends_a_batch(smart: JavaScriptClient, facade: Facade) -> None:
    entries = [{"request": {"method": "GET", "url": url}} for url in ("Patient/rb.1", "Patient/rb.nobody")]
    body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    headers = {"Content-Type": "application/fhir+json"}

    bundle = smart.ask("response", {"url": "/", "method": "POST", "headers": headers, "body": body})["body"]

    assert ["200", "404"] == [entry["response"]["status"][:3] for entry in bundle["entry"]]
    assert facade.get("Patient/rb.1") == bundle["entry"][0]["resource"]


@pytest.mark.parametrize(
    ("url", "token", "status", "code"),
    [
        ("Patient/rb.nobody", "", 404, "not-found"),
        ("Patient?shoe-size=9", "", 400, "not-supported"),
        ("Patient/rb.1/_history", "", 405, "not-supported"),
        ("Patient/rb.1", None, 401, "login"),
        ("Patient/rb.1", "nonsense", 401, "login"),
    ],
    ids=["no such id", "no such parameter", "no history", "no token", "a false token"],
)
def test_its_errors_are_outcomes(smart: JavaScriptClient, url: str, token: str | None, status: int, code: str) -> None:
    with pytest.raises(Refused) as caught:
        smart.ask("request", {"url": url}, token=token)

    message = caught.value.problem["message"]
    outcome, _ = json.JSONDecoder().raw_decode(message[message.index("{") :])  # it writes the body into its message
    assert status == caught.value.problem["status"]
    assert ("OperationOutcome", code) == (outcome["resourceType"], outcome["issue"][0]["code"])
