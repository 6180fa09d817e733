"""What is in a patient's charts: every chart asked, every record under its own patient."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt

import pytest

from adapters.query import Query
from capability.issues import Invalid, TooCostly
from tests.adapters.athenanet.world import World, day, new_call, of_patient, token

CHARTED = (
    "Encounter",
    "Condition",
    "AllergyIntolerance",
    "Observation",
    "CarePlan",
    "CareTeam",
    "DocumentReference",
    "Goal",
    "QuestionnaireResponse",
    "FamilyMemberHistory",
)


async def patients(here: World) -> list[str]:
    return [patient["id"] for patient in await here.every(Query("Patient"))]


async def two_charts(here: World) -> str:
    """A patient with a chart in each of two chart sharing groups."""
    for patient in await patients(here):
        if len(await here.ehr.charts(new_call(), patient)) == 2:
            return patient
    raise AssertionError("the population has a patient with two charts")


@pytest.mark.parametrize("type_", CHARTED)
async def test_every_chart_of_a_patient_is_asked(here: World, type_: str) -> None:
    patient = await two_charts(here)
    here.forget()

    await here.ask(Query(type_, (of_patient(patient),)))

    asked = Counter(path for path in here.asked if path.startswith(f"/chart/{patient}/"))
    assert 2 == max(asked.values())


@pytest.mark.parametrize("type_", [*CHARTED, "RelatedPerson"])
async def test_a_read_gives_what_the_search_gave(here: World, type_: str) -> None:
    found = await here.every(Query(type_, (of_patient(*await patients(here)),)))

    assert 10 < len(found)
    for resource in found[:: max(1, len(found) // 20)]:
        assert resource == await here.one(type_, resource["id"])


@pytest.mark.parametrize("type_", [*CHARTED, "RelatedPerson"])
async def test_an_id_with_another_patient_in_it_finds_nothing(here: World, type_: str) -> None:
    everybody = await patients(here)
    found = await here.every(Query(type_, (of_patient(*everybody),)))
    of_kind = {one["id"].partition("-")[0]: one["id"].split("-") for one in found}
    elsewhere = [
        "-".join((kind, other, *keys))
        for kind, owner, *keys in of_kind.values()
        for other in everybody
        if other != owner
    ]

    served = {one["id"] for one in found}
    for other in elsewhere:
        assert (other in served) == (await here.one(type_, other) is not None)


@pytest.mark.parametrize("type_", CHARTED)
async def test_every_resource_names_the_patient_asked_for(here: World, type_: str) -> None:
    for patient in await patients(here):
        for resource in await here.every(Query(type_, (of_patient(patient),))):
            subject = resource.get("subject") or resource["patient"]
            assert f"Patient/{patient}" == subject["reference"]


@pytest.mark.parametrize("type_", CHARTED)
@pytest.mark.parametrize("patient", ["999999", "abc", "01"])
async def test_an_unknown_patient_has_nothing(here: World, type_: str, patient: str) -> None:
    assert [] == await here.every(Query(type_, (of_patient(patient),)))


@pytest.mark.parametrize("type_", CHARTED)
async def test_ids_say_whose_charts_to_look_into(here: World, type_: str) -> None:
    everybody = await patients(here)
    found = await here.every(Query(type_, (of_patient(*everybody),)))
    wanted = {found[0]["id"], found[-1]["id"]}
    owners = {local_id.split("-")[1] for local_id in wanted}
    here.forget()

    again = await here.every(Query(type_, (token("_id", *wanted),)))

    assert wanted <= {resource["id"] for resource in again}
    assert owners >= {path.split("/")[2] for path in here.asked if path.startswith("/chart/")}


async def test_a_patient_and_another_one_s_id_find_nothing_without_a_call(here: World) -> None:
    query = Query("Condition", (of_patient("1"), token("_id", "problem-2-1")))

    assert [] == await here.every(query)
    assert [] == here.asked


@pytest.mark.parametrize(("type_", "category"), [("Observation", "procedure"), ("Condition", "health-concern")])
async def test_a_category_that_is_not_served_is_not_asked_for(here: World, type_: str, category: str) -> None:
    assert [] == await here.every(Query(type_, (of_patient("1"), token("category", category))))
    assert [] == here.asked


async def test_a_search_without_a_patient_is_refused(here: World) -> None:
    with pytest.raises(Invalid):
        await here.ask(Query("Observation"))


async def test_too_many_patients_are_refused(here: World) -> None:
    with pytest.raises(TooCostly):
        await here.ask(Query("Observation", (of_patient(*map(str, range(1, 200))),)))
    assert [] == here.asked


@pytest.mark.parametrize("prefix", ["eq", "ge", "gt", "sa", "le", "lt", "eb"])
async def test_dates_narrow_vital_signs_and_lose_none(here: World, prefix: str) -> None:
    patient = "1"
    vital_signs = (of_patient(patient), token("category", "vital-signs"))
    everything = await here.every(Query("Observation", vital_signs))
    assert 10 < len(everything)
    on = sorted(one["effectiveDateTime"] for one in everything if "effectiveDateTime" in one)[len(everything) // 2]
    here.forget()

    found = {one["id"] for one in await here.every(Query("Observation", (*vital_signs, day("date", on, prefix))))}

    taken = {one["id"]: one["effectiveDateTime"] for one in everything if "effectiveDateTime" in one}
    keep = {"eq": eq, "ge": ge, "gt": gt, "sa": gt, "le": le, "lt": lt, "eb": lt}[prefix]
    assert {local_id for local_id, one in taken.items() if keep(one, on)} <= found
    near = (date.fromisoformat(on) - timedelta(days=1)).strftime("%m%%2F%d%%2F%Y")
    assert (prefix in ("eq", "ge", "gt", "sa")) == any(f"startdate={near}" in query for query in here.queries)


async def test_an_encounter_has_the_end_that_only_its_appointment_knows(here: World) -> None:
    found = await here.every(Query("Encounter", (of_patient(*await patients(here)),)))

    assert any("T" in one.get("period", {}).get("end", "") for one in found)
    assert "/appointments/booked/multipledepartment" in here.asked


async def test_answers_are_shared_for_a_while_and_fresh_ones_on_demand(here: World) -> None:
    query = Query("Observation", (of_patient("1"), token("category", "vital-signs")))
    await here.ask(query)
    here.forget()

    shared, fresh = new_call(), new_call(fresh=True)
    await here.ask(query, shared)
    assert [] == here.asked
    assert {True} == {made.cached for made in shared.made}

    await here.ask(query, fresh)
    assert {"/patients/1", "/chart/1/patientchartlist", "/chart/1/vitals"} == set(here.asked)


@pytest.mark.parametrize("hidden", ["15", "8"], ids=["restricted", "merged into another"])
@pytest.mark.parametrize("type_", CHARTED)
async def test_who_cannot_be_read_has_no_chart_either(here: World, type_: str, hidden: str) -> None:
    here.forget()

    assert () == (await here.ask(Query(type_, (of_patient(hidden),)))).resources
    assert not any(path.endswith(("/vitals", "/problems", "/allergies", "/encounters")) for path in here.asked)
