"""Patients by id, by what athenaNet can filter, and by walking the departments. A search may find too much, never too
little: each is compared with a filter over all patients."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest

from adapters.query import Query, TokenValue
from capability.issues import Gone
from mappings.mapped import Resource
from tests.adapters.athenanet.world import World, clause, day, text, token, world

SSN = "http://hl7.org/fhir/sid/us-ssn"
PATIENT = "urn:athenahealth:athenanet:patient:195900"


@pytest.fixture
async def everybody(here: World) -> list[Resource]:
    found = await here.every(Query("Patient"))
    assert 20 < len(found)
    here.forget()
    return found


def folded(words: str) -> str:
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def families(patient: Resource) -> list[str]:
    return [name["family"] for name in patient.get("name", ()) if "family" in name]


def ids(resources: Iterable[Resource]) -> set[str]:
    return {resource["id"] for resource in resources}


async def test_a_read_is_one_call_and_gives_what_a_search_gives(here: World, everybody: list[Resource]) -> None:
    patient = everybody[0]

    assert patient == await here.one("Patient", patient["id"])
    assert [f"/patients/{patient['id']}"] == here.asked


async def test_a_merged_id_gives_the_survivor_and_the_old_record_linked_to_it(
    here: World, everybody: list[Resource]
) -> None:
    survivor = next(
        patient for patient in everybody if any(one["type"] == "replaces" for one in patient.get("link", ()))
    )
    old = survivor["link"][0]["other"]["reference"].removeprefix("Patient/")

    page = await here.ask(Query("Patient", id=old))

    assert {survivor["id"], old} == ids(page.resources)
    assert {"replaced-by"} == {link["type"] for one in page.resources if one["id"] == old for link in one["link"]}
    assert (await here.one("Patient", old)) in page.resources


@pytest.mark.parametrize("local_id", ["999999", "abc", "0", "0001", "problem-1-1", "-", "1.2d2", "9" * 30])
async def test_an_unknown_or_impossible_id_finds_nobody(here: World, local_id: str) -> None:
    assert () == (await here.ask(Query("Patient", id=local_id))).resources


@pytest.mark.parametrize("local_id", ["abc", "0", "0001", "problem-1-1", "x" * 64, "1.2f..2f2"])
async def test_what_cannot_be_an_id_is_not_asked_for(here: World, local_id: str) -> None:
    await here.ask(Query("Patient", id=local_id))
    await here.ask(Query("Observation", id=f"vital-{local_id}-1"))

    assert [] == here.asked


async def test_ids_are_read_at_once(here: World, everybody: list[Resource]) -> None:
    wanted = [patient["id"] for patient in everybody[:3]]

    found = await here.every(Query("Patient", (token("_id", *wanted, "999999"),)))

    assert set(wanted) == ids(found)


async def test_contradictory_ids_find_nobody_without_a_call(here: World) -> None:
    assert [] == await here.every(Query("Patient", (token("_id", "1"), token("_id", "2"))))
    assert [] == here.asked


async def test_family_loses_nobody_whatever_case_accent_or_part(here: World, everybody: list[Resource]) -> None:
    names = {family for patient in everybody for family in families(patient)}
    for name in sorted(names):
        for wanted in (name, name[:3], name.upper(), folded(name), name + "x" * 40):
            found = ids(await here.every(Query("Patient", (text("family", wanted),))))
            expected = {p["id"] for p in everybody if any(folded(f).startswith(folded(wanted)) for f in families(p))}
            assert expected <= found, wanted


async def test_family_is_pushed_down(here: World, everybody: list[Resource]) -> None:
    family = families(everybody[0])[0]

    page = await here.ask(Query("Patient", (text("family", family),)))

    assert frozenset({"family"}) == page.applied
    assert {"/patients"} == set(here.asked)
    assert len(page.resources) < len(everybody) / 2


async def test_families_in_one_parameter_are_asked_for_one_by_one(here: World, everybody: list[Resource]) -> None:
    wanted = sorted({families(patient)[0] for patient in everybody})[:3]

    found = ids(await here.every(Query("Patient", (text("family", *wanted),))))

    assert {p["id"] for p in everybody if set(families(p)) & set(wanted)} <= found


@pytest.mark.parametrize("modifier", [None, "exact"])
async def test_a_family_that_begins_with_another_one_is_not_asked_for_twice(
    here: World, everybody: list[Resource], modifier: str | None
) -> None:
    accented = next(f for p in everybody for f in families(p) if f != folded(f).title() and f.isalpha())
    short = folded(accented)[:1]
    wanted = text("family", accented, short.upper(), accented.upper(), short, modifier=modifier)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await here.ask(Query("Patient", (wanted,), cursor=cursor))
        seen += [one["id"] for one in page.resources]
        cursor = page.cursor
        if cursor is None:
            break

    assert len(set(seen)) == len(seen)
    assert {p["id"] for p in everybody if any(folded(f).startswith(short) for f in families(p))} <= set(seen)


async def test_a_family_that_folds_to_nothing_is_not_pushed_down(here: World, everybody: list[Resource]) -> None:
    page = await here.ask(Query("Patient", (text("family", "\u0301", families(everybody[0])[0]),)))

    assert frozenset() == page.applied


async def test_birthdate_is_pushed_down_only_where_it_is_one_day(here: World, everybody: list[Resource]) -> None:
    born = next(patient["birthDate"] for patient in everybody if len(patient.get("birthDate", "")) == 10)

    exact = await here.ask(Query("Patient", (day("birthdate", born),)))
    later = await here.every(Query("Patient", (day("birthdate", born, "ge"),)))

    assert {p["id"] for p in everybody if p.get("birthDate") == born} == ids(exact.resources)
    assert ids(everybody) == ids(later)


@pytest.mark.parametrize("gender", ["male", "female", "unknown", "other"])
async def test_gender_narrows_a_walk_and_loses_nobody(here: World, everybody: list[Resource], gender: str) -> None:
    found = ids(await here.every(Query("Patient", (token("gender", gender),))))

    assert {patient["id"] for patient in everybody if patient["gender"] == gender} <= found


async def test_given_and_name_are_not_pushed_down_since_other_names_match_too(
    here: World, everybody: list[Resource]
) -> None:
    for name in ("given", "name"):
        assert ids(everybody) == ids(await here.every(Query("Patient", (text(name, "zzz"),))))


def _replaced(patients: Iterable[Resource]) -> set[str]:
    return {p["id"] for p in patients if any(link["type"] == "replaced-by" for link in p.get("link", ()))}


async def test_a_walk_goes_page_by_page(here: World) -> None:
    page = await here.ask(Query("Patient", count=10))

    assert 10 == sum(one["id"] not in _replaced(page.resources) for one in page.resources)
    assert page.cursor is not None
    assert 1 == here.asked.count("/patients")


async def test_a_walk_gives_each_patient_once_over_all_its_pages(here: World) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await here.ask(Query("Patient", count=10, cursor=cursor))
        seen += [one["id"] for one in page.resources]
        cursor = page.cursor
        if cursor is None:
            break

    assert len(set(seen)) == len(seen)
    assert {"3", "5", "23"} <= set(seen)  # registered in one department, seen in another


@pytest.mark.parametrize("cursor", ["w99999~0", "w1~x", "w1", "~", "n0~0"])
async def test_a_cursor_of_another_time_is_gone(here: World, cursor: str) -> None:
    with pytest.raises(Gone):
        await here.ask(Query("Patient", cursor=cursor))


async def test_an_identifier_of_ours_is_a_read(here: World, everybody: list[Resource]) -> None:
    patient = everybody[3]["id"]

    found = await here.every(Query("Patient", (token("identifier", patient, system=PATIENT),)))

    assert {patient} == ids(found)
    assert [f"/patients/{patient}"] == [path for path in here.asked if path.startswith("/patients")]


async def test_a_social_security_number_finds_its_patient_with_and_without_its_system(
    here: World, everybody: list[Resource]
) -> None:
    number, patient = next(
        (one["value"], patient["id"])
        for patient in everybody
        for one in patient["identifier"]
        if one.get("system") == SSN
    )

    for system in (SSN, None):
        assert patient in ids(await here.every(Query("Patient", (token("identifier", number, system=system),))))


async def test_without_full_numbers_nobody_is_asked_for_by_one() -> None:
    async with world({"show_full_ssn": False}) as here:
        assert [] == await here.every(Query("Patient", (token("identifier", "123456789", system=SSN),)))
        assert not any("ssn=" in query.lower() for query in here.queries)


async def test_an_identifier_that_no_patient_can_have_finds_nobody_without_a_call(here: World) -> None:
    for system in (PATIENT, None):
        assert [] == await here.every(Query("Patient", (token("identifier", "0", system=system),)))
    assert not any(path.startswith("/patients") for path in here.asked)


async def test_an_identifier_of_another_system_finds_nobody_without_a_search(here: World) -> None:
    assert [] == await here.every(Query("Patient", (token("identifier", "1", system="urn:other"),)))
    assert not any(path.startswith("/patients") for path in here.asked)


async def test_an_identifier_s_system_alone_is_left_to_the_facade(here: World, everybody: list[Resource]) -> None:
    query = Query("Patient", (clause("identifier", TokenValue(PATIENT, None)),))

    assert ids(everybody) == ids(await here.every(query))
