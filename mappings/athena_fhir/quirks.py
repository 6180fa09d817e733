"""athena's FHIR -> US Core: what every resource needs, and which quirk is for which type."""

from __future__ import annotations

import re
from typing import Any

from mappings.athena_fhir import quirks_chart as chart
from mappings.athena_fhir import quirks_observation as observation
from mappings.athena_fhir import quirks_patient as people
from mappings.fhir_r4.repair import EVERY, Repairs, Standing, Told
from mappings.fhir_r4.shapes import each, elements
from mappings.fhir_r4.walk import Cleaning
from mappings.mapped import Resource

CLEANING = Cleaning({})
"""athena's own extensions go, FHIR's and US Core's stay; CarePlan keeps its narrative. [seen: FAST, IG]"""

GROUP_EXTENSION = "https://fhir.athena.io/StructureDefinition/ah-chart-sharing-group"
SID = "https://fhir.athena.io/sid/ah-"
NUMBERED = frozenset({"Condition", "CarePlan", "CareTeam", "Goal"})

_GROUP = re.compile(r"Organization/a-([0-9]+)\.CSG-([0-9]+)", re.ASCII)


def chart_as_tag(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] the chart sharing group in an extension -> a tag: the same that the practice's REST connection gives
    what it finds in a chart."""
    tags = [
        {"system": f"urn:athenahealth:athenanet:chartsharinggroup:{found[1]}", "code": found[2]}
        for one in elements(resource.get("extension"))
        if one.get("url") == GROUP_EXTENSION and (found := _GROUP.fullmatch(_reference(one)))
    ]
    meta = resource.get("meta")
    if not tags or not isinstance(meta, dict | None):
        return resource
    return {**resource, "meta": {**(meta or {}), "tag": [*elements((meta or {}).get("tag")), *tags]}}


def _reference(extension: Any) -> str:
    value = extension.get("valueReference")
    return str(value.get("reference")) if isinstance(value, dict) else ""


def named_system(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] Condition, CarePlan, CareTeam, Goal: an identifier that is the record's id and names no system ->
    with the system that athena's other types have for it [assumed: `ah-` and the type]."""
    if resource.get("resourceType") not in NUMBERED:
        return resource
    system = f"{SID}{resource['resourceType'].lower()}"
    return each(
        resource,
        "identifier",
        lambda one: (
            {"system": system, **one} if "system" not in one and one.get("value") == resource.get("id") else one
        ),
    )


REPAIRS = Repairs(
    {
        EVERY: (chart_as_tag, named_system),
        "AllergyIntolerance": (chart.named_manifestations,),
        "CareTeam": (chart.roles_by_words,),
        "Condition": (chart.words_of_notes,),
        "DiagnosticReport": (observation.day_of_midnight,),
        "DocumentReference": (chart.section_is_loinc,),
        "Encounter": (chart.without_disposition, chart.participation_in_short),
        "Immunization": (chart.primary_source_by_id, chart.labelled_notes, chart.dose_in_ucum),
        "MedicationRequest": (chart.therapy_is_over,),
        "Observation": (
            observation.false_loinc,
            observation.number_in_text,
            observation.units,
            observation.interpretation,
            observation.ranges,
            observation.notes,
            observation.day_of_midnight,
            observation.smoking_status_as_of,
        ),
        "Patient": (
            people.without_numbers_of_the_state,
            people.ended_is_old,
            people.active_as_told,
            people.gender_identity,
        ),
        "Practitioner": (people.without_numbers_of_the_state, people.qualifications),
    }
)
