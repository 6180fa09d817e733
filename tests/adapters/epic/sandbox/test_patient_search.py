"""Patient.search is a matcher. Source: Epic Patient search, documentation and captures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.epic.sandbox.wire import Epic, epic, matches, numbers

EPI = "urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.14"


async def ada(here: Epic) -> dict[str, Any]:
    """Demographics of person 1 as search parameters."""
    (found,) = matches(await here.json("/Patient", identifier="E0001"))
    name = found["name"][0]
    phone = next(one["value"] for one in found["telecom"] if one["system"] == "phone")
    return {
        "family": name["family"],
        "given": name["given"][0],
        "birthdate": found["birthDate"],
        "gender": found["gender"],
        "phone": phone,
    }


@pytest.mark.parametrize("criterion", ["family", "given", "birthdate", "gender"])
async def test_one_criterion_finds_nobody_and_is_no_error(here: Epic, criterion: str) -> None:
    found = await here.json("/Patient", **{criterion: (await ada(here))[criterion]})

    assert (0, ["59133", "4101"]) == (found["total"], numbers(found))


@pytest.mark.parametrize("enough", [("family", "given", "birthdate"), ("family", "given", "gender", "phone")])
async def test_a_minimum_set_finds_somebody(here: Epic, enough: tuple[str, ...]) -> None:
    known = await ada(here)

    found = matches(await here.json("/Patient", **{name: known[name] for name in enough}))

    assert [known["birthdate"]] == [one["birthDate"] for one in found]


async def test_a_hit_may_contradict_a_criterion(here: Epic) -> None:
    found = matches(await here.json("/Patient", **(await ada(here) | {"gender": "male"})))

    assert ["female"] == [one["gender"] for one in found]


async def test_names_match_by_sound_and_by_alias(here: Epic) -> None:
    known = await ada(here)
    query = {"family": "Okaffor", "given": "Kit", "birthdate": known["birthdate"]}

    assert ["Okafor"] == [one["name"][0]["family"] for one in matches(await here.json("/Patient", **query))]


@pytest.mark.parametrize(
    "token", [f"{EPI}|200001", "200001", "MRN|200001", "E0001", "INTERNAL|Z0001", "000-95-0001", "Q|1,EPI|200001"]
)
async def test_forms_of_an_identifier(here: Epic, token: str) -> None:
    found = matches(await here.json("/Patient", identifier=token))

    assert ["Okafor"] == [one["name"][0]["family"] for one in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["59159"]), ("?family=A&given=B&birthdate=ge1980-01-01&birthdate=le1990-01-01", ["59102"])],
)
async def test_nothing_and_a_range_of_birth_dates_are_refused(here: Epic, query: str, expected: list[str]) -> None:
    response = await here.get(f"/Patient{query}")

    assert (400, expected) == (response.status_code, numbers(response.json()))


async def test_more_than_a_hundred_hits_are_refused() -> None:
    async with epic(size=120) as wire:
        response = await wire.get("/Patient", identifier=",".join(f"E{number:04d}" for number in range(1, 121)))

    assert (400, ["4127"]) == (response.status_code, numbers(response.json()))


async def test_no_patient_has_what_no_patient_has(here: Epic) -> None:
    (patient,) = matches(await here.json("/Patient", identifier="E0001"))

    assert {"meta", "text", "link"} & set(patient) == set()
    assert patient["name"][0]["family"] == patient["name"][1]["family"]
    assert [] == [one for one in patient["identifier"] if "coding" in one.get("type", {})]
