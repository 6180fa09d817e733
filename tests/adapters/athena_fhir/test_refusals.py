"""What athena's FHIR server refuses, forgets, or gives by mistake: told, and never passed on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError
from structlog.testing import capture_logs

from adapters.athena_fhir.sandbox import KEYED_CLIENT
from adapters.athena_fhir.settings import AthenaFHIRSettings
from adapters.fhir_r4.sandbox.faults import Rule
from capability.issues import EHRCredentials, EHRInvalid, EHRThrottled
from tests.adapters.athena_fhir.world import PATIENT, World, world


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_a_search_that_lacks_what_the_server_wants_is_our_own_fault(here: World) -> None:
    with pytest.raises(EHRInvalid, match="our search of MedicationRequest lacks") as told:
        await here.ehr.page(here.call(), "MedicationRequest", (("patient", "a-195900.E-1"),))

    assert "combinations" not in told.value.text
    assert 1 == len(here.asked())


async def test_a_scope_that_was_not_granted_is_told_by_its_type() -> None:
    async with world({"scope": "system/Patient.read"}) as here:
        with pytest.raises(EHRCredentials, match="the scope for Condition") as told:
            await here.ask("Condition", PATIENT)

        assert ("forbidden", 502) == (told.value.issue_code, told.value.status)
        assert 1 == len(here.asked())


async def test_another_practice_than_was_granted_is_told() -> None:
    async with world({"practiceid": "195902"}) as here:
        with pytest.raises(EHRCredentials, match="of this practice"):
            await here.ask("Condition", PATIENT)


async def test_too_many_calls_are_told_as_such() -> None:
    async with world() as here:
        here.sandbox.faults.add(Rule("/fhir/r4/Condition", "throttle", times=None, retry_after=90))
        with pytest.raises(EHRThrottled):
            await here.ask("Condition", PATIENT)


async def test_an_unknown_id_is_no_record_and_a_path_that_is_not_routed_is_an_error(here: World) -> None:
    assert () == (await here.ask("Condition", id="problem-1-79999")).resources
    here.sandbox.faults.add(Rule("/fhir/r4/Condition/", "status", status=404))
    with pytest.raises(EHRInvalid, match="does not offer Condition"):
        await here.ask("Condition", id="problem-1-70101")


async def test_an_id_that_names_somebody_else_s_record_is_no_record(here: World) -> None:
    assert () == (await here.ask("Condition", id="problem-2-70101")).resources
    assert 1 == len((await here.ask("Condition", id="problem-1-70101")).resources)
    assert () == (await here.ask("DiagnosticReport", id="imaging-1-40001001")).resources


async def test_every_page_comes_by_the_server_s_own_link_and_each_row_once() -> None:
    async with world({"page_size": 10}) as here:
        found = [one["id"] for one in await here.every("Observation", PATIENT)]
        pages = here.asked()

    assert len(found) == len(set(found))
    assert len(found) > 10 * 5
    assert [False] + [True] * (len(pages) - 1) == ["cursor" in dict(query) for _, query in pages]
    assert {("ah-practice", "Organization/a-1.Practice-195900")} == {
        pair for _, query in pages for pair in query if pair[0] == "ah-practice"
    }


async def test_a_forgotten_page_is_found_again_from_the_start() -> None:
    async with world({"page_size": 10}) as here:
        whole = [one["id"] for one in await here.every("Condition", PATIENT)]
        here.sandbox.faults.add(Rule("/fhir/r4/Condition", "status", query="cursor=", status=400))
        again = [one["id"] for one in await here.every("Condition", PATIENT)]

    assert whole == again


@pytest.mark.parametrize(
    "row",
    [
        {"resourceType": "Condition", "id": "a-195901.Problem-3", "subject": {"reference": "Patient/a-195901.E-3"}},
        {"resourceType": "Condition", "id": "a-195900.Problem-3", "subject": {"reference": "Patient/a-195901.E-3"}},
        {"resourceType": "Organization", "id": "a-1.Practice-195901"},
    ],
)
async def test_a_row_of_another_practice_is_left_out_told_and_an_alarm(here: World, row: dict[str, object]) -> None:
    own = {
        "resourceType": row["resourceType"],
        "id": "a-195900.LCP-1",
        "subject": {"reference": "Patient/a-195900.E-3"},
    }
    with capture_logs() as logs:
        page = here.ehr.served([own, row])

    assert 1 == len(page.resources)
    assert ["a record of another practice was left out"] == [issue.text for issue in page.issues]
    assert ["ehr.foreign_record"] == [one["event"] for one in logs if one["log_level"] == "error"]
    assert "195901" not in str(logs) + str(page)


@pytest.mark.parametrize(
    "key",
    [
        RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True),
        ECKey.generate_key("P-384", parameters={"kid": "one"}, private=True),
    ],
    ids=["RSA", "EC"],
)
async def test_a_signed_assertion_and_scopes_of_version_two_do_as_well(key: RSAKey | ECKey) -> None:
    keyed = {
        "client_id": KEYED_CLIENT,
        "client_secret": None,
        "private_key": key.as_pem(private=True).decode(),
        "key_id": "one",
        "scopes": "v2",
    }
    async with world(keyed, jwks={"keys": [key.as_dict(private=False)]}) as here:
        assert (await here.ask("Condition", PATIENT)).resources


@pytest.mark.parametrize(
    "settings",
    [
        {"practiceid": "195900"},
        {"practiceid": "195900", "environment": "preview", "base_url": "https://ehr.example.org/r4"},
        {"practiceid": "1", "environment": "preview"},
        {"practiceid": "195900", "environment": "elsewhere"},
        {"practiceid": "195900", "environment": "preview", "overrides": {"athenafhir-units": {}}},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AthenaFHIRSettings.model_validate(settings)


def test_the_environment_names_the_server() -> None:
    found = AthenaFHIRSettings.model_validate({"practiceid": 195900, "environment": "production"})

    assert "https://api.platform.athenahealth.com/fhir/r4" == found.base_url
