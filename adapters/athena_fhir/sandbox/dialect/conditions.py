"""Condition: problems, encounter diagnoses, health concerns. Source: recorded Conditions (preview, November 2024)."""

from __future__ import annotations

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, mistaken, numbered, share

VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
HEALTH_CONCERN = {
    "system": "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
    "code": "health-concern",
    "display": "Health Concern",
}
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_TWIN = {"problem": 50, "diagnosis": 5}  # places beyond those that a chart uses


def problem(here: Here, made: Resource) -> list[Resource]:
    found = [_noted(made), *_mistakes(here, made, "problem")]
    if share(made["id"], 3):
        found.append(_concern(here, made))
    return found


def diagnosis(here: Here, made: Resource) -> list[Resource]:
    """Whether it is still there is never told; many were never confirmed."""
    made.pop("clinicalStatus", None)
    made.pop("extension", None)
    if share(made["id"], 3, 1):
        made["verificationStatus"] = {"coding": [{"system": VERIFICATION, "code": "unconfirmed"}]}
    if share(made["id"], 13):
        made["code"]["coding"] = [one for one in made["code"].get("coding", ()) if one["system"] != _ICD]
    return [_noted(made), *_mistakes(here, made, "diagnosis")]


def _noted(made: Resource) -> Resource:
    """A note may be a piece of a web page."""
    notes = made.get("note", ())
    if notes and share(made["id"], 2):
        made["note"] = [{"text": f"<p>{one['text']}</p><br/>"} for one in notes]
    return made


def _mistakes(here: Here, made: Resource, kind: str) -> list[Resource]:
    """About every fourth row of a chart."""
    if not share(made["id"], 4):
        return []
    (number,) = numbered(made["id"])
    return [mistaken(made, here.names.made(kind, number + _TWIN[kind]))]


def _concern(here: Here, made: Resource) -> Resource:
    """What a care plan is about stands in the list once more."""
    (number,) = numbered(made["id"])
    concern = {**made, "id": here.names.made("concern", number), "category": [{"coding": [HEALTH_CONCERN]}]}
    concern.pop("note", None)
    return concern
