"""Over everybody in the demo's population: what is served is valid, and a search finds exactly what it should.

The oracle below is written apart from the server: it filters all resources of the type by hand.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.conforms import assert_conforms
from tests.facade.world import ORIGIN, World, every, ids, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHART = (
    "Encounter",
    "Condition",
    "AllergyIntolerance",
    "Observation",
    "DiagnosticReport",
    "DocumentReference",
    "ServiceRequest",
)
DIRECTORY = ("Practitioner", "Organization", "Location")
Resource = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """The world and all that it serves, by type."""

    here: World
    client: httpx.AsyncClient
    all: Mapping[str, list[Resource]]
    seed: int


POPULATIONS = [
    pytest.param((25, 2026), id="25 people"),
    pytest.param((60, 7), id="60 others", marks=pytest.mark.long),
    pytest.param((300, 99), id="300 others", marks=pytest.mark.long),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=POPULATIONS)
async def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    size, seed = request.param
    async with world(tmp_path_factory.mktemp("population"), size=size, seed=seed) as here:
        client = here.client()
        found = {type_: await every(client, f"/{type_}?_count=500") for type_ in ("Patient", *DIRECTORY)}
        everyone = ids(found["Patient"])
        for type_ in CHART:
            found[type_] = [one for p in everyone for one in await every(client, f"/{type_}?patient={p}&_count=500")]
        yield Served(here, client, found, seed)


@pytest.mark.parametrize("type_", ["Patient", *DIRECTORY, *CHART])
async def test_every_resource_is_valid_and_its_profiles_are_so(served: Served, type_: str) -> None:
    assert served.all[type_]
    for resource in served.all[type_]:
        assert_conforms(resource, *(url.rpartition("/")[2] for url in resource["meta"].get("profile", ())))


@pytest.mark.parametrize("type_", ["Patient", *DIRECTORY, *(one for one in CHART if one != "Observation")])
async def test_every_resource_earns_its_us_core_profile(served: Served, type_: str) -> None:
    assert [] == [one["id"] for one in served.all[type_] if not one["meta"].get("profile")]


async def test_every_profile_that_the_statement_names_is_served(served: Served) -> None:
    statement = (await served.client.get("/metadata")).json()
    named = {url for each in statement["rest"][0]["resource"] for url in each.get("supportedProfile", ())}
    seen = {url for found in served.all.values() for one in found for url in one["meta"].get("profile", ())}

    assert named - {US_CORE + "us-core-provenance"} == seen - {US_CORE + "us-core-provenance"}


async def test_reports_name_observations_and_orders_that_are_served(served: Served) -> None:
    reports = served.all["DiagnosticReport"]
    there = {f"{type_}/{one['id']}" for type_ in ("Observation", "ServiceRequest") for one in served.all[type_]}
    named = [each["reference"] for one in reports for key in ("result", "basedOn") for each in one.get(key, ())]

    assert len(named) > 50
    assert [] == [reference for reference in named if reference not in there]


async def test_a_file_has_one_address_in_its_report_and_its_document(served: Served) -> None:
    documents = {each["attachment"].get("url") for one in served.all["DocumentReference"] for each in one["content"]}
    presented = [each["url"] for one in served.all["DiagnosticReport"] for each in one.get("presentedForm", ())]

    assert len(presented) > 20
    assert [] == [url for url in presented if url not in documents]


async def test_no_id_is_given_twice(served: Served) -> None:
    for found in served.all.values():
        assert len(set(ids(found))) == len(found)


async def test_provenances_are_valid(served: Served) -> None:
    bundle = (await served.client.get("/Observation?patient=rb.1&_revinclude=Provenance:target")).json()

    for entry in bundle["entry"]:
        if entry["search"]["mode"] == "include":
            assert_conforms(entry["resource"], "us-core-provenance")


US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


# --- the oracle: (type, parameter) -> what the parameter looks at, by hand


def concept(*values: Any) -> Iterator[tuple[str, str]]:
    for value in values:
        for coding in (value or {}).get("coding", ()):
            if "code" in coding:
                yield coding.get("system", ""), coding["code"]


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    for one in resource.get("identifier", ()):
        if "value" in one:
            yield one.get("system", ""), one["value"]


def names(resource: Resource) -> Iterator[str]:
    for name in resource.get("name", ()):
        for part in ("family", "text"):
            if part in name:
                yield name[part]
        for part in ("given", "prefix", "suffix"):
            yield from name.get(part, ())


def addresses(resource: Resource) -> Iterator[str]:
    found = resource.get("address", [])
    for address in found if isinstance(found, list) else [found]:
        yield from address.get("line", ())
        yield from (
            address[part] for part in ("city", "district", "state", "postalCode", "country", "text") if part in address
        )


Span = tuple[date, date]


def span(text: str | None) -> Span:
    """First and last day that a date, year or month, or the wall clock of a dateTime covers."""
    parts = [int(part) for part in (text or "")[:10].split("-")]
    first = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return first, first
    following = date(first.year + 1, 1, 1) if len(parts) == 1 else (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def dates(resource: Resource, *keys: str) -> Iterator[Span]:
    for key in keys:
        value = resource.get(key)
        if isinstance(value, str):
            yield span(value)
        elif isinstance(value, dict):
            start = span(value["start"])[0] if "start" in value else date.min
            yield start, span(value["end"])[1] if "end" in value else date.max


def patient(key: str) -> Callable[[Resource], list[str]]:
    return lambda resource: [resource[key]["reference"]]


TOKENS: dict[tuple[str, str], Callable[[Resource], Any]] = {
    ("Patient", "gender"): lambda r: (
        [("http://hl7.org/fhir/administrative-gender", r["gender"])] if "gender" in r else []
    ),
    ("Patient", "identifier"): identifiers,
    ("Practitioner", "identifier"): identifiers,
    ("DocumentReference", "category"): lambda r: concept(*r["category"]),
    ("DocumentReference", "status"): lambda r: [("http://hl7.org/fhir/document-reference-status", r["status"])],
    ("DocumentReference", "type"): lambda r: concept(r["type"]),
    ("Encounter", "identifier"): identifiers,
    ("Encounter", "class"): lambda r: [(r["class"].get("system", ""), r["class"]["code"])],
    ("Encounter", "type"): lambda r: concept(*r["type"]),
    ("Encounter", "status"): lambda r: [("http://hl7.org/fhir/encounter-status", r["status"])],
    ("Condition", "category"): lambda r: concept(*r["category"]),
    ("Condition", "clinical-status"): lambda r: concept(r.get("clinicalStatus")),
    ("Condition", "code"): lambda r: concept(r["code"]),
    ("AllergyIntolerance", "clinical-status"): lambda r: concept(r.get("clinicalStatus")),
    ("Observation", "category"): lambda r: concept(*r["category"]),
    ("Observation", "code"): lambda r: concept(r["code"]),
    ("Observation", "status"): lambda r: [("http://hl7.org/fhir/observation-status", r["status"])],
    ("DiagnosticReport", "category"): lambda r: concept(*r["category"]),
    ("DiagnosticReport", "code"): lambda r: concept(r["code"]),
    ("DiagnosticReport", "status"): lambda r: [("http://hl7.org/fhir/diagnostic-report-status", r["status"])],
    ("ServiceRequest", "category"): lambda r: concept(*r["category"]),
    ("ServiceRequest", "code"): lambda r: concept(r["code"]),
    ("ServiceRequest", "status"): lambda r: [("http://hl7.org/fhir/request-status", r["status"])],
}
STRINGS: dict[tuple[str, str], Callable[[Resource], Any]] = {
    ("Patient", "name"): names,
    ("Patient", "family"): lambda r: [n["family"] for n in r["name"] if "family" in n],
    ("Patient", "given"): lambda r: [g for n in r["name"] for g in n.get("given", ())],
    ("Practitioner", "name"): names,
    ("Organization", "name"): lambda r: [r["name"], *r.get("alias", ())],
    ("Organization", "address"): addresses,
    ("Location", "name"): lambda r: [r["name"], *r.get("alias", ())],
    ("Location", "address"): addresses,
    ("Location", "address-city"): lambda r: [r["address"]["city"]] if "city" in r.get("address", {}) else [],
    ("Location", "address-state"): lambda r: [r["address"]["state"]] if "state" in r.get("address", {}) else [],
    ("Location", "address-postalcode"): lambda r: (
        [r["address"]["postalCode"]] if "postalCode" in r.get("address", {}) else []
    ),
}
DATES: dict[tuple[str, str], Callable[[Resource], Any]] = {
    ("Patient", "birthdate"): lambda r: dates(r, "birthDate"),
    ("Patient", "death-date"): lambda r: dates(r, "deceasedDateTime"),
    ("DocumentReference", "date"): lambda r: dates(r, "date"),
    ("DocumentReference", "period"): lambda r: dates(r.get("context", {}), "period"),
    ("Encounter", "date"): lambda r: dates(r, "period"),
    ("Condition", "onset-date"): lambda r: dates(r, "onsetDateTime", "onsetPeriod"),
    ("Condition", "abatement-date"): lambda r: dates(r, "abatementDateTime", "abatementPeriod"),
    ("Condition", "recorded-date"): lambda r: dates(r, "recordedDate"),
    ("Observation", "date"): lambda r: dates(r, "effectiveDateTime", "effectivePeriod"),
    ("DiagnosticReport", "date"): lambda r: dates(r, "effectiveDateTime", "effectivePeriod"),
    ("ServiceRequest", "authored"): lambda r: dates(r, "authoredOn"),
}
REFERENCES: dict[tuple[str, str], Callable[[Resource], Any]] = {
    ("DocumentReference", "patient"): patient("subject"),
    ("Encounter", "patient"): patient("subject"),
    ("Condition", "patient"): patient("subject"),
    ("Observation", "patient"): patient("subject"),
    ("DiagnosticReport", "patient"): patient("subject"),
    ("ServiceRequest", "patient"): patient("subject"),
    ("AllergyIntolerance", "patient"): patient("patient"),
    ("Encounter", "location"): lambda r: [each["location"]["reference"] for each in r.get("location", ())],
}
COMPARED: dict[str, Callable[[Span, Span], bool]] = {
    "": lambda p, t: p[0] <= t[0] and t[1] <= p[1],
    "eq": lambda p, t: p[0] <= t[0] and t[1] <= p[1],
    "ne": lambda p, t: not (p[0] <= t[0] and t[1] <= p[1]),
    "gt": lambda p, t: t[1] > p[1],
    "lt": lambda p, t: t[0] < p[0],
    "ge": lambda p, t: t[1] > p[1] or (p[0] <= t[0] and t[1] <= p[1]),
    "le": lambda p, t: t[0] < p[0] or (p[0] <= t[0] and t[1] <= p[1]),
    "sa": lambda p, t: t[0] > p[1],
    "eb": lambda p, t: t[1] < p[0],
}


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")


Case = tuple[str, str, Callable[[Resource], bool]]
"""A modifier ("" or ":exact"), a value as it is sent, and the oracle."""


def token_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({pair for one in pool for pair in look(one)})
    for pair in dice.sample(values, min(6, len(values))):
        system, code = pair
        yield "", escaped(code), lambda r, c=code: c in [found for _, found in look(r)]  # type: ignore[misc]  # bound per case
        yield ":not", escaped(code), lambda r, c=code: c not in [found for _, found in look(r)]  # type: ignore[misc]  # ditto
        if system:
            yield "", f"{system}|{escaped(code)}", lambda r, p=pair: p in list(look(r))  # type: ignore[misc]  # ditto
            yield "", f"{system}|", lambda r, s=system: s in [found for found, _ in look(r)]  # type: ignore[misc]  # ditto
    if len(values) > 1:
        some = {code for _, code in dice.sample(values, 2)}
        yield "", ",".join(map(escaped, sorted(some))), lambda r: any(code in some for _, code in look(r))
    yield "", "no-such-code", lambda r: False


def string_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({text for one in pool for text in look(one)})
    for text in dice.sample(values, min(8, len(values))):
        for asked in (text, text[: dice.randint(1, len(text))], folded(text).upper()):
            if asked.strip():
                wanted = folded(asked)
                yield "", escaped(asked), lambda r, w=wanted: any(folded(t).startswith(w) for t in look(r))  # type: ignore[misc]  # ditto
                inner = asked[1:].strip() or asked.strip()
                part = folded(inner)
                yield ":contains", escaped(inner), lambda r, w=part: any(w in folded(t) for t in look(r))  # type: ignore[misc]  # ditto
        yield ":exact", escaped(text), lambda r, t=text: t in list(look(r))  # type: ignore[misc]  # ditto
    yield "", "zzzz", lambda r: False
    yield from missing_cases(look)


def date_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    days = sorted({day for one in pool for both in look(one) for day in both if date.min < day < date.max})
    for day in dice.sample(days, min(5, len(days))):
        for prefix, compare in COMPARED.items():
            for text in dice.sample([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]], 2):
                asked = span(text)
                yield (
                    "",
                    prefix + text,
                    lambda r, c=compare, p=asked: any(c(p, target) for target in look(r)),  # type: ignore[misc]  # ditto
                )
    yield from missing_cases(look)


def reference_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({text for one in pool for text in look(one)})
    for text in dice.sample(values, min(4, len(values))):
        for asked in (text, text.partition("/")[2], f"{ORIGIN}/riverbend/fhir/r4/{text}"):
            yield "", asked, lambda r, t=text: t in look(r)  # type: ignore[misc]  # ditto


def missing_cases(look: Callable[[Resource], Any]) -> Iterator[Case]:
    yield ":missing", "true", lambda r: not list(look(r))
    yield ":missing", "false", lambda r: bool(list(look(r)))


KINDS = {
    **dict.fromkeys(TOKENS, token_cases),
    **dict.fromkeys(STRINGS, string_cases),
    **dict.fromkeys(DATES, date_cases),
    **dict.fromkeys(REFERENCES, reference_cases),
}
LOOKS = {**TOKENS, **STRINGS, **DATES, **REFERENCES}


async def test_every_declared_parameter_has_an_oracle(served: Served) -> None:
    statement = (await served.client.get("/metadata")).json()
    declared = {(r["type"], p["name"]) for r in statement["rest"][0]["resource"] for p in r.get("searchParam", ())}

    assert {pair for pair in declared if not pair[1].startswith("_")} == LOOKS.keys()


@pytest.mark.parametrize(("type_", "parameter"), LOOKS, ids=lambda value: str(value))
async def test_a_search_finds_exactly_what_a_brute_force_filter_finds(
    served: Served, type_: str, parameter: str
) -> None:
    dice = random.Random(f"{served.seed} {type_}.{parameter}")
    for case in list(KINDS[type_, parameter](LOOKS[type_, parameter], served.all[type_], dice)):
        await compare(served, type_, dice, {parameter: case})


@pytest.mark.parametrize("type_", ["Patient", *DIRECTORY, *CHART])
async def test_parameters_together_find_what_all_of_them_allow(served: Served, type_: str) -> None:
    dice = random.Random(f"{served.seed} {type_}")
    cases = {
        parameter: list(KINDS[of, parameter](LOOKS[of, parameter], served.all[type_], dice))
        for of, parameter in LOOKS
        if of == type_ and parameter != "patient"
    }
    for _ in range(40):
        names = dice.sample(sorted(cases), min(len(cases), dice.choice((2, 2, 3))))
        await compare(served, type_, dice, {name: dice.choice(cases[name]) for name in names})


async def compare(served: Served, type_: str, dice: random.Random, cases: Mapping[str, Case]) -> None:
    """One search against the oracle; a chart type is searched for some patients."""
    query = {f"{name}{modifier}": asked for name, (modifier, asked, _) in cases.items()}
    pool = served.all[type_]
    if type_ in CHART and "patient" not in cases:
        everyone = [f"Patient/{id_}" for id_ in ids(served.all["Patient"])]
        who = dice.sample(everyone, 5)
        query["patient"] = ",".join(who)
        pool = [one for one in pool if (one["patient"] if "patient" in one else one["subject"])["reference"] in who]
    found = await every(served.client, f"/{type_}?{httpx.QueryParams(query)}&_count=100")
    wanted = [one["id"] for one in pool if all(fits(one) for _, _, fits in cases.values())]
    assert sorted(wanted) == sorted(ids(found)), query


@pytest.mark.parametrize("type_", ["Patient", *DIRECTORY, *CHART])
async def test_ids_find_their_resources(served: Served, type_: str) -> None:
    some = ids(served.all[type_])[:5]
    found = await every(served.client, f"/{type_}?_id={','.join([*some, 'rb.nobody'])}")

    assert sorted(some) == sorted(ids(found))
