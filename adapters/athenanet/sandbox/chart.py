"""/chart/{patientid}/...: which chart a department selects, the chart list, problems and allergies."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, NULL, Refused, not_found
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import problemid
from adapters.population.facts import Allergy, Chart, Condition, LifecycleEvent, Person, Reaction
from adapters.simulator.athena import EASTERN

# [assumed] A department whose chart-sharing group has no chart of this patient, and a merged-away patient id: 404.
NO_CHART = "The patient does not have a chart in this department."
# [assumed] Without showinactive, problems that ended or were hidden and deactivated allergies are left out.
INACTIVE_HIDDEN = True

EVENTS = {"start": "START", "end": "END", "hidden": "HIDDEN", "reactivated": "REACTIVATED", "seen": "ENCOUNTER"}
SEVERITIES = {
    "mild": ("Mild", "255604002"),
    "mild to moderate": ("Mild to moderate", "371923003"),
    "moderate": ("Moderate", "6736007"),
    "moderate to severe": ("Moderate to severe", "371924009"),
    "severe": ("Severe", "24484000"),
    "fatal": ("Fatal", "399166001"),
}
CRITICALITY = {True: "HIGH", False: "LOW"}  # [assumed] words


def chart_of(ask: Ask) -> tuple[Person, Chart, int]:
    """The chart that `departmentid` selects: person, facts, chart-sharing group. Refused 400 and 404."""
    ask.require("departmentid")
    person = living(ask)
    department = ask.practice.department(ask.integer("departmentid") or 0)
    if department is None:
        raise not_found("department")
    if department.group not in person.groups:
        raise Refused(404, NO_CHART)
    return person, ask.practice.people.chart(person.number), department.group


def living(ask: Ask) -> Person:
    """The person of the path. A merged-away id has no chart any more."""
    person = ask.practice.person(ask.id("patientid"))
    if person is None or person.merged_into is not None:
        raise not_found("patient")
    return person


def patientchartlist(ask: Ask) -> JSON:
    groups = [
        {"chartsharinggroupid": group, "sampledepartmentid": ask.practice.group_department(group)}
        for group in living(ask).groups
    ]
    return {"chartlist": groups, "totalcount": len(groups)}


def problems(ask: Ask) -> JSON:
    person, chart, group = chart_of(ask)
    own = [one for one in chart.conditions if one.group == group]
    shown = own if ask.flag("showinactive") or not INACTIVE_HIDDEN else [one for one in own if not _ended(one)]
    latest = max(own, key=lambda one: one.modified, default=None)
    return {
        "problems": [_problem(person, one, diagnosed=ask.flag("showdiagnosisinfo")) for one in shown],
        "totalcount": len(shown),
        "sectionnote": "",
        "lastupdated": dates.plain(latest.modified.astimezone(EASTERN).date()) if latest else None,
        "lastmodifieddatetime": dates.iso(latest.modified) if latest else None,
        "lastmodifiedby": latest.by if latest else None,
        "noknownproblems": True if group in chart.no_known_problems else None,
    }


def _ended(one: Condition) -> bool:
    return [event.kind for event in one.events if event.kind != "seen"][-1] in ("end", "hidden")


def _problem(person: Person, one: Condition, *, diagnosed: bool) -> JSON:
    last = [event for event in one.events if event.kind != "seen"][-1]
    hidden = last.kind == "hidden"
    # as recorded: what happened last comes first, visits come at the end
    lifecycle = [event for event in reversed(one.events) if event.kind != "seen"]
    seen = [event for event in one.events if event.kind == "seen"]
    return {
        "problemid": problemid(person.number, one.number),
        "code": one.concept.code,
        "codeset": one.concept.system,  # LOCAL is no codeset of athenaNet's: what cannot be mapped must survive
        "name": one.concept.text,
        "bestmatchicd10code": one.icd10.code if one.icd10 and diagnosed else None,
        "mostrecentdiagnosisnote": one.note if diagnosed else None,
        "lastmodifieddatetime": dates.iso(one.modified),
        "lastmodifiedby": one.by,
        "deactivateddate": dates.partial(last.on) if hidden else None,
        "deactivateduser": one.by if hidden and one.number % 2 else None,
        "events": [_event(event) for event in (*lifecycle, *seen)],
    }


def _event(event: LifecycleEvent) -> JSON:
    kind = EVENTS[event.kind]
    if event.kind == "seen":
        icd = event.icd
        diagnoses = [{"code": icd.code, "codeset": icd.system, "name": icd.text}] if icd else None
        return {"eventtype": kind, "encounterdate": dates.partial(event.on), "diagnoses": diagnoses}
    if event.kind in ("end", "hidden"):
        return {"eventtype": kind, "enddate": dates.partial(event.on)}
    return {
        "eventtype": kind,
        "startdate": dates.partial(event.on),
        "onsetdate": dates.partial(event.onset),
        "createddate": dates.plain(event.recorded),
        "createdby": event.by,
        "status": event.course.upper() if event.course else None,
        "laterality": event.laterality.upper() if event.laterality else NULL,
        "source": {"visit": "ENCOUNTER", "history": "HISTORY"}.get(event.source or ""),
        "note": event.note,
    }


def allergies(ask: Ask) -> JSON:
    _person, chart, group = chart_of(ask)
    own = [one for one in chart.allergies if one.group == group]
    shown = own if ask.flag("showinactive") or not INACTIVE_HIDDEN else [one for one in own if one.ended is None]
    latest = max(own, key=lambda one: one.modified, default=None)
    return {
        "allergies": [_allergy(one) for one in shown],
        "nkda": group in chart.no_known_drug_allergies,
        "sectionnote": "",
        "lastupdated": dates.plain(latest.modified.astimezone(EASTERN).date()) if latest else None,
        "lastmodifieddatetime": dates.iso(latest.modified) if latest else None,
        "lastmodifiedby": latest.by if latest else None,
    }


def _allergy(one: Allergy) -> JSON:
    return {
        "allergenid": int(one.allergen.code),
        "allergenname": one.allergen.text,
        "rxnormcode": one.drug.code if one.drug else None,
        "rxnormdescription": one.drug.text if one.drug else None,
        "onsetdate": dates.partial(one.onset),
        "note": one.note,
        "criticality": None if one.critical is None else CRITICALITY[one.critical],
        "deactivatedate": dates.plain(one.ended),
        "deactivateduser": one.by if one.ended else None,
        "lastmodifieddatetime": dates.iso(one.modified),
        "lastmodifiedby": one.by,
        "reactions": [_reaction(reaction) for reaction in one.reactions],
    }


def _reaction(one: Reaction) -> JSON:
    word, code = SEVERITIES[one.severity] if one.severity else (None, None)
    return {
        "reactionname": one.text,
        "snomedcode": one.concept.code if one.concept else None,
        "severity": word,
        "severitysnomedcode": code,
    }
