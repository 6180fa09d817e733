"""Records whose ids FHIR has no room for: served under an alias that leads back, for good, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from facade.app import create_app
from facade.keys import new_keys
from facade.services import Services
from tests.facade.chartbox import ChartBox, chartbox
from tests.facade.http.documents import PDF, held
from tests.facade.world import World, entries, every, ids

LONG = "patient-" + "a" * 58  # 66 characters
LONGER = "observation-" + "B_" * 38  # 88, and one that FHIR's grammar has not
LONGEST = "documentreference-" + "eX4.mple" * 14  # 130
NEARLY = "condition-" + "c" * 50  # fits with its practice, and with `prov-` before it no more
LOOKS_ALIASED = "x-ray"

PATIENT = {"reference": f"Patient/{LONG}"}
RECORDS: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": LONG, "name": [{"family": "Long"}]},
    {"resourceType": "Patient", "id": "patient-1", "name": [{"family": "Short"}]},
    {"resourceType": "Observation", "id": LONGER, "status": "final", "code": {"text": "pulse"}, "subject": PATIENT},
    {"resourceType": "Condition", "id": NEARLY, "code": {"text": "asthma"}, "subject": PATIENT},
    {"resourceType": "Organization", "id": "organization-1", "endpoint": [{"reference": f"Endpoint/{LOOKS_ALIASED}"}]},
    {
        "resourceType": "DocumentReference",
        "id": LONGEST,
        "status": "current",
        "type": {"text": "a letter"},
        "category": [{"text": "note"}],
        "subject": PATIENT,
        "date": "2024-05-01T10:00:00Z",
        "content": [{"attachment": {"url": f"Binary/file-0-{LONGEST}", "contentType": "application/pdf"}}],
    },
]
DOCUMENTS = {f"file-0-{LONGEST}": held(PDF, "application/pdf")}
ALIAS = re.compile(r"box\.x-[a-z2-7]{32}")


def opened(folder: Path, state: Path | None = None, **more: Any) -> AbstractAsyncContextManager[ChartBox]:
    if state is not None:
        state.mkdir(exist_ok=True)
        more["server"] = {**more.get("server", {}), "state_folder": str(state)}
    return chartbox(folder, RECORDS, documents=DOCUMENTS, **more)


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[ChartBox]:
    async with opened(tmp_path, tmp_path / "state") as made:
        yield made


async def test_a_record_is_found_read_and_searched_by_its_alias(box: ChartBox) -> None:
    client = box.here.client()
    (patient,) = await every(client, "/Patient?family=Long")

    assert ALIAS.fullmatch(patient["id"])
    assert patient == (await client.get(f"/Patient/{patient['id']}")).json()
    assert [patient["id"]] == ids(await every(client, f"/Patient?_id={patient['id']}"))
    assert {patient["id"], "box.patient-1"} == set(
        ids(await every(client, f"/Patient?_id=box.patient-1,{patient['id']}"))
    )
    for search in (f"Observation?patient={patient['id']}", f"Patient/{patient['id']}/Observation"):
        (observation,) = await every(client, f"/{search}")
        assert ALIAS.fullmatch(observation["id"])
        assert f"Patient/{patient['id']}" == observation["subject"]["reference"]


async def test_includes_chains_has_and_everything_go_by_it_too(box: ChartBox) -> None:
    client = box.here.client()
    (patient,) = await every(client, "/Patient?family=Long")
    included = await entries(client, f"/Observation?patient={patient['id']}&_include=Observation:patient")
    everything = await entries(client, f"/Patient/{patient['id']}/$everything?_count=2")

    assert [patient["id"]] == [each["resource"]["id"] for each in included if each["search"]["mode"] == "include"]
    assert 1 == len(await every(client, "/Observation?patient.family=Long"))
    assert [patient["id"]] == ids(await every(client, f"/Patient?_has:Condition:patient:_id=box.{NEARLY}"))
    assert ["Condition", "DocumentReference", "Observation", "Patient"] == sorted(
        {each["resource"]["resourceType"] for each in everything} - {"Provenance"}
    )


async def test_an_attachment_opens_by_an_alias_of_its_own(box: ChartBox) -> None:
    client = box.here.client()
    (patient,) = await every(client, "/Patient?family=Long")
    (document,) = await every(client, f"/DocumentReference?patient={patient['id']}")
    url = document["content"][0]["attachment"]["url"]
    answer = await client.get(url)

    assert ALIAS.fullmatch(url.rpartition("/")[2])
    assert (200, PDF) == (answer.status_code, answer.content)
    assert f"DocumentReference/{document['id']}" == answer.headers["x-security-context"]


@pytest.mark.parametrize("type_", ["Observation", "Condition"])
async def test_a_derived_provenance_has_an_id_that_fits_and_names_the_record(box: ChartBox, type_: str) -> None:
    client = box.here.client()
    (patient,) = await every(client, "/Patient?family=Long")
    target, provenance = (
        each["resource"]
        for each in await entries(client, f"/{type_}?patient={patient['id']}&_revinclude=Provenance:target")
    )

    assert f"{type_}/{target['id']}" == provenance["target"][0]["reference"]
    assert "archivist" == provenance["agent"][0]["who"]["display"]
    assert len(provenance["id"]) <= 64
    assert provenance == (await client.get(f"/Provenance/{provenance['id']}")).json()


async def test_what_only_looks_like_an_alias_gets_one(box: ChartBox) -> None:
    (organization,) = await every(box.here.client(), "/Organization")

    reference = organization["endpoint"][0]["reference"]
    assert ALIAS.fullmatch(reference.removeprefix("Endpoint/"))


@pytest.mark.parametrize("keep", [True, False])
async def test_an_alias_outlives_the_process_with_a_state_folder(tmp_path: Path, keep: bool) -> None:
    state = tmp_path / "state" if keep else None
    async with opened(tmp_path, state) as box:
        (patient,) = await every(box.here.client(), "/Patient?family=Long")
    async with opened(tmp_path, state) as box:
        client = box.here.client()
        at_once = (await client.get(f"/Patient/{patient['id']}")).status_code
        (again,) = await every(client, "/Patient?family=Long")

        assert (200 if keep else 404) == at_once
        assert patient["id"] == again["id"]
        assert 200 == (await client.get(f"/Patient/{patient['id']}")).status_code


async def test_processes_of_one_server_know_each_others_aliases_without_a_folder(tmp_path: Path) -> None:
    async with opened(tmp_path) as box:
        shared = tmp_path / "shared.sqlite"
        workers = [Services(box.here.services.directory, workers=2, shared=shared) for _ in range(2)]
        one, other = (World(each, create_app(each), box.here.sandbox) for each in workers)
        (patient,) = await every(one.client(), "/Patient?family=Long")

        assert patient == (await other.client().get(f"/Patient/{patient['id']}")).json()
        for each in (one, other):
            for client in each.clients:
                await client.aclose()
            await each.services.close()


async def test_a_new_signing_key_changes_no_id(tmp_path: Path) -> None:
    found = []
    for key in (new_keys(), new_keys()):
        server = {"signing_key": key["FACADE_SIGNING_KEY"]}
        async with opened(tmp_path, tmp_path / "state", server=server) as box:
            found += ids(await every(box.here.client(), "/Patient?family=Long"))

    assert found[0] == found[1]


async def test_an_alias_leads_nowhere_at_another_practice_or_tenant(tmp_path: Path) -> None:
    async with opened(tmp_path, tmp_path / "state", practices=("box", "chest"), tenants=("riverbend", "hill")) as box:
        client = box.here.client()
        found = ids(await every(client, "/Patient?family=Long"))
        at_box, at_chest = sorted(found)
        elsewhere = box.here.client(tenant="hill")
        nobody = await client.get("/Patient/box.patient-9")
        box.forget()
        answers = [
            await client.get(f"/Patient/chest.{at_box.removeprefix('box.')}"),
            await client.get(f"/Patient/box.{at_chest.removeprefix('chest.')}"),
            await elsewhere.get(f"/Patient/{at_box}"),
            await client.get("/Patient/box.x-unknown"),
        ]
        searches = [
            (await client.get(f"/Observation?patient=chest.{at_box.removeprefix('box.')}")).json(),
            (await client.get(f"/Patient?_id=box.x-{'a' * 32}")).json(),
        ]

        assert [(404, nobody.json())] * 4 == [(each.status_code, each.json()) for each in answers]
        assert [0, 0] == [each["total"] for each in searches]
        assert [] == box.asked()


async def test_where_aliases_cannot_be_kept_none_goes_out(tmp_path: Path) -> None:
    async with opened(tmp_path, tmp_path / "state") as box:
        client = box.here.client()
        assert 200 == (await client.get("/Patient?family=Short")).status_code
        for each in (tmp_path / "state").iterdir():
            each.unlink()
        (tmp_path / "state" / "aliases.sqlite").mkdir()
        box.put([*RECORDS, {"resourceType": "Patient", "id": LONG + "2", "name": [{"family": "Long"}]}])
        refused = await client.get("/Patient?family=Long")

        assert (503, "transient") == (refused.status_code, refused.json()["issue"][0]["code"])
        assert "x-" not in refused.text
        assert 200 == (await client.get("/Patient/box.patient-1")).status_code
