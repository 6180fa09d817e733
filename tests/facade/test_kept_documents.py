"""What is kept of an EHR for other requests stays as it came, whoever is served from it and whatever is left out."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

from tests.facade.summit import NAMES, Summit, network, practice, summit
from tests.facade.world import ids

LIMITED = [
    {
        "name": "limited",
        "clients": ["limited"],
        "remove": [
            "Patient.identifier",
            "Patient.name.family",
            "Patient.contact",
            "Observation.value",
            "Encounter.participant.individual",
            "Condition.code.coding.display",
        ],
    }
]
PEOPLE = {"se": "identifier=200003", "sc": "name=a,b,c,d,e,f,g,h", "sf": "name=a,b,c,d,e,f,g,h"}


def kept(here: Summit) -> dict[str, object]:
    """Every value in the cache of the process, by its key."""
    entries = here.services._upstreams.cache._memory._entries  # type: ignore[attr-defined]  # what no request shows
    return {key: one.value for key, (one, _) in entries.items()}


def addresses(patient: str) -> Iterator[str]:
    yield f"/Patient/{patient}/$everything?_count=500"  # every type of a chart, and what it refers to
    yield f"/Patient?_id={patient}&_revinclude=Provenance:target"
    for type_ in ("Condition", "DocumentReference", "Encounter", "Immunization"):
        yield f"/{type_}?patient={patient}&_summary=true"


async def test_serving_every_type_changes_nothing_that_is_kept(tmp_path: Path) -> None:
    over = practice("athena_fhir")
    over["connections"]["athena_fhir"]["settings"]["practiceid"] = "195901"
    config = summit(policy=LIMITED, clients={key: {"scopes": ["system/*.rs"]} for key in ("system", "limited")})
    practices = config["tenants"]["summit"]["practices"]
    practices["sf"] = over
    del practices["sa"]
    for one in practices.values():
        for connection in one["connections"].values():
            connection["settings"]["cache_seconds"] = 3600
    async with network(tmp_path, config, names=(*NAMES[1:], "athena_fhir"), size=6) as here:
        system, limited = here.client(), here.client("limited")
        patients = []
        for key, people in PEOPLE.items():
            found = (await here.client(practice=key).get(f"/Patient?{people}")).json()["entry"]
            patients.append(ids(entry["resource"] for entry in found)[0])
        every = [address for patient in patients for address in addresses(patient)]
        for address in every:
            await system.get(address)
        before = copy.deepcopy(kept(here))

        statuses = {(await limited.get(address)).status_code for address in every}

        after = kept(here)
        assert before == {key: after[key] for key in before}
        assert (True, True, False) == (len(before) > 50, 200 in statuses, 500 in statuses)
