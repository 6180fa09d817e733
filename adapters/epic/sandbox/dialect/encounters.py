"""Encounter. Source: Epic Encounter shape, captures 2024 to 2026.

Never ActCode; types of Epic's own alone; no reasons and no discharge disposition were seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept

CLASSES = {
    "2": "Preadmission",
    "4": "HOV",
    "5": "Appointment",
    "10": "Surgery Log",
    "13": "Support OP Encounter",
}
_ATTENDING = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "ATND"}


def csn(plain: str) -> str:
    """The contact serial number of the encounter `visit-<person>-<visit>`."""
    _, person, visit = plain.split("-")
    return str(30_000_000 + int(person) * 1000 + int(visit))


def encounter(resource: Resource, writing: Writing) -> Iterator[Resource]:
    title = resource["type"][0]["text"]
    at_office = resource["class"]["code"] == "AMB"
    number = csn(resource["id"])
    dropped = ("reasonReference", "reasonCode", "hospitalization")
    made = {key: value for key, value in resource.items() if key not in dropped} | {
        "identifier": [{"use": "usual", "system": oids.CSN, "value": number}],
        "status": _status(resource["status"], writing),
        "class": _class(resource, at_office, writing),
        "type": [concept(coding(oids.ENCOUNTER_TYPE, str(sum(map(ord, title))), title), text=title)],
        "account": [{"identifier": {"system": oids.ACCOUNT, "value": f"4{number}"}, "display": title}],
    }
    if at_office and "period" in made:
        made["period"] = {key: value[:10] for key, value in made["period"].items()}
    if "participant" in made:
        made["participant"] = [_participant(one) for one in made["participant"]]
    if "location" in made:
        made["location"] = [one for one in made["location"] for _ in range(2)]
    yield made


def _status(status: str, writing: Writing) -> str:
    return "unknown" if status == "finished" and writing.odd("encounter status unknown") else status


def _class(resource: Resource, at_office: bool, writing: Writing) -> Element:
    code = "13"
    if at_office:
        code = "10" if writing.odd("surgery log", 11) else "2" if resource["status"] == "planned" else "5"
    return coding(oids.ENCOUNTER_CLASS, code, CLASSES[code])


def _participant(one: Element) -> Element:
    kinds = [concept(_ATTENDING, coding(oids.PARTICIPATION, "1", "Attending"), text="Attending")]
    return {**one, "type": kinds}
