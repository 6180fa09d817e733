"""CarePlan, Goal, CareTeam. Source: recorded resources (preview, November 2024)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, numbered, share
from adapters.population.plans import VisitPlan, plans
from adapters.population.team import care_team, outsider

ACHIEVEMENT = {
    "system": "http://terminology.hl7.org/CodeSystem/goal-achievement",
    "code": "in-progress",
    "display": "In Progress",
}
_FORMER_MEMBER = 4003  # somebody whose time in a team is over
_TITLES = {"Primary care provider": "Primary Care Provider", "Eye doctor": "Ophthalmologist"}


def goal(here: Here, made: Resource) -> list[Resource]:
    """A sentence, and how far it has come; hardly ever when."""
    found: Resource = {
        "resourceType": "Goal",
        "id": made["id"],
        "lifecycleStatus": "active",
        "achievementStatus": {"coding": [ACHIEVEMENT]},
        "description": {"text": made["description"]["text"]},
        "subject": made["subject"],
    }
    if share(made["id"], 5):
        due = here.people.as_of + timedelta(days=90)
        found["target"] = [{"dueDate": due.isoformat()}]
    return [found]


def plan(here: Here, made: Resource) -> list[Resource]:
    """The narrative is a title; what the plan holds is in other resources."""
    (number,) = numbered(made["id"])
    visit = here.names.visit(here.person.number, number - numbers.ENCOUNTERS - here.person.number * 100)
    known = here.people.facts(visit.person, plans).get(visit.number, VisitPlan())
    group = here.people.departments[visit.department].group
    title = escape(made.get("title", "Care Plan"))
    made["text"] = {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{title}</div>'}
    diagnoses = here.people.chart(visit.person).diagnoses.get(visit.number, ())
    made["addresses"] = [
        _to(here, "Condition", f"diagnosis-{visit.person}-{visit.number}-{index}") for index in range(len(diagnoses))
    ]
    places = [str(index) for index, one in enumerate(known.goals) if one.name]
    places += ["text"] if known.free_goal else []
    made["goal"] = [_to(here, "Goal", f"goal-{visit.person}-{visit.number}-{place}") for place in places]
    if any(one.group == group for one, _ in _members(here)):
        made["careTeam"] = [
            {"reference": f"CareTeam/{here.names.made('team', numbers.chart(visit.person, group))}"},
        ]
    return [made]


def _to(here: Here, type_: str, plain: str) -> Resource:
    return {"reference": "/".join(here.names.of(type_, plain) or ())}


@dataclass(frozen=True, slots=True)
class _Member:
    """Somebody of a chart's team: the group of the chart, a part in words, and a reference."""

    group: int
    role: str
    reference: str


def _members(here: Here) -> Iterator[tuple[_Member, bool]]:
    """With whether the part has ended."""
    person, names = here.person, here.names
    if person.clinician is not None and here.people.clinicians[person.clinician].person:
        local = f"Organization/{names.made('local provider', person.clinician)}"
        yield _Member(person.groups[0], "Primary Care Provider", local), False
    known = here.people.facts(person.number, care_team)
    for one in known:
        if outsider(here.people.seed, one.outsider):
            words = one.role[1] if one.role else "Care team member"
            yield _Member(one.group, _TITLES.get(words, words), "/".join(names.member(one.outsider))), False
    if known and share(names.made("team", person.number), 2):
        yield _Member(person.groups[0], "Ophthalmologist", "/".join(names.member(_FORMER_MEMBER))), True


def teams(here: Here) -> Iterator[tuple[Resource, int]]:
    """One for each chart that has somebody in it. Parts are words, and everybody is an Organization."""
    ended = {"end": (here.people.as_of - timedelta(days=200)).isoformat()}
    for group in here.person.groups:
        own = [(one, over) for one, over in _members(here) if one.group == group]
        if own and here.person.merged_into is None:
            yield (
                {
                    "resourceType": "CareTeam",
                    "id": here.names.made("team", numbers.chart(here.person.number, group)),
                    "status": "active",
                    "subject": here.patient,
                    "participant": [
                        {
                            "role": [{"text": one.role}],
                            "member": {"reference": one.reference},
                            **({"period": ended} if over else {}),
                        }
                        for one, over in own
                    ],
                },
                group,
            )
