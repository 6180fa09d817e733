"""$everything over charts made to measure: what its parameters leave, how it pages, where it stops."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.facade.chartbox import chartbox
from tests.facade.world import entries, every, link

PATIENT = {"resourceType": "Patient", "id": "patient-1", "name": [{"family": "Adler"}]}
BOX = "/Patient/box.patient-1/$everything"


def _observation(number: int, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"observation-{number:04}",
        "status": "final",
        "code": {"text": "Something"},
        "subject": {"reference": "Patient/patient-1"},
        **elements,
    }


def _ids(bundle: Mapping[str, Any], type_: str = "Observation") -> list[str]:
    found = [entry["resource"] for entry in bundle.get("entry", ()) if entry["search"]["mode"] != "outcome"]
    return [one["id"].rpartition("-")[2] for one in found if one["resourceType"] == type_]


def _name(entry: Mapping[str, Any]) -> str:
    return f"{entry['resource']['resourceType']}/{entry['resource']['id']}"


def _told(bundle: Mapping[str, Any]) -> list[str]:
    outcomes = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    return [issue["details"]["text"] for outcome in outcomes for issue in outcome["issue"]]


CHANGED = [
    _observation(1, meta={"lastUpdated": "2024-01-01T00:00:00Z"}),
    _observation(2, meta={"lastUpdated": "2024-06-01T00:00:00-05:00"}),
    _observation(3),
]


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2023-12-31T00:00:00Z", ["0001", "0002", "0003"]),
        ("2024-06-01T05:00:00Z", ["0002", "0003"]),
        ("2024-06-01T05:00:01Z", ["0003"]),
        ("2024-06-01", ["0002", "0003"]),
        ("2025", ["0003"]),
    ],
)
async def test_since_leaves_out_what_is_known_not_to_have_changed(tmp_path: Path, since: str, found: list[str]) -> None:
    async with chartbox(tmp_path, [PATIENT, *CHANGED]) as box:
        bundle = (await box.here.client().get(BOX, params={"_since": since, "_type": "Observation"})).json()

    assert found == _ids(bundle)
    assert [True] == ["_since" in text for text in _told(bundle)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"start": "2024-02"}, ["0002", "0003", "0004"]),
        ({"end": "2024-01"}, ["0001", "0003", "0004"]),
        ({"start": "2024-02-02", "end": "2024-05-31"}, ["0003", "0004"]),
        ({"start": "2024-06-15", "end": "2024-06-15"}, ["0002", "0004"]),
    ],
)
async def test_start_and_end_are_days_of_care(tmp_path: Path, query: dict[str, str], found: list[str]) -> None:
    dated = [
        _observation(1, effectiveDateTime="2024-01-01"),
        _observation(2, effectiveDateTime="2024-06"),
        _observation(3, effectivePeriod={"start": "2024-01-15", "end": "2024-03-01"}),
        _observation(4),
    ]
    problem = {**dated[3], "resourceType": "Condition", "id": "condition-1", "onsetDateTime": "1990"}
    async with chartbox(tmp_path, [PATIENT, *dated, problem]) as box:
        bundle = (await box.here.client().get(BOX, params=query)).json()

    assert found == _ids(bundle)
    assert ["1"] == _ids(bundle, "Condition")
    assert [True] == ["Observation" in text for text in _told(bundle)]


async def test_what_is_referred_to_is_followed_to_its_end(tmp_path: Path) -> None:
    chain = [
        _observation(1, performer=[{"reference": "Practitioner/practitioner-1"}]),
        {
            "resourceType": "Practitioner",
            "id": "practitioner-1",
            "qualification": [{"issuer": {"reference": "Organization/organization-1"}}],
        },
        {
            "resourceType": "Organization",
            "id": "organization-1",
            "name": "A",
            "partOf": {"reference": "Organization/organization-2"},
        },
        {
            "resourceType": "Organization",
            "id": "organization-2",
            "name": "B",
            "partOf": {"reference": "Organization/organization-1"},
        },
    ]
    async with chartbox(tmp_path, [PATIENT, *chain]) as box:
        found = await entries(box.here.client(), f"{BOX}?_count=2")

    assert [
        "Practitioner/box.practitioner-1",
        "Organization/box.organization-1",
        "Organization/box.organization-2",
    ] == [_name(entry) for entry in found if entry["search"]["mode"] == "include"]


async def test_a_thousand_resources_are_paged_completely(tmp_path: Path) -> None:
    many = [_observation(number) for number in range(1000)]
    async with chartbox(tmp_path, [PATIENT, *reversed(many)]) as box:
        found = await every(box.here.client(), f"{BOX}?_count=400&_type=Observation")

    assert [f"box.observation-{number:04}" for number in range(1000)] == [one["id"] for one in found]


async def test_pages_go_on_where_they_were_when_the_record_grows(tmp_path: Path) -> None:
    async with chartbox(tmp_path, [PATIENT, *(_observation(number) for number in range(2, 8))]) as box:
        client = box.here.client()
        first = (await client.get(f"{BOX}?_type=Observation&_count=2")).json()
        box.put([PATIENT, *(_observation(number) for number in range(1, 8))])
        rest = await every(client, link(first, "next") or "")

    assert ["0002", "0003"] == _ids(first)
    assert ["0004", "0005", "0006", "0007"] == [one["id"][-4:] for one in rest]


async def test_a_page_whose_last_resource_has_gone_is_410(tmp_path: Path) -> None:
    async with chartbox(tmp_path, [PATIENT, *(_observation(number) for number in range(4))]) as box:
        client = box.here.client()
        first = (await client.get(f"{BOX}?_type=Observation&_count=2")).json()
        box.put([PATIENT, _observation(0), _observation(2), _observation(3)])

        assert 410 == (await client.get(link(first, "next") or "")).status_code


@pytest.mark.parametrize(
    ("limits", "records"),
    [
        ({"rows_max": 100}, [_observation(number) for number in range(101)]),
        (
            {"rows_max": 100},
            [_observation(number, resourceType=type_, id=f"{type_.lower()}-{number}")
             for type_ in ("Observation", "Condition") for number in range(60)],
        ),
        (
            {"includes_max": 2},
            [_observation(number, performer=[{"reference": f"Practitioner/practitioner-{number}"}])
             for number in range(3)],
        ),
    ],
    ids=["of one type", "of all types", "referred to"],
)  # fmt: skip
async def test_a_record_that_is_too_large_says_how_to_narrow_it(
    tmp_path: Path, limits: dict[str, int], records: list[dict[str, Any]]
) -> None:
    async with chartbox(tmp_path, [PATIENT, *records], limits=limits) as box:
        response = await box.here.client().get(BOX)

    (issue,) = response.json()["issue"]
    assert (400, "too-costly") == (response.status_code, issue["code"])
    assert "_type" in issue["details"]["text"]


async def test_what_is_jammed_later_is_told_on_that_page(tmp_path: Path) -> None:
    records = [PATIENT, *(_observation(number) for number in range(4))]
    async with chartbox(tmp_path, records) as box:
        client = box.here.client()
        first = (await client.get(f"{BOX}?_count=1")).json()
        box.put(records, broken=["Condition"])
        second = (await client.get(link(first, "next") or "")).json()

    assert [True] == ["Condition" in text for text in _told(second)]
    assert "total" not in second
