"""Whatever the EHR does, the client gets the right OperationOutcome, and none of the EHR's text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.facade.world import World, configuration, practice, world

FAULTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "html instead of JSON": ({"kind": "html"}, 502, "structure"),
    "truncated JSON": ({"kind": "truncated"}, 502, "structure"),
    "an error in a 200": ({"kind": "error_in_200"}, 502, "structure"),
    "a failure in a 200": ({"kind": "success_false_in_200"}, 502, "structure"),
    "an empty 200": ({"kind": "empty"}, 502, "structure"),
    "a bare 1": ({"kind": "bare_1"}, 502, "structure"),
    "a server error": ({"kind": "status", "status": 500}, 503, "transient"),
    "unavailable": ({"kind": "status", "status": 503}, 503, "transient"),
    "a gateway's time-out": ({"kind": "status", "status": 504}, 504, "timeout"),
    "throttled by 429": ({"kind": "throttle_429"}, 503, "throttled"),
    "throttled by 403": ({"kind": "throttle_403"}, 503, "throttled"),
}


@pytest.mark.parametrize(("fault", "status", "code"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("address", ["/Patient/rb.1", "/Observation?patient=rb.1", "/Patient?family=a"])
async def test_a_fault_becomes_the_right_outcome(
    here: World, client: httpx.AsyncClient, address: str, fault: dict[str, Any], status: int, code: str
) -> None:
    await here.fault({"path": "/v1/195900/", "times": None, **fault})

    response = await client.get(address)

    (issue,) = response.json()["issue"]
    assert (status, code) == (response.status_code, issue["code"])
    assert not any(word in response.text.lower() for word in ("html", "<", "athena", "127.0.0.1", "qps", "success"))


async def test_a_throttled_ehr_is_a_retryable_outcome(here: World, client: httpx.AsyncClient) -> None:
    await here.fault({"path": "/v1/195900/", "times": None, "kind": "throttle_429", "retry_after": 70})

    response = await client.get("/Patient/rb.1")

    assert (503, "70") == (response.status_code, response.headers["retry-after"])


async def test_one_hiccup_is_not_noticed(here: World, client: httpx.AsyncClient) -> None:
    await here.fault({"path": "/v1/195900/patients/1", "times": 1, "kind": "status", "status": 503})

    assert 200 == (await client.get("/Patient/rb.1")).status_code


async def test_an_expired_token_is_renewed_once(here: World, client: httpx.AsyncClient) -> None:
    assert 200 == (await client.get("/Patient/rb.1")).status_code
    await here.forget()
    await here.fault({"path": "/v1/195900/", "times": 1, "kind": "expire_token"})

    assert 200 == (await client.get("/Patient/rb.2")).status_code
    assert 1 == sum("/oauth2" in call["path"] for call in await here.calls())


async def test_a_practice_not_granted_to_us_is_our_fault_and_not_the_callers(tmp_path: Path) -> None:
    config = configuration(riverbend={"practices": {"rb": practice("195902")}})
    async with world(tmp_path, config) as made:
        response = await made.client().get("/Patient/rb.1")

    assert (502, "security") == (response.status_code, response.json()["issue"][0]["code"])
    assert "www-authenticate" not in response.headers


async def test_wrong_credentials_are_our_fault_and_not_the_callers(tmp_path: Path) -> None:
    config = configuration(riverbend={"practices": {"rb": practice(client_secret="wrong")}})
    async with world(tmp_path, config) as made:
        response = await made.client().get("/Patient/rb.1")

    assert (502, "security") == (response.status_code, response.json()["issue"][0]["code"])
    assert "wrong" not in response.text


async def test_a_hanging_ehr_is_a_timeout(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"deadline_seconds": 0.4}
    async with world(tmp_path, config) as made:
        await made.fault({"path": "/v1/195900/", "times": None, "kind": "hang", "seconds": 30})
        response = await made.client().get("/Patient/rb.1")

    assert (504, "timeout") == (response.status_code, response.json()["issue"][0]["code"])


async def test_one_unreadable_record_is_a_warning_and_not_a_failed_page(here: World, client: httpx.AsyncClient) -> None:
    whole = (await client.get("/Condition?patient=rb.1")).json()
    await here.fault({"path": ".*/problems", "times": None, "kind": "malformed_record"})

    partial = (await client.get("/Condition?patient=rb.1", headers={"Cache-Control": "no-cache"})).json()

    modes = [entry["search"]["mode"] for entry in partial["entry"]]
    assert whole["total"] - 1 == modes.count("match")
    assert 1 == modes.count("outcome")


@pytest.mark.parametrize(
    "address",
    ["/Condition?patient=rb.1&_summary=count", "/Condition?patient=rb.1&_sort=onset-date", "/Patient/rb.1/$everything"],
)
async def test_what_lacks_a_record_has_no_total(here: World, client: httpx.AsyncClient, address: str) -> None:
    whole = (await client.get(address)).json()
    await here.fault({"path": ".*/problems$", "times": None, "kind": "malformed_record"})

    less = (await client.get(address, headers={"Cache-Control": "no-cache"})).json()

    assert "total" in whole
    assert "total" not in less
    assert "outcome" in {entry["search"]["mode"] for entry in less["entry"]}
