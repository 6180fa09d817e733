"""What Epic says beside rows and in place of them, in our words; pages that it has forgotten; files; tokens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters import registry
from adapters.contract import Issue
from adapters.epic import DIALECT
from adapters.epic.errors import NUMBERS, UNKNOWN, explain, warn
from adapters.fhir_r4.declare import DeadPage, NotHeld, NothingFound
from adapters.query import Query
from adapters.upstream import Reply, Upstreams
from capability.issues import EHRInvalid, EHRThrottled, TooCostly
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.ehr import CONNECTION, EHR, ORIGIN, call
from tests.adapters.epic.world import epic, matches, warnings
from tests.facade.world import every, link

JASMINE, LAURA = 5, 21
SYSTEM = f"urn:oid:1.2.840.114350.1.13.88.2{NUMBERS}"


def issue(number: str, severity: str = "fatal", system: str = SYSTEM, **more: Any) -> dict[str, Any]:
    return {"severity": severity, "details": {"coding": [{"system": system, "code": number}], "text": "Ada"}, **more}


def said(*numbers: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [issue(one, **more) for one in numbers]}


@pytest.mark.parametrize(
    ("status", "outcome", "meaning"),
    [
        (400, said("4113"), DeadPage),
        (400, said("4127"), TooCostly),
        (403, said("4135"), EHRThrottled),
        (403, said("4131"), NotHeld),
        (403, said("4118"), NotHeld),
        (403, said("59203"), NotHeld),
        (400, said("59204", "59022"), NotHeld),
        (403, {}, NotHeld),
        (400, said("4100"), NothingFound),
        (302, said("4107"), NothingFound),
        (410, said("4103"), NothingFound),
        (400, said("59102", expression=["demographics/_id"]), NothingFound),
        (404, {}, EHRInvalid),
        (404, said("59008"), type(None)),
        (400, said("59100", "59102", expression=["demographics/_id"]), EHRInvalid),
        (400, said("59102", expression=["code/category"]), type(None)),
        (400, said("59159"), type(None)),
        (403, said("4131", system="urn:oid:1.2.3"), type(None)),
        (500, said("59177"), type(None)),
    ],
)
def test_a_number_of_epic_s_has_one_meaning(status: int, outcome: dict[str, Any], meaning: type) -> None:
    assert meaning is type(explain(Reply(status, {}, b"{}" if outcome else b""), outcome, "Condition"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (issue("4101", "warning"), None),
        (issue("59100", "information"), None),
        (issue("59204", "warning"), "suppressed"),
        (issue("4119", "warning"), "incomplete"),
        (issue("99999", "warning"), UNKNOWN.code),
        (issue("99999", "information"), None),
        ({"severity": "warning"}, UNKNOWN.code),
    ],
)
def test_what_is_said_beside_rows_is_told_in_our_words(given: dict[str, Any], told: str | None) -> None:
    found = warn(given)

    assert told == (found.code if found else None)
    assert not isinstance(found, Issue) or "Ada" not in found.text


async def test_what_a_connection_lacks_is_told_once_and_on_the_first_page(tmp_path: Path) -> None:
    async with epic(tmp_path) as practice:
        patient = await practice.patient(JASMINE)

        first = await practice.get(f"/Condition?patient={patient}&_count=2")
        second = await practice.get(str(link(first, "next")))

        assert 2 == len(warnings(first)) == len(set(warnings(first)))
        assert ([], "total" in first) == (warnings(second), False)


async def test_a_part_that_is_asked_for_last_is_told_of_too(tmp_path: Path) -> None:
    held = ["vital-signs", "laboratory", "social-history", "imaging", "exam", "phenotype"]
    async with epic(tmp_path, {"observation_categories": [*held, "survey"]}) as practice:
        bundle = await practice.get(f"/Observation?patient={await practice.patient(JASMINE)}&_count=100")

        assert "a part of Observation is not enabled for this connection to the EHR" in warnings(bundle)


async def test_who_was_never_asked_has_no_allergies_and_the_answer_is_whole(tmp_path: Path) -> None:
    async with epic(tmp_path) as practice:
        bundles = [
            await practice.get(f"/AllergyIntolerance?patient={await practice.patient(number)}")
            for number in (1, 9, 10, 12)
        ]

        unasked = [one for one in bundles if any("nobody has asked" in text for text in warnings(one))]
        assert unasked
        assert [0] * len(unasked) == [one["total"] for one in unasked]


async def test_a_page_that_epic_has_forgotten_is_found_again(tmp_path: Path) -> None:
    now = [time.time()]
    async with epic(tmp_path, {"page_size": 10}, clock=lambda: now[0]) as practice:
        patient = await practice.patient(LAURA)
        search = f"/Observation?patient={patient}&category=vital-signs&_count=10"
        first = await practice.get(search)
        expected = [one["id"] for one in matches(await practice.get(str(link(first, "next"))))]

        now[0] += 601
        again = [one["id"] for one in matches(await practice.get(str(link(first, "next"))))]

        assert expected == again
        assert not {one["id"] for one in matches(first)} & {*again}


async def test_an_older_release_is_asked_the_same_and_filtered_here(tmp_path: Path) -> None:
    async with epic(tmp_path, release="February 2024") as practice:
        patient = await practice.patient(LAURA)
        everything = matches(await practice.get(f"/Encounter?patient={patient}&_count=50"))
        search = f"/Encounter?patient={patient}&class=AMB&_count=1"

        ambulatory = [one["id"] for one in await every(practice.client, search)]
        refused = await practice.get(f"/RelatedPerson?patient={patient}", 502)

        assert [one["id"] for one in everything if one["class"]["code"] == "AMB"] == ambulatory
        assert 0 < len(ambulatory) < len(everything)
        assert ["not-supported"] == [one["code"] for one in refused["issue"]]


async def test_an_api_that_the_client_is_not_registered_for_is_our_credentials_failure(tmp_path: Path) -> None:
    async with epic(tmp_path, apis=frozenset({"Patient"})) as practice:
        patient = await practice.patient(JASMINE)

        outcome = await practice.get(f"/Goal?patient={patient}", 502)

        assert ["forbidden"] == [each["code"] for each in outcome["issue"]]


async def test_a_token_that_is_refused_for_nothing_is_asked_for_again(tmp_path: Path) -> None:
    async with epic(tmp_path, hiccup=2) as practice:
        await practice.patient(JASMINE)
        await practice.summit.misbehave("epic", {"path": ".*/Patient", "kind": "expire_token"})

        assert await practice.patient(JASMINE)
        assert [400, 200] == [one["status"] for one in await practice.summit.asked("epic") if "token" in one["path"]]


async def test_a_day_s_documents_are_spent(tmp_path: Path) -> None:
    async with epic(tmp_path, documents_a_day=0) as practice:
        patient = await practice.patient(JASMINE)

        answer = await practice.client.get(f"/DocumentReference?patient={patient}")

        assert (503, "3600") == (answer.status_code, answer.headers["Retry-After"])


async def test_a_note_is_served_in_both_of_its_formats(tmp_path: Path) -> None:
    async with epic(tmp_path) as practice:
        patient = await practice.patient(JASMINE)
        found = matches(await practice.get(f"/DocumentReference?patient={patient}&category=clinical-note"))
        note = next(one for one in found if len(one["content"]) == 2)

        for content in note["content"]:
            kind = content["attachment"]["contentType"]
            answer = await practice.client.get(content["attachment"]["url"], headers={"Accept": kind})
            assert (200, kind) == (answer.status_code, answer.headers["content-type"].partition(";")[0])
            assert answer.content.startswith({"text/html": b"<", "text/rtf": b"{\\rtf"}[kind])
        asked = await practice.asked("DocumentReference")
        assert {"clinical-note", "summary-document"} == {sent["category"] for _, sent in asked if "category" in sent}


async def test_every_request_says_who_asks_and_that_it_wants_json() -> None:
    async def answer(request: Request, number: int) -> Response:
        return JSONResponse({"resourceType": "Goal", "id": "e1"}, media_type="application/fhir+json")

    ehr = EHR(answer)
    settings = DIALECT.settings.model_validate({"base_url": f"{ORIGIN}/api/FHIR/R4"}).model_copy(
        update={"client_id": None}
    )
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(ehr.app))
    adapter = registry.find("epic")
    server = adapter.connect(type(CONNECTION)("t", "p", "c", "epic", settings), upstreams)
    try:
        await registry.dispatch(adapter, server, call(), Query("Goal", id="e1"))
    finally:
        await upstreams.close()

    assert ["application/fhir+json"] == [one.headers["accept"] for one in ehr.seen]
    assert {"Epic-Client-ID": "app-1"} == DIALECT.headers(settings.model_copy(update={"client_id": "app-1"}))


async def test_epic_s_own_statement_lacks_nothing_that_is_declared(tmp_path: Path) -> None:
    async with epic(tmp_path) as practice:
        (drift,) = await practice.summit.services.discover()

        assert frozenset() == drift.lost
