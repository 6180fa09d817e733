"""athenaNet goals of an encounter -> US Core Goal.

Source  GET /v1/{practiceid}/chart/encounter/{encounterid}/patientgoals, of an encounter of
        GET /v1/{practiceid}/chart/{patientid}/encounters
Shape   {"goals": [{name, goaltype, targetvalue, duration, compoundvalues}], "freetextgoal", "patientinstructions",
        "discussionnotes", "versiontokens", "auditinformation"}
Units   targetvalue comes without its unit: it stays text
Times   the encounter's encounterdate, a date; a goal has none
Target  US Core 6.1.0 Goal. A goal has no id: its place in the list is part of ours, `text` that of the free text. What
        was said about the goals of the encounter is a note of the first.
Skips   compoundvalues, whose layout is not known; version tokens; audit information
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

LIFECYCLE = (
    "active"  # [assumed]: no goal has a status; those of a visit that was deleted or is planned are not asked for
)

FREE_TEXT = "text"

_SAID = ("discussionnotes", "patientinstructions")
_KEYS = frozenset({"goals", "freetextgoal", *_SAID})
_OF_A_GOAL = frozenset({"name", "goaltype", "targetvalue", "duration"})


def listed(encounter: Record, answer: Record | None) -> Iterator[tuple[Record, str, Any, list[str]]]:
    """(encounter, place, goal, notes) of each goal; what cannot be read is left to `goal` to refuse, and so is an
    answer that has none of the keys of one."""
    if answer is None or (answer and _KEYS.isdisjoint(answer)):
        yield encounter, "", None, []
        return
    notes = [text for key in _SAID if (text := as_str(answer.get(key)))]
    for place, one in enumerate(as_list(answer.get("goals")), start=1):
        yield encounter, str(place), one, notes if place == 1 else []
    if text := as_str(answer.get("freetextgoal")):
        yield encounter, FREE_TEXT, {"name": text}, [] if as_list(answer.get("goals")) else notes


def goal(
    encounter: Record, place: str, record: Any, notes: list[str], *, patient: str, practice: Practice
) -> tuple[Mapped, ...]:
    """The Goal, none where it does not say what it is. `patient` is the patientid.

    ValueError without an encounterid, or for what is no object or has none of the keys of a goal.
    """
    translation = Translation(practice)
    encounterid = as_id(encounter.get("encounterid"))
    if as_record(record) and _OF_A_GOAL.isdisjoint(record):
        raise ValueError("not a goal")
    words = as_str(record.get("name"))
    if words is None:
        return ()
    told = [*notes, *filter(None, [as_str(record.get("duration"))])]
    resource = fhir.resource(
        "Goal",
        id=ids.local("goal", patient, encounterid, place),
        lifecycleStatus=LIFECYCLE,
        category=[fhir.codeable(text=as_str(record.get("goaltype")))],
        description=fhir.codeable(text=words),
        subject=fhir.reference("Patient", ids.local("", patient)),
        startDate=translation.date(encounter.get("encounterdate")),
        target=[_target(words, record)],
        note=[fhir.element(text=text) for text in told],
    )
    recorded = translation.moment(encounter.get("lastupdated"), AUDIT_ZONE)
    origin = practice.origin(encounter.get("closeduser"), recorded, encounter.get("providerid"))
    return (translation.mapped(resource, origin),)


def _target(words: str, record: Record) -> fhir.Element | None:
    """gol-1: a detail has its measure, which the goal's name is."""
    value = as_str(record.get("targetvalue"))
    return fhir.element(measure=fhir.codeable(text=words), detailString=value) if value else None
