"""Screening and assessments, and what a patient's record says beyond one profile's elements."""

from __future__ import annotations

from typing import Any

from conformance.exam import Exam
from conformance.lines import Broken, NotExercised
from conformance.queries import codings
from conformance.searching import search

GROUP = "screening"
SOURCE = "http://hl7.org/fhir/us/core/screening-and-assessments.html"
PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition-us-core-patient.html"
CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
TAGS = ("sdoh", "functional-status", "disability-status", "cognitive-status")


async def examine(exam: Exam) -> None:
    for tag in TAGS:
        await _tagged(exam, "Observation", tag)
    await _tagged(exam, "Condition", "sdoh")
    _previous(exam, "name", "Patient: a previous name is there, told by its use or period")
    _previous(exam, "address", "Patient: a previous address is there, told by its use or period")


async def _tagged(exam: Exam, type_: str, tag: str) -> None:
    title = f"{type_} tagged {tag} is there and found by it"
    with exam.book.line(GROUP, f"{type_}.{tag}", title, SOURCE) as line:
        if not exam.declared.searches(type_, "patient", "category"):
            raise NotExercised(f"the statement lists no search of {type_} by patient and category")
        tagged = [one for one in exam.chart.pool(type_) if (CATEGORY, tag) in codings(exam, one, "category")]
        if type_ == "Observation":
            for one in tagged:
                codes = {code for _, code in codings(exam, one, "category")}
                line.expect(len(codes) > 1, f"Observation/{one['id']} has no category beside {tag}")
        if not tagged:
            _unseen(exam, f"no {type_} of the patients given is tagged {tag}")
        for patient in exam.chart.patients:
            mine = {one["id"] for one in tagged if one in exam.chart.of_patient(patient, type_)}
            found = await search(line, type_, [("patient", patient), ("category", f"{CATEGORY}|{tag}")])
            line.expect(mine <= found.ids, f"{found.query} lacks what is tagged so")


def _unseen(exam: Exam, reason: str) -> None:
    raise Broken(reason) if exam.options.full_data else NotExercised(reason)


def _previous(exam: Exam, name: str, title: str) -> None:
    with exam.book.line(GROUP, f"Patient.{name}", title, PATIENT):
        patients = list(exam.chart.patients.values())
        if not patients:
            raise NotExercised("no patient is known")
        if not any(_old(each) for one in patients for each in one.get(name, ())):
            _unseen(exam, f"no patient given has a previous {name}")


def _old(value: dict[str, Any]) -> bool:
    return value.get("use") == "old" or "end" in value.get("period", {})
