"""The report as text for a terminal and as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from facade.http.view import ENVIRONMENT
from facade.mapping_report.report import ABSENT, STATUSES, Line, Report

TEMPLATE = ENVIRONMENT.get_template("mapping_report.html")
STYLE = Path(__file__).resolve().parent.parent / "http" / "static" / "docs.css"
CONTEXT = "what was asked for"
"""Where an element comes from that changes from resource to resource, but with no field."""

PASSED_ON = (
    "the EHR's own FHIR is passed on: an element comes from the same element of the EHR's resource; what is repaired "
    "on the way stands in the adapter's README."
)


def text(report: Report) -> Iterator[str]:
    """Lines for a terminal."""
    if report.passes_through:
        yield f"{report.adapter}, US Core {report.us_core}: {PASSED_ON}"
        return
    yield f"{report.adapter}, US Core {report.us_core}, {report.people} people of its sandbox"
    for section in report.sections:
        yield f"\n{section.type}  {section.profile or '(no US Core profile)'}  {section.resources} resources"
        width = max((len(line.element) for line in section.lines), default=0)
        for line in section.lines:
            share = f"{line.present}/{line.of}"
            yield f"  {line.status:<8}  {share:>9}  {line.element:<{width}}  {_origin(line)}".rstrip()
    counts = Counter(line.status for section in report.sections for line in section.lines)
    yield ""
    for status, meaning in STATUSES.items():
        yield f"{status:<8} {counts[status]:>5}  {meaning}"


def _origin(line: Line) -> str:
    said = [f"{operation}: {', '.join(fields)}" for operation, fields in line.sources.items()]
    if line.status == "derived" and not said:
        said.append(f"({CONTEXT})")
    if line.reasons:
        said.append(f"({line.reasons} say why not)")
    if line.status == ABSENT and line.instead:
        said.append(f"({line.instead} is there instead)")
    if not line.must_support:
        said.append("(mandatory, not must-support)")
    return "; ".join(said)


def page(documents: Sequence[Mapping[str, Any]], *, alone: bool = False) -> str:
    """One page of reports as `Report.document` gives them; with `alone` its style is in it, else linked."""
    return TEMPLATE.render(
        reports=documents,
        statuses=STATUSES,
        context=CONTEXT,
        passed_on=PASSED_ON,
        style=STYLE.read_text("utf-8") if alone else None,
        counts=[
            Counter(line["status"] for profile in document["profiles"] for line in profile["elements"])
            for document in documents
        ],
    )
