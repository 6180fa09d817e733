"""Over EHRs that speak FHIR: a search finds exactly what a filter over everything finds, whatever the EHR is asked.

What a parameter looks at is told by fhirpathpy, what matches by the oracle of test_population: apart from the server.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.population import SEED, population
from tests.facade.looks import Span, span
from tests.facade.oracle import COMPARED, folded
from tests.facade.summit import network, practice
from tests.facade.truth.values import elements, texts
from tests.facade.world import configuration, every, ids

Resource = dict[str, Any]
Case = tuple[str, Callable[[list[Any]], bool]]
"""A value as it is sent, and whether what the parameter looks at in a resource matches it."""

VENDORS = {"epic": SEED + 1, "cerner": SEED + 1, "athena_fhir": SEED + 1, "fhir_r4": SEED}
"""Adapter -> seed of the people in its sandbox."""

SIZE = 12
VERSION = "6.1.0"
PROVEN = ("cerner", "Observation", "category")
"""Found by a category that the record itself does not show."""


@dataclass(frozen=True)
class Chart:
    """What a base serves of some people: its parameters and its resources, by type."""

    client: httpx.AsyncClient
    patients: list[str]
    kinds: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, list[list[str]]]
    all: Mapping[str, list[Resource]]

    async def search(self, type_: str, query: Mapping[str, str]) -> set[str]:
        return set(ids(await every(self.client, f"/{type_}?{httpx.QueryParams(query)}&_count=200")))


async def gathered(client: httpx.AsyncClient, seed: int, people: range) -> Chart:
    statement = (await client.get("/metadata")).json()
    types = {one["type"]: one for one in statement["rest"][0]["resource"]}
    kinds = {type_: {p["name"]: p["type"] for p in one.get("searchParam", ())} for type_, one in types.items()}
    needs = {type_: [*_needed(one)] for type_, one in types.items()}
    patients: list[str] = []
    for number in people:
        one = population(SIZE, seed).person(number)
        query = {"family": one.name.family, "given": one.name.given, "birthdate": one.born.isoformat()}
        patients += ids(await every(client, f"/Patient?{httpx.QueryParams(query)}"))
    found: dict[str, list[Resource]] = {}
    for type_ in sorted(types.keys() - {"Patient", "Binary", "Provenance"}, key=lambda name: needs[name] == [["_id"]]):
        if not needs[type_]:
            found[type_] = await every(client, f"/{type_}?_count=500")
        elif ["patient"] in needs[type_]:
            found[type_] = await every(client, f"/{type_}?patient={','.join(patients)}&_count=500")
        else:
            parts = json.dumps(found).split(f'"{type_}/')[1:]
            named = sorted({part.partition('"')[0] for part in parts})
            found[type_] = await every(client, f"/{type_}?_id={','.join(named)}&_count=500") if named else []
    return Chart(client, patients, kinds, needs, found)


def _needed(resource: Mapping[str, Any]) -> Iterator[list[str]]:
    for one in resource.get("extension", ()):
        parts = [(each["url"], each["valueString"]) for each in one["extension"]]
        if any(url == "optional" for url, _ in parts):
            yield [value for url, value in parts if url == "required"]


def cases(code: str, kind: str, seen: list[list[Any]], dice: random.Random, most: int) -> Iterator[Case]:
    """Searches with values of what a parameter looks at in some resources."""
    if kind == "date":
        yield from _dates(seen, dice, most)
        return
    values = sorted({text for looked in seen for each in looked for text in texts(kind, each)})
    values = [text for text in values if "\n" not in text and (code != "identifier" or "|" in text)]
    for text in dice.sample(values, min(most, len(values))):
        if kind == "string":
            part = text[: dice.randint(2, 8)].strip()
            yield part, partial(_begins, part)
        else:
            yield text, partial(_has, kind, text)


def _begins(part: str, looked: list[Any]) -> bool:
    return any(folded(text).startswith(folded(part)) for each in looked for text in texts("string", each))


def _has(kind: str, text: str, looked: list[Any]) -> bool:
    return any(text in texts(kind, each) for each in looked)


def _compares(prefix: str, text: str, looked: list[Any]) -> bool:
    return any(COMPARED[prefix](span(text), each) for each in _spans(looked))


def _dates(seen: list[list[Any]], dice: random.Random, most: int) -> Iterator[Case]:
    days = sorted({day for looked in seen for each in _spans(looked) for day in each if date.min < day < date.max})
    for day in dice.sample(days, min(most, len(days))):
        for prefix in dice.sample(sorted(COMPARED), min(most + 1, len(COMPARED))):
            text = day.isoformat()[: dice.choice((7, 10))]
            yield prefix + text, partial(_compares, prefix, text)


def _spans(looked: list[Any]) -> list[Span]:
    found = [span(each) for each in looked if isinstance(each, str) and each[:1].isdigit()]
    periods = [each for each in looked if isinstance(each, dict) and {"start", "end"} & each.keys()]
    ends = [(span(one["start"])[0] if "start" in one else date.min, one.get("end")) for one in periods]
    return [*found, *((start, span(end)[1] if end else date.max) for start, end in ends)]


async def wrong(vendor: str, chart: Chart, dice: random.Random, most: int) -> tuple[int, list[Any]]:
    """(searches, those that found something else than the filter)"""
    asked, bad = 0, []
    for type_, pool in chart.all.items():
        for code, kind in chart.kinds[type_].items():
            if code.startswith("_"):
                continue
            alone = not chart.needs[type_] or [code] in chart.needs[type_]
            if not alone and ["patient"] not in chart.needs[type_]:
                continue
            rest = {} if alone else {"patient": ",".join(chart.patients)}
            looks = {one["id"]: elements(VERSION, type_, code, one) for one in pool}
            for value, fits in cases(code, kind, [*looks.values()], dice, most):
                asked += 1
                found = await chart.search(type_, {**rest, code: value}) & looks.keys()
                wanted = {id_ for id_, looked in looks.items() if fits(looked)}
                if found != wanted and not ((vendor, type_, code) == PROVEN and found > wanted):
                    bad.append((type_, code, value, sorted(found ^ wanted)))
    return asked, bad


@pytest.mark.parametrize(
    ("people", "most"), [(range(5, 6), 1), pytest.param(range(1, SIZE + 1), 6, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_search_finds_exactly_what_a_filter_over_everything_finds(
    tmp_path: Path, vendor: str, people: range, most: int
) -> None:
    over = practice(vendor)
    if vendor == "athena_fhir":
        over["connections"][vendor]["settings"]["practiceid"] = "195901"
    config = configuration(summit={"practices": {"p": over}})
    async with network(tmp_path, config, names=(vendor,), size=SIZE) as here:
        chart = await gathered(here.client(), VENDORS[vendor], people)
        asked, bad = await wrong(vendor, chart, random.Random(vendor), most)

    assert [] == bad
    assert 60 < asked
