"""The plain records in athena's dialect: one module for each area.

Source: recorded resources (preview, November 2024) and the Athena Core guide. What is odd about them occurs in a fixed
share of the records; oddities.py lists it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

from adapters.athena_fhir.sandbox.dialect import (
    allergies,
    conditions,
    documents,
    encounters,
    laboratory,
    medicines,
    patients,
    plans,
    procedures,
    social_history,
    vital_signs,
)
from adapters.athena_fhir.sandbox.dialect.directory import directory, shared
from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, dressed, referred
from adapters.athena_fhir.sandbox.dialect.names import Names
from adapters.fhir_r4.sandbox import records
from adapters.fhir_r4.sandbox.records.case import Case
from adapters.fhir_r4.sandbox.records.people import patient as plain_patient
from adapters.population import Population
from adapters.simulator.athena import Practice

__all__ = ["chart", "directory", "patient", "shared"]

Area = Callable[[Here, Resource], list[Resource]]
# first word of the plain id: what the record looks like here
AREAS: dict[str, Area] = {
    "visit": encounters.encounter,
    "problem": conditions.problem,
    "diagnosis": conditions.diagnosis,
    "allergy": allergies.allergy,
    "vital": vital_signs.vital_sign,
    "bp": vital_signs.vital_sign,
    "percentile": vital_signs.vital_sign,
    "analyte": laboratory.analyte,
    "labreport": laboratory.report,
    "imaging": laboratory.imaging,
    "labpaper": documents.paper,
    "medicine": medicines.request,
    "vaccine": medicines.immunization,
    "surgery": procedures.surgery,
    "service": procedures.service,
    "device": procedures.device,
    "social": social_history.answer,
    "orientation": social_history.answer,
    "goal": plans.goal,
    "plan": plans.plan,
    "coverage": patients.coverage,
    "related": patients.related,
}


def chart(practice: Practice, people: Population, number: int) -> list[Resource]:
    """The Patient and everything known of one person."""
    plain = records.chart(people, number, deleted=True).resources
    here = Here(practice, people, people.person(number), Names(practice, people), _recorded(plain))
    made = [row for one in plain for row in _made(here, one)]
    for more in (encounters.cancelled, documents.notes, social_history.occupation, plans.teams):
        made += [dressed(here, one, "", group) for one, group in more(here)]
    return made


def patient(practice: Practice, people: Population, number: int) -> Resource:
    """The Patient alone, the same as in the chart, for a fraction of its cost."""
    person = people.person(number)
    written = next(plain_patient(Case(people, number)))
    here = Here(practice, people, person, Names(practice, people))
    here.recorded[f"Patient/{number}"] = datetime.combine(person.registered, time(12), UTC)
    return next(_made(here, written.resource))


def _recorded(plain: Any) -> dict[str, datetime]:
    """When each record was written, by its plain `Type/id`."""
    return {
        target["reference"]: datetime.fromisoformat(one["recorded"])
        for one in plain
        if one["resourceType"] == "Provenance"
        for target in one["target"]
    }


def _made(here: Here, plain: Resource) -> Iterator[Resource]:
    type_, id_ = plain["resourceType"], plain["id"]
    name = here.names.of(type_, id_)
    if name is None:
        return
    group = here.names.group(id_)
    made = referred(plain, here.names)
    made["resourceType"], made["id"] = name
    area = patients.patient if type_ == "Patient" else AREAS.get(id_.partition("-")[0])
    for one in area(here, made) if area else [made]:
        yield dressed(here, one, f"{type_}/{id_}", group)
