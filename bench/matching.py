"""`python -m bench.matching`: what each kind of parameter costs over a thousand resources, in this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import click

from capability import uscore
from capability.declared import DeclaredType
from facade.http.params import parse_search
from facade.interactions.match import Matcher

EDITION = uscore.edition("6.1.0")
ZONE = ZoneInfo("America/New_York")
RESOURCES = 1_000
SEARCHES = {
    "Observation": (
        "patient=rb.1&category=vital-signs",
        "code=http://loinc.org|8310-5,8867-4",
        "date=ge2024-03-01&date=lt2024-06-01",
        "date=gt2024-03-01T00:00:00-05:00",
        "code:text=body",
        "status:not=final",
        "_profile=http://hl7.org/fhir/us/core/StructureDefinition/us-core-body-temperature",
    ),
    "Patient": ("family=smi", "name:contains=ann", "identifier=urn:mrn|500", "birthdate=1980"),
}


def observation(at: int) -> dict[str, Any]:
    code, display = (("8310-5", "Body temperature"), ("8867-4", "Heart rate"), ("9279-1", "Respiratory rate"))[at % 3]
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": f"rb.vital-1-{at}",
        "status": "final",
        "category": [{"coding": [{"system": category, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]},
        "subject": {"reference": "Patient/rb.1"},
        "effectiveDateTime": f"2024-{at % 12 + 1:02}-{at % 28 + 1:02}T{at % 24:02}:00:00-05:00",
        "valueQuantity": {"value": 98, "unit": "F", "system": "http://unitsofmeasure.org", "code": "[degF]"},
    }


def patient(at: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": f"rb.{at}",
        "identifier": [{"system": "urn:mrn", "value": str(at)}],
        "name": [{"family": ("Smith", "Müller", "O'Neil")[at % 3], "given": ["Ann" if at % 2 else "Ben", "J."]}],
        "gender": "female",
        "birthDate": f"{1940 + at % 80}-0{at % 9 + 1}-11",
    }


def measured(type_: str, query: str, resources: list[dict[str, Any]]) -> tuple[int, float]:
    """(matches, milliseconds) of one search, parsing included; the best of five."""
    rows = dict(EDITION.search_parameters(type_))
    matcher = Matcher({type_: rows}, edition=EDITION)
    declared = DeclaredType(type_, frozenset({"search-type"}), rows, (), (), (), {}, frozenset(), frozenset())
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]
    times: list[float] = []
    found = 0
    for _ in range(5):
        started = time.perf_counter()
        parsed = parse_search(type_, pairs, types={type_: declared}, bases=(), lenient=False)
        found = len(matcher.matching(resources, parsed.query, zone=ZONE))
        times.append((time.perf_counter() - started) * 1000)
    return found, min(times)


@click.command()
def main() -> None:
    """Print a table: search, matches, milliseconds."""
    made: dict[str, Callable[[int], dict[str, Any]]] = {"Observation": observation, "Patient": patient}
    click.echo(f"| search over {RESOURCES} | matches | ms |\n|---|---|---|")
    for type_, queries in SEARCHES.items():
        resources = [made[type_](at) for at in range(RESOURCES)]
        for query in queries:
            found, milliseconds = measured(type_, query, resources)
            click.echo(f"| `{type_}?{query}` | {found} | {milliseconds:.2f} |")


if __name__ == "__main__":
    main()
