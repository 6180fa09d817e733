"""One search over three EHRs: who is asked, what is merged, and what a client sees when one of them has a bad night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.facade.summit import Summit, network, summit
from tests.facade.world import every, ids, link

JASMINE = "family=Alvarez&given=Jasmine&birthdate=1971-03-25"
pytestmark = pytest.mark.asyncio(loop_scope="module")

FRESH = {"Cache-Control": "no-cache"}
MISSING = "practice se did not answer and its matches are missing"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Summit]:
    config = summit()
    config["server"]["limits"] = {"practice_seconds": 1}
    async with network(tmp_path_factory.mktemp("summit"), config) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stormy(tmp_path: Path) -> AsyncIterator[Summit]:
    """The same, whose circuits nobody has opened yet."""
    config = summit()
    config["server"]["limits"] = {"practice_seconds": 0.5}
    async with network(tmp_path, config) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(three: Summit) -> AsyncIterator[httpx.AsyncClient]:
    for name in three.sandboxes:
        await three.misbehave(name)
    made = three.client()
    made.headers.update(FRESH)
    yield made


async def jasmine(client: httpx.AsyncClient) -> dict[str, str]:
    """Her id in each practice."""
    found = await every(client, f"/Patient?{JASMINE}")
    return {id_.partition(".")[0]: id_ for id_ in ids(found)}


async def test_a_search_that_names_nobody_asks_every_ehr_and_knows_its_whole_number(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/Patient?{JASMINE}")).json()

    assert ["sa", "se", "sc"] == [entry["resource"]["id"].partition(".")[0] for entry in answer["entry"]]
    assert 3 == answer["total"]
    assert {"Alvarez"} == {entry["resource"]["name"][0]["family"] for entry in answer["entry"]}


async def test_one_that_names_a_record_goes_to_its_practice_alone(three: Summit, client: httpx.AsyncClient) -> None:
    named = (await jasmine(client))["se"]
    await three.misbehave("cerner")
    await three.misbehave("athenanet")

    found = await every(client, f"/Condition?patient={named}")

    assert {"se"} == {one["id"].partition(".")[0] for one in found}
    assert [] == await three.asked("cerner") == await three.asked("athenanet")


async def test_contradicting_practices_find_nothing_and_ask_nobody(three: Summit, client: httpx.AsyncClient) -> None:
    named = await jasmine(client)
    for name in three.sandboxes:
        await three.misbehave(name)

    answer = (await client.get(f"/Condition?patient={named['se']}&_id={named['sa']}")).json()

    assert 0 == answer["total"]
    assert [] == [call for name in three.sandboxes for call in await three.asked(name)]


async def test_a_list_of_patients_is_split_sorted_over_all_and_paged_without_a_repeat(
    client: httpx.AsyncClient,
) -> None:
    named = await jasmine(client)
    query = f"/Observation?patient={','.join(named.values())}&category=vital-signs"

    whole = ids(await every(client, f"{query}&_count=500"))
    pages = ids(await every(client, f"{query}&_count=7"))
    inorder = await every(client, f"{query}&_sort=-date&_count=9")

    assert {"sa", "se", "sc"} == {id_.partition(".")[0] for id_ in whole}
    assert len(whole) == len(set(whole)) == len(pages)
    assert sorted(whole) == sorted(pages) == sorted(ids(inorder))
    days = [(one.get("effectiveDateTime") or one["effectivePeriod"]["start"])[:10] for one in inorder]
    assert max(days) == days[0]
    assert min(days) == days[-1]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        pytest.param({"kind": "status", "status": 503}, "the EHR cannot answer now", id="down"),
        pytest.param({"kind": "throttle", "retry_after": 1}, "the EHR limits this practice", id="throttling"),
        pytest.param(
            {"kind": "html", "status": 200}, "the EHR's answer is not FHIR that we can read", id="answering HTML"
        ),
        pytest.param({"kind": "truncated"}, "the EHR's answer is not FHIR that we can read", id="cut off"),
        pytest.param({"kind": "slow", "seconds": 30}, "the EHR did not answer in time", id="slow"),
    ],
)
async def test_what_a_client_sees_when_one_ehr_fails(stormy: Summit, rule: dict[str, Any], says: str) -> None:
    client = stormy.client()
    await stormy.misbehave("epic", {"path": ".*/Patient", "times": None, **rule})

    answer = await client.get(f"/Patient?{JASMINE}")
    strict = await client.get(f"/Patient?{JASMINE}", headers={"X-Facade-Partial": "refuse"})
    found = answer.json()["entry"]

    assert 200 == answer.status_code
    assert ["sa", "sc"] == [
        one["resource"]["id"].partition(".")[0] for one in found if one["search"]["mode"] == "match"
    ]
    (outcome,) = (one["resource"] for one in found if one["search"]["mode"] == "outcome")
    assert f"{MISSING}: {says}" in outcome["issue"][0]["details"]["text"]
    assert "total" not in answer.json()
    assert 503 == strict.status_code
    assert "no answer from: se" in strict.json()["issue"][0]["details"]["text"]
    assert strict.headers["Retry-After"]


async def test_what_a_failed_practice_missed_comes_with_the_next_page(stormy: Summit) -> None:
    client = stormy.client()
    named = await jasmine(client)
    query = f"/Observation?patient={named['sc']},{named['se']}&category=vital-signs&_count=4"
    await stormy.misbehave("epic", {"path": ".*/Observation", "times": None, "kind": "html", "status": 200})
    first = (await client.get(query)).json()
    await stormy.misbehave("epic")

    rest = await every(client, link(first, "next") or "")

    assert {"sc"} == {
        one["resource"]["id"].partition(".")[0] for one in first["entry"] if one["search"]["mode"] == "match"
    }
    assert {"sc", "se"} == {id_.partition(".")[0] for id_ in ids(rest)}


async def test_when_every_ehr_fails_there_is_no_half_an_answer(stormy: Summit) -> None:
    client = stormy.client()
    for name in stormy.sandboxes:
        await stormy.misbehave(name, {"path": ".*", "times": None, "kind": "status", "status": 503})

    answer = await client.get(f"/Patient?{JASMINE}")

    assert answer.status_code in (503, 504)
    assert "OperationOutcome" == answer.json()["resourceType"]


async def test_what_one_ehr_cannot_be_asked_takes_nothing_from_the_others(client: httpx.AsyncClient) -> None:
    query = "/Patient?birthdate=1971&family=Alvarez&given=Jasmine"

    answer = await client.get(query)
    strict = await client.get(query, headers={"X-Facade-Partial": "refuse"})
    found = answer.json()["entry"]

    assert ["sa", "sc"] == [
        one["resource"]["id"].partition(".")[0] for one in found if one["search"]["mode"] == "match"
    ]
    texts = [
        issue["details"]["text"]
        for one in found
        if one["search"]["mode"] == "outcome"
        for issue in one["resource"]["issue"]
    ]
    assert any(text.startswith("practice se can't be asked this and its matches are missing") for text in texts)
    assert (400, "total" in answer.json()) == (strict.status_code, False)
