"""What steers the answer of a search: _sort, _total, _summary, _elements, _count; and what explains it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from tests.facade.world import World, configuration, entries, every, ids, link, practice, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    config = configuration(
        riverbend={
            "practices": {"rb": practice(), "nb": practice("195901")},
            "clients": {
                "system": {"scopes": ["system/*.rs"]},
                "limited": {"scopes": ["system/*.rs"]},
                "debugger": {"scopes": ["system/*.rs", "__debug"]},
            },
        }
    )
    async with world(tmp_path_factory.mktemp("results"), config) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(here: World) -> httpx.AsyncClient:
    return here.client()


async def bundle(client: httpx.AsyncClient, address: str, **headers: str) -> dict[str, Any]:
    response = await client.get(address, headers=headers)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def told(found: dict[str, Any]) -> dict[str, str]:
    """What the outcome entry says, by parameter; "" for what is about none."""
    (outcome,) = [each["resource"] for each in found["entry"] if each["search"]["mode"] == "outcome"]
    return {
        each.get("location", ["http."])[0].removeprefix("http."): each["details"]["text"] for each in outcome["issue"]
    }


# --- sorting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sort", "descending"), [("birthdate", False), ("-birthdate", True)])
@pytest.mark.parametrize("count", [500, 7])
async def test_sorted_matches_come_in_order_over_all_practices_and_pages(
    client: httpx.AsyncClient, sort: str, descending: bool, count: int
) -> None:
    plain = await every(client, "/Patient?_count=500")

    found = await every(client, f"/Patient?_sort={sort}&_count={count}")

    dates = [one.get("birthDate") for one in found]
    known = [each for each in dates if each]
    assert sorted(ids(plain)) == sorted(ids(found))
    assert sorted(known, reverse=descending) == known
    assert [None] * (len(dates) - len(known)) == dates[len(known) :]
    assert 2 == len({one["id"].partition(".")[0] for one in found})


async def test_a_second_parameter_orders_what_the_first_leaves_alike(client: httpx.AsyncClient) -> None:
    found = await every(client, "/Patient?_sort=gender,-birthdate&_count=500")

    for _, group in itertools.groupby(found, key=lambda one: one["gender"]):
        dates = [one["birthDate"] for one in group if one.get("birthDate")]
        assert sorted(dates, reverse=True) == dates
    genders = [one["gender"] for one in found]
    assert sorted(genders) == genders
    assert len(set(genders)) > 1


async def test_strings_are_sorted_without_case_and_accents(client: httpx.AsyncClient) -> None:
    found = await every(client, "/Location?_sort=name&_count=500")

    names = [one["name"].casefold() for one in found]
    assert sorted(names) == names


async def test_a_sorted_search_knows_its_total_on_every_page(client: httpx.AsyncClient) -> None:
    first = await bundle(client, "/Patient?_sort=family&_count=10")
    second = await bundle(client, str(link(first, "next")))

    everybody = len(await every(client, "/Patient"))
    assert (everybody, everybody) == (first["total"], second["total"])


async def test_sorting_reads_so_much_and_no_more(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"rows_max": 100}
    async with world(tmp_path, config, size=130) as large:
        response = await large.client().get("/Patient?_sort=birthdate")

    assert (400, "too-costly") == (response.status_code, response.json()["issue"][0]["code"])


async def test_nobody_sorts_by_what_is_hidden(here: World) -> None:
    limited = here.client("limited")

    response = await limited.get("/Patient?_sort=identifier")

    assert (403, ["http.identifier"]) == (response.status_code, response.json()["issue"][0]["location"])


# --- totals --------------------------------------------------------------------------------------------------------


async def test_an_accurate_total_is_there_on_the_first_page_and_stays(client: httpx.AsyncClient) -> None:
    everybody = len(await every(client, "/Patient"))

    first = await bundle(client, "/Patient?_total=accurate&_count=7")
    second = await bundle(client, str(link(first, "next")))

    assert (everybody, everybody) == (first["total"], second["total"])
    assert sorted(ids(await every(client, "/Patient"))) == sorted(
        ids(await every(client, "/Patient?_total=accurate&_count=7"))
    )


async def test_no_total_is_given_where_none_is_wanted(client: httpx.AsyncClient) -> None:
    assert "total" not in await bundle(client, "/Patient?_total=none&_count=500")
    assert "total" in await bundle(client, "/Patient?_total=estimate&_count=500")


@pytest.mark.parametrize(
    "query", ["_summary=count", "_count=0", "_summary=count&_count=5", "_summary=count&_sort=family"]
)
async def test_a_count_is_a_number_alone(client: httpx.AsyncClient, query: str) -> None:
    found = await bundle(client, f"/Patient?{query}&_include=Patient:general-practitioner", Prefer="handling=lenient")

    assert len(await every(client, "/Patient")) == found["total"]
    assert [] == [each for each in found.get("entry", ()) if each["search"]["mode"] != "outcome"]
    assert None is link(found, "next")


@pytest.mark.parametrize("total", ["", "&_total=accurate"])
@pytest.mark.parametrize("count", [1, 3, 7, 50])
async def test_a_page_has_no_more_than_was_asked_for_and_all_pages_have_all(
    client: httpx.AsyncClient, count: int, total: str
) -> None:
    plain = await every(client, "/Patient?_count=500")
    found: list[dict[str, Any]] = []
    url: str | None = f"/Patient?_count={count}{total}"
    while url is not None:
        page = await bundle(client, url)
        matches = [each["resource"] for each in page.get("entry", ())]
        assert count >= len(matches)
        found += matches
        url = link(page, "next")

    assert sorted(ids(plain)) == sorted(ids(found))


# --- subsets -------------------------------------------------------------------------------------------------------


async def test_elements_are_given_with_what_must_be_there(client: httpx.AsyncClient) -> None:
    whole = {one["id"]: one for one in await every(client, "/Encounter?patient=rb.1")}

    found = await every(client, "/Encounter?patient=rb.1&_elements=period")

    assert whole.keys() == {one["id"] for one in found}
    for one in found:
        full = whole[one["id"]]
        kept = {
            "resourceType",
            "id",
            "meta",
            "status",
            "class",
            "period",
        } & full.keys()  # status modifies, class is 1..1
        assert kept == one.keys()
        assert {key: full[key] for key in kept - {"meta"}} == {key: one[key] for key in kept - {"meta"}}
        assert SUBSETTED in one["meta"]["tag"]
        assert full["meta"]["versionId"] == one["meta"]["versionId"]


async def test_resource_type_may_stand_among_the_elements(client: httpx.AsyncClient) -> None:
    plain = await every(client, "/Encounter?patient=rb.1&_elements=period")

    assert plain == await every(client, "/Encounter?patient=rb.1&_elements=resourceType,id,period")


async def test_elements_are_those_of_the_searched_type_and_includes_are_whole(client: httpx.AsyncClient) -> None:
    patient = (await client.get("/Patient/rb.1")).json()

    found = await entries(client, "/Encounter?patient=rb.1&_elements=period&_include=Encounter:patient")

    assert patient in [each["resource"] for each in found if each["search"]["mode"] == "include"]


async def test_a_summary_holds_what_fhir_flags_as_summary(client: httpx.AsyncClient) -> None:
    whole = {one["id"]: one for one in await every(client, "/Patient?_count=500")}
    cut = {"contact", "communication", "maritalStatus", "extension", "generalPractitioner", "multipleBirthBoolean"}
    assert any(cut & one.keys() for one in whole.values())

    found = await every(client, "/Patient?_summary=true&_count=500")

    for one in found:
        assert not cut & one.keys()
        for key in one.keys() - {"meta"}:
            assert whole[one["id"]][key] == one[key]
        assert (one.keys() != whole[one["id"]].keys()) == (SUBSETTED in one["meta"].get("tag", []))


async def test_a_summary_of_a_blood_pressure_keeps_its_components(client: httpx.AsyncClient) -> None:
    (one, *_) = await every(client, "/Observation?patient=rb.1&code=85354-9&_summary=true")

    assert {"code", "valueQuantity"} == set(one["component"][0])


async def test_data_leaves_the_narrative_out_and_text_leaves_the_data_out(client: httpx.AsyncClient) -> None:
    data = await every(client, "/Encounter?patient=rb.1&_summary=data")
    text = await every(client, "/Encounter?patient=rb.1&_summary=text")

    assert [one for one in await every(client, "/Encounter?patient=rb.1") if one.pop("text", None) is None] == data
    assert {"resourceType", "id", "meta", "status", "class"} >= {key for one in text for key in one.keys() - {"text"}}


# --- explanations --------------------------------------------------------------------------------------------------

EXPLAIN = {"X-Facade-Explain": "true"}


async def test_each_parameter_is_explained_and_so_are_the_upstream_calls(client: httpx.AsyncClient) -> None:
    found = await bundle(
        client,
        "/Observation?patient=rb.1&category=vital-signs&date=gt2020&_sort=-date&_count=1",
        **EXPLAIN,
        **{"Cache-Control": "no-cache"},
    )

    said = told(found)
    assert "pushed down to rb/athenanet, and applied here" == said["patient"] == said["date"].removeprefix(
        "date: "
    ) or ("patient: pushed down to rb/athenanet, and applied here" == said["patient"])
    assert "category: applied here" == said["category"]
    assert said["_sort"].startswith("_sort: by date, descending")
    assert said[""].startswith("rb/athenanet: upstream calls ")
    assert not said[""].startswith("rb/athenanet: upstream calls 0,")


async def test_without_asking_nothing_is_explained(client: httpx.AsyncClient) -> None:
    found = await bundle(client, "/Observation?patient=rb.1&_count=1")

    assert {"match"} == {each["search"]["mode"] for each in found["entry"]}


async def test_the_debug_scope_explains_too_and_opens_nothing(here: World) -> None:
    debugger = here.client("debugger")

    found = await bundle(debugger, "/Patient?family=S&_count=1")

    assert "family: pushed down to rb/athenanet, nb/athenanet, and applied here" == told(found)["family"]


async def test_calls_are_not_told_of_where_policy_hides_what_is_searched_by(client: httpx.AsyncClient) -> None:
    found = await bundle(client, "/Patient?identifier=http://hl7.org/fhir/sid/us-ssn|123-45-6789", **EXPLAIN)

    said = told(found)
    assert "what the EHRs were asked is not told, since policy hides something that this search looks at" == said[""]
    assert "upstream calls" not in str(found)


@pytest.mark.parametrize(
    "query", ["Encounter?patient=rb.1&_include=Encounter:patient", "Patient?_id=rb.2&_revinclude=Observation:patient"]
)
async def test_nor_where_it_hides_some_of_what_is_included(tmp_path: Path, query: str) -> None:
    hiding = [
        {"name": "famous", "remove": ["Patient"], "where": "id = 'rb.1'"},
        {"name": "final", "remove": ["Observation"], "where": "status = 'final'"},
    ]
    async with world(tmp_path, configuration(riverbend={"policy": hiding})) as made:
        response = await made.client().get(f"/{query}", headers=EXPLAIN)

    assert 200 == response.status_code
    assert "the EHRs were asked is not told" in response.text
    assert "upstream calls" not in response.text


async def test_what_was_ignored_is_explained_as_such(client: httpx.AsyncClient) -> None:
    found = await bundle(client, "/Patient?shoe-size=9&_count=1", Prefer="handling=lenient", **EXPLAIN)

    assert "shoe-size" in told(found)
    assert "shoe-size" not in str(link(found, "self"))


# --- what changed ---------------------------------------------------------------------------------------------------


async def test_what_changed_since_is_what_the_source_says(client: httpx.AsyncClient) -> None:
    people = ids(await every(client, "/Patient"))[:8]
    whole = [one for each in people for one in await every(client, f"/Condition?patient={each}")]
    stamps = sorted(datetime.fromisoformat(one["meta"]["lastUpdated"]) for one in whole if "lastUpdated" in one["meta"])
    middle = stamps[len(stamps) // 2]
    wanted = {
        one["id"]
        for one in whole
        if "lastUpdated" in one["meta"] and datetime.fromisoformat(one["meta"]["lastUpdated"]) > middle
    }

    found = await every(client, f"/Condition?patient={','.join(people)}&_lastUpdated=gt{quote(middle.isoformat())}")

    assert 0 < len(wanted) < len(whole)
    assert wanted == set(ids(found))
