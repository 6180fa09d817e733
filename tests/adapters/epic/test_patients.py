"""Patients are found by what Epic's matcher needs, checked again by FHIR's meaning; merged and restricted ones."""

from __future__ import annotations

import pytest

from adapters.epic.sandbox import ids
from adapters.epic.settings import SANDBOX_MRN
from tests.adapters.epic.world import Epic, matches

pytestmark = pytest.mark.asyncio(loop_scope="module")

JASMINE, MERGED, SURVIVOR, RESTRICTED = 5, 8, 7, 15


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("family=Alvarez", "http._id"),
        ("birthdate=1971-03-25", "http.name"),
        ("gender=female&name=Jasmine", "http.birthdate"),
        ("family=Alvarez&given=Jasmine", "http.birthdate"),
        ("name=Alvarez&birthdate=1971-03-25", "http.family"),
        ("family=Alvarez&given=Jasmine&birthdate=ge1971-01-01", "http.birthdate"),
        ("family:contains=var&given=Jasmine&birthdate=1971-03-25", "http.family"),
        (f"identifier={SANDBOX_MRN}|", "http.identifier"),
    ],
)
async def test_less_than_the_minimum_is_refused_and_not_empty(practice: Epic, query: str, location: str) -> None:
    outcome = await practice.get(f"/Patient?{query}", 400)

    assert [("required", [location])] == [(issue["code"], issue["location"]) for issue in outcome["issue"]]
    assert [] == await practice.asked("Patient")


@pytest.mark.parametrize(
    "query",
    [
        "family=Chen&given=James&birthdate=1986-08-17",
        "name=James Chen&birthdate=1986-08-17",
        "name=Chen&name=James&birthdate=1986-08-17",
        "family=Chen&name=James&birthdate=1986-08-17",
        "family=Chen&given=James&gender=male&phone=303-555-0172",
        "family=Chen&given=James&gender=male&email=p23.53@example.org",
        f"identifier={SANDBOX_MRN}|200023",
        "identifier=200023",
        "identifier=200023&gender=male",
    ],
)
async def test_somebody_is_found_by_enough_of_what_is_known(practice: Epic, query: str) -> None:
    assert ["James Chen"] == [one["name"][0]["text"] for one in matches(await practice.get(f"/Patient?{query}"))]


async def test_a_whole_name_leaves_middle_names_out(practice: Epic) -> None:
    found = matches(await practice.get("/Patient?name=Jasmine Alvarez&birthdate=1971-03-25"))

    assert ["Jasmine P Alvarez"] == [one["name"][0]["text"] for one in found]


@pytest.mark.parametrize(
    "query",
    [
        "family=Alvarez&given=Jasmine&birthdate=1971-03-25&gender=male",
        "family=Alvares&given=Jasmine&birthdate=1971-03-25",
        "identifier=200005&birthdate=1971-03-26",
    ],
)
async def test_who_only_sounds_alike_or_contradicts_is_no_match(practice: Epic, query: str) -> None:
    bundle = await practice.get(f"/Patient?{query}")

    assert [] == matches(bundle)
    assert 1 == len(await practice.asked("Patient"))


async def test_a_social_security_number_is_not_asked_for_whom_it_is_hidden_from(practice: Epic) -> None:
    bundle = await practice.get("/Patient?identifier=http://hl7.org/fhir/sid/us-ssn|000-14-0005")

    assert [] == matches(bundle)
    assert [] == await practice.asked("Patient")


async def test_the_medical_record_number_says_what_it_is(practice: Epic) -> None:
    (patient,) = matches(await practice.get("/Patient?identifier=200005"))

    assert [SANDBOX_MRN] == [
        one["system"] for one in patient["identifier"] if one.get("type", {}).get("coding", [{}])[0].get("code") == "MR"
    ]


async def test_a_merged_patient_points_to_the_one_that_is_left(practice: Epic) -> None:
    survivor = await practice.patient(SURVIVOR)
    prefix = survivor.partition(".")[0]
    merged = f"{prefix}.{ids.of('Patient', str(MERGED), MERGED, 'backend').replace('.', '.2e')}"

    found = await practice.get(f"/Patient/{merged}")

    assert (False, [{"other": {"reference": f"Patient/{survivor}"}, "type": "replaced-by"}]) == (
        found["active"],
        found["link"],
    )
    assert [found] == matches(await practice.get(f"/Patient?_id={merged}"))
    both = matches(await practice.get(f"/Patient?_id={survivor},{merged},{prefix}.nobody"))
    assert {survivor, merged} == {one["id"] for one in both}
    assert [] == matches(await practice.get(f"/Condition?patient={merged}"))


async def test_a_restricted_patient_is_refused_for_good(practice: Epic) -> None:
    other = await practice.patient(JASMINE)
    local = ids.of("Patient", str(RESTRICTED), RESTRICTED, "backend").replace(".", ".2e")
    await practice.forget()

    for address in ("/Patient/{}", "/Condition?patient={}"):
        outcome = await practice.get(address.format(f"{other.partition('.')[0]}.{local}"), 403)
        assert ["suppressed"] == [issue["code"] for issue in outcome["issue"]]
    assert 2 == len(await practice.asked())
