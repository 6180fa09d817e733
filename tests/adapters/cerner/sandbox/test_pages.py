"""Pages and Bundles: cursors of three kinds, no total, social history first, records that stand on two pages."""

from __future__ import annotations

import base64
import uuid
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.adapters.cerner.sandbox.server import FIRST, anonymous, link, opened, resources

P = f"patient={FIRST}"
VITALS = f"{P}&category=vital-signs"


@pytest.mark.parametrize(
    ("path", "opens"),
    [
        (f"Encounter?{P}&_count=2", uuid.UUID),
        (f"Observation?{P}&_count=5", lambda text: zlib.decompress(base64.b64decode(text))),
        (f"MedicationRequest?{P}&_count=1", base64.b64decode),
    ],
    ids=["uuid", "deflated", "base64"],
)
async def test_next_repeats_the_request_and_adds_a_cursor(path: str, opens: object) -> None:
    async with anonymous() as server:
        bundle = await server.json(path)
        second = await server.json(link(bundle, "next").partition("/r4/")[2].partition("/")[2])

    asked = parse_qs(urlsplit(link(bundle, "next")).query)
    assert callable(opens)
    assert opens(asked["-pageContext"][0])
    assert ["NEXT"] == asked["-pageDirection"]
    assert [FIRST] == asked["patient"]
    assert uuid.UUID(bundle["id"])
    assert "total" not in bundle
    assert resources(second)
    assert link(bundle, "next") == link(second, "self")
    assert link(second, "previous")


async def test_a_cursor_of_another_search_is_refused() -> None:
    async with anonymous() as server:
        bundle = await server.json(f"Encounter?{P}&_count=2")
        cursor = parse_qs(urlsplit(link(bundle, "next")).query)["-pageContext"][0]

        assert (400, "-pageContext is invalid") == await server.refused(
            f"Encounter?patient=12724002&-pageContext={cursor}&-pageDirection=NEXT"
        )


async def test_page_sizes_are_the_types_own_and_some_types_have_none() -> None:
    async with anonymous(size=25, heavy=True) as server:
        heavy = "patient=12724026"
        sizes = {
            type_: len(resources(await server.json(f"{type_}?{heavy}")))
            for type_ in ("Encounter", "MedicationRequest", "DocumentReference", "DiagnosticReport")
        }
        most = await server.json(f"DiagnosticReport?{heavy}&_count=1000")
        conditions = await server.json(f"Condition?{heavy}&_count=3")

    assert {"Encounter": 10, "MedicationRequest": 25, "DocumentReference": 10, "DiagnosticReport": 10} == sizes
    assert len(resources(most)) <= 100
    assert len(resources(conditions)) > 50
    assert "" == link(conditions, "next")


async def test_all_social_history_is_on_page_one() -> None:
    async with anonymous() as server:
        bundle = await server.json(f"Observation?{P}&_count=5")
        first = [one["id"] for one in resources(bundle)]
        everything = [one["id"] for one in await server.all(f"Observation?{P}&_count=5")]

    social = {one for one in everything if one.startswith("SH-")}
    assert social <= set(first)
    assert len(first) > 5


async def test_the_same_record_stands_on_two_pages_the_newest_on_the_later() -> None:
    async with anonymous() as server:
        found = await server.all(f"Observation?{P}&_count=5")

        versions: dict[str, list[str]] = {}
        for one in found:
            versions.setdefault(one["id"], []).append(one["meta"]["versionId"])
        twice = {id_: seen for id_, seen in versions.items() if len(seen) > 1}
        assert twice
        for id_, seen in twice.items():
            now = (await server.json(f"Observation/{id_}"))["meta"]["versionId"]
            assert [str(int(now) - 1), now] == seen


async def test_observations_come_newest_first_and_encounters_oldest_first() -> None:
    async with anonymous() as server:
        vitals = [one["meta"] for one in await server.all(f"Observation?{VITALS}&_lastUpdated=ge2000-01-01T00:00:00Z")]
        starts = [one["period"]["start"][:10] for one in await server.all(f"Encounter?{P}")]

    days = [one["lastUpdated"][:10] for one in vitals]
    assert sorted(days, reverse=True) == days
    assert sorted(starts) == starts


async def test_a_total_is_there_where_there_is_one_page_of_some_types() -> None:
    async with anonymous() as server:
        shots = await server.json(f"Immunization?{P}")
        problems = await server.json(f"Condition?{P}")
        nobody = await server.json("Condition?patient=99")

    assert len(resources(shots)) == shots["total"]
    assert "total" not in problems
    assert "entry" not in nobody


async def test_provenance_comes_by_revinclude_and_by_target_with_a_scope_of_its_own() -> None:
    async with opened() as server:
        await server.allow("system/AllergyIntolerance.rs system/Provenance.rs")
        bundle = await server.json("AllergyIntolerance?patient=12724005&_revinclude=Provenance:target")
        told, first = resources(bundle, "include"), resources(bundle)[0]
        by_target = resources(await server.json(f"Provenance?target=AllergyIntolerance/{first['id']}"))

        await server.allow("system/AllergyIntolerance.rs")
        without = await server.get("AllergyIntolerance?patient=12724005&_revinclude=Provenance:target")

    assert {True} == {one["id"].startswith("all-") for one in told}
    assert [f"AllergyIntolerance/{first['id']}"] == [one["target"][0]["reference"] for one in by_target]
    assert 403 == without.status_code
