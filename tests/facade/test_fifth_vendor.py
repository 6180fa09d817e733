"""A vendor that speaks FHIR with an accent: a folder or an installed package, one configuration, no other edit."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml
from click.testing import CliRunner

from capability.uscore.search import ANSWERED_BY_THE_FACADE
from facade.__main__ import main
from facade.app import create_app
from facade.services import Services
from facade.tenancy.directory import load
from tests.facade import northstar
from tests.facade.summit import sandbox
from tests.facade.world import UPSTREAM, World, configuration, entries, every

ALIAS = re.compile(r"ns\.x-[a-z2-7]{32}")
SERVED = {"Patient", "Observation", "DocumentReference", "Binary"}

Install = Callable[[Path], AbstractContextManager[None]]
WAYS = {"folder": northstar.as_a_folder, "package": northstar.as_a_package}


@dataclass
class Place:
    file: Path
    here: World


def _configured(folder: Path, way: str) -> Path:
    settings = {"base_url": f"{UPSTREAM}/r4", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    connections = {"main": {"adapter": "northstar", "settings": settings}}
    config = configuration(riverbend={"practices": {"ns": {"name": "North Star", "connections": connections}}})
    if way == "folder":
        config["server"]["adapters_path"] = [str(folder)]
    path = folder / "facade.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=WAYS)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("vendor")
    with WAYS[request.param](folder):
        yield _configured(folder, request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(file: Path) -> AsyncIterator[World]:
    directory = load(file, {})
    server = sandbox("northstar", 3)
    services = Services(directory, transport=lambda _: httpx.ASGITransport(server))
    made = World(services, create_app(services), server)
    yield made
    for client in made.clients:
        await client.aclose()
    await services.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_it_is_searched_read_and_included_by_ids_that_fit_fhir(here: World) -> None:
    client = here.client()
    patients = await every(client, "/Patient")
    patient = patients[0]
    found = await entries(client, f"/Observation?patient={patient['id']}&date=ge2020&_include=Observation:patient")
    (observation, *_) = [one["resource"] for one in found if one["search"]["mode"] == "match"]

    assert all(ALIAS.fullmatch(one["id"]) for one in (*patients, observation))
    assert {"female", "male"} >= {one["gender"] for one in patients}
    assert patient == (await client.get(f"/Patient/{patient['id']}")).json()
    assert observation == (await client.get(f"/Observation/{observation['id']}")).json()
    assert {patient["id"]} == {one["resource"]["id"] for one in found if one["search"]["mode"] == "include"}
    asked = [one for one in here.sandbox.queries if "/Observation?" in one and "_page=" not in one]
    assert ["observed-on=ge2019"] == re.findall(r"observed-on=ge\d{4}", " ".join(asked))


@pytest.mark.asyncio(loop_scope="module")
async def test_its_documents_and_whole_charts_are_served(here: World) -> None:
    client = here.client()
    patient = (await every(client, "/Patient"))[0]["id"]
    (document, *_) = await every(client, f"/DocumentReference?patient={patient}")
    named = document["content"][0]["attachment"]
    content = await client.get(named["url"])
    chart = (await client.get(f"/Patient/{patient}/$everything")).json()

    assert (200, named["size"]) == (content.status_code, len(content.content))
    assert SERVED - {"Binary"} == {one["resource"]["resourceType"] for one in chart["entry"]}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("practice", [None, "ns"])
async def test_it_is_in_the_statement_and_in_what_is_looked_at(here: World, practice: str | None) -> None:
    statement = (await here.client(None, practice=practice).get("/metadata")).json()["rest"][0]["resource"]
    (drift,) = await here.services.discover(5)

    assert SERVED == {one["type"] for one in statement}
    (observation,) = [one for one in statement if one["type"] == "Observation"]
    assert "date" in {one["name"] for one in observation["searchParam"]} - ANSWERED_BY_THE_FACADE
    assert (("riverbend", "ns", "main"), frozenset(), ()) == (drift.place, drift.lost, drift.remarks)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


@pytest.mark.usefixtures("logs_again")
def test_the_commands_know_it(file: Path) -> None:
    status, text = run("check-config", "--config", str(file))
    _, looked = run("discover", "--config", str(file), "--json")

    assert (0, True) == (status, "ns: North Star (main by northstar)" in text)
    found: list[dict[str, Any]] = json.loads(looked)
    assert [("ns", "main", True)] == [(one["practice"], one["connection"], one["failed"]) for one in found]
