"""Patient/$match over EHRs that look for people in different ways: each is asked as it can be, or told of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.facade.chartbox import ChartBox, chartbox

NARROW = """
from dataclasses import replace

from adapters.chartbox import ADAPTER as BOX
from adapters.chartbox import _note
from adapters.contract import Page, Read, Search
from capability.issues import Invalid
from mappings.chartbox.record import record
from pathlib import Path
import json


async def search(box, call, query):
    asked = {clause.name for clause in query.clauses}
    assert any(each <= asked for each in WAYS), asked
    if "given" in asked and any(len(value.text) < 2 for clause in query.named("given") for value in clause.values):
        raise Invalid("a given name of two letters is needed here", parameter="given")
    _note(box, "+".join(sorted(asked)))
    held = json.loads(Path(box.file).read_text())["records"]
    return Page.mapped(record, [one for one in held if one["resourceType"] == "Patient"])


WAYS = (frozenset({"identifier"}), frozenset({"family", "given", "birthdate"}))
PARAMS = frozenset({"identifier", "family", "given", "birthdate"})
ADAPTER = replace(
    BOX,
    name="narrowbox",
    interactions=(
        *(each for each in BOX.interactions if each.type != "Patient"),
        *(each for each in BOX.interactions if each.type == "Patient" and isinstance(each, Read)),
        Search("Patient", search, PARAMS, WAYS),
    ),
)
"""
MATCH = "/Patient/$match"
ADA: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Adler", "given": ["Ada"]}],
    "birthDate": "1970-03-01",
    "gender": "female",
}
NUMBER = [{"system": "http://example.org/mrn", "value": "M-1"}]


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[ChartBox]:
    place = tmp_path / "adapters" / "narrowbox"
    place.mkdir(parents=True)
    (place / "__init__.py").write_text(NARROW, encoding="utf-8")
    wide = [{**ADA, "id": "patient-2", "name": [{"family": "Adler", "given": ["Ida"]}]}, {**ADA, "id": "patient-1"}]
    async with chartbox(tmp_path, wide, apart={"narrow": "narrowbox"}) as made:
        made.beside("narrow").put([{**ADA, "id": "patient-7", "identifier": NUMBER}, {**ADA, "id": "patient-8"}])
        yield made


async def _matched(box: ChartBox, patient: dict[str, Any]) -> tuple[list[tuple[str, float]], list[str], Any]:
    """(id, score) in the order given, what else was told, and the total."""
    bundle = (await box.here.client().post(MATCH, json=patient)).json()
    entries = bundle.get("entry", ())
    found = [(one["resource"]["id"], one["search"]["score"]) for one in entries if one["search"]["mode"] == "match"]
    outcomes = [one["resource"] for one in entries if one["search"]["mode"] == "outcome"]
    return found, [issue["details"]["text"] for each in outcomes for issue in each["issue"]], bundle.get("total")


async def test_each_practice_is_asked_as_it_can_be(box: ChartBox) -> None:
    found, told, total = await _matched(box, ADA)

    assert [("box.patient-1", 0.65), ("narrow.patient-7", 0.65), ("narrow.patient-8", 0.65)] == found
    assert ([], 3) == (told, total)
    assert (["Patient"], ["birthdate+family+given"]) == (box.asked(), box.beside("narrow").asked())
    numbered, _, _ = await _matched(box, {**ADA, "identifier": NUMBER})
    assert ("narrow.patient-7", 1.0) == numbered[0]
    assert "identifier" in box.beside("narrow").asked()


async def test_a_practice_that_cannot_be_asked_is_told_of(box: ChartBox) -> None:
    sent = {**ADA, "name": [{"family": "Adler"}], "gender": "female"}
    found, told, total = await _matched(box, sent)

    assert {"box.patient-1", "box.patient-2"} == {id_ for id_, _ in found}
    assert total is None
    (text,) = told
    assert (
        "practice narrow was not asked: it looks for people by identifier, or by birthdate and family and given" == text
    )
    assert [] == box.beside("narrow").asked()


async def test_a_practice_that_refuses_what_was_sent_is_told_of(box: ChartBox) -> None:
    sent = {**ADA, "name": [{"family": "Adler", "given": ["Ada", "J"]}]}
    found, told, total = await _matched(box, sent)
    alone = await box.here.client(practice="narrow").post(MATCH, json=sent)

    assert ["box.patient-1"] == [id_ for id_, _ in found]
    assert ["practice narrow did not look for this Patient: a given name of two letters is needed here"] == told
    assert total is None
    assert (422, ["Patient"]) == (alone.status_code, alone.json()["issue"][0]["expression"])


async def test_a_practice_that_fails_in_all_its_searches_is_told_of_once(box: ChartBox) -> None:
    box.put([], broken=["Patient"])
    found, told, total = await _matched(box, {**ADA, "identifier": NUMBER})

    assert ["narrow.patient-7", "narrow.patient-8"] == [id_ for id_, _ in found]
    assert total is None
    assert 1 == len(told)
    assert told[0].startswith("practice box did not answer")


async def test_where_no_practice_could_be_asked_it_is_422_and_says_what_would_do(box: ChartBox) -> None:
    client = box.here.client(practice="narrow")
    answer = await client.post(MATCH, json={**ADA, "name": [{"family": "Adler"}]})

    assert (422, ["Patient"]) == (answer.status_code, answer.json()["issue"][0]["expression"])
    assert "given name" in answer.text
    assert 200 == (await client.post(MATCH, json=ADA)).status_code
