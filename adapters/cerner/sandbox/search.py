"""What a search finds: whose chart is meant, which of its records, in which order.

Source: Millennium FHIR R4. One patient a request; Observation newest first, Encounter oldest first; `code` of an
Observation looks at its own code, never at a component's, and at LOINC alone; only active care teams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from adapters.cerner.sandbox import ids, patients
from adapters.cerner.sandbox.answers import invalid
from adapters.cerner.sandbox.asking import Asked
from adapters.cerner.sandbox.charts import Chart
from adapters.cerner.sandbox.dialect.shapes import LOINC, Resource
from adapters.cerner.sandbox.rules import CODE_SET_ONLY, DIRECTORY
from adapters.cerner.sandbox.state import Sandbox

_STORE = {  # parameter: its name in R4, where it is another
    "-encounter": "encounter",
    "-date-or-req-period": "date",
    "-timing-boundsPeriod": "authoredon",  # [assumed] a request without bounds counts from when it was written
}
_OWN = frozenset("_id _count patient subject target account identifier -relationship-level -physicalType".split())
_OF_PERSON = frozenset({"Coverage", "RelatedPerson"})
"""Types that -encounter finds by whose encounter it is."""


def found(sandbox: Sandbox, query: Asked) -> list[Resource]:
    """Dialect resources in the server's order. Raises Declined (400, 422)."""
    if "_id" in query.values:
        rows = _by_id(sandbox, query)
    elif query.type == "Patient":
        rows = _patients(sandbox, patients.matching(sandbox.people, query))
    elif query.type in DIRECTORY:
        rows = _matching(sandbox.charts.directory, query)
    else:
        rows = [one for number in _whose(sandbox, query) for one in _of(sandbox, number, query)]
    return _sorted(query, rows)


def record(sandbox: Sandbox, type_: str, id_: str) -> Resource | None:
    """One record by its id."""
    if type_ in DIRECTORY and (made := sandbox.charts.directory.made.get((type_, id_))):
        return made
    number = ids.person_of(type_, id_)
    if type_ == "Patient":
        return sandbox.charts.patient(number) if number else None
    chart = sandbox.charts.chart(number) if number else None
    return chart.made.get((type_, id_)) if chart else None


def provenance_of(sandbox: Sandbox, rows: Iterable[Resource]) -> list[Resource]:
    """What tells of these records: for _revinclude."""
    found: list[Resource] = []
    for one in rows:
        number = ids.person_of(one["resourceType"], one["id"])
        if number and (chart := sandbox.charts.chart(number)):
            found += _targeting(chart, f"{one['resourceType']}/{one['id']}")
    return found


def _targeting(chart: Chart, reference: str) -> list[Resource]:
    return [
        chart.made["Provenance", one["id"]]
        for one in chart.plain.of("Provenance")
        if one["target"][0]["reference"] == reference
    ]


def _by_id(sandbox: Sandbox, query: Asked) -> list[Resource]:
    wanted = dict.fromkeys(query.list("_id"))
    rows = [one for id_ in wanted if (one := record(sandbox, query.type, id_))]
    labs = {one["subject"]["reference"] for one in rows if one["id"].startswith("L-")}
    if query.type == "Observation" and len(labs) > 1:
        raise invalid("_id must name results of one patient")
    return rows


def _patients(sandbox: Sandbox, numbers: Iterable[int]) -> list[Resource]:
    made = [sandbox.charts.patient(number) for number in numbers]
    return [one for one in made if one is not None]


def _whose(sandbox: Sandbox, query: Asked) -> list[int]:
    """Numbers of the charts to look into; a number that has none is looked for in vain."""
    if query.type == "Provenance":
        type_, _, id_ = (query.one("target") or "").partition("/")
        wanted = [ids.person_of(type_, id_)]
    elif query.type == "Appointment" and "patient" not in query.values:
        wanted = [*_scheduled(sandbox, query)]
    elif whose := query.patient:
        wanted = [ids.person_of("Patient", one) for one in whose.split(",")]
    elif encounter := query.one("encounter") or query.one("-encounter"):
        wanted = [ids.person_of("Encounter", encounter)]
    elif known := query.one("identifier"):
        wanted = [ids.person_of("Encounter", known.rpartition("|")[2])]
    else:
        wanted = []
    return [number for number in wanted if number]


def _scheduled(sandbox: Sandbox, query: Asked) -> Iterator[int]:
    """People with a visit in the days that are asked for, by the facts: nobody else's chart is made."""
    asked = query.values.get("date") or query.values.get("-date-or-req-period") or []
    days = {value[:2]: value[2:12] for value in asked}
    for person in sandbox.people:
        starts = (visit.start.date().isoformat() for visit in sandbox.people.visits(person.number))
        if any(days["ge"] <= _next(day) and day <= days["lt"] for day in starts):
            yield person.number


