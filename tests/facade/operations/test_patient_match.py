"""Patient/$match: who may be meant, in a fixed order, by nothing that the caller may not see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.facade.chartbox import chartbox
from tests.facade.world import World, configuration, every, practice, world

MATCH = "/Patient/$match"
SSN = "http://hl7.org/fhir/sid/us-ssn"
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


def _body(patient: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    given = [{"name": name, **value} for name, value in parameters.items()]
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": {"resourceType": "Patient", **patient}}, *given],
    }


def _graded(bundle: dict[str, Any]) -> list[tuple[str, float, str]]:
    return [
        (entry["resource"]["id"], entry["search"]["score"], entry["search"]["extension"][0]["valueCode"])
        for entry in bundle.get("entry", ())
        if entry["search"]["mode"] == "match"
    ]


async def _somebody(here: World) -> dict[str, Any]:
    """A patient with a number of the practice, as the system client sees her."""
    for found in await every(here.client(), "/Patient?_count=200"):
        if found.get("telecom") and found.get("address") and found.get("active"):
            return found
    raise AssertionError("the population has somebody")


async def test_who_is_known_by_number_and_name_is_certain(here: World, client: httpx.AsyncClient) -> None:
    known = await _somebody(here)
    sent = {key: known[key] for key in ("identifier", "name", "birthDate", "gender")}

    bundle = (await client.post(MATCH, json=_body(sent))).json()

    assert (known["id"], 1.0, "certain") == _graded(bundle)[0]
    assert "searchset" == bundle["type"]
    assert len(_graded(bundle)) == bundle["total"]
    assert {GRADE} == {entry["search"]["extension"][0]["url"] for entry in bundle["entry"]}
    scores = [score for _, score, _ in _graded(bundle)]
    assert sorted(scores, reverse=True) == scores


async def test_a_patient_alone_may_be_the_body(here: World, client: httpx.AsyncClient) -> None:
    known = await _somebody(here)
    sent = {"resourceType": "Patient", **{key: known[key] for key in ("name", "birthDate")}}

    alone = (await client.post(MATCH, json=sent)).json()

    assert (await client.post(MATCH, json=_body(sent))).json() == alone
    assert known["id"] in [id_ for id_, _, _ in _graded(alone)]


# --- people made to measure -----------------------------------------------------------------------------------------

MRN = "http://example.org/mrn"


def _person(number: int, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": f"patient-{number}",
        "identifier": [{"system": MRN, "value": f"M-{number}"}],
        "name": [{"family": "Núñez-Ortiz", "given": ["José", "María"]}],
        "birthDate": "1970-03-01",
        "gender": "male",
        "telecom": [{"system": "phone", "value": "(617) 555-0101"}],
        "address": [{"line": ["1 Main St."], "city": "Boston", "postalCode": "02101"}],
        **elements,
    }


PEOPLE = [
    _person(1),
    _person(2, name=[{"family": "Núñez-Ortiz", "given": ["Juan"]}]),  # a twin
    _person(3, birthDate="1970-03-02"),
    _person(4, name=[{"family": "Baum", "given": ["Ben"]}], birthDate="1990-01-01", telecom=[]),
    _person(5, telecom=[{"system": "phone", "value": "+1 617 555 9999"}], address=[], gender="female"),
]
SAME_NAME: dict[str, Any] = {"name": [{"family": "núñez-ortiz", "given": ["jose"]}], "birthDate": "1970-03-01"}
NUMBERED = {"identifier": [{"system": MRN, "value": "M-1"}]}


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[World]:
    async with chartbox(tmp_path, PEOPLE) as made:
        yield made.here


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (SAME_NAME, [("1", 0.6, "possible"), ("5", 0.6, "possible")]),
        ({**SAME_NAME, "gender": "male"}, [("1", 0.65, "probable"), ("5", 0.5, "possible")]),
        (
            {**SAME_NAME, "gender": "male", "telecom": [{"system": "phone", "value": "+1 617-555-0101"}]},
            [("1", 0.75, "probable"), ("2", 0.45, "possible"), ("5", 0.5, "possible")],
        ),
        (
            {**SAME_NAME, "gender": "male", "address": [{"line": ["1 MAIN ST"], "postalCode": "02101-1234"}]},
            [("1", 0.75, "probable"), ("2", 0.45, "possible"), ("5", 0.5, "possible")],
        ),
        (NUMBERED, [("1", 0.55, "possible")]),
        ({**NUMBERED, **SAME_NAME}, [("1", 1.0, "certain"), ("5", 0.5, "possible")]),
        ({**NUMBERED, "name": [{"family": "Baum", "given": ["Ben"]}], "birthDate": "1990-01-01"},
         [("4", 0.5, "possible")]),
        ({"name": SAME_NAME["name"], "birthDate": "1970"}, [("1", 0.6, "possible"), ("3", 0.6, "possible"),
                                                           ("5", 0.6, "possible")]),
        ({"name": [{"text": "Jose Núñez-Ortiz"}], "birthDate": "1970-03-01"}, []),
        ({**SAME_NAME, "birthDate": "1980-01-01"}, []),
    ],
)  # fmt: skip
async def test_scores_follow_the_table(box: World, sent: dict[str, Any], found: list[tuple[str, float, str]]) -> None:
    bundle = (await box.client().post(MATCH, json=_body(sent))).json()

    graded = [(id_.rpartition("-")[2], score, grade) for id_, score, grade in _graded(bundle)]
    assert sorted(found, key=lambda each: (-each[1], each[0])) == graded


async def test_only_the_certain_ones(box: World) -> None:
    everyone = (await box.client().post(MATCH, json=_body({**NUMBERED, **SAME_NAME}))).json()
    certain = _body({**NUMBERED, **SAME_NAME}, onlyCertainMatches={"valueBoolean": True})

    assert ["certain", "possible"] == [grade for _, _, grade in _graded(everyone)]
    assert ["certain"] == [grade for _, _, grade in _graded((await box.client().post(MATCH, json=certain)).json())]


async def test_a_count_leaves_out_the_last_and_not_the_total(box: World) -> None:
    bundle = (await box.client().post(MATCH, json=_body(SAME_NAME, count={"valueInteger": 1}))).json()

    assert ["box.patient-1"] == [id_ for id_, _, _ in _graded(bundle)]
    assert 2 == bundle["total"]


async def test_nobody_is_an_empty_bundle(box: World) -> None:
    sent = {"name": [{"family": "Nobody"}], "birthDate": "1970-03-01"}
    response = await box.client().post(MATCH, json=_body(sent))

    assert (200, 0) == (response.status_code, response.json()["total"])
    assert "entry" not in response.json()


async def test_reasons_name_elements_and_no_values(box: World) -> None:
    sent = {**SAME_NAME, "gender": "female"}
    bundle = (await box.client().post(MATCH, json=_body(sent), headers={"X-Facade-Explain": "true"})).json()
    (outcome,) = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    told = [issue["details"]["text"] for issue in outcome["issue"]]

    assert "Patient/box.patient-5 agrees in family, given, birthDate, gender" == told[0]
    assert "Patient/box.patient-1 agrees in family, given, birthDate; differs in gender" == told[1]
    plain = (await box.client().post(MATCH, json=_body(sent))).json()
    assert ["match", "match"] == [entry["search"]["mode"] for entry in plain["entry"]]


@pytest.mark.parametrize(
    ("patient", "expression"),
    [
        ({"name": [{"family": 3}]}, "Patient.name[0].family"),
        ({"name": "Mustermann"}, "Patient.name"),
        ({"birthDate": "Mustermann"}, "Patient.birthDate"),
        ({"name": [{"family": "A", "Mustermann 7": 1}]}, "Patient.name[0]"),
        ({"name": [{"family": "A"}], "birthDate": "1970-02-31"}, "Patient.birthDate"),
        ({}, "Patient"),
        ({"gender": "male"}, "Patient"),
        ({"name": [{"family": "Mustermann"}]}, "Patient"),
        ({"birthDate": "1970-01-01"}, "Patient"),
        ({"identifier": [{"value": "Mustermann"}]}, "Patient"),
        ({"identifier": None, "name": None}, "Patient"),
        ({"identifier": [{"system": "urn:x", "value": str(number)} for number in range(11)]}, "Patient.identifier"),
        # what would be compared with everyone found, or asked of an EHR, at any length
        (
            {**SAME_NAME, "telecom": [{"system": "phone", "value": str(number)} for number in range(11)]},
            "Patient.telecom",
        ),
        (
            {**SAME_NAME, "address": [{"line": ["1"], "postalCode": str(number)} for number in range(11)]},
            "Patient.address",
        ),
        ({**SAME_NAME, "name": [{"family": "Smith"}] * 11}, "Patient.name"),
        ({**SAME_NAME, "name": [{"family": "S" * 1_025}]}, "Patient.name"),
        ({"identifier": [{"system": "urn:x", "value": "1" * 1_025}]}, "Patient.identifier"),
    ],
)
async def test_what_cannot_be_looked_for_is_422_naming_the_element(
    box: World, patient: dict[str, Any], expression: str
) -> None:
    response = await box.client().post(MATCH, json=_body(patient))

    assert (422, [expression]) == (response.status_code, response.json()["issue"][0]["expression"])
    assert "Mustermann" not in response.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"resourceType": "Parameters"}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "resource", "valueString": "x"}]}, 400),
        (_body(SAME_NAME, count={"valueInteger": 0}), 400),
        (_body(SAME_NAME, onlyCertainMatches={"valueString": "true"}), 400),
        (
            {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {"resourceType": "Group"}}]},
            422,
        ),
        ({"resourceType": "Observation"}, 400),
    ],
)
async def test_a_body_is_what_the_operation_takes(box: World, body: dict[str, Any], status: int) -> None:
    assert status == (await box.client().post(MATCH, json=body)).status_code


# --- what the caller may not see ------------------------------------------------------------------------------------


async def _with_ssn(here: World) -> tuple[dict[str, Any], str]:
    for found in await every(here.client("billing"), "/Patient?_count=200"):
        for identifier in found.get("identifier", ()):
            if identifier.get("system") == SSN:
                return found, identifier["value"]
    raise AssertionError("the population has somebody with a social security number")


async def test_a_hidden_number_finds_nobody_and_asks_nobody(here: World) -> None:
    known, number = await _with_ssn(here)
    sent = _body({"identifier": [{"system": SSN, "value": number}]})
    assert known["id"] in [id_ for id_, _, _ in _graded((await here.client("billing").post(MATCH, json=sent)).json())]

    client = here.client("system")
    await here.forget()
    answer = (await client.post(MATCH, json=sent)).json()
    asked = await here.calls()
    other = (await client.post(MATCH, json=_body({"identifier": [{"system": SSN, "value": "999-99-9999"}]}))).json()

    assert answer == other
    assert "entry" not in answer
    assert not any(number.replace("-", "")[-4:] in str(call) for call in asked)


async def test_a_hidden_number_counts_nothing(here: World) -> None:
    known, number = await _with_ssn(here)
    named = {key: known[key] for key in ("name", "birthDate", "gender")}
    with_number = {**named, "identifier": [{"system": SSN, "value": number}]}
    with_another = {**named, "identifier": [{"system": SSN, "value": "999-99-9999"}]}

    answers = [
        (await here.client().post(MATCH, json=_body(sent))).json() for sent in (named, with_number, with_another)
    ]

    assert answers[0]["entry"]
    assert answers[0] == answers[1] == answers[2]


async def test_a_client_without_identifiers_is_matched_by_name_alone(here: World) -> None:
    known = await _somebody(here)
    named = {key: known[key] for key in ("name", "birthDate", "gender")}
    whole = {**named, **{key: known[key] for key in ("identifier", "telecom", "address")}}

    limited = here.client("limited")
    by_name, by_all = [(await limited.post(MATCH, json=_body(sent))).json() for sent in (named, whole)]

    assert known["id"] in [id_ for id_, _, _ in _graded(by_name)]
    assert by_name == by_all
    assert all({"identifier", "telecom"}.isdisjoint(entry["resource"]) for entry in by_all["entry"])


async def test_when_no_search_may_be_made_it_is_403(here: World) -> None:
    await here.forget()
    number = _body({"identifier": [{"system": "urn:x", "value": "1"}]})
    named = _body({"name": [{"family": "A"}], "birthDate": "1970"})

    assert 403 == (await here.client("limited").post(MATCH, json=number)).status_code
    assert 403 == (await here.client("vitals").post(MATCH, json=named)).status_code
    assert [] == await here.calls()


async def test_an_error_tells_no_difference_between_numbers(here: World) -> None:
    client = here.client("limited")
    answers = [
        await client.post(MATCH, json=_body({"identifier": [{"system": SSN, "value": value}]})) for value in ("1", "2")
    ]

    assert answers[0].json() == answers[1].json()


# --- several practices, failures, rate ------------------------------------------------------------------------------


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    practices = {"rb": practice(), "lake": practice("195901")}
    clients = {"system": {"scopes": ["system/*.rs"]}, "lake": {"scopes": ["system/*.rs"], "practices": ["lake"]}}
    config = configuration(riverbend={"practices": practices, "clients": clients, "policy": []})
    async with world(tmp_path, config) as made:
        yield made


async def test_every_practice_that_the_caller_may_see_is_asked_and_no_other(two: World) -> None:
    known = (await two.client().get("/Patient/rb.1")).json()
    sent = _body({key: known[key] for key in ("name", "birthDate")})
    await two.forget()
    found = [id_ for id_, _, _ in _graded((await two.client().post(MATCH, json=sent)).json())]

    assert "rb.1" in found
    assert {"195900", "195901"} == {
        call["path"].split("/")[2] for call in await two.calls() if call["path"].startswith("/v1/")
    }
    others = [id_ for id_, _, _ in _graded((await two.client("lake").post(MATCH, json=sent)).json())]
    assert [] == [id_ for id_ in others if id_.startswith("rb.")]


async def test_a_practice_that_fails_is_told_of(two: World) -> None:
    known = (await two.client().get("/Patient/rb.1")).json()
    sent = _body({key: known[key] for key in ("name", "birthDate")})
    await two.fault({"path": "/v1/195901/", "kind": "status", "status": 500, "times": None})

    bundle = (await two.client().post(MATCH, json=sent)).json()
    refused = await two.client().post(MATCH, json=sent, headers={"X-Facade-Partial": "refuse"})

    (outcome,) = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    assert "lake" in outcome["issue"][0]["details"]["text"]
    assert "total" not in bundle
    assert "rb.1" in [id_ for id_, _, _ in _graded(bundle)]
    assert 503 == refused.status_code


async def test_when_all_fail_it_is_an_error(here: World, client: httpx.AsyncClient) -> None:
    known = await _somebody(here)
    sent = _body({key: known[key] for key in ("identifier", "name", "birthDate")})
    await here.fault({"path": "/v1/195900/", "kind": "status", "status": 500, "times": None})
    client.headers["Cache-Control"] = "no-cache"

    assert 503 == (await client.post(MATCH, json=sent)).status_code


async def test_a_client_may_ask_so_often_and_another_too(tmp_path: Path) -> None:
    async with chartbox(tmp_path, PEOPLE, limits={"match_per_minute": 2}) as made:
        client, other = made.here.client("system"), made.here.client("limited")
        answers = [await client.post(MATCH, json=_body(SAME_NAME)) for _ in range(3)]
        free = await other.post(MATCH, json=_body(SAME_NAME))

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert ("30", "throttled") == (answers[2].headers["retry-after"], answers[2].json()["issue"][0]["code"])
    assert 200 == free.status_code


async def test_what_is_refused_counts_too(tmp_path: Path) -> None:
    async with chartbox(tmp_path, PEOPLE, limits={"match_per_minute": 2}) as made:
        client = made.here.client("system")
        answers = [await client.post(MATCH, json=_body({"name": "Mustermann"})) for _ in range(3)]

    assert [422, 422, 429] == [answer.status_code for answer in answers]
