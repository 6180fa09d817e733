"""GET /chart/{patientid}/vitals: groups of acts of readings, values in athenaNet's native units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import encounterid, vitalid
from adapters.athenanet.sandbox.vital_elements import (
    ELEMENTS,
    EMPTY_GROUPS,
    GROUPS,
    LAST,
    NO_ACCELERATION,
    VALUE_ID,
    Element,
)
from adapters.population.facts import Measurement, Visit

# [assumed] zone of createddate (Eastern, see dates.stamp) and the word of a ticked box.
TICKED = "Y"
SOURCES = {"office": "ENCOUNTER", "flowsheet": "FLOWSHEET", "device": "DEVICEGENERATED"}
# written unit, native unit: factor
NATIVE = {
    ("lb", "g"): Decimal("453.59237"),
    ("kg", "g"): Decimal(1000),
    ("in", "cm"): Decimal("2.54"),
}
_CENT = Decimal("0.01")


def vitals(ask: Ask) -> JSON:
    person, chart, group = chart_of(ask)
    since, until = ask.day("startdate"), ask.day("enddate")
    acts: dict[str, dict[tuple[date, int, int], list[JSON]]] = {}
    for visit in ask.practice.people.visits(person.number):
        department = ask.practice.department(visit.department)
        taken = visit.start.astimezone(ask.practice.zones[visit.department]).date()
        if department is None or department.group != group or visit.number not in chart.measurements:
            continue
        if (since and taken < since) or (until and taken > until):
            continue
        for key, act, reading in _readings(visit, chart.measurements[visit.number], taken):
            acts.setdefault(key, {}).setdefault((taken, visit.number, act), []).append(reading)
    if ask.flag("showemptyvitals"):
        for key in EMPTY_GROUPS:
            acts.setdefault(key, {})
    groups = [_group(key, list(found.values())) for key, found in acts.items()]
    groups.sort(key=lambda one: (int(one["ordering"]), str(one["key"])))
    return {"vitals": groups, "totalcount": len(groups)}


def _group(key: str, readings: list[list[JSON]]) -> JSON:
    known = GROUPS.get(key)
    ordering = known.ordering if known else LAST
    return {
        "key": key,
        "abbreviation": known.abbreviation if known else key.title(),
        "ordering": str(ordering) if ordering % 5 == 4 else ordering,
        "readings": readings,
    }


def _readings(visit: Visit, taken: tuple[Measurement, ...], on: date) -> Iterator[tuple[str, int, JSON]]:
    """Group key, act (athenaNet's readingid, which starts again at 0 in every visit), reading."""
    index = 0
    for one in taken:
        element = ELEMENTS[one.kind]
        for companion, value in _with_companions(element, one, visit):
            key = companion.id.split(".")[1]
            yield key, one.act, _reading(visit, one, companion, value, on, index)
            index += 1


def _with_companions(element: Element, one: Measurement, visit: Visit) -> Iterator[tuple[Element, str]]:
    value = TICKED if element.datatype == "CHECKBOX" else _native(one, element)
    yield element, value
    if element.datatype == "SET" and visit.number % 2:
        number = str(1000 + sum(map(ord, one.value)) % 9000)
        yield Element(element.id + VALUE_ID, "NUMERIC"), number
    if one.kind == "height" and one.percentile is not None:
        yield NO_ACCELERATION, TICKED


def _reading(visit: Visit, one: Measurement, element: Element, value: str, on: date, index: int) -> JSON:
    source = SOURCES[visit.kind]
    return {
        "vitalid": vitalid(visit, index),
        "readingid": one.act,
        "clinicalelementid": element.id,
        "code": element.code,
        "codeset": "LOINC" if element.code else None,
        "codedescription": element.description,
        "value": value,
        "unit": element.unit,
        "readingtaken": dates.plain(on),
        "createddate": dates.stamp(one.recorded),
        "createdby": one.by,
        "source": source,
        "sourceid": None if source == "DEVICEGENERATED" else encounterid(visit),
        "isgraphable": element.datatype == "NUMERIC" or element.code is not None,
        "percentilespec": _percentile(one.percentile) if element is ELEMENTS[one.kind] else None,
    }


def _native(one: Measurement, element: Element) -> str:
    """A numeric field holds text all the same when somebody typed some."""
    factor = NATIVE.get((one.unit or "", element.unit or ""))
    if factor is None:
        return one.value
    try:
        native = (Decimal(one.value) * factor).quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return one.value
    return f"{native.normalize():f}"


def _percentile(value: int | None) -> JSON | None:
    if value is None:
        return None
    tail = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return {"low": value, "lowordinal": tail, "high": value, "highordinal": tail}
