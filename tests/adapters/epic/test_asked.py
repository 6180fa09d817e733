"""What Epic is asked for a search: its dialect of categories, statuses, codes and ids; the facade applies the rest."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from adapters.epic.settings import OBSERVATION_CATEGORIES
from tests.adapters.epic.world import Epic, matches, warnings

pytestmark = pytest.mark.asyncio(loop_scope="module")

JASMINE, LAURA = 5, 21
SNOMED, SNOMED_OID = "http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96"


async def test_us_core_s_care_plans_are_epic_s_longitudinal_ones(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)

    plans = matches(await practice.get(f"/CarePlan?patient={patient}&category=assess-plan"))

    assert plans
    assert [{"38717003"}] == [{sent["category"]} for _, sent in await practice.asked("CarePlan")]


async def test_all_observations_are_asked_for_category_by_category(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)

    bundle = await practice.get(f"/Observation?patient={patient}&_count=1000")

    asked = [sent["category"] for what, sent in await practice.asked("Observation") if "sessionID" not in sent]
    assert sorted(OBSERVATION_CATEGORIES) == sorted(asked)
    found = {coding["code"] for one in matches(bundle) for each in one["category"] for coding in each["coding"]}
    assert {"vital-signs", "social-history"} <= found
    assert "a part of Observation is not enabled for this connection to the EHR" in warnings(bundle)


async def test_a_category_that_epic_would_refuse_is_looked_for_in_all_that_it_gives(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)

    assert [] == matches(await practice.get(f"/Observation?patient={patient}&category=symptom"))
    assert len(OBSERVATION_CATEGORIES) == len(await practice.asked("Observation"))


async def test_a_category_that_the_connection_may_not_see_is_told_and_no_emptiness(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)

    outcome = await practice.get(f"/Observation?patient={patient}&category=survey", 502)

    assert [("forbidden", "Observation is not enabled for this connection to the EHR; ask its operator")] == [
        (issue["code"], issue["details"]["text"]) for issue in outcome["issue"]
    ]


@pytest.mark.parametrize(
    ("search", "sent"),
    [
        ("AllergyIntolerance?clinical-status=active", "active"),
        ("AllergyIntolerance?clinical-status=inactive", None),
        ("CareTeam?status=active", "active"),
        ("CareTeam?status=inactive", None),
        ("Condition?category=problem-list-item&clinical-status=active", "active"),
        ("Condition?category=encounter-diagnosis&clinical-status=active", None),
        ("Condition?clinical-status=active", None),
        ("Condition?category=problem-list-item&clinical-status=recurrence", None),
    ],
)
async def test_a_status_goes_to_epic_only_where_epic_has_it(practice: Epic, search: str, sent: str | None) -> None:
    patient = await practice.patient(JASMINE)

    found = matches(await practice.get(f"/{search}&patient={patient}"))

    wanted = search.rpartition("=")[2]
    ((_, asked),) = await practice.asked(search.partition("?")[0])
    assert sent == asked.get("clinical-status", asked.get("status"))
    assert {wanted} >= {one["clinicalStatus"]["coding"][0]["code"] for one in found if "clinicalStatus" in one}


async def test_a_code_is_asked_for_under_every_name_of_its_system(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    problems = matches(await practice.get(f"/Condition?patient={patient}&category=problem-list-item"))
    codes = {
        coding["code"]: one["id"] for one in problems for coding in one["code"]["coding"] if coding["system"] == SNOMED
    }
    await practice.forget()

    for code, id_ in codes.items():
        found = matches(await practice.get(f"/Condition?patient={patient}&code={SNOMED}|{code}"))
        assert id_ in [one["id"] for one in found]

    assert [f"{SNOMED}|{code},{SNOMED_OID}|{code}" for code in codes] == [
        sent["code"] for _, sent in await practice.asked("Condition")
    ]


async def test_ids_go_ten_at_a_time_and_alone(practice: Epic) -> None:
    patients = [await practice.patient(number) for number in (1, 2, 5)]
    found = [one for each in patients for one in matches(await practice.get(f"/Condition?patient={each}"))]
    wanted = [one["id"] for one in found][:12]
    await practice.forget()

    bundle = await practice.get(f"/Condition?_id={','.join(wanted)}&category=problem-list-item&_count=50")

    asked = [sent for _, sent in await practice.asked("Condition")]
    assert [{"_id"}, {"_id"}] == [set(sent) for sent in asked]
    assert [2, 10] == sorted(len(sent["_id"].split(",")) for sent in asked)
    problems = {one["id"] for one in found if "problem-list-item" in str(one["category"])}
    assert problems & {*wanted} == {one["id"] for one in matches(bundle)}


async def test_what_epic_only_filters_afterwards_is_left_to_the_facade(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    everything = matches(await practice.get(f"/Encounter?patient={patient}"))
    await practice.forget()

    ambulatory = matches(await practice.get(f"/Encounter?patient={patient}&class=AMB&status=finished"))

    assert [{"patient"}] == [set(sent) for _, sent in await practice.asked("Encounter")]
    assert [one["id"] for one in everything if (one["class"]["code"], one["status"]) == ("AMB", "finished")] == [
        one["id"] for one in ambulatory
    ]
    assert ambulatory


async def test_a_day_is_asked_for_with_a_zone_and_wide_enough_for_dates_without_one(practice: Epic) -> None:
    patient = await practice.patient(LAURA)
    visits = matches(await practice.get(f"/Encounter?patient={patient}"))
    visit = next(one for one in visits if len(one["period"]["start"]) == 10)  # an office visit has a date only
    await practice.forget()

    found = matches(await practice.get(f"/Encounter?patient={patient}&date={visit['period']['start']}"))

    assert visit["id"] in [one["id"] for one in found]
    assert len(found) < len(visits)
    (call,) = await practice.summit.asked("epic")
    ends = sorted(value for name, value in parse_qsl(call["query"]) if name == "date")
    assert [("ge", "Z"), ("lt", "Z")] == [(end[:2], end[-1]) for end in ends]
    assert ends[0][2:12] < visit["period"]["start"] < ends[1][2:12]


async def test_a_medicine_that_came_with_its_request_is_not_asked_for_again(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    await practice.forget()

    answer = await practice.client.get(
        f"/MedicationRequest?patient={patient}&intent=order&_include=MedicationRequest:medication"
    )

    modes = [(entry["search"]["mode"], entry["resource"]["resourceType"]) for entry in answer.json()["entry"]]
    assert ("include", "Medication") in modes
    asked = await practice.asked("MedicationRequest", "Medication")
    assert [("MedicationRequest", "MedicationRequest:medication")] == [(what, sent["_include"]) for what, sent in asked]


async def test_provenance_is_asked_for_beside_its_targets(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    await practice.forget()

    bundle = await practice.get(
        f"/AllergyIntolerance?patient={patient}&_revinclude=Provenance:target&clinical-status=active"
    )

    told = [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Provenance"]
    assert {f"AllergyIntolerance/{one['id']}" for one in matches(bundle)} == {
        target["reference"] for one in told for target in one["target"]
    }
    assert [set(), {"Provenance:target"}] == [
        {sent[name] for name in sent if name == "_revinclude"} for _, sent in await practice.asked("AllergyIntolerance")
    ]
    read = await practice.get(f"/Provenance/{told[0]['id']}")
    assert told[0]["recorded"] == read["recorded"]


@pytest.mark.parametrize(
    ("search", "location"),
    [
        ("Organization?name=Test", "http._id"),
        ("Location?name=Test", "http._id"),
        ("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|", "http.identifier"),
        ("PractitionerRole?specialty=http://nucc.org/provider-taxonomy|", "http.specialty"),
    ],
)
async def test_what_epic_can_t_be_asked_is_refused_by_name(practice: Epic, search: str, location: str) -> None:
    outcome = await practice.get(f"/{search}", 400)

    assert [("required", [location])] == [(issue["code"], issue["location"]) for issue in outcome["issue"]]
    assert [] == await practice.asked(search.partition("?")[0])


async def test_places_and_people_of_the_directory_are_found_by_what_epic_takes(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    visit = matches(await practice.get(f"/Encounter?patient={patient}"))[0]
    place = await practice.get(f"/{visit['location'][0]['location']['reference']}")
    doctor = await practice.get(f"/{visit['participant'][0]['individual']['reference']}")
    kind, npi = place["type"][0]["coding"][0], doctor["identifier"][0]

    by_type = matches(await practice.get(f"/Location?type={kind['system']}|{kind['code']}&name={place['name']}"))
    by_npi = matches(await practice.get(f"/Practitioner?identifier={npi['system']}|{npi['value']}"))
    by_name = matches(await practice.get(f"/Practitioner?name={doctor['name'][0]['family']}&name=Nobody"))

    assert [place["id"]] == [one["id"] for one in by_type]
    assert [doctor["id"]] == [one["id"] for one in by_npi]
    assert [] == by_name
    assert {"name": doctor["name"][0]["family"]} == (await practice.asked("Practitioner"))[-1][1]


async def test_a_long_search_goes_as_a_form(practice: Epic) -> None:
    patient = await practice.patient(JASMINE)
    (problem, *_) = matches(await practice.get(f"/Condition?patient={patient}&category=problem-list-item"))
    code = next(one["code"] for one in problem["code"]["coding"] if one["system"] == SNOMED)
    many = ",".join(f"{SNOMED}|{number}" for number in (*range(10**8, 10**8 + 60), code))
    await practice.forget()

    assert problem["id"] in [
        one["id"] for one in matches(await practice.get(f"/Condition?patient={patient}&code={many}"))
    ]
    assert [("POST", True)] == [
        (one["method"], one["path"].endswith("/Condition/_search")) for one in await practice.summit.asked("epic")
    ]


@pytest.mark.parametrize("asked", ["http://nucc.org/provider-taxonomy|207Q00000X", "207Q00000X"])
async def test_a_specialty_is_found_under_the_name_that_the_nucc_has_in_fhir(practice: Epic, asked: str) -> None:
    found = matches(await practice.get(f"/PractitionerRole?specialty={asked}"))

    assert found
    assert {"http://nucc.org/provider-taxonomy"} == {
        each["coding"][0]["system"] for one in found for each in one["specialty"]
    }
