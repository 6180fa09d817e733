"""The note of a visit as HTML, and a patient's chart as a C-CDA document."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from starlette.responses import Response

from adapters.athenanet.sandbox import ccda, dates
from adapters.athenanet.sandbox.answers import JSON, Refused, not_found
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask

CCDA_KEY = "ccda"  # [assumed] the name of the XML in the JSON answer
PURPOSES = frozenset({"internal", "external"})  # [assumed] the latter


def encounter_summary(ask: Ask) -> JSON:
    visit = ask.practice.encounter(ask.id("encounterid"))
    if visit is None:
        raise not_found("encounter")
    chart = ask.practice.people.chart(visit.person)
    on = dates.plain(visit.start.astimezone(ask.practice.zones[visit.department]).date())
    found = [one.concept.text for one in chart.diagnoses.get(visit.number, ()) if one.concept]
    taken = [f"{one.kind}: {one.value} {one.unit or ''}" for one in chart.measurements.get(visit.number, ())]
    body = "".join(
        f"<h2>{head}</h2><ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        for head, texts in (("Assessment", found), ("Vitals", taken))
        if texts
    )
    return {"summaryhtml": f"<html><body><h1>{escape(visit.title)}, {on}</h1>{body}</body></html>"}


def chart_ccda(ask: Ask) -> Any:
    ask.require("departmentid", "purpose")
    if ask.text("purpose") not in PURPOSES:
        raise Refused(400, "The value did not match any of the enum values for PURPOSE")
    person, chart, group = chart_of(ask)
    made = datetime.fromtimestamp(ask.sandbox.clock(), UTC)
    name = ask.practice.practice.name
    content = ccda.document(person, chart, group, made=made, practiceid=ask.practice.practiceid, practice=name)
    if ask.flag("xmloutput"):
        return Response(content, media_type="application/xml")
    return {CCDA_KEY: content.decode()}
