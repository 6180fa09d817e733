"""One request may make so many upstream calls; what would take more is refused, not cut short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.facade.world import configuration, world

MANY = "/Observation?patient=rb.1,rb.2,rb.3,rb.4,rb.5,rb.6,rb.7,rb.9,rb.10&category=vital-signs"


def frugal() -> dict[str, Any]:
    config = configuration()
    config["server"]["limits"] = {"calls_max": 20}
    return config


async def test_a_search_that_takes_too_many_calls_is_too_costly(tmp_path: Path) -> None:
    async with world(tmp_path, frugal()) as here:
        client = here.client()
        answer = await client.get(MANY)
        one = await client.get("/Observation?patient=rb.10&category=vital-signs")

    assert 400 == answer.status_code
    assert "too-costly" == answer.json()["issue"][0]["code"]
    assert 200 == one.status_code


async def test_the_entries_of_a_batch_share_what_one_request_may_make(tmp_path: Path) -> None:
    entry = [{"request": {"method": "GET", "url": f"Observation?patient=rb.{n}"}} for n in range(1, 20)]
    async with world(tmp_path, frugal()) as here:
        batch = {"resourceType": "Bundle", "type": "batch", "entry": entry}
        answer = await here.client().post("", json=batch)

    statuses = [one["response"]["status"] for one in answer.json()["entry"]]
    assert {"200", "400"} == {status.split()[0] for status in statuses}
