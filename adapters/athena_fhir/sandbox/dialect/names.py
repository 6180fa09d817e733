"""From the plain records' ids to the server's: which type and id a record has here.

Plain ids say what they are in their first word and give the facts' own numbers after it (`diagnosis-7-2-0`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.athena_fhir.sandbox import numbers
from adapters.population import Population
from adapters.population.devices import devices
from adapters.population.facts import Visit
from adapters.population.family_history import RELATIONS
from adapters.population.medicines import medicines
from adapters.population.procedures import procedures
from adapters.population.results import Image, Report, results
from adapters.population.social_history import TOPICS
from adapters.population.team import PEOPLE
from adapters.population.vaccines import vaccines
from adapters.simulator.athena import PRACTICES, Practice

Name = tuple[str, str]
_RELATED = {"contact": 1, "nextkin": 2, "guardian": 3, "guarantor": 4}
_EVERY_THIRD = 3
_FREELY = 9
_NO_ALLERGIES = 90  # places of the entries that say there are none


class Names:
    """The names of one practice's records."""

    def __init__(self, practice: Practice, people: Population) -> None:
        self.practiceid = practice.practiceid
        self.people = people
        # the nationwide directory is the one that the first practice knows: the others have such people locally
        self._shares_directory = practice.seed == PRACTICES[0].seed or practice.practiceid == PRACTICES[0].practiceid

    def of(self, type_: str, plain: str) -> Name | None:
        """None: the server has no such record."""
        word, _, rest = plain.partition("-")
        if type_ == "Patient":
            return type_, self.made("patient", int(plain))
        if word == "prov":
            return self._provenance(rest)
        maker = _MAKERS.get(word)
        return maker(self, *map(_number, rest.split("-"))) if maker else None

    def made(self, kind: str, *parts: int | str) -> str:
        return numbers.made(self.practiceid, kind, *parts)

    def visit(self, person: int, number: int) -> Visit:
        return self.people.visits(person)[number - 1]

    def outside(self, number: int) -> Name:
        """Somebody of the directory: a Practitioner or, of the same prefix, an Organization."""
        if not self._shares_directory:
            return "Organization", self.made("local provider", number)
        person = number in PEOPLE and number % _EVERY_THIRD != 0
        return ("Practitioner" if person else "Organization"), numbers.directory_id(number)

    def member(self, number: int) -> Name:
        """The same as a member of a care team: always an Organization."""
        type_, id_ = self.outside(number)
        return "Organization", id_ if type_ == "Organization" else self.made("local provider", number)

    def vital(self, person: int, number: int, place: int) -> int:
        visit = self.visit(person, number)
        taken = self.people.chart(person).measurements[number]
        return numbers.vital(visit, numbers.vital_index(visit, taken, place))

    def _provenance(self, target: str) -> Name | None:
        for type_ in ("Observation", "Patient"):  # the type matters for a Patient only, whose id is a bare number
            if (type_ == "Patient") == target.isdigit() and (found := self.of(type_, target)):
                return "Provenance", self.made("provenance", found[1].partition(".")[2])
        return None

    def group(self, plain: str) -> int | None:
        """The chart-sharing group that a record belongs to; None where its id does not tell."""
        word, *parts = plain.split("-")
        if word in ("visit", "diagnosis", "vital", "bp", "percentile", "appointment", "service", "plan", "goal"):
            visit = self.visit(int(parts[0]), int(parts[1]))
            return self.people.departments[visit.department].group
        if word == "problem":
            return self.people.chart(int(parts[0])).conditions[int(parts[1]) - 1].group
        if word in ("allergy", "nkda", "social"):
            return int(parts[1])
        if found := _IN_GROUPS.get(word):
            person, number = map(int, parts)
            return found(self.people, person, number)
        return self._group_of_result(word, parts)

    def _group_of_result(self, word: str, parts: list[str]) -> int | None:
        if len(parts) < 2 or not parts[0].isdigit():
            return None
        known = self.people.facts(int(parts[0]), results)
        found: Sequence[Report | Image] = known.images if word == "imaging" else known.reports
        if word in ("imaging", "labreport", "analyte", "specimen", "labpaper"):
            department = next(one.department for one in found if one.number == int(parts[1]))
            return self.people.departments[department].group
        if word == "order":
            visit = next(one.visit for one in known.orders if one.number == int(parts[1]))
            return self.people.departments[self.visit(int(parts[0]), visit).department].group
        return None


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _allergy(names: Names, person: int, group: int, code: int) -> Name:
    known = names.people.chart(person).allergies
    place = next(at for at, one in enumerate(known, 1) if (one.group, one.allergen.code) == (group, str(code)))
    return "AllergyIntolerance", names.made("allergy", person * 100 + place)


def _medicine(names: Names, person: int, number: int) -> Name:
    kind = next(one.kind for one in names.people.facts(person, medicines) if one.number == number)
    if kind == "prescribed":
        return "MedicationRequest", names.made("prescription", _thousand(numbers.PRESCRIPTIONS, person, number))
    return "MedicationRequest", names.made("entry", _thousand(numbers.ENTRIES, person, number))


def _vaccine(names: Names, person: int, number: int) -> Name:
    kind = next(one.kind for one in names.people.facts(person, vaccines) if one.number == number)
    return "Immunization", names.made(f"{kind} vaccine", _thousand(numbers.VACCINES, person, number))


def _surgery(names: Names, person: int, number: int) -> Name:
    group = next(one.group for one in names.people.facts(person, procedures).surgeries if one.number == number)
    return "Procedure", names.made("surgery", numbers.chart(person, group), numbers.surgery(person, number))


