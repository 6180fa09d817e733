"""Patients confirmed to be one person: shown to who may see both, followed when asked, and never guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.facade.chartbox import ChartBox, chartbox
from tests.facade.world import ORIGIN, entries, every, ids

REPLACED = {"other": {"reference": "Patient/patient-0"}, "type": "replaced-by"}
LINKS = [{"patients": ["box.patient-1", "chest.patient-7"], "confirmed_by": "J. Doe", "confirmed_on": "2026-01-31"}]
POLICY = [
    {"name": "no links", "clients": ["unlinked"], "remove": ["Patient.link"]},
    {"name": "no people there", "clients": ["elsewhere"], "remove": ["Patient"], "unless": "%practice = 'box'"},
    {"name": "not all people", "clients": ["staff"], "remove": ["Patient"], "where": "gender = 'male'"},
]
CLIENTS = {
    "system": {"scopes": ["system/*.rs"]},
    "unlinked": {"scopes": ["system/*.rs"]},
    "elsewhere": {"scopes": ["system/*.rs"]},
    "staff": {"scopes": ["system/*.rs"]},
    "box": {"scopes": ["system/*.rs"], "practices": ["box"]},
    "pulse": {"scopes": ["system/Observation.rs"]},
    "some": {"scopes": ["system/Patient.rs", "system/Condition.rs"]},
}
EVERYTHING = "/Patient/box.patient-1/$everything"
SAME = {"other": {"reference": "Patient/chest.patient-7"}, "type": "seealso"}


def _chart(number: int, **patient: Any) -> list[dict[str, Any]]:
    subject = {"reference": f"Patient/patient-{number}"}
    name = [{"family": "Adler", "given": ["Ida"]}]
    known = {"name": name, "birthDate": "1970-03-01", "gender": "female"}
    return [
        {"resourceType": "Patient", "id": f"patient-{number}", **known, **patient},
        {"resourceType": "Condition", "id": f"condition-{number}", "code": {"text": "asthma"}, "subject": subject},
        {
            "resourceType": "Observation",
            "id": f"observation-{number}",
            "status": "final",
            "code": {"text": "pulse"},
            "subject": subject,
            "performer": [{"reference": "Practitioner/practitioner-1"}],
        },
        {"resourceType": "Practitioner", "id": "practitioner-1"},
    ]


def opened(folder: Path, **tenant: Any) -> AbstractAsyncContextManager[ChartBox]:
    records = [*_chart(1, link=[REPLACED]), *_chart(2)]
    settings: dict[str, Any] = {"clients": CLIENTS, "policy": POLICY, "links": LINKS, **tenant}
    return chartbox(folder, records, apart={"chest": "chartbox"}, **settings)


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[ChartBox]:
    async with opened(tmp_path) as made:
        made.beside("chest").put(_chart(7))
        yield made


async def _linked(box: ChartBox, client: str, patient: str = "box.patient-1") -> list[Any]:
    found = (await box.here.client(client).get(f"/Patient/{patient}")).json()
    return [each for each in found.get("link", ()) if each["type"] == "seealso"]


async def test_a_link_is_shown_from_both_sides_behind_the_ehrs_own(box: ChartBox) -> None:
    client = box.here.client()
    read = (await client.get("/Patient/box.patient-1")).json()
    (found,) = await every(client, "/Patient?_id=box.patient-1")
    narrowed = (await box.here.client(practice="box").get("/Patient/box.patient-1")).json()

    assert [{**REPLACED, "other": {"reference": "Patient/box.patient-0"}}, SAME] == read["link"]
    assert read == found
    assert {f"{ORIGIN}/riverbend/fhir/r4/Patient/chest.patient-7"} == {
        each["other"]["reference"] for each in narrowed["link"] if each["type"] == "seealso"
    }
    assert ["Patient/box.patient-1"] == [
        each["other"]["reference"] for each in await _linked(box, "system", "chest.patient-7")
    ]
    assert [] == await _linked(box, "system", "box.patient-2")


@pytest.mark.parametrize("client", ["unlinked", "elsewhere", "staff", "box"])
async def test_who_may_not_see_all_people_there_sees_no_link(box: ChartBox, client: str) -> None:
    assert [] == await _linked(box, client)


async def test_alike_people_are_not_linked(box: ChartBox) -> None:
    sent = {key: value for key, value in _chart(2)[0].items() if key != "id"}
    matches = (await box.here.client().post("/Patient/$match", json=sent)).json()

    links = {each["resource"]["id"]: each["resource"].get("link", []) for each in matches["entry"]}
    assert {"box.patient-1", "box.patient-2", "chest.patient-7"} == links.keys()
    assert [] == links["box.patient-2"]


async def test_everything_follows_a_link_only_when_asked(box: ChartBox) -> None:
    client = box.here.client()
    plain = ids(each["resource"] for each in await entries(client, EVERYTHING))
    unasked = ids(each["resource"] for each in await entries(client, f"{EVERYTHING}?_linked=false"))
    linked = await entries(client, f"{EVERYTHING}?_linked=true&_count=3")
    other = ids(each["resource"] for each in await entries(client, "/Patient/chest.patient-7/$everything"))

    assert {"box"} == {id_.partition(".")[0] for id_ in plain}
    assert plain == unasked
    assert {*plain, *other} == set(ids(each["resource"] for each in linked))
    assert len(plain) + len(other) == len(linked)
    included = ids(each["resource"] for each in linked if each["search"]["mode"] == "include")
    assert ["box.practitioner-1", "chest.practitioner-1"] == included


@pytest.mark.parametrize(
    ("client", "there"),
    [("unlinked", set()), ("elsewhere", set()), ("box", set()), ("some", {"chest.patient-7", "chest.condition-7"})],
)
async def test_of_a_linked_record_comes_what_the_caller_may_see(box: ChartBox, client: str, there: set[str]) -> None:
    found = ids(each["resource"] for each in await entries(box.here.client(client), f"{EVERYTHING}?_linked=true"))

    assert "box.condition-1" in found
    assert there == {id_ for id_ in found if id_.startswith("chest.")}


async def test_a_linked_practice_that_fails_is_told_of_or_refused(box: ChartBox) -> None:
    client = box.here.client()
    box.beside("chest").put(_chart(7), broken=["Patient"])
    bundle = (await client.get(f"{EVERYTHING}?_linked=true")).json()
    refused = await client.get(f"{EVERYTHING}?_linked=true", headers={"X-Facade-Partial": "refuse"})

    (outcome,) = [each["resource"] for each in bundle["entry"] if each["search"]["mode"] == "outcome"]
    assert "practice chest did not answer" in outcome["issue"][0]["details"]["text"]
    assert "total" not in bundle
    assert "box.observation-1" in ids(each["resource"] for each in bundle["entry"] if "id" in each["resource"])
    assert (503, True) == (refused.status_code, "chest" in refused.text)
    assert 200 == (await client.get(EVERYTHING, headers={"X-Facade-Partial": "refuse"})).status_code
    assert 503 == (await client.get("/Patient/chest.patient-7/$everything?_linked=true")).status_code


async def test_linked_is_true_or_false(box: ChartBox) -> None:
    response = await box.here.client().get(f"{EVERYTHING}?_linked=maybe")

    assert (400, ["http._linked"]) == (response.status_code, response.json()["issue"][0]["location"])
