"""DiagnosticReport, Observation and Specimen of laboratory results.

An exact copy of a report is no other report, and of one that a corrected version replaced only that version is kept.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from adapters.fhir_r4.sandbox.records.attachments import attachment, document_of
from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    IDS,
    LOINC,
    TERMINOLOGY,
    UCUM,
    Element,
    absent,
    coding,
    concept,
    element,
    identifier,
    instant,
    listed,
    moment,
    note,
    number,
    reason_absent,
    reference,
    resource,
    snomed,
    term,
)
from adapters.fhir_r4.sandbox.records.laboratory_codes import (
    INTERPRETATIONS,
    LABORATORY_REPORT,
    OBSERVATION_STATUSES,
    REPORT_STATUSES,
    SPECIMENS,
    UNITS,
)
from adapters.population.results import Analyte, Report, results

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_COMPARED = re.compile(rf"(<=|>=|<|>)?\s*({_NUMBER})")
_BETWEEN = re.compile(rf"({_NUMBER})\s*-\s*({_NUMBER})")


def laboratory(case: Case) -> Making:
    reports = case.people.facts(case.number, results).reports
    replaced = {one.replaces for one in reports}
    for one in reports:
        if one.copy_of is None and one.number not in replaced:
            yield from _panel(case, one)


def taken(case: Case, on: datetime | None, department: int, *, timed: bool) -> str | None:
    """The hour where it is known, else the day on the wall."""
    if on is None or timed:
        return moment(on)
    return case.day_at(department, on)


def _panel(case: Case, one: Report) -> Making:
    report = _report(case, one)
    yield report
    if one.title in SPECIMENS and one.analytes:
        yield _specimen(case, one)
    for index, analyte in enumerate(one.analytes):
        yield _observation(case, one, index, analyte)
    if forms := report.resource.get("presentedForm"):
        about = reference("DiagnosticReport", report.resource["id"], one.title or None)
        yield document_of(case, f"labpaper-{case.number}-{one.number}", LABORATORY_REPORT, report, about, forms)


def _status(one: Report, words: str | None, table: dict[str, str]) -> str:
    if one.state == "deleted":
        return "entered-in-error"
    if words is None:
        return "final" if one.state == "closed" or one.reviewed else "unknown"
    return table.get(words.lower(), "unknown")


def _report(case: Case, one: Report) -> Written:
    id_ = f"labreport-{case.number}-{one.number}"
    analytes = range(len(one.analytes))
    title = one.title or None
    code = concept(coding(LOINC, one.loinc, title) if one.loinc else None, text=title)
    pages = [
        attachment(case, f"{id_}-{page}", "pdf", title or "Report", f"page {page + 1}", one.filed)
        for page in range(one.pages)
    ]
    made = resource(
        "DiagnosticReport",
        id_,
        identifier=listed(
            identifier("labreport", f"{case.number}-{one.number}"),
            identifier("accession", one.accession) if one.accession else None,
        ),
        basedOn=listed(reference("ServiceRequest", f"order-{case.number}-{one.order}") if one.order else None),
        status=_status(one, one.status, REPORT_STATUSES),
        category=[term("v2-0074", "LAB", "Laboratory")],
        code=code or reason_absent(),
        subject=case.subject(),
        encounter=case.encounter(one.visit),
        effectiveDateTime=taken(case, one.on, one.department, timed=one.timed),
        issued=instant(one.reported or one.filed),
        performer=listed(_performer(one)),
        resultsInterpreter=listed(case.clinician(one.clinician) if one.reviewed else None),
        specimen=listed(_specimen_of(case, one)),
        result=[reference("Observation", f"analyte-{case.number}-{one.number}-{index}") for index in analytes],
        conclusion="\n\n".join(filter(None, (one.conclusion, one.comment))),
        presentedForm=pages,
    )
    return Written(made, one.filed, one.clinician)


def _performer(one: Report) -> Element | None:
    lab = one.laboratory
    return reference("Organization", f"facility-{lab.number}", lab.name) if lab else None


def _specimen_of(case: Case, one: Report) -> Element | None:
    known = one.title in SPECIMENS and one.analytes
    return reference("Specimen", f"specimen-{case.number}-{one.number}") if known else None


def _specimen(case: Case, one: Report) -> Written:
    collected = taken(case, one.on, one.department, timed=one.timed)
    made = resource(
        "Specimen",
        f"specimen-{case.number}-{one.number}",
        identifier=[identifier("specimen", f"{case.number}-{one.number}")],
        accessionIdentifier=identifier("accession", one.accession) if one.accession else None,
        status="available",
        type=snomed(*SPECIMENS[one.title]),
        subject=case.subject(),
        receivedTime=moment(one.received),
        collection=element(collectedDateTime=collected),
    )
    return Written(made, one.filed)


def _observation(case: Case, report: Report, index: int, one: Analyte) -> Written:
    units = UNITS.get(one.unit or "")
    made = resource(
        "Observation",
        f"analyte-{case.number}-{report.number}-{index}",
        status=_status(report, one.status or report.status, OBSERVATION_STATUSES),
        category=[term("observation-category", "laboratory", "Laboratory")],
        code=_code(one),
        subject=case.subject(),
        encounter=case.encounter(report.visit),
        effectiveDateTime=taken(case, one.on or report.on, report.department, timed=report.timed),
        issued=instant(report.reported or report.filed),
        performer=listed(_performer(report)),
        **_value(one, units),
        interpretation=listed(_interpretation(one.flag)),
        note=listed(note(one.note)),
        specimen=_specimen_of(case, report),
        referenceRange=listed(_range(one, units)),
    )
    return Written(made, report.filed, report.clinician)


def _code(one: Analyte) -> Element:
    described = None if one.described == "LOINC" else one.described
    return concept(
        coding(LOINC, one.loinc, described) if one.loinc else None,
        coding(IDS + "analyte", one.local, one.name) if one.local else None,
        text=one.name,
    )


def _value(one: Analyte, units: str | None) -> dict[str, Any]:
    """A ratio, a grade and a word stay text."""
    if one.value is None:
        return {"dataAbsentReason": absent("unknown")}
    found = _COMPARED.fullmatch(one.value)
    if found is None:
        return {"valueString": one.value}
    return {"valueQuantity": _quantity(found[2], one.unit, units, comparator=found[1])}


def _quantity(text: str, words: str | None, units: str | None, comparator: str | None = None) -> Element:
    return element(value=number(text), comparator=comparator, unit=words, system=UCUM if units else None, code=units)


def _interpretation(flag: str | None) -> Element | None:
    if flag is None:
        return None
    known = INTERPRETATIONS.get(flag.lower())
    return concept(coding(TERMINOLOGY + "v3-ObservationInterpretation", *known) if known else None, text=flag)


def _range(one: Analyte, units: str | None) -> Element | None:
    """Bounds where the text has them; the text always, for it alone says whether a bound belongs to the range."""
    if one.range is None:
        return None
    low = high = None
    if between := _BETWEEN.fullmatch(one.range):
        low, high = between.groups() if float(between[1]) <= float(between[2]) else (None, None)
    elif (compared := _COMPARED.fullmatch(one.range)) and compared[1]:
        low, high = (None, compared[2]) if compared[1].startswith("<") else (compared[2], None)
    return element(
        low=_quantity(low, one.unit, units) if low else None,
        high=_quantity(high, one.unit, units) if high else None,
        text=one.range,
    )
