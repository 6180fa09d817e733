"""A batch: each entry is decided as if it had come alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing

from tests.facade.chartbox import chartbox
from tests.facade.world import ORIGIN, World, configuration, link, world

BASE = f"{ORIGIN}/riverbend/fhir/r4"


def _get(url: str, **request: Any) -> dict[str, Any]:
    return {"request": {"method": "GET", "url": url, **request}}


def _batch(*entries: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}


async def _sent(client: httpx.AsyncClient, *entries: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("", json=_batch(*entries), **how)
    assert 200 == response.status_code, response.text
    bundle = response.json()
    assert ("Bundle", "batch-response") == (bundle["resourceType"], bundle["type"])
    found: list[dict[str, Any]] = bundle.get("entry", [])
    assert len(entries) == len(found)
    return found


def _status(found: list[dict[str, Any]]) -> list[int]:
    return [int(entry["response"]["status"].split()[0]) for entry in found]


async def test_entries_are_answered_in_order_as_if_alone(client: httpx.AsyncClient) -> None:
    urls = ["Patient/rb.1", "Observation?patient=rb.1&_count=2", "Patient/rb.2", "metadata",
            "Patient/rb.1/Condition", "Patient/rb.1/$everything?_type=Encounter"]  # fmt: skip
    alone = [(await client.get(f"/{url}")).json() for url in urls]

    found = await _sent(client, *map(_get, urls))

    assert ["200 OK"] * len(urls) == [entry["response"]["status"] for entry in found]
    for one, entry in zip(alone, found, strict=True):
        assert one.get("entry") == entry["resource"].get("entry")
        assert {key: one[key] for key in one if key != "link"} == {
            key: value for key, value in entry["resource"].items() if key != "link"
        }


async def test_an_answer_has_its_etag(client: httpx.AsyncClient) -> None:
    (found,) = await _sent(client, _get("Patient/rb.1"))

    assert (await client.get("/Patient/rb.1")).headers["etag"] == found["response"]["etag"]


async def test_conditions_of_an_entry_are_those_of_a_read(client: httpx.AsyncClient) -> None:
    (first,) = await _sent(client, _get("Patient/rb.1"))
    etag = first["response"]["etag"]

    found = await _sent(
        client,
        _get("Patient/rb.1", ifNoneMatch=etag),
        _get("Patient/rb.2", ifNoneMatch=etag),
        _get("Patient/rb.1", ifMatch=etag),
        _get("Patient/rb.2", ifMatch=etag),
        _get(f"Patient/rb.1/_history/{first['resource']['meta']['versionId']}"),
    )

    assert [304, 200, 200, 412, 200] == _status(found)
    assert ("304 Not Modified", False) == (found[0]["response"]["status"], "resource" in found[0])


async def test_what_has_not_changed_since_is_told_so(tmp_path: Path) -> None:
    records = [
        {"resourceType": "Patient", "id": f"patient-{day}", "meta": {"lastUpdated": f"2024-01-0{day}T00:00:00Z"}}
        for day in (1, 3)
    ]
    async with chartbox(tmp_path, records) as box:
        since = {"ifModifiedSince": "2024-01-01T19:00:00-05:00"}
        found = await _sent(box.here.client(), *(_get(f"Patient/box.patient-{day}", **since) for day in (1, 3)))

    assert [304, 200] == _status(found)
    assert "2024-01-03T00:00:00Z" == found[1]["response"]["lastModified"]


@pytest.mark.parametrize("url", ["Patient/rb.1", "/Patient/rb.1", f"{BASE}/Patient/rb.1", "Patient/rb%2E1"])
async def test_a_url_is_relative_or_below_the_base(client: httpx.AsyncClient, url: str) -> None:
    (found,) = await _sent(client, _get(url))

    assert "rb.1" == found["resource"]["id"]


@pytest.mark.parametrize("address", ["", "/"])
@pytest.mark.parametrize("practice", [None, "rb"])
async def test_every_base_takes_a_batch(here: World, practice: str | None, address: str) -> None:
    response = await here.client(practice=practice).post(address, json=_batch(_get("Patient/rb.1")))

    assert [200] == _status(response.json()["entry"])


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (_get("Patient/rb.99999"), 404),
        (_get("Nonsense/1"), 404),
        (_get("Patient/rb.1/$nonsense"), 404),
        (_get("Observation"), 400),
        (_get("Patient?birthdate=soon"), 400),
        (_get("Patient?_format=xml"), 406),
        (_get("http://elsewhere.example.org/fhir/Patient/rb.1"), 400),
        (_get(f"{ORIGIN}/lakeside/fhir/r4/Patient/rb.1"), 400),
        (_get(f"{BASE}evil/Patient/rb.1"), 400),
        (_get("//elsewhere.example.org/Patient/rb.1"), 400),
        (_get("Patient/rb.1#x"), 400),
        (_get("Patient?family=M%FCller"), 400),
        (_get("Patient?family=Müller"), 400),
        (_get("Patient/" + "a" * 20_000), 414),
        (_get(""), 405),
        ({"request": {"method": "POST", "url": ""}}, 400),
        ({"request": {"method": "POST", "url": "/"}, "resource": _batch()}, 400),
        ({"request": {"method": "POST", "url": "Patient"}, "resource": {"resourceType": "Patient"}}, 405),
        ({"request": {"method": "PUT", "url": "Patient/rb.1"}, "resource": {"resourceType": "Patient"}}, 405),
        ({"request": {"method": "DELETE", "url": "Patient/rb.1"}}, 405),
        ({"request": {"method": "PATCH", "url": "Patient/rb.1"}}, 405),
        ({"request": {"method": "POST", "url": "metadata"}}, 405),
        (_get(".well-known/smart-configuration"), 400),
        (_get("openapi.json"), 400),
        (_get("docs"), 400),
        (_get("Patient/rb.1?_format=html"), 400),
        ({"request": {"method": "TRACE", "url": "Patient/rb.1"}}, 400),
        ({"request": {"method": "GET"}}, 400),
        ({"request": {"url": "Patient/rb.1"}}, 400),
        ({"request": "GET"}, 400),
        ({}, 400),
        ("GET", 400),
        (None, 400),
        (_get("Patient/rb.1", ifNoneMatch=3), 400),
        (_get("Patient/rb.1", ifModifiedSince="yesterday"), 400),
        (_get("Patient/rb.1", ifModifiedSince=f"2020-01-01T00:00:00.{'1' * 100_000}Z"), 400),
        (
            {"request": {"method": "POST", "url": "Patient/rb.1/$everything"}, "resource": {"resourceType": "Patient"}},
            400,
        ),
        ({"request": {"method": "POST", "url": "Patient/$match"}}, 400),
    ],
)
async def test_an_entry_that_fails_fails_alone(client: httpx.AsyncClient, entry: Any, status: int) -> None:
    found = await _sent(client, _get("Patient/rb.1"), entry, _get("Patient/rb.2"))

    assert [200, status, 200] == _status(found)
    if status != 405 or "outcome" in found[1]["response"]:
        assert "OperationOutcome" == found[1]["response"]["outcome"]["resourceType"]
    assert "resource" not in found[1]


@pytest.mark.parametrize("url", ["docs", "openapi.json", ".well-known/smart-configuration"])
async def test_what_is_no_resource_is_asked_for_by_itself(client: httpx.AsyncClient, url: str) -> None:
    (found,) = await _sent(client, _get(url))

    assert ([400], "not-supported") == (_status([found]), found["response"]["outcome"]["issue"][0]["code"])


async def test_a_post_search_takes_its_parameters_from_the_url(client: httpx.AsyncClient) -> None:
    entry = {"request": {"method": "POST", "url": "Observation/_search?patient=rb.1&_count=2"}}
    found = await _sent(client, entry, _get("Observation?patient=rb.1&_count=2"))

    assert found[1]["resource"]["entry"] == found[0]["resource"]["entry"]


async def test_an_operation_takes_its_body_from_the_entry(client: httpx.AsyncClient) -> None:
    known = (await client.get("/Patient/rb.1")).json()
    patient = {"resourceType": "Patient", "name": known["name"], "birthDate": known["birthDate"]}
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Encounter"}]}
    found = await _sent(
        client,
        {"request": {"method": "POST", "url": "Patient/$match"}, "resource": patient},
        {"request": {"method": "POST", "url": "Patient/rb.1/$everything"}, "resource": parameters},
    )

    assert "rb.1" in [entry["resource"]["id"] for entry in found[0]["resource"]["entry"]]
    assert (await client.get("/Patient/rb.1/$everything?_type=Encounter")).json()["total"] == found[1]["resource"][
        "total"
    ]


async def test_a_head_has_no_resource(client: httpx.AsyncClient) -> None:
    (found,) = await _sent(client, {"request": {"method": "HEAD", "url": "Patient/rb.1"}})

    assert ({"status", "etag"}, False) == (found["response"].keys() & {"status", "etag"}, "resource" in found)


async def test_decimals_keep_their_digits(client: httpx.AsyncClient) -> None:
    url = "Observation?patient=rb.1&_count=200"
    alone, response = await client.get(f"/{url}"), await client.post("", json=_batch(_get(url)))

    entries = alone.text[alone.text.index('"entry"') : -1]
    assert entries in response.text


async def test_a_next_link_of_an_entry_works(client: httpx.AsyncClient) -> None:
    (found,) = await _sent(client, _get("Observation?patient=rb.1&_count=1"))
    following = link(found["resource"], "next") or ""

    assert 200 == (await client.get(following)).status_code
    assert [200] == _status(await _sent(client, _get(following)))


async def test_preferences_of_the_batch_are_those_of_its_entries(client: httpx.AsyncClient) -> None:
    entry = _get("Patient?_id=rb.1&nonsense=1")

    assert [400] == _status(await _sent(client, entry))
    assert [200] == _status(await _sent(client, entry, headers={"Prefer": "handling=lenient"}))


# --- each entry has its own decision --------------------------------------------------------------------------------


async def test_scopes_and_policy_decide_of_each_entry(here: World) -> None:
    urls = ("Patient/rb.1", "Observation?patient=rb.1", "Patient?identifier=1", "Patient/rb.1/$everything")
    expected = {}
    for name in ("vitals", "billing", "limited"):
        alone = [(await here.client(name).get(f"/{url}")) for url in urls]
        found = await _sent(here.client(name), *map(_get, urls))
        expected[name] = [answer.status_code for answer in alone]
        assert expected[name] == _status(found)
        assert [answer.json().get("entry") for answer in alone if answer.status_code == 200] == [
            entry["resource"].get("entry") for entry in found if "resource" in entry
        ]

    assert {
        "vitals": [403, 200, 403, 403],
        "billing": [200, 403, 200, 200],
        "limited": [200, 200, 403, 200],
    } == expected


async def test_no_hidden_element_stands_in_a_batch(here: World, client: httpx.AsyncClient) -> None:
    whole = (await client.get("/Patient/rb.1")).json()
    secrets = [each["value"] for each in whole["telecom"]]
    batch = _batch(
        *map(_get, ("Patient/rb.1", "Patient?_id=rb.1", "Observation?patient=rb.1&_include=Observation:patient"))
    )
    text = (await here.client("limited").post("", json=batch)).text

    assert [] == [secret for secret in secrets if secret in text]


async def test_a_batch_needs_a_token(here: World) -> None:
    assert 401 == (await here.client(None).post("", json=_batch(_get("metadata")))).status_code


# --- the batch itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"resourceType": "Bundle", "type": "transaction", "entry": []}, 422, "not-supported"),
        ({"resourceType": "Bundle", "type": "searchset"}, 400, "invalid"),
        ({"resourceType": "Bundle"}, 400, "invalid"),
        ({"resourceType": "Bundle", "type": ["batch"]}, 400, "invalid"),
        ({"resourceType": "Bundle", "type": "batch", "entry": {}}, 400, "structure"),
        ({"resourceType": "Patient"}, 400, "structure"),
        ([], 400, "structure"),
        (_batch(*[_get("metadata")] * 101), 413, "too-long"),
    ],
)
async def test_what_is_no_batch_is_refused_whole(client: httpx.AsyncClient, body: Any, status: int, code: str) -> None:
    response = await client.post("", json=body)

    assert (status, code) == (response.status_code, response.json()["issue"][0]["code"])


@pytest.mark.parametrize(
    ("media", "content", "status"),
    [
        ("application/fhir+json; fhirVersion=4.0", b'{"resourceType":"Bundle","type":"batch"}', 200),
        ("application/fhir+xml", b"<Bundle/>", 415),
        ("text/plain", b'{"resourceType":"Bundle","type":"batch"}', 415),
        ("application/fhir+json", b'{"resourceType":"Bundle"', 400),
        ("application/fhir+json", b"", 400),
    ],
)
async def test_the_body_is_json(client: httpx.AsyncClient, media: str, content: bytes, status: int) -> None:
    response = await client.post("", content=content, headers={"Content-Type": media})

    assert status == response.status_code


async def test_the_bound_is_the_configured_one(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"batch_entries": 2}
    async with world(tmp_path, config) as made:
        answers = [await made.client().post("", json=_batch(*[_get("metadata")] * many)) for many in (2, 3)]

    assert [200, 413] == [answer.status_code for answer in answers]


async def test_answers_have_a_size_together(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"batch_bytes": 20_000}
    async with world(tmp_path, config) as made:
        client = made.client()
        size = len((await client.get("/Patient/rb.1")).content)
        found = await _sent(client, *[_get("Patient/rb.1")] * 20)
        fits = await _sent(client, *[_get("Patient/rb.1")] * (20_000 // size))

    assert {200, 400} == set(_status(found))
    assert 20_000 // size == _status(found).count(200)
    assert {200} == set(_status(fits))
    assert "too-costly" == found[-1]["response"]["outcome"]["issue"][0]["code"]


async def test_format_and_pretty_are_those_of_the_batch(client: httpx.AsyncClient) -> None:
    pretty = await client.post("?_pretty=true", json=_batch(_get("Patient/rb.1")))
    refused = await client.post("?_format=xml", json=_batch(_get("Patient/rb.1")))

    assert "\n" in pretty.text
    assert 406 == refused.status_code


async def test_an_ehr_that_fails_fails_its_entry(here: World, client: httpx.AsyncClient) -> None:
    await here.fault({"path": "/v1/195900/chart/1/vitals", "kind": "status", "status": 500, "times": None})

    found = await _sent(client, _get("Observation?patient=rb.1"), _get("Condition?patient=rb.1"))

    assert [503, 200] == _status(found)


async def test_the_calls_of_all_entries_are_counted(here: World, client: httpx.AsyncClient) -> None:
    await _sent(client, _get("Condition?patient=rb.1"), _get("Observation?patient=rb.2"))

    asked = " ".join(call["path"] for call in await here.calls())
    assert "chart/1/problems" in asked
    assert "chart/2/vitals" in asked


async def test_nothing_that_was_sent_stands_in_an_error(client: httpx.AsyncClient) -> None:
    secret = "Mustermann-1234"
    found = await client.post(
        "",
        json=_batch(
            _get(f"Patient?birthdate={secret}"),
            _get(f"http://example.org/{secret}"),
            _get(f"Patient?family=M%FC{secret}"),
            _get("Patient/rb.1", ifModifiedSince=secret),
            {"request": {"method": secret, "url": secret}},
            {"request": {"method": "POST", "url": "Patient/$match"},
             "resource": {"resourceType": "Patient", "birthDate": secret}},
        ),
    )  # fmt: skip

    assert secret not in found.text


async def test_the_unexpected_in_an_entry_is_logged_and_stays_in_it(
    here: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(dict[Any, Any]):
        def __contains__(self, key: object) -> bool:
            raise KeyError("her name")

    monkeypatch.setattr(here.services.base("riverbend", None).sources["rb"], "_routing", Broken())
    with structlog.testing.capture_logs() as logged:
        response = await client.post("", json=_batch(_get("Patient/rb.1"), _get("metadata")))

    assert [500, 200] == _status(response.json()["entry"])
    assert "her name" not in response.text
    (event,) = [each for each in logged if each["event"] == "http.unexpected"]
    assert ("KeyError", response.headers["x-request-id"]) == (event["error"], event["request_id"])
    assert "her name" not in str(event)


async def test_entries_begun_after_the_time_are_not_begun(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"deadline_seconds": 0.4}
    async with world(tmp_path, config) as made:
        await made.fault({"path": "/v1/", "kind": "hang", "seconds": 1, "times": None})
        found = await _sent(made.client(), *(_get(f"Patient/rb.{number}") for number in range(1, 10)))

    assert [504] * 8 + [400] == _status(found)
    assert "too-costly" == found[8]["response"]["outcome"]["issue"][0]["code"]