def _next(day: str) -> str:
    """The zone of the request may put a visit on the day after."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _of(sandbox: Sandbox, number: int, query: Asked) -> list[Resource]:
    chart = sandbox.charts.chart(number)
    if chart is None:
        return []
    if query.type == "Provenance":
        return _targeting(chart, query.one("target") or "")
    rows = _matching(chart, query)
    if query.type == "Condition" and sandbox.diagnoses_and_problems and "encounter" in query.values:
        problems = chart.plain.search("Condition", [("category", "problem-list-item")])
        rows += [one for one in chart.shown(problems) if one not in rows]
    return rows


def _matching(chart: Chart, query: Asked) -> list[Resource]:
    if not chart.plain.of(query.type):
        return []
    pairs = [
        (_STORE.get(name, name), value)
        for name, values in query.values.items()
        for value in values
        if _asks(query, name)
    ]
    if query.type == "MedicationDispense":
        pairs = _dispensed(pairs)
    try:
        plain = chart.plain.search(query.type, pairs)
    except ValueError as error:
        raise invalid("a parameter has an invalid value") from error
    return [one for one in chart.shown(plain) if _passes(query, one)]


def _asks(query: Asked, name: str) -> bool:
    """Whether the plain resources answer this parameter as R4 means it."""
    match query.type, name:
        case "CareTeam", "category":
            return False
        case (("Observation" | "ServiceRequest"), "code"):
            return False
        case (("DiagnosticReport" | "DocumentReference"), "category"):
            return False
        case type_, "-encounter" if type_ in _OF_PERSON:
            return False
        case _:
            return name not in _OWN


def _passes(query: Asked, one: Resource) -> bool:
    """What the server compares with its own codes and identifiers."""
    if query.type == "CareTeam":
        return one.get("status") == "active" and query.one("category") != "encounter"
    if query.type in ("Observation", "ServiceRequest") and (codes := query.list("code")):
        return any(_has(one, code, query.type) for code in codes)
    if query.type in ("DiagnosticReport", "DocumentReference") and (tokens := query.list("category")):
        return any(_categorised(one, token) for token in tokens)
    if kind := query.one("-physicalType"):
        codings = one.get("physicalType", {}).get("coding", ())
        return any(each["code"] == kind.rpartition("|")[2] for each in codings)
    known = query.one("identifier")
    return known is None or _identified(one, known)


def _dispensed(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`date` is ignored beside `_lastUpdated`."""
    changed = any(name == "_lastUpdated" for name, _ in pairs)
    return [
        ("whenhandedover" if name == "date" else name, value) for name, value in pairs if not changed or name != "date"
    ]


def _has(resource: Resource, code: str, type_: str) -> bool:
    system, _, wanted = code.rpartition("|")
    for one in resource.get("code", {}).get("coding", ()):
        own = str(one.get("system", ""))
        standard = (
            own == LOINC if type_ == "Observation" else type_ != "ServiceRequest" or own.endswith(f"/{CODE_SET_ONLY}")
        )
        if standard and one.get("code") == wanted and system in ("", own):
            return True
    return False


def _categorised(resource: Resource, token: str) -> bool:
    """By any category that it shows; one that shows none is found by every category. [assumed]"""
    system, bar, wanted = token.rpartition("|")
    codings = [one for each in resource.get("category", ()) for one in each.get("coding", ()) if "code" in one]
    return not codings or any(
        (not wanted or one["code"] == wanted) and (not bar or one.get("system", "") == system) for one in codings
    )


def _identified(resource: Resource, token: str) -> bool:
    system, _, value = token.rpartition("|")
    return any(
        one.get("value") == value and system in ("", one.get("system")) for one in resource.get("identifier", ())
    )


def _sorted(query: Asked, rows: list[Resource]) -> list[Resource]:
    if query.type == "Observation":
        if "_lastUpdated" in query.values:
            return sorted(rows, key=lambda one: _moment(one["meta"]["lastUpdated"]), reverse=True)
        return sorted(rows, key=lambda one: _moment(one.get("effectiveDateTime", "")), reverse=True)
    if query.type == "Encounter":
        return sorted(rows, key=lambda one: _moment(one.get("period", {}).get("start", "")))
    return rows


def _moment(spelled: str) -> str:
    """Comparable, whichever way it is spelled."""
    return ids.utc(spelled)
