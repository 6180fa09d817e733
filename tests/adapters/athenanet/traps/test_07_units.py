"""Weight comes in grams, height in cm, temperature in F, pressures, pulse and saturation without a unit; a heart rate
may be words. Nothing is converted or guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from adapters.query import Query
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, of_patient, token

ODD_SIGNS = "21"  # has every kind of measurement, the wrong ones too
UCUM = {  # LOINC: (unit that athenaNet sends, the one it means)
    "29463-7": ("g", "g"),
    "8302-2": ("cm", "cm"),
    "8310-5": ("F", "[degF]"),
    "8867-4": (None, "/min"),
    "59408-5": (None, "%"),
    "39156-5": (None, "kg/m2"),
    "8480-6": (None, "mm[Hg]"),
    "8462-4": (None, "mm[Hg]"),
}


def _measured(observation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    parts = [observation, *observation.get("component", ())]
    return [
        (coding["code"], part["valueQuantity"]) for part in parts if "valueQuantity" in part for coding in _loinc(part)
    ]


def _loinc(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [coding for coding in part["code"].get("coding", ()) if coding["system"] == "http://loinc.org"]


async def test_trap_07_numbers_keep_their_digits_and_the_unit_that_they_were_sent_in_or_is_meant(here: World) -> None:
    async with athena(here.sandbox) as wire:
        groups = (await wire.json(f"/chart/{ODD_SIGNS}/vitals", departmentid=1))["vitals"]
    sent = [reading for group in groups for act in group["readings"] for reading in act if reading.get("code") in UCUM]
    found = await here.every(Query("Observation", (of_patient(ODD_SIGNS), token("category", "vital-signs"))))
    made = [(code, value["value"], value["code"]) for one in found for code, value in _measured(one) if code in UCUM]

    assert {(code, unit) for code, (unit, _) in UCUM.items()} == {(one["code"], one.get("unit")) for one in sent}
    numbers = [one for one in sent if one["value"].replace(".", "").isdigit()]
    # an element that is refused beside it has no number
    assert sorted((one["code"], Decimal(one["value"]), UCUM[one["code"]][1]) for one in numbers) == sorted(made)
    # Celsius in a Fahrenheit field stays what was written
    assert ("8310-5", Decimal("36.7"), "[degF]") in made


async def test_trap_07_words_in_place_of_a_number_are_words(here: World) -> None:
    found = await here.every(Query("Observation", (of_patient(ODD_SIGNS), token("category", "vital-signs"))))
    texts = {one["valueString"]: one for one in found if "valueString" in one}

    assert ["8867-4"] == [coding["code"] for coding in _loinc(texts["72 reg"])]
    assert ["8302-2"] == [coding["code"] for coding in _loinc(texts["Testing"])]
    assert [] == [one["id"] for one in texts.values() if "valueQuantity" in one]
