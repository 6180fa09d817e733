from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from joserfc import jwt
from joserfc.jwk import ECKey

from adapters.fhir_r4.sandbox import demo_key
from adapters.fhir_r4.sandbox.app import BASE, CLIENT_ID, CLIENT_SECRET, App, create_app
from adapters.fhir_r4.sandbox.dialect import Dialect
from adapters.fhir_r4.sandbox.faults import Rule
from adapters.fhir_r4.sandbox.tokens import ASSERTION
from adapters.population import population

ORIGIN = "http://ehr.example"
TOKEN = f"{ORIGIN}/oauth2/token"
GRANT = {"grant_type": "client_credentials", "scope": "system/*.rs"}


@asynccontextmanager
async def asking(app: App, scope: str = "system/*.rs") -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{ORIGIN}{BASE}") as client:
        told = await client.post(TOKEN, data={**GRANT, "scope": scope}, auth=(CLIENT_ID, CLIENT_SECRET))
        client.headers["Authorization"] = f"Bearer {told.json()['access_token']}"
        yield client


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(create_app()) as made:
        yield made


async def found(client: httpx.AsyncClient, url: str) -> list[str]:
    answer = await client.get(url)
    assert 200 == answer.status_code, answer.text
    return [f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in answer.json().get("entry", ())]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    document = answer.json()
    assert "OperationOutcome" == document["resourceType"]
    return answer.status_code, document["issue"][0]["code"]


async def test_what_it_says_of_itself_is_true() -> None:
    dialect = Dialect(absent={"Specimen"}, parameters={"Device": {"patient"}})
    async with asking(create_app(size=3, dialect=dialect)) as client:
        statement = (await client.get("metadata", headers={"Authorization": ""})).json()
        CapabilityStatement.model_validate(statement)
        rows = {one["type"]: one for one in statement["rest"][0]["resource"]}
        strict = {"Prefer": "handling=strict"}
        searched = [type_ for type_, row in rows.items() if "searchParam" in row]
        answers = [
            await client.get(f"{type_}?{name['name']}:missing=true&_count=0", headers=strict)
            for type_ in searched
            for name in rows[type_]["searchParam"]
        ]
        included = [
            await client.get(f"{type_}?_count=0&_include={one}", headers=strict)
            for type_ in searched
            for one in rows[type_].get("searchInclude", ())
        ]

    assert {200} == {one.status_code for one in (*answers, *included)}
    assert [{"name": "patient", "type": "reference"}] == rows["Device"]["searchParam"]
    assert "Specimen" not in rows
    assert [{"code": "read"}] == rows["Binary"]["interaction"]


