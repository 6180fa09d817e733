"""Social history, screeners and family history, through the adapter."""

from __future__ import annotations

import pytest

from adapters.query import Query
from capability.issues import EHRCredentials
from mappings.mapped import Resource
from tests.adapters.athenanet.world import World, of_patient, token, world

TWO_CHARTS = "5"


async def told(here: World, patient: str, category: str = "social-history") -> list[Resource]:
    return await here.every(Query("Observation", (of_patient(patient), token("category", category))))


async def test_what_two_charts_say_of_one_question_is_there_twice_and_each_says_which_chart(here: World) -> None:
    alcohol = [one for one in await told(here, TWO_CHARTS) if one["id"].endswith("ALCOHOL") or "ALCOHOL-" in one["id"]]

    assert 2 == len(alcohol)
    assert {"1", "2"} == {tag["code"] for one in alcohol for tag in one["meta"]["tag"]}


async def test_an_earlier_answer_is_read_by_its_id(here: World) -> None:
    earlier = next(one for one in await told(here, TWO_CHARTS) if one["id"].startswith("earlier-"))

    assert earlier == await here.one("Observation", earlier["id"])


async def test_an_answer_reads_as_the_practice_labels_it(here: World) -> None:
    (vaping,) = [one for one in await told(here, "1") if one["id"] == "social-1-ECIGVAPESTATUS"]

    assert vaping["valueCodeableConcept"]["text"] in ("Never", "Former", "Daily")


async def test_a_configuration_that_is_not_shown_costs_the_labels_only(here: World) -> None:
    here.fault(path=r"/v1/195900/chart/configuration/socialhistory", kind="status", status=403, times=None)

    (vaping,) = [one for one in await told(here, "1") if one["id"] == "social-1-ECIGVAPESTATUS"]

    assert vaping["valueString"] in ("N", "F", "D")


async def test_the_sexual_orientation_of_the_registration_is_not_told_twice(here: World) -> None:
    found = [one["id"] for one in await told(here, "1") if "76690-7" in str(one["code"])]

    assert ["orientation-1"] == found


async def test_vital_signs_do_not_cost_a_call_for_social_history(here: World) -> None:
    here.forget()
    await told(here, "1", "vital-signs")

    assert [] == [path for path in here.asked if "socialhistory" in path or "questionnaire" in path]


@pytest.mark.parametrize("practiceid", ["195900", "195901"], ids=["a row a problem", "by relative"])
async def test_both_layouts_of_family_history_are_understood(practiceid: str) -> None:
    async with world({"practiceid": practiceid}) as here:
        found = await here.every(Query("FamilyMemberHistory", (of_patient("1"),)))

    assert found
    assert all("coding" in one["relationship"] for one in found)


async def test_an_endpoint_that_the_practice_does_not_grant_costs_its_own_and_is_told(here: World) -> None:
    here.fault(path=r"/v1/195900/chart/1/administeredquestionnairescreeners", kind="status", status=403, times=None)
    page = await here.ask(Query("Observation", (of_patient("1"),)))

    assert {"forbidden"} == {issue.code for issue in page.issues}
    assert {"vital", "social"} <= {one["id"].partition("-")[0] for one in page.resources}


async def test_what_is_granted_nowhere_is_no_empty_answer(here: World) -> None:
    here.fault(path=r"/v1/195900/chart/1/administeredquestionnairescreeners", kind="status", status=403, times=None)
    with pytest.raises(EHRCredentials):
        await here.ask(Query("QuestionnaireResponse", (of_patient("1"),)))
