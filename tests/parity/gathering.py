"""One person's whole chart from every EHR, through the facade: what the comparison reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from adapters.population import SEED, population
from tests.facade.summit import Summit, network, practice, summit
from tests.facade.world import every
from tests.parity.facts import MAKERS, Record, facts_of
from tests.parity.readings import Resource

VENDORS = {"athenanet": "sa", "athena_fhir": "sf", "epic": "se", "cerner": "sc"}
"""Adapter -> the practice over it. All hold the same people."""

SIZE = 12
MERGED = 8
EVERYBODY = tuple(number for number in range(1, SIZE + 1) if number != MERGED)
"""Numbers of the people of that population; of a merged one every EHR only has the survivor."""


@asynccontextmanager
async def four(folder: Path) -> AsyncIterator[Summit]:
    """The facade over the four EHRs."""
    over = practice("athena_fhir")
    over["connections"]["athena_fhir"]["settings"]["practiceid"] = "195901"
    config = summit()
    config["tenants"]["summit"]["practices"]["sf"] = over
    async with network(folder, config, names=tuple(VENDORS), size=SIZE) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Gathered:
    """By vendor: one person's records, and the types that are not served there at all."""

    held: Mapping[str, list[Record]]
    unserved: Mapping[str, frozenset[str]]


async def gathered(here: Summit, number: int) -> Gathered:
    held: dict[str, list[Record]] = {}
    unserved: dict[str, frozenset[str]] = {}
    for vendor, key in VENDORS.items():
        client = here.client(practice=key)
        served = await _served(client)
        resources = await _chart(client, number, MAKERS.keys() & served)
        beside = await _medications(client, resources) if "Medication" in served else {}
        held[vendor] = [facts_of(one, beside) for one in resources]
        unserved[vendor] = frozenset(MAKERS.keys() - served)
    return Gathered(held, unserved)


async def _served(client: httpx.AsyncClient) -> frozenset[str]:
    statement = (await client.get("/metadata")).json()
    return frozenset(one["type"] for one in statement["rest"][0]["resource"])


async def _chart(client: httpx.AsyncClient, number: int, types: Iterable[str]) -> list[Resource]:
    one = population(SIZE, SEED + 1).person(number)
    query = {"family": one.name.family, "given": one.name.given, "birthdate": one.born.isoformat()}
    people = await every(client, f"/Patient?{httpx.QueryParams(query)}")
    found: list[Resource] = [*people]
    for type_ in sorted({*types} - {"Patient"}):
        for person in people:
            found += await every(client, f"/{type_}?patient={person['id']}&_count=500")
    return found


async def _medications(client: httpx.AsyncClient, resources: Iterable[Resource]) -> dict[str, Resource]:
    named = {str(one.get("medicationReference", {}).get("reference", "")) for one in resources}
    ids = sorted(each.partition("/")[2] for each in named if each.startswith("Medication/"))
    if not ids:
        return {}
    found = await every(client, f"/Medication?_id={','.join(ids)}&_count=500")
    return {f"Medication/{one['id']}": one for one in found}
