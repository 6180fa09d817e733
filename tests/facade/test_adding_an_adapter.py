"""An EHR of the operator's own: two folders outside this tree, one line of configuration, no other edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

import adapters
import mappings
from capability.uscore.search import ANSWERED_BY_THE_FACADE
from facade.app import create_app
from facade.services import Services
from facade.tenancy.directory import load
from tests.facade.world import ORIGIN, configuration

ADAPTER = """
from pydantic import BaseModel

from adapters.contract import Adapter, Page, Read, Search
from mappings.cardbox.patient import patient


class CardBoxSettings(BaseModel):
    cards: list[dict[str, str]]


async def read(box, call, query):
    return Page.mapped(patient, [card for card in box.cards if card["no"] == query.id])


async def search(box, call, query):
    return Page.mapped(patient, box.cards)


ADAPTER = Adapter(
    name="cardbox",
    settings=CardBoxSettings,
    connect=lambda connection, upstreams: connection.settings,
    type_of=lambda local_id: frozenset({"Patient"} if local_id.isdigit() else ()),
    derives_provenance=True,
    interactions=(
        Read("Patient", read, profiles=("us-core-patient",)),
        Search("Patient", search, params=frozenset({"_id", "family"}), profiles=("us-core-patient",)),
    ),
)
"""

MAPPING = """
from mappings.fhir import resource
from mappings.mapped import Mapped, Origin


def patient(card):
    return Mapped(
        resource(
            "Patient",
            id=card["no"],
            identifier=[{"system": "urn:cardbox", "value": card["no"]}],
            name=[{"family": card["family"], "given": [card["given"]]}],
            gender="unknown",
        ),
        Origin(author_name="archivist"),
    )
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for package, name, text in (("adapters", "__init__.py", ADAPTER), ("mappings", "patient.py", MAPPING)):
        place = tmp_path / package / "cardbox"
        place.mkdir(parents=True)
        (place / name).write_text(text, encoding="utf-8")
    before = {package: list(package.__path__) for package in (adapters, mappings)}
    yield tmp_path
    for searched, path in before.items():
        searched.__path__[:] = path


async def test_a_new_ehr_is_served_and_declared_without_another_edit(folder: Path) -> None:
    cards = [{"no": "1", "family": "Adler", "given": "Ida"}, {"no": "2", "family": "Baum", "given": "Ben"}]
    connections = {"main": {"adapter": "cardbox", "settings": {"cards": cards}}}
    config = configuration(riverbend={"practices": {"box": {"name": "Card box", "connections": connections}}})
    config["server"]["adapters_path"] = [str(folder)]
    path = folder / "facade.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    services = Services(load(path, {}))
    tenant = services.directory.tenants["riverbend"]
    token = services.tokens.mint(tenant, tenant.clients["system"], seconds=60)
    headers = {"Authorization": f"Bearer {token}"}

    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(
        transport=transport, headers=headers, base_url=f"{ORIGIN}/riverbend/fhir/r4"
    ) as client:
        patient = (await client.get("/Patient/box.2")).json()
        found = (await client.get("/Patient?family=adl&_revinclude=Provenance:target")).json()
        statement = (await client.get("/metadata")).json()
    await services.close()

    assert ("box.2", "Baum") == (patient["id"], patient["name"][0]["family"])
    assert ["box.1", "box.prov-1"] == [entry["resource"]["id"] for entry in found["entry"]]
    (declared, provenance) = statement["rest"][0]["resource"]
    names = {each["name"] for each in declared["searchParam"]}
    assert ("Patient", {"_id", "family"}) == (declared["type"], names - ANSWERED_BY_THE_FACADE)
    assert "Provenance" == provenance["type"]
