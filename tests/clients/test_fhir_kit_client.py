"""fhir-kit-client, from npm: what it makes of the facade, beside what plain HTTP finds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.conftest import KEY, Facade, references
from tests.clients.javascript import JavaScriptClient, Refused
from tests.facade.world import link

VITALS = {"patient": "rb.1", "category": "vital-signs"}
QUERY = "patient=rb.1&category=vital-signs"


def test_it_reads_the_capability_statement(kit: JavaScriptClient, facade: Facade) -> None:
    assert facade.get("metadata") == kit.ask("capabilityStatement", token=None)


def test_it_reads_the_smart_configuration(kit: JavaScriptClient, facade: Facade) -> None:
    found = kit.ask("smartConfiguration", token=None)

    assert facade.get(".well-known/smart-configuration") == found
    assert facade.base.replace("/fhir/r4", "/auth/token") == found["token_endpoint"]


def test_it_gets_a_token_with_its_own_key_and_reads_with_it(kit: JavaScriptClient, facade: Facade) -> None:
    jwk = {**KEY.as_dict(private=True), "kid": "app-1"}
    given = {"clientId": "app", "jwk": jwk, "scope": "system/Patient.rs", "resourceType": "Patient", "id": "rb.1"}

    answer = kit.ask("backendServices", given, token=None)

    assert {"scope": "system/Patient.rs", "resource": facade.get("Patient/rb.1")} == answer


def test_it_reads_and_reads_the_version_again(kit: JavaScriptClient, facade: Facade) -> None:
    patient = kit.ask("read", {"resourceType": "Patient", "id": "rb.1"})
    version = patient["meta"]["versionId"]

    assert facade.get("Patient/rb.1") == patient
    assert patient == kit.ask("vread", {"resourceType": "Patient", "id": "rb.1", "version": version})


def test_what_it_has_already_is_not_sent_again(kit: JavaScriptClient) -> None:
    patient = {"resourceType": "Patient", "id": "rb.1"}
    etag = kit.ask("etag", patient)

    with pytest.raises(Refused) as caught:  # it takes every status but 2xx for an error
        kit.ask("read", {**patient, "options": {"headers": {"If-None-Match": etag}}})
    assert (304, {}) == (caught.value.problem["status"], caught.value.problem["body"])


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
def test_it_searches_to_the_last_page(kit: JavaScriptClient, facade: Facade, post: bool) -> None:
    search = {"resourceType": "Observation", "searchParams": {**VITALS, "_count": 3}, "options": {"postSearch": post}}

    pages = kit.ask("searchEveryPage", search)

    assert len(pages) > 2
    assert references(facade.pages(f"Observation?{QUERY}")) == references(pages)


def test_a_parameter_that_stands_twice_is_a_conjunction(kit: JavaScriptClient, facade: Facade) -> None:
    dates = sorted(each["effectiveDateTime"][:10] for each in _matches(facade.pages(f"Observation?{QUERY}")))
    first, last = dates[0], dates[-1]
    between = {**VITALS, "date": [f"gt{first}", f"lt{last}"]}

    pages = kit.ask("searchEveryPage", {"resourceType": "Observation", "searchParams": between})

    expected = [date for date in dates if first < date < last]
    assert expected
    assert expected == sorted(each["effectiveDateTime"][:10] for each in _matches(pages))


def _matches(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry["resource"] for page in pages for entry in page["entry"] if "match" == entry["search"]["mode"]]


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
def test_it_searches_what_belongs_to_a_patient(kit: JavaScriptClient, facade: Facade, post: bool) -> None:
    search = {
        "resourceType": "Condition",
        "compartment": {"resourceType": "Patient", "id": "rb.1"},
        "options": {"postSearch": post},
    }

    expected = references(facade.pages("Condition?patient=rb.1"))
    assert expected
    assert expected == references(kit.ask("searchEveryPage", search))


@pytest.mark.parametrize(
    ("type_", "include", "path"),
    [
        ("Encounter", "Encounter:location", "location.0.location.reference"),
        ("Observation", "Observation:patient", "subject.reference"),
    ],
)
def test_what_was_included_is_found_without_another_request(
    kit: JavaScriptClient, facade: Facade, type_: str, include: str, path: str
) -> None:
    search = {"patient": "rb.1", "_include": include, "_count": 100}

    answer = kit.ask("resolveIncluded", {"resourceType": type_, "searchParams": search, "path": path})

    assert answer["resolved"]
    assert 0 == answer["asked"]
    for reference, resource in answer["resolved"]:
        assert facade.get(reference) == resource


@pytest.mark.parametrize("absolute", [False, True])
def test_it_follows_a_reference_that_it_met(kit: JavaScriptClient, facade: Facade, absolute: bool) -> None:
    (entry,) = facade.get("Encounter?patient=rb.1&_count=1")["entry"]
    reference = entry["fullUrl"] if absolute else f"Encounter/{entry['resource']['id']}"

    assert entry["resource"] == kit.ask("resolve", reference)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_fetches_everything_of_a_patient(kit: JavaScriptClient, facade: Facade, method: str) -> None:
    everything = {"name": "$everything", "resourceType": "Patient", "id": "rb.1", "method": method}

    expected = references(facade.pages("Patient/rb.1/$everything"))
    assert {"Patient", "Observation", "Condition", "Encounter"} <= {each.partition("/")[0] for each in expected}
    assert expected == references(kit.ask("operationEveryPage", everything))


def test_it_finds_who_is_meant(kit: JavaScriptClient, facade: Facade) -> None:
    known = facade.get("Patient/rb.1")
    resource = {"resourceType": "Patient", **{key: known[key] for key in ("identifier", "name", "birthDate")}}
    body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]}

    bundle = kit.ask("operation", {"name": "match", "resourceType": "Patient", "input": body})

    best = bundle["entry"][0]
    assert ("rb.1", "certain") == (best["resource"]["id"], best["search"]["extension"][0]["valueCode"])


def test_it_sends_a_batch(kit: JavaScriptClient, facade: Facade) -> None:
    urls = ["Patient/rb.1", f"Observation?{QUERY}&_count=2", "Patient/rb.nobody"]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]

    bundle = kit.ask("batch", {"resourceType": "Bundle", "type": "batch", "entry": entries})

    patient, vitals, nobody = bundle["entry"]
    assert ["200", "200", "404"] == [entry["response"]["status"][:3] for entry in bundle["entry"]]
    assert facade.get("Patient/rb.1") == patient["resource"]
    assert references([facade.get(urls[1])]) == references([vitals["resource"]])
    assert link(vitals["resource"], "next") is not None
    assert "OperationOutcome" == nobody["response"]["outcome"]["resourceType"]


@pytest.mark.parametrize(
    ("exercise", "given", "token", "expected"),
    [
        ("read", {"resourceType": "Patient", "id": "rb.nobody"}, "", (404, "not-found")),
        ("search", {"resourceType": "Patient", "searchParams": {"shoe-size": "9"}}, "", (400, "not-supported")),
        ("operation", {"name": "$purge", "resourceType": "Patient", "id": "rb.1"}, "", (404, "not-found")),
        ("history", {"resourceType": "Patient", "id": "rb.1"}, "", (405, "not-supported")),
        ("read", {"resourceType": "Patient", "id": "rb.1"}, None, (401, "login")),
        ("read", {"resourceType": "Patient", "id": "rb.1"}, "nonsense", (401, "login")),
    ],
    ids=["no such id", "no such parameter", "no such operation", "no history", "no token", "a false token"],
)
def test_its_errors_are_outcomes(
    kit: JavaScriptClient, exercise: str, given: object, token: str | None, expected: tuple[int, str]
) -> None:
    with pytest.raises(Refused) as caught:
        kit.ask(exercise, given, token=token)

    outcome = caught.value.problem["body"]
    assert "OperationOutcome" == outcome["resourceType"]
    assert expected == (caught.value.problem["status"], outcome["issue"][0]["code"])
