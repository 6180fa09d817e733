"""DocumentReference: the note of a visit, and papers of laboratories without their content. There are no others.

Source: recorded DocumentReferences (preview, November 2024).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import ABSENT, IDENTIFIER, Here, Resource, mistaken, numbered, share
from adapters.population.facts import Visit

# A page about codes, where the name of their system belongs.
WRONG_SYSTEM = "https://hl7.org/fhir/valueset-doc-section-codes.html"
HISTORY = {"system": WRONG_SYSTEM, "code": "10164-2", "display": "History of Present Illness"}
CLINICAL_NOTE = {
    "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
    "code": "clinical-note",
    "display": "Clinical Note",
}
LABORATORY_REPORT = {"system": "http://loinc.org", "code": "11502-2", "display": "Laboratory report"}
_TWIN, _PAPER_TWIN = 50, 500


def paper(here: Here, made: Resource) -> list[Resource]:
    """The file is to be had from the REST API, under the number at the end of the id."""
    nothing = [{"url": ABSENT, "valueCode": "unknown"}]
    attachment = {
        "extension": nothing,
        "contentType": "application/octet-stream",
        "_data": {"extension": nothing},
    }
    found: Resource = {
        "resourceType": "DocumentReference",
        "id": made["id"],
        "status": made.get("status", "current"),
        "type": {"coding": [LABORATORY_REPORT], "text": "Laboratory report"},
        "category": [{"coding": [CLINICAL_NOTE]}],
        "subject": here.patient,
        "date": made.get("date"),
        "custodian": _custodian(),
        "content": [{"extension": nothing, "attachment": attachment}],
    }
    twins = []
    if share(made["id"], 3):
        (number,) = numbered(made["id"])
        twins.append(mistaken(found, here.names.made("paper", number + _PAPER_TWIN)))
    return [found, *twins]


def notes(here: Here) -> Iterator[tuple[Resource, int]]:
    """The note of each visit that took place, and of some the template that it was written from. With their group."""
    for visit in here.people.visits(here.person.number):
        if visit.kind not in ("office", "video") or visit.outcome != "kept":
            continue
        group = here.people.departments[visit.department].group
        made = _note(here, visit, "note", _words(here, visit))
        yield made, group
        if share(made["id"], 3):
            twin = here.names.made("note", numbers.encounter(visit) + _TWIN)
            yield mistaken(made, twin), group
        if share(made["id"], 4, 1):
            yield _note(here, visit, "template", "<p>Location: ___ Duration: ___</p>"), group


def _words(here: Here, visit: Visit) -> str:
    """HTML, as it is kept."""
    found = here.people.chart(visit.person).diagnoses.get(visit.number, ())
    told = [one.concept.text for one in found if one.concept] or ["no complaints"]
    return f"<div><b>{escape(visit.title)}</b><p>Patient presents with {escape(', '.join(told).lower())}.</p></div>"


def _note(here: Here, visit: Visit, kind: str, html: str) -> Resource:
    number = numbers.encounter(visit)
    encounter = here.names.made("encounter", number)
    named = {"system": f"{IDENTIFIER}encounter", "value": encounter}
    author = here.people.clinicians.get(visit.clinician or 0)
    made: Resource = {
        "resourceType": "DocumentReference",
        "id": here.names.made(kind, number),
        "status": "entered-in-error" if visit.state == "deleted" else "current",
        "type": {"coding": [HISTORY]},
        "category": [{"coding": [CLINICAL_NOTE]}],
        "subject": here.patient,
        "date": visit.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "custodian": _custodian(),
        "content": [
            {"attachment": {"contentType": "text/html", "data": base64.b64encode(html.encode()).decode()}},
        ],
        "context": {"encounter": [{"reference": f"Encounter/{encounter}", "identifier": named}]},
    }
    if author:
        made["author"] = [{"reference": f"Practitioner/{here.names.made('provider', author.number)}"}]
    return made


def _custodian() -> Resource:
    return {"reference": f"Organization/{numbers.ATHENA}"}
