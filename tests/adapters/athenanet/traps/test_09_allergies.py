"""Allergies have no id and no category, `nkda` is a flag beside them, and a PUT of the same allergen upserts: what an
allergy is, is its patient and its allergen."""

from __future__ import annotations

from adapters.query import Query
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, of_patient

SAME_TWICE, NO_DRUG_ALLERGIES, CHARTS_DISAGREE = "5", "16", "23"
NKDA = "409137002"


async def test_trap_09_one_allergen_in_two_charts_is_one_allergy_with_an_id_that_reads(here: World) -> None:
    async with athena(here.sandbox) as wire:
        rows = [
            row
            for department in (1, 62)
            for row in (await wire.json(f"/chart/{SAME_TWICE}/allergies", departmentid=department))["allergies"]
        ]
    (made,) = await here.every(Query("AllergyIntolerance", (of_patient(SAME_TWICE),)))

    assert 2 == len(rows)
    assert 1 == len({row["allergenid"] for row in rows})
    assert [] == [key for row in rows for key in row if key in ("allergyid", "id", "category")]
    assert f"allergy-{SAME_TWICE}-{rows[0]['allergenid']}" == made["id"]
    assert {"1", "2"} == {tag["code"] for tag in made["meta"]["tag"]}
    assert made == await here.one("AllergyIntolerance", made["id"])


async def test_trap_09_no_category_is_made_up(here: World) -> None:
    found = await here.every(Query("AllergyIntolerance", (of_patient(*map(str, range(1, 26))),)))

    assert len(found) > 10
    assert [] == [one["id"] for one in found if "category" in one]


async def test_trap_09_no_known_drug_allergies_is_said_where_every_chart_says_it(here: World) -> None:
    async with athena(here.sandbox) as wire:
        flags = [
            (await wire.json(f"/chart/{CHARTS_DISAGREE}/allergies", departmentid=department))["nkda"]
            for department in (1, 62)
        ]
    agreed = await here.every(Query("AllergyIntolerance", (of_patient(NO_DRUG_ALLERGIES),)))
    disagreed = await here.every(Query("AllergyIntolerance", (of_patient(CHARTS_DISAGREE),)))

    assert [False, True] == flags
    assert [NKDA] == [coding["code"] for one in agreed for coding in one["code"]["coding"]]
    assert disagreed
    assert NKDA not in [coding["code"] for one in disagreed for coding in one["code"]["coding"]]