def _social(names: Names, person: int, group: int, *topic: str) -> Name | None:
    words = " ".join(map(str, topic))
    chart = numbers.chart(person, group)
    if words == "smoking":
        return "Observation", names.made("smoking", chart)
    if words == "work":  # told once for a person, in words
        return None
    return "Observation", names.made("social", chart * 100 + list(TOPICS).index(words))


def _relative(names: Names, person: int, *words: str | int) -> Name:
    """[assumed] A place for each kind of relative; those of no kind that we know come last."""
    *relation, key = words
    known = " ".join(map(str, relation))
    place = RELATIONS.index(known) if known in RELATIONS else len(RELATIONS)
    return "FamilyMemberHistory", names.made("relative", person * 100 + place * 5 + int(key))


def _goal_place(place: int | str) -> int:
    """What was said freely comes last."""
    return _FREELY if isinstance(place, str) else place


_thousand = numbers.of_thousand
_MAKERS: dict[str, Callable[..., Name | None]] = {
    "visit": lambda n, p, v: ("Encounter", n.made("encounter", numbers.encounter(n.visit(p, v)))),
    "appointment": lambda n, p, v: ("Appointment", n.made("appointment", numbers.appointment(n.visit(p, v)))),
    "problem": lambda n, p, i: ("Condition", n.made("problem", numbers.problem(p, i))),
    "diagnosis": lambda n, p, v, i: ("Condition", n.made("diagnosis", numbers.diagnosis(n.visit(p, v), i))),
    "allergy": _allergy,
    "nkda": lambda n, p, group: ("AllergyIntolerance", n.made("allergy", p * 100 + _NO_ALLERGIES + group)),
    "vital": lambda n, p, v, i: ("Observation", n.made("vital", n.vital(p, v, i))),
    "bp": lambda n, p, v, i, j: ("Observation", n.made("pressure", n.vital(p, v, i), n.vital(p, v, j))),
    "percentile": lambda n, p, v, i: ("Observation", n.made("percentile", n.vital(p, v, i))),
    "labreport": lambda n, p, i: ("DiagnosticReport", n.made("report", _thousand(numbers.LABRESULTS, p, i))),
    "analyte": lambda n, p, r, i: ("Observation", n.made("analyte", numbers.analyte(p, r, i))),
    "specimen": lambda n, p, i: ("Specimen", n.made("specimen", _thousand(numbers.LABRESULTS, p, i))),
    "labpaper": lambda n, p, i: ("DocumentReference", n.made("paper", _thousand(numbers.LABRESULTS, p, i))),
    "imaging": lambda n, p, i: ("DiagnosticReport", n.made("imaging", _thousand(numbers.IMAGINGRESULTS, p, i))),
    "order": lambda n, p, i: ("ServiceRequest", n.made("order", _thousand(numbers.ORDERS, p, i))),
    "medicine": _medicine,
    "drug": lambda n, i: ("Medication", n.made("medication", i)),
    "dispense": lambda n, p, i: ("MedicationDispense", n.made("dispense", _thousand(numbers.PRESCRIPTIONS, p, i))),
    "vaccine": _vaccine,
    "surgery": _surgery,
    "service": lambda n, p, v, i: (
        "Procedure",
        n.made("service", numbers.encounter(n.visit(p, v)), numbers.service(n.visit(p, v), i)),
    ),
    "device": lambda n, p, i: ("Device", n.made("device", p * 100 + i)),
    "social": _social,
    "orientation": lambda n, p: ("Observation", n.made("orientation", p)),
    "score": lambda n, p, i: ("Observation", n.made("score", p * 100 + i)),
    "screening": lambda n, p, i: ("QuestionnaireResponse", n.made("answers", p * 100 + i)),
    "relative": _relative,
    "coverage": lambda n, p, i: ("Coverage", n.made("coverage", numbers.insurance(p, i))),
    "plan": lambda n, p, v: ("CarePlan", n.made("plan", numbers.encounter(n.visit(p, v)))),
    "goal": lambda n, p, v, i: (
        "Goal",
        n.made("plan goal" if i == "text" else "visit goal", numbers.diagnosis(n.visit(p, v), _goal_place(i))),
    ),
    "practitioner": lambda n, i: ("Practitioner", n.made("provider", i)),
    "directory": lambda n, i: n.outside(i),
    "facility": lambda n, i: n.outside(i),
    "site": lambda n, i: ("Organization", n.made("site", i)),
    "department": lambda n, i: ("Location", n.made("department", i)),
    "practice": lambda n, *_: ("Organization", numbers.practice_id(n.practiceid)),
    "payer": lambda n, i: ("Organization", n.made("payer", i)),
    "related": lambda n, p, kind: ("RelatedPerson", n.made("related", p * 10 + _RELATED[kind])),
}

# records of a person that say which chart-sharing group they belong to
_IN_GROUPS: dict[str, Callable[[Population, int, int], int]] = {
    "medicine": lambda people, p, i: next(one.group for one in people.facts(p, medicines) if one.number == i),
    "dispense": lambda people, p, i: next(one.group for one in people.facts(p, medicines) if one.number == i),
    "vaccine": lambda people, p, i: next(one.group for one in people.facts(p, vaccines) if one.number == i),
    "surgery": lambda people, p, i: next(one.group for one in people.facts(p, procedures).surgeries if one.number == i),
    "device": lambda people, p, i: next(one.group for one in people.facts(p, devices) if one.number == i),
}
