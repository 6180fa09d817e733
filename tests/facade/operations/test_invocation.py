"""How an operation is called: where, by which method, with which body. https://hl7.org/fhir/R4/operations.html"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from capability.operations import OPERATIONS
from facade.http.inputs import KEYS
from facade.http.routes import OPERATIONS as ENDPOINTS
from tests.facade.world import World

EVERYTHING = "/Patient/rb.1/$everything"
FHIR_JSON = {"Content-Type": "application/fhir+json"}


def test_every_operation_has_an_endpoint() -> None:
    assert {row.name for row in OPERATIONS} == ENDPOINTS.keys()


def test_every_type_of_an_input_can_be_sent_in_a_body() -> None:
    assert set() == {each.type for row in OPERATIONS for each in row.inputs} - KEYS.keys()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/Patient/rb.1/$nonsense", 404),
        ("GET", "/Patient/$everything", 404),
        ("POST", "/Patient/$everything", 404),
        ("POST", "/Patient/rb.1/$match", 404),
        ("GET", "/Patient/$docref", 404),
        ("GET", "/Observation/rb.vital-1-1/$everything", 404),
        ("GET", "/$everything", 404),
        ("GET", "/Patient/$match", 405),
        ("PUT", EVERYTHING, 405),
        ("DELETE", EVERYTHING, 405),
    ],
)
async def test_an_operation_is_where_it_is_defined(
    client: httpx.AsyncClient, method: str, address: str, status: int
) -> None:
    response = await client.request(method, address)

    assert (status, "OperationOutcome") == (response.status_code, response.json()["resourceType"])


async def test_the_statement_names_what_is_served(client: httpx.AsyncClient) -> None:
    statement = (await client.get("/metadata")).json()
    (patient,) = [each for each in statement["rest"][0]["resource"] if each["type"] == "Patient"]

    assert {"everything", "match"} == {each["name"] for each in patient["operation"]}


def _parameters(*parameters: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(parameters)}


BODIES: dict[str, tuple[Any, int]] = {
    "another resource": ({"resourceType": "Patient"}, 400),
    "no resource": ([1], 400),
    "a parameter without a name": (_parameters({"valueInteger": 1}), 400),
    "a parameter that is none": (_parameters("x"), 400),
    "parameters that are no list": ({"resourceType": "Parameters", "parameter": {}}, 400),
    "a value of another type": (_parameters({"name": "_count", "valueString": "1"}), 400),
    "a truth for a number": (_parameters({"name": "_count", "valueInteger": True}), 400),
    "no value": (_parameters({"name": "_count"}), 400),
    "two values": (_parameters({"name": "start", "valueDate": "2020", "valueDateTime": "2020"}), 400),
    "an unknown parameter": (_parameters({"name": "code", "valueCode": "x"}), 400),
    "a parameter twice": (_parameters(*[{"name": "_count", "valueInteger": 1}] * 2), 400),
    "too many parameters": (_parameters(*[{"name": "_type", "valueCode": "Condition"}] * 201), 400),
    "no parameters": ({"resourceType": "Parameters"}, 200),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
async def test_a_body_is_parameters_as_defined(client: httpx.AsyncClient, body: Any, status: int) -> None:
    response = await client.post(EVERYTHING, json=body)

    assert status == response.status_code, response.text


async def test_a_body_may_be_absent(client: httpx.AsyncClient) -> None:
    assert 200 == (await client.post(EVERYTHING)).status_code


@pytest.mark.parametrize(
    ("media", "content", "status"),
    [
        ("application/fhir+json", b'{"resourceType": "Parameters"}', 200),
        ("application/json; charset=utf-8", b'{"resourceType": "Parameters"}', 200),
        ("application/fhir+json; fhirVersion=5.0", b'{"resourceType": "Parameters"}', 415),
        ("application/fhir+xml", b"<Parameters/>", 415),
        ("application/x-www-form-urlencoded", b"_count=1", 415),
        ("", b'{"resourceType": "Parameters"}', 415),
        ("application/fhir+json", b'{"resourceType": "Parameters"', 400),
        ("application/fhir+json", b"\xff", 400),
        ("application/fhir+json", b"[" * 100_000, 400),
    ],
)
async def test_a_body_is_json(client: httpx.AsyncClient, media: str, content: bytes, status: int) -> None:
    response = await client.post(EVERYTHING, content=content, headers={"Content-Type": media})

    assert status == response.status_code, response.text


async def test_no_value_that_was_sent_stands_in_an_error(here: World, client: httpx.AsyncClient) -> None:
    secret = "Mustermann-1234"
    answers = [
        await client.get(EVERYTHING, params={name: secret})
        for name in ("start", "end", "_since", "_type", "_count", "code")
    ]
    answers.append(await client.post(EVERYTHING, json=_parameters({"name": "start", "valueDate": secret})))
    answers.append(await client.post(EVERYTHING, json=_parameters({"name": "start", "valueString": secret})))

    assert {400} == {answer.status_code for answer in answers}
    assert [] == [answer.text for answer in answers if secret in answer.text]
