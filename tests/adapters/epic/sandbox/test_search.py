"""What Epic demands of a search, ignores, and says beside it. Source: Epic search rules, captures."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapters.epic.sandbox import BASE, ids
from tests.adapters.epic.sandbox.wire import Epic, assertion, epic, matches, numbers

ADA = ids.of("Patient", "1", 1, "backend")
OTHER = ids.of("Patient", "2", 2, "backend")
VITALS = {"patient": ADA, "category": "vital-signs"}


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/Observation", {"patient": ADA}, (400, ["59108"])),
        ("/Observation", {"category": "vital-signs"}, (400, ["59108"])),
        ("/DocumentReference", {}, (400, ["59108"])),
        ("/DiagnosticReport", {}, (400, ["59159"])),
        ("/AllergyIntolerance", {}, (403, ["59203"])),
        ("/AllergyIntolerance", {"patient": ADA, "clinical-status": "inactive"}, (400, ["59109", "59111"])),
        ("/CarePlan", {"patient": ADA}, (400, ["59159"])),
        ("/CarePlan", {"patient": ADA, "category": "assess-plan"}, (400, ["59109", "59111"])),
        ("/Observation", {"patient": ADA, "category": "symptom"}, (400, ["59109", "59111"])),
        ("/Observation", {"patient": ADA, "category": "therapy"}, (400, ["59204", "59022"])),
        ("/Observation", {"patient": f"{ADA},{OTHER}", "category": "laboratory"}, (400, ["59102"])),
        ("/Condition", {"patient": ADA, "subject": OTHER}, (400, ["4112"])),
        ("/Condition", {"patient": ids.of("Patient", "99", 99, "backend")}, (400, ["4100"])),
        ("/Condition", {"patient": "x_y"}, (400, ["59102"])),
        ("/Encounter", {"patient": ADA, "class": "AMB"}, (400, ["59109", "59111"])),
        ("/Encounter", {"patient": ADA, "date": "sa2026-01-01"}, (400, ["59109", "59111"])),
        ("/Organization", {"name": "Sample"}, (400, ["59100", "59102"])),
        ("/Location", {"name": "Hilltop"}, (400, ["59159"])),
        ("/Practitioner", {"given": "Oscar"}, (400, ["59159"])),
        ("/Practitioner", {"_id": "eNobody3"}, (400, ["59008"])),
    ],
    ids=str,
)
async def test_a_search_that_is_refused(
    here: Epic, path: str, query: dict[str, Any], expected: tuple[int, Any]
) -> None:
    response = await here.get(path, **query)

    assert expected == (response.status_code, numbers(response.json()))


async def test_a_parameter_that_is_not_known_does_nothing_and_is_repeated_in_self(here: Epic) -> None:
    plain = await here.json("/Encounter", patient=ADA)
    odd = await here.json("/Encounter", _count=50, patient=ADA, colour="red")

    assert matches(plain) == matches(odd)
    assert f"{_url('Encounter')}?colour=red&patient={ADA}&_count=50" == odd["link"][-1]["url"]
    assert ["59100"] == numbers(odd)


async def test_an_id_switches_every_other_filter_off(here: Epic) -> None:
    (encounter, *_) = matches(await here.json("/Encounter", patient=ADA))

    found = await here.json("/Encounter", _id=f"{encounter['id']},eNobody3", patient=OTHER, date="gt2090")

    assert [encounter] == matches(found)
    assert ["59100", "59100", "59008"] == numbers(found)


async def test_post_filters_are_of_newer_releases() -> None:
    async with epic() as new, epic(release="February 2024") as old:
        query = {"patient": ADA, "verification-status": "unconfirmed"}
        answers = [await wire.json("/Condition", **query) for wire in (new, old)]

    assert [0, 10] == [one["total"] for one in answers]


async def test_an_older_release_finds_relatives_by_id_alone_and_keeps_the_query_in_next_links() -> None:
    async with epic(release="February 2024") as wire:
        relatives = await wire.get("/RelatedPerson", patient=ADA)
        page = await wire.json("/Observation", _count=1, **VITALS)
        patient = await wire.json(f"/Patient/{ADA}")

    assert (400, ["59100", "59102"]) == (relatives.status_code, numbers(relatives.json()))
    assert f"?category=vital-signs&patient={ADA}&_count=1&sessionID=" in page["link"][0]["url"]
    sexes = [one["url"].rpartition("/")[2] for one in patient["extension"] if "us-core" in one["url"]]
    assert "us-core-birthsex" in sexes
    assert "us-core-sex" not in sexes


async def test_documents_are_counted_by_the_day() -> None:
    now = [time.time()]
    async with epic(documents_a_day=1, clock=lambda: now[0]) as wire:
        first, second = [await wire.get("/DocumentReference", patient=ADA) for _ in range(2)]
        now[0] += 86_400
        wire.bearer = (await wire.token(assertion(exp=int(now[0]) + 60))).json()["access_token"]
        tomorrow = await wire.get("/DocumentReference", patient=ADA)

    assert [200, 403, 200] == [first.status_code, second.status_code, tomorrow.status_code]
    assert ["4135"] == numbers(second.json())


async def test_what_the_client_or_the_user_lacks_is_a_warning_in_the_last_entry(here: Epic) -> None:
    vitals = await here.json("/Observation", **VITALS)
    conditions = await here.json("/Condition", patient=ADA)

    assert ["59204"] == numbers(vitals)
    assert ["59204", "59204", "59205"] == numbers(conditions)
    assert "outcome" == vitals["entry"][-1]["search"]["mode"]
    assert vitals["entry"][-1]["fullUrl"].startswith("urn:uuid:")


async def test_nothing_to_say_is_no_entry_and_nothing_found_is_one(here: Epic) -> None:
    encounters = await here.json("/Encounter", patient=ADA)
    devices = await here.json("/Coverage", patient=ADA, status="draft")

    assert encounters["total"] == len(encounters["entry"])
    assert (0, 1, ["4101"]) == (devices["total"], len(devices["entry"]), numbers(devices))


async def test_a_patients_token_is_told_that_there_may_be_more() -> None:
    async with epic(context="patient") as wire:
        found = await wire.json("/Encounter", patient=ADA)
        nothing = await wire.json("/Coverage", patient=ADA, status="draft")

    assert ["4119"] == numbers(found)
    assert ["4101", "4119"] == numbers(nothing)


async def test_pages_have_a_session_of_their_own_and_totals_of_their_own(here: Epic) -> None:
    whole = await here.json("/Observation", **VITALS)
    pages = [await here.json("/Observation", _count=15, **VITALS)]
    while pages[-1]["link"][0]["relation"] == "next":
        pages.append(await here.json(pages[-1]["link"][0]["url"]))

    assert matches(whole) == [one for page in pages for one in matches(page)]
    assert [len(matches(page)) for page in pages] == [page["total"] for page in pages]
    nexts = [page["link"][0]["url"] for page in pages[:-1]]
    assert len(nexts) == len(set(nexts)) > 1
    assert {f"{_url('Observation')}?sessionID"} == {url.partition("=")[0] for url in nexts}
    assert {f"{_url('Observation')}?category=vital-signs&patient={ADA}&_count=15"} == {
        page["link"][-1]["url"] for page in pages
    }
    assert {("59204",)} == {tuple(numbers(page)) for page in pages}
    assert {"resourceType", "type", "total", "link", "entry"} == set(whole)


async def test_a_session_ends() -> None:
    now = [time.time()]
    async with epic(clock=lambda: now[0], size=1) as wire:
        page = await wire.json("/Observation", _count=1, **VITALS)
        now[0] += 601
        late = await wire.get(page["link"][0]["url"])

    assert (400, ["4113"]) == (late.status_code, numbers(late.json()))


async def test_provenance_comes_by_revinclude_and_by_read_alone(here: Epic) -> None:
    found = await here.json("/AllergyIntolerance", patient=ADA, _revinclude="Provenance:target")
    provenance = next(one["resource"] for one in found["entry"] if one["search"]["mode"] == "include")

    assert provenance == await here.json(f"/Provenance/{provenance['id']}")
    assert provenance["target"][0]["reference"].removeprefix("AllergyIntolerance/") in [
        one["id"] for one in matches(found)
    ]


async def test_an_include_is_named_or_a_star(here: Epic) -> None:
    named = await here.json("/Encounter", patient=ADA, _include="Encounter:patient")
    star = await here.json("/Encounter", patient=ADA, _include="*")

    assert ["Patient"] == [
        one["resource"]["resourceType"] for one in named["entry"] if one["search"]["mode"] == "include"
    ]
    assert {"Patient", "Practitioner", "Location", "Organization"} <= {
        one["resource"]["resourceType"] for one in star["entry"]
    }


async def test_medications_come_beside_the_requests_when_asked(here: Epic) -> None:
    found = await here.json("/MedicationRequest", patient=ADA, _include="MedicationRequest:medication")
    medications = {one["resource"]["id"] for one in found["entry"] if one["search"]["mode"] == "include"}

    assert {f"Medication/{id_}" for id_ in medications} == {
        one["medicationReference"]["reference"] for one in matches(found)
    }
    assert len(matches(found)) == found["total"]


async def test_the_native_date_of_a_request_is_not_when_it_was_authored(here: Epic) -> None:
    requests = matches(await here.json("/MedicationRequest", patient=ADA))
    days = {one["authoredOn"] for one in requests if "authoredOn" in one}

    async def found(name: str) -> set[str]:
        bundles = [await here.json("/MedicationRequest", **{"patient": ADA, name: day}) for day in days]
        return {one["id"] for bundle in bundles for one in matches(bundle)}

    assert set() < await found("date") < await found("authoredon")


async def test_a_place_is_found_by_its_type_alone(here: Epic) -> None:
    (place, *_) = whole = matches(await here.json("/Location", type="1"))
    named = matches(await here.json("/Location", type="1", name=place["name"]))

    assert len(named) < len(whole)
    assert place["name"] == named[0]["name"]


async def test_summary_count_tells_the_true_total_and_no_entries(here: Epic) -> None:
    whole = await here.json("/Observation", **VITALS)
    counted = await here.json("/Observation", _summary="count", _count=1, **VITALS)

    assert (whole["total"], False) == (counted["total"], "entry" in counted)


@pytest.mark.parametrize(("release", "expected"), [("May 2026", "Observation"), ("November 2025", "59108")])
async def test_which_half_of_a_posted_search_counts_is_of_the_release(release: str, expected: str) -> None:
    async with epic(release=release) as wire:
        headers = {"Authorization": f"Bearer {wire.bearer}", "Accept": "application/fhir+json"}
        url = f"{BASE}/Observation/_search?patient={ADA}"
        document = (await wire.client.post(url, data=VITALS, headers=headers)).json()

    told = matches(document)[0]["resourceType"] if document["resourceType"] == "Bundle" else numbers(document)[0]
    assert expected == told


async def test_roles_and_people_of_the_directory(here: Epic) -> None:
    (person, *_) = matches(await here.json("/Practitioner", family="Price"))
    npi = next(one for one in person["identifier"] if one["type"]["text"] == "NPI")
    by_number = await here.json("/Practitioner", identifier=f"{npi['system']}|{npi['value']}", family="Nobody")
    roles = matches(await here.json("/PractitionerRole", practitioner=person["id"]))
    bare = await here.get("/PractitionerRole", specialty="207Q00000X")

    assert person["id"] in [one["id"] for one in matches(by_number)]
    assert {f"Practitioner/{person['id']}"} == {one["practitioner"]["reference"] for one in roles}
    assert (400, ["59109", "59111"]) == (bare.status_code, numbers(bare.json()))


async def test_ten_thousand_people_are_there_as_soon_as_twenty_five() -> None:
    async with epic(size=10_000) as wire:
        id_ = await wire.patient(9_999)
        found = matches(await wire.json("/Encounter", patient=id_))

    assert [f"Patient/{id_}"] == list(dict.fromkeys(one["subject"]["reference"] for one in found))


def _url(type_: str) -> str:
    return f"https://epic.test{BASE}/{type_}"
