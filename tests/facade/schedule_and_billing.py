"""What search parameters of the schedule and of billing look at, by hand: a part of the population's oracle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Resource = dict[str, Any]
Look = Callable[[Resource], list[Any]]

CHART = ("Appointment", "Coverage", "Account", "Claim", "ChargeItem")
"""Types that are found by their patient."""


def status(system: str) -> Look:
    return lambda resource: [(f"http://hl7.org/fhir/{system}", resource["status"])]


def references(element: str) -> Look:
    """Of an element that repeats or not, and may be missing."""

    def look(resource: Resource) -> list[Any]:
        found = resource.get(element, [])
        return [each["reference"] for each in (found if isinstance(found, list) else [found])]

    return look


def actors(type_: str) -> Look:
    def look(resource: Resource) -> list[Any]:
        found = [each["actor"]["reference"] for each in resource["participant"]]
        return [text for text in found if text.startswith(f"{type_}/")]

    return look


def whose(resource: Resource) -> str:
    """The reference to the patient whom a resource of a chart is about."""
    if resource["resourceType"] == "Appointment":
        return str(actors("Patient")(resource)[0])
    element = next(key for key in ("patient", "subject", "beneficiary") if key in resource)
    return str(references(element)(resource)[0])


TOKENS: dict[tuple[str, str], Look] = {
    ("Appointment", "status"): status("appointmentstatus"),
    ("Account", "status"): status("account-status"),
    ("Claim", "status"): status("fm-status"),
    ("ChargeItem", "code"): lambda r: [(each["system"], each["code"]) for each in r["code"]["coding"]],
    ("Schedule", "active"): lambda r: [("", "true" if r["active"] else "false")],
    ("Slot", "status"): status("slotstatus"),
}
DATES = {
    ("Appointment", "date"): "start",
    ("Claim", "created"): "created",
    ("ChargeItem", "occurrence"): "occurrenceDateTime",
    ("Slot", "start"): "start",
}
REFERENCES: dict[tuple[str, str], Look] = {
    ("Encounter", "appointment"): references("appointment"),
    ("Appointment", "patient"): actors("Patient"),
    ("Appointment", "practitioner"): actors("Practitioner"),
    ("Appointment", "location"): actors("Location"),
    ("Appointment", "slot"): references("slot"),
    ("Coverage", "patient"): references("beneficiary"),
    ("Account", "patient"): references("subject"),
    ("Claim", "patient"): references("patient"),
    ("Claim", "encounter"): lambda r: [one["reference"] for each in r["item"] for one in each.get("encounter", ())],
    ("ChargeItem", "patient"): references("subject"),
    ("ChargeItem", "context"): references("context"),
    ("ChargeItem", "account"): references("account"),
    ("Schedule", "actor"): references("actor"),
    ("Slot", "schedule"): references("schedule"),
}
