"""Fields that a caller may not see are not there, not findable, not countable."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.facade.world import World, every

SSN = "http://hl7.org/fhir/sid/us-ssn"


async def _someone_with_ssn(here: World) -> tuple[str, str]:
    """(patient id, number) of somebody, as billing sees them."""
    for patient in await every(here.client("billing"), "/Patient"):
        for identifier in patient.get("identifier", ()):
            if identifier.get("system") == SSN:
                return patient["id"], identifier["value"]
    raise AssertionError("the population has somebody with a social security number")


async def test_ssn_is_shown_for_its_purpose_only(here: World) -> None:
    patient, number = await _someone_with_ssn(here)

    assert number in (await here.client("billing").get(f"/Patient/{patient}")).text
    assert number not in (await here.client("system").get(f"/Patient/{patient}")).text


@pytest.mark.parametrize("with_system", [True, False])
async def test_searching_by_ssn_finds_nothing_without_the_purpose(here: World, with_system: bool) -> None:
    patient, number = await _someone_with_ssn(here)
    query = {"identifier": f"{SSN}|{number}" if with_system else number}

    assert [patient] == [
        e["resource"]["id"] for e in (await here.client("billing").get("/Patient", params=query)).json()["entry"]
    ]
    nothing = (await here.client("system").get("/Patient", params=query)).json()
    assert "entry" not in nothing
    assert 0 == nothing.get("total", 0)


async def test_limited_sees_neither_identifiers_nor_contact_data(here: World) -> None:
    whole, limited = await every(here.client(), "/Patient"), await every(here.client("limited"), "/Patient")

    assert len(whole) == len(limited)
    for hidden in ("identifier", "telecom", "address", "contact"):
        assert any(hidden in patient for patient in whole)
        assert not any(hidden in patient for patient in limited)


async def test_what_lost_a_mandatory_element_does_not_claim_the_profile(here: World) -> None:
    limited = (await here.client("limited").get("/Patient/rb.1")).json()

    assert "profile" not in limited["meta"]


async def test_a_hidden_field_changes_the_version(here: World) -> None:
    whole, limited = [await here.client(name).get("/Patient/rb.1") for name in ("system", "limited")]

    assert whole.headers["etag"] != limited.headers["etag"]


async def test_limited_cannot_search_by_what_it_cannot_see(here: World) -> None:
    response = await here.client("limited").get("/Patient?identifier=1")

    assert (403, "forbidden") == (response.status_code, response.json()["issue"][0]["code"])
    assert [] == await here.calls()


async def test_included_patients_are_released_too(here: World) -> None:
    address = "/Observation?patient=rb.1&_include=Observation:patient&_count=1"
    bundle = (await here.client("limited").get(address)).json()

    (patient,) = [e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "include"]
    assert {"identifier", "telecom", "address"}.isdisjoint(patient)


async def test_no_hidden_value_stands_anywhere_in_an_answer(here: World, client: httpx.AsyncClient) -> None:
    whole = (await client.get("/Patient/rb.1")).json()
    secrets = {one["value"] for one in whole["telecom"]} | {
        line for a in whole["address"] for line in a.get("line", ())
    }

    limited = here.client("limited")
    for address in ("/Patient/rb.1", "/Patient?_id=rb.1&_revinclude=Provenance:target", "/Encounter?patient=rb.1"):
        text = json.dumps((await limited.get(address)).json(), ensure_ascii=False)
        assert [] == [secret for secret in secrets if secret in text]
