"""Over everybody in the demo's population: what is served is valid, and a search finds exactly what it should.

The oracle (oracle.py, looks.py) is written apart from the server: it filters all resources of the type by hand.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from capability.uscore import edition
from tests.conforms import assert_conforms
from tests.facade import schedule_and_billing as business
from tests.facade.everybody import ALL, CHART, DIRECTORY, everybodys
from tests.facade.looks import Resource
from tests.facade.oracle import KINDS, LOOKS, Case
from tests.facade.world import World, every, ids, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

EARNING = tuple(type_ for type_ in ALL if edition("6.1.0").profiles(type_) and type_ != "Observation")


@dataclass(frozen=True)
class Served:
    """The world and all that it serves, by type; of each parameter at `most` so many searches are tried."""

    here: World
    client: httpx.AsyncClient
    all: Mapping[str, list[Resource]]
    seed: int
    most: int


POPULATIONS = [
    pytest.param((25, 2026, 8), id="25 people"),
    pytest.param((60, 7, 1000), id="60 others", marks=pytest.mark.long),
    pytest.param((300, 99, 1000), id="300 others", marks=pytest.mark.long),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=POPULATIONS)
async def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    size, seed, most = request.param
    async with world(tmp_path_factory.mktemp("population"), size=size, seed=seed) as here:
        client = here.client()
        yield Served(here, client, await everybodys(client), seed, most)


@pytest.mark.parametrize("type_", ALL)
async def test_every_resource_is_valid_and_its_profiles_are_so(served: Served, type_: str) -> None:
    assert served.all[type_]
    for resource in served.all[type_]:
        assert_conforms(resource, *(url.rpartition("/")[2] for url in resource["meta"].get("profile", ())))


@pytest.mark.parametrize("type_", EARNING)
async def test_every_resource_earns_its_us_core_profile(served: Served, type_: str) -> None:
    assert [] == [one["id"] for one in served.all[type_] if not one["meta"].get("profile")]


async def test_every_profile_that_the_statement_names_is_served(served: Served) -> None:
    statement = (await served.client.get("/metadata")).json()
    named = {url for each in statement["rest"][0]["resource"] for url in each.get("supportedProfile", ())}
    seen = {url for found in served.all.values() for one in found for url in one["meta"].get("profile", ())}

    assert named - {US_CORE + "us-core-provenance"} == seen - {US_CORE + "us-core-provenance"}


async def test_reports_name_observations_and_orders_that_are_served(served: Served) -> None:
    reports = served.all["DiagnosticReport"]
    there = {f"{type_}/{one['id']}" for type_ in ("Observation", "ServiceRequest") for one in served.all[type_]}
    named = [each["reference"] for one in reports for key in ("result", "basedOn") for each in one.get(key, ())]

    assert len(named) > 50
    assert [] == [reference for reference in named if reference not in there]


async def test_a_file_has_one_address_in_its_report_and_its_document(served: Served) -> None:
    documents = {each["attachment"].get("url") for one in served.all["DocumentReference"] for each in one["content"]}
    presented = [each["url"] for one in served.all["DiagnosticReport"] for each in one.get("presentedForm", ())]

    assert len(presented) > 20
    assert [] == [url for url in presented if url not in documents]


async def test_no_id_is_given_twice(served: Served) -> None:
    for found in served.all.values():
        assert len(set(ids(found))) == len(found)


async def test_provenances_are_valid(served: Served) -> None:
    bundle = (await served.client.get("/Observation?patient=rb.1&_revinclude=Provenance:target")).json()

    for entry in bundle["entry"]:
        if entry["search"]["mode"] == "include":
            assert_conforms(entry["resource"], "us-core-provenance")


US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


def _free(type_: str) -> list[str]:
    """Parameters of a type beside the patient, whom every search of a chart has anyway."""
    return [parameter for of, parameter in LOOKS if of == type_ and parameter != "patient"]


async def test_every_declared_parameter_has_an_oracle(served: Served) -> None:
    statement = (await served.client.get("/metadata")).json()
    declared = {(r["type"], p["name"]) for r in statement["rest"][0]["resource"] for p in r.get("searchParam", ())}

    assert {pair for pair in declared if not pair[1].startswith("_")} == LOOKS.keys()


@pytest.mark.parametrize(("type_", "parameter"), LOOKS, ids=lambda value: str(value))
async def test_a_search_finds_exactly_what_a_brute_force_filter_finds(
    served: Served, type_: str, parameter: str
) -> None:
    dice = random.Random(f"{served.seed} {type_}.{parameter}")
    cases = list(KINDS[type_, parameter](LOOKS[type_, parameter], served.all[type_], dice))
    for case in dice.sample(cases, min(len(cases), served.most)):
        await compare(served, type_, dice, {parameter: case})


@pytest.mark.parametrize("type_", [one for one in ("Patient", *DIRECTORY, *CHART) if len(_free(one)) > 1])
async def test_parameters_together_find_what_all_of_them_allow(served: Served, type_: str) -> None:
    dice = random.Random(f"{served.seed} {type_}")
    cases = {
        parameter: list(KINDS[type_, parameter](LOOKS[type_, parameter], served.all[type_], dice))
        for parameter in _free(type_)
    }
    for _ in range(15):
        names = dice.sample(sorted(cases), min(len(cases), dice.choice((2, 2, 3))))
        await compare(served, type_, dice, {name: dice.choice(cases[name]) for name in names})


async def compare(served: Served, type_: str, dice: random.Random, cases: Mapping[str, Case]) -> None:
    """One search against the oracle; a chart type is searched for some patients."""
    query = {f"{name}{modifier}": asked for name, (modifier, asked, _) in cases.items()}
    pool = served.all[type_]
    if type_ in CHART and "patient" not in cases:
        everyone = [f"Patient/{id_}" for id_ in ids(served.all["Patient"])]
        who = dice.sample(everyone, 5)
        query["patient"] = ",".join(who)
        pool = [one for one in pool if business.whose(one) in who]
    if type_ == "Slot" and "schedule" not in cases:
        who = [f"Schedule/{id_}" for id_ in dice.sample(ids(served.all["Schedule"]), 2)]
        query["schedule"] = ",".join(who)
        pool = [one for one in pool if one["schedule"]["reference"] in who]
    found = await every(served.client, f"/{type_}?{httpx.QueryParams(query)}&_count=100")
    wanted = [one["id"] for one in pool if all(fits(one) for _, _, fits in cases.values())]
    assert sorted(wanted) == sorted(ids(found)), query


@pytest.mark.parametrize("type_", ALL)
async def test_ids_find_their_resources(served: Served, type_: str) -> None:
    some = ids(served.all[type_])[:5]
    found = await every(served.client, f"/{type_}?_id={','.join([*some, 'rb.nobody'])}")

    assert sorted(some) == sorted(ids(found))
