"""DocumentReference/$docref: the documents there are. https://hl7.org/fhir/us/core/OperationDefinition-docref.html"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.facade.chartbox import chartbox
from tests.facade.world import World, entries

LOINC = "http://loinc.org"
CCDA = "urn:hl7-org:sdwg:ccda-structuredBody:2.1"


def _document(number: int, code: str, date: str | None, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": f"documentreference-{number}",
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/patient-1"},
        **({"date": date} if date else {}),
        "content": [{"attachment": {"contentType": "text/plain"}}],
        **elements,
    }


NOTES = [
    _document(1, "11506-3", "2023-05-01T10:00:00Z"),
    _document(2, "18842-5", "2024-02-01T10:00:00Z", context={"period": {"start": "2022-01-01", "end": "2022-01-09"}}),
    _document(3, "11506-3", "2023-06-01T10:00:00Z", status="superseded"),
    _document(4, "11506-3", "2023-06-02T10:00:00Z", status="entered-in-error"),
    _document(5, "34117-2", None),
]
SUMMARIES = [
    _document(6, "34133-9", "2023-01-01T00:00:00Z"),
    _document(7, "34133-9", "2024-01-01T00:00:00Z", content=[{"attachment": {}, "format": {"code": CCDA}}]),
    _document(8, "34133-9", "2024-06-01T00:00:00Z", status="superseded"),
]
OTHERS = [
    {**_document(9, "34133-9", "2024-01-01T00:00:00Z"), "subject": {"reference": "Patient/patient-2"}},
    {"resourceType": "Patient", "id": "patient-1"},
    {"resourceType": "Patient", "id": "patient-2"},
]
ALL = [*NOTES, *SUMMARIES, *OTHERS]


async def _found(here: World, **query: Any) -> list[str]:
    found = await entries(here.client(), str(here.client().build_request("GET", "/DocumentReference/$docref",
                          params={"patient": "box.patient-1", **query}).url))  # fmt: skip
    return [e["resource"]["id"].rpartition("-")[2] for e in found if e["search"]["mode"] == "match"]


async def test_a_patient_alone_gives_the_current_summary(tmp_path: Path) -> None:
    async with chartbox(tmp_path, ALL) as box:
        assert ["7"] == await _found(box.here)


async def test_without_a_summary_it_gives_the_current_documents(tmp_path: Path) -> None:
    async with chartbox(tmp_path, [*NOTES, *OTHERS]) as box:
        assert ["1", "2", "5"] == await _found(box.here)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type": f"{LOINC}|11506-3"}, ["1"]),
        ({"type": "11506-3"}, ["1"]),
        ({"type": [f"{LOINC}|11506-3", f"{LOINC}|18842-5"]}, ["1", "2"]),
        ({"type": "11506-3,18842-5"}, ["1", "2"]),
        ({"type": f"{LOINC}|34133-9"}, ["6", "7"]),
        ({"type": "http://example.org|11506-3"}, []),
        ({"start": "2023-05-01T00:00:00Z", "end": "2023-06-30"}, ["1", "3", "5"]),
        ({"end": "2022-12-31"}, ["2", "5"]),
        ({"start": "2022-01-05", "end": "2022-01-05", "type": "18842-5"}, ["2"]),
        ({"start": "2024-01-15"}, ["5", "8"]),
        ({"profile": CCDA}, ["7"]),
        ({"profile": "http://example.org/nothing"}, []),
        ({"on-demand": "false"}, ["7"]),
    ],
)
async def test_documents_meet_what_is_asked(tmp_path: Path, query: dict[str, Any], found: list[str]) -> None:
    async with chartbox(tmp_path, ALL) as box:
        assert found == await _found(box.here, **query)


async def test_on_demand_alone_gives_an_empty_bundle_that_says_why(tmp_path: Path) -> None:
    async with chartbox(tmp_path, ALL) as box:
        response = await box.here.client().get("/DocumentReference/$docref?patient=box.patient-1&on-demand=true")

        assert [] == box.asked()
    bundle = response.json()
    assert (200, 0) == (response.status_code, bundle["total"])
    assert ["outcome"] == [entry["search"]["mode"] for entry in bundle["entry"]]


@pytest.mark.parametrize("patient", ["box.patient-99", "zz.patient-1", "nobody"])
async def test_an_unknown_patient_gives_an_empty_bundle(tmp_path: Path, patient: str) -> None:
    async with chartbox(tmp_path, ALL) as box:
        response = await box.here.client().get(f"/DocumentReference/$docref?patient={patient}")

    assert (200, 0, None) == (response.status_code, response.json()["total"], response.json().get("entry"))


async def test_a_post_is_a_get(tmp_path: Path) -> None:
    coding = {"system": LOINC, "code": "11506-3"}
    parameters = [
        {"name": "patient", "valueId": "box.patient-1"},
        {"name": "type", "valueCoding": coding},
        {"name": "type", "valueCodeableConcept": {"coding": [{"system": LOINC, "code": "18842-5"}]}},
    ]
    async with chartbox(tmp_path, ALL) as box:
        client = box.here.client()
        body = {"resourceType": "Parameters", "parameter": parameters}
        posted = await client.post("/DocumentReference/$docref", json=body)
        got = await client.get(
            f"/DocumentReference/$docref?patient=box.patient-1&type={LOINC}|11506-3&type={LOINC}|18842-5"
        )

    assert 2 == got.json()["total"]
    assert got.json() == posted.json()


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("", "http.patient"),
        ("patient=a/b", "http.patient"),
        ("patient=box.patient-1&patient=box.patient-2", "http.patient"),
        ("patient=box.patient-1&start=soon", "http.start"),
        ("patient=box.patient-1&on-demand=maybe", "http.on-demand"),
        ("patient=box.patient-1&type=", "http.type"),
        ("patient=box.patient-1&type=a|b|c", "http.type"),
        ("patient=box.patient-1&category=x", "http.category"),
    ],
)
async def test_what_cannot_be_applied_is_refused_by_name(tmp_path: Path, query: str, location: str) -> None:
    async with chartbox(tmp_path, ALL) as box:
        response = await box.here.client().get(f"/DocumentReference/$docref?{query}")

    assert (400, [location]) == (response.status_code, response.json()["issue"][0]["location"])


async def test_scopes_and_practices_count(tmp_path: Path) -> None:
    async with chartbox(tmp_path, ALL) as box:
        address = "/DocumentReference/$docref?patient=box.patient-1"
        assert 403 == (await box.here.client("vitals").get(address)).status_code
        assert 403 == (await box.here.client("vitals").get(f"{address}&on-demand=true")).status_code
        assert [] == box.asked()


async def test_what_policy_hides_is_neither_given_nor_found_by(tmp_path: Path) -> None:
    rule = {"name": "no-types", "remove": ["DocumentReference.type"], "where": "coding.code = '11506-3'"}
    async with chartbox(tmp_path, ALL, policy=[rule]) as box:
        assert [] == await _found(box.here, type="11506-3")
        assert ["2"] == await _found(box.here, type="18842-5")


async def test_an_ehr_that_fails_is_an_error(tmp_path: Path) -> None:
    async with chartbox(tmp_path, ALL) as box:
        box.put(ALL, broken=["DocumentReference"])
        response = await box.here.client().get("/DocumentReference/$docref?patient=box.patient-1")

    assert (503, "transient") == (response.status_code, response.json()["issue"][0]["code"])