async def test_a_signed_assertion_buys_a_token() -> None:
    app = create_app(secret=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{ORIGIN}{BASE}") as client:
        told = (await client.get(".well-known/smart-configuration")).json()
        claims = {
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": told["token_endpoint"],
            "exp": time.time() + 60,
            "jti": "1",
        }
        key = ECKey.import_key(dict(demo_key.PRIVATE_KEY))
        header = {"alg": "ES384", "kid": key.kid, "typ": "JWT"}
        signed = jwt.encode(header, claims, key, ["ES384"])
        form = {**GRANT, "client_assertion_type": ASSERTION, "client_assertion": signed}
        answers = [await client.post(told["token_endpoint"], data=form) for _ in range(2)]

    assert [200, 401] == [one.status_code for one in answers]
    assert "invalid_client" == answers[1].json()["error"]


async def test_a_token_is_good_for_its_scopes() -> None:
    app = create_app()
    async with asking(app, "system/Patient.r system/Observation.rs user/*.rs system/*.cruds") as client:
        assert 200 == (await client.get("Patient/1")).status_code
        assert (403, "forbidden") == refusal(await client.get("Patient?_id=1"))
        assert (403, "forbidden") == refusal(await client.get("Condition/problem-1-1"))
        assert {"Observation"} == {
            one.partition("/")[0] for one in await found(client, "Observation?patient=1&_revinclude=Provenance:target")
        }
        app.sandbox.tokens.expire()
        refused = await client.get("Patient/1")
        assert (401, "login") == refusal(refused)
        assert refused.headers["www-authenticate"].startswith("Bearer")


async def test_a_public_server_asks_for_no_token() -> None:
    app = create_app(public=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{ORIGIN}{BASE}") as client:
        assert ["Patient/1"] == await found(client, "Patient?_id=1")
        assert 200 == (await client.get("Patient/1")).status_code


async def test_a_client_is_never_given_more_than_it_may_have() -> None:
    app = create_app(scopes=frozenset({"system/Patient.rs"}))
    async with asking(app, "system/Patient.read") as client:
        more = await client.post(TOKEN, data=GRANT, auth=(CLIENT_ID, CLIENT_SECRET))

        assert (400, "invalid_scope") == (more.status_code, more.json()["error"])
        assert 200 == (await client.get("Patient?_id=1")).status_code


async def test_pages_are_followed_by_links_that_say_nothing(client: httpx.AsyncClient) -> None:
    whole = await found(client, "Observation?patient=1&_count=200")
    url, seen, totals = "Observation?patient=Patient/1&_count=7", [], set()
    while url:
        page = (await client.get(url)).json()
        totals.add(page["total"])
        seen += [f"Observation/{one['resource']['id']}" for one in page["entry"]]
        url = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
        assert "patient" not in url
    assert (whole, {len(whole)}) == (seen, totals)
    assert len(whole) > 7


async def test_the_next_page_can_lead_away() -> None:
    app = create_app()
    app.faults.add(Rule("/r4/Observation", "foreign_page"))
    async with asking(app) as client:
        page = (await client.get("Observation?patient=1&_count=7")).json()

    assert [ORIGIN, "https://elsewhere.example"] == [one["url"].partition("/r4/")[0] for one in page["link"]]


async def test_a_page_that_is_forgotten_is_told(client: httpx.AsyncClient) -> None:
    assert (410, "expired") == refusal(await client.get("Observation?_page=x"))


async def test_a_search_may_come_in_a_form(client: httpx.AsyncClient) -> None:
    form = {"patient": "1", "category": "vital-signs", "_count": "3"}
    posted = (await client.post("Observation/_search", data=form)).json()
    got = (await client.get("Observation", params=form)).json()

    assert [one["fullUrl"] for one in got["entry"]] == [one["fullUrl"] for one in posted["entry"]]
    assert 3 == len(posted["entry"])


async def test_what_belongs_to_the_matches_comes_with_them(client: httpx.AsyncClient) -> None:
    answer = (await client.get("PractitionerRole?_include=PractitionerRole:practitioner&_count=2")).json()
    modes = [(one["resource"]["resourceType"], one["search"]["mode"]) for one in answer["entry"]]
    conditions = await found(client, "Condition?patient=1&_revinclude=Provenance:target&_count=1")

    assert [("PractitionerRole", "match")] * 2 + [("Practitioner", "include")] * 2 == modes
    assert ["Condition", "Provenance"] == [one.partition("/")[0] for one in conditions]


async def test_errors_say_what_is_wrong_and_no_value(client: httpx.AsyncClient) -> None:
    assert (404, "not-found") == refusal(await client.get("Patient/999"))
    assert (404, "not-found") == refusal(await client.get("Condition/1"))
    assert (404, "not-supported") == refusal(await client.get("Basic/1"))
    assert (404, "not-found") == refusal(await client.get("Patient/1/_history/1"))
    assert (405, "not-supported") == refusal(await client.put("Patient/1", json={}))
    assert (406, "not-supported") == refusal(await client.get("Patient/1", headers={"Accept": "application/fhir+xml"}))
    assert (400, "invalid") == refusal(await client.get("Observation?patient=1&_count=-1"))
    wrong = await client.get("Observation?patient=1&date=seventeen")
    assert (400, "invalid") == refusal(wrong)
    assert "seventeen" not in wrong.text


async def test_somebody_who_was_deleted_is_gone(client: httpx.AsyncClient) -> None:
    deleted = next(one.number for one in population() if one.status == "deleted")

    assert (410, "deleted") == refusal(await client.get(f"Patient/{deleted}"))
    assert [] == await found(client, f"Patient?_id={deleted}")


@pytest.mark.parametrize(
    ("unknown", "prefer", "status"),
    [
        ("ignored", "handling=strict", 200),
        ("refused", "", 400),
        ("strict", "", 200),
        ("strict", "handling=strict", 400),
    ],
)
async def test_what_it_does_not_know_is_ignored_or_refused(unknown: Any, prefer: str, status: int) -> None:
    async with asking(create_app(dialect=Dialect(unknown=unknown))) as client:
        answer = await client.get("Patient?_id=1&colour=red", headers={"Prefer": prefer})

    assert status == answer.status_code
    assert "colour" not in str(answer.json().get("link"))


async def test_a_dialect_wants_parameters_and_counts_for_itself() -> None:
    dialect = Dialect({"Observation": [{"patient", "category"}, {"_id"}]}, 403, total=False, page=2, absolute=True)
    async with asking(create_app(dialect=dialect)) as client:
        refused = await client.get("Observation?patient=1")
        page = (await client.get("Observation?patient=1&category=vital-signs")).json()

    assert (403, "required") == refusal(refused)
    assert "category+patient or _id" in refused.text
    assert (2, False) == (len(page["entry"]), "total" in page)
    assert f"{ORIGIN}{BASE}/Patient/1" == page["entry"][0]["resource"]["subject"]["reference"]


async def test_a_binary_is_its_bytes_or_a_resource(client: httpx.AsyncClient) -> None:
    reports = (await client.get("DocumentReference?_count=1")).json()
    url = reports["entry"][0]["resource"]["content"][0]["attachment"]["url"]
    raw = await client.get(url, headers={"Accept": "*/*"})
    told = (await client.get(url, headers={"Accept": "application/fhir+json"})).json()

    assert (raw.headers["content-type"], raw.content) == (told["contentType"], base64.b64decode(told["data"]))


async def test_ten_thousand_people_start_at_once_and_are_made_when_asked_for() -> None:
    began = time.process_time()
    app = create_app(size=10_000, seed=7)
    assert time.process_time() - began < 0.2
    async with asking(app) as client:
        assert {"Observation"} == {one.partition("/")[0] for one in await found(client, "Observation?patient=9000")}
        assert ["Patient/9001"] == await found(client, "Patient?_id=9001")
        assert {9000, 9001} == app.sandbox.charts.people.made()


async def test_people_are_found_by_their_demographics(client: httpx.AsyncClient) -> None:
    one = population().person(1)
    family, given, birthdate = one.name.family[:3].upper(), one.name.given, one.born.isoformat()

    assert ["Patient/1"] == await found(client, f"Patient?family={family}&given={given}&birthdate={birthdate}")
    assert ["Patient/1"] == await found(client, f"Patient?name={given}&birthdate={birthdate[:7]}&gender={one.sex}")
    assert [] == await found(client, f"Patient?family={one.name.family[1:4]}&birthdate={birthdate}")
