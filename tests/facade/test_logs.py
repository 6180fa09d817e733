"""What is logged helps at 3 a.m. and holds no PHI, token or secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog

from tests.facade.world import World


async def test_a_request_and_its_calls_share_an_id_and_show_no_phi(here: World) -> None:
    patient = (await here.client().get("/Patient/rb.1")).json()
    with structlog.testing.capture_logs() as logged:
        client = here.client()
        await client.get("/Patient", params={"family": patient["name"][0]["family"], "birthdate": patient["birthDate"]})
        await client.get("/Patient/rb.1", headers={"X-Request-Id": "trace-me", "Cache-Control": "no-cache"})
        await client.get("/Observation?patient=rb.1")

    text = json.dumps(logged, default=str)
    assert {"http.request", "ehr.call"} <= {event["event"] for event in logged}
    assert {"http.request", "ehr.call"} <= {e["event"] for e in logged if e.get("request_id") == "trace-me"}
    assert [] == [secret for secret in secrets(patient) if secret in text]
    assert "Bearer" not in text
    assert here.token().split(".")[0] not in text


def secrets(patient: dict[str, Any]) -> set[str]:
    """Values that identify her."""
    return {
        patient["birthDate"],
        patient["name"][0]["family"],
        *patient["name"][0]["given"],
        *(one["value"] for one in patient["telecom"]),
    }


async def test_an_operator_sees_tenant_practice_operation_status_and_duration(here: World) -> None:
    with structlog.testing.capture_logs() as logged:
        await here.client().get("/Observation?patient=rb.1")

    calls = [event for event in logged if event["event"] == "ehr.call"]
    assert {("riverbend", "rb", "athenanet")} == {(e["tenant"], e["practice"], e["connection"]) for e in calls}
    assert "GET /chart/{patientid}/vitals" in {event["operation"] for event in calls}
    (request,) = [event for event in logged if event["event"] == "http.request"]
    assert (200, "Observation?", "system") == (request["status"], request["route"], request["client"])
    assert request["milliseconds"] > 0


async def test_the_unexpected_is_logged_without_values_and_told_without_detail(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(dict[Any, Any]):
        def __contains__(self, key: object) -> bool:
            raise KeyError("her name")

    monkeypatch.setattr(here.services.base("riverbend", None).sources["rb"], "_routing", Broken())
    with structlog.testing.capture_logs() as logged:
        response = await here.client().get("/Patient/rb.1", headers={"X-Request-Id": "oops"})

    assert (500, "exception") == (response.status_code, response.json()["issue"][0]["code"])
    assert "her name" not in response.text
    (event,) = [each for each in logged if each["event"] == "http.unexpected"]
    assert ("KeyError", "oops") == (event["error"], event["request_id"])
    assert any("federate.py" in frame for frame in event["frames"])
    assert "her name" not in json.dumps(event)
