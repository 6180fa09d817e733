"""What was declined is the word "declined" where a race, an ethnicity, a language or an address would stand; `sex` is
not the sex at birth; names that end in yn are for writing only."""

from __future__ import annotations

import orjson

from adapters.query import Query
from mappings import fhirjson
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, text

DECLINED_ALL, TRANSGENDER_WOMAN, UNKNOWN_SEX = "9", "19", "11"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"


async def test_trap_14_what_was_declined_is_no_value(here: World) -> None:
    async with athena(here.sandbox) as wire:
        (row,) = await wire.json(f"/patients/{DECLINED_ALL}")
    made = await here.one("Patient", DECLINED_ALL) or {}
    parts = {one["url"].removeprefix(US_CORE): one.get("extension", ()) for one in made["extension"]}
    race, ethnicity = (
        {each["url"]: each.get("valueCoding", {}).get("code") or each.get("valueString") for each in parts[key]}
        for key in ("race", "ethnicity")
    )

    assert [["declined"], "declined", "declined", "declined"] == [
        row[key] for key in ("race", "ethnicitycode", "language6392code", "email")
    ]
    assert {"ombCategory": "ASKU", "text": "Declined"} == race == ethnicity
    assert "communication" not in made
    assert [] == [each for each in made["telecom"] if each["system"] == "email"]
    assert b'"declined"' not in fhirjson.dumps(made)


async def test_trap_14_sex_is_not_the_sex_at_birth(here: World) -> None:
    made = {key: await here.one("Patient", key) or {} for key in (TRANSGENDER_WOMAN, UNKNOWN_SEX)}
    born = {
        key: [one["valueCode"] for one in resource["extension"] if one["url"] == f"{US_CORE}birthsex"]
        for key, resource in made.items()
    }

    assert {TRANSGENDER_WOMAN: "female", UNKNOWN_SEX: "unknown"} == {key: one["gender"] for key, one in made.items()}
    # nobody wrote down the second one's, and `sex` does not stand in for it
    assert {TRANSGENDER_WOMAN: ["M"], UNKNOWN_SEX: []} == born


async def test_trap_14_answers_have_names_without_yn(here: World) -> None:
    async with athena(here.sandbox) as wire:
        rows = (await wire.json("/patients", departmentid=1, limit=100))["patients"]
    found = await here.every(Query("Patient", (text("name", "a"),)))

    assert found
    assert [] == [key for row in rows for key in row if key.endswith("yn")]
    assert b'yn"' not in orjson.dumps(rows)
