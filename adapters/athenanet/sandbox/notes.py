"""Sections of an encounter's note. As with the encounter itself, no answer says whose it is."""

from __future__ import annotations

from adapters.athenanet.sandbox.answers import JSON, not_found
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.plans import VisitPlan, plans


def patientgoals(ask: Ask) -> JSON:
    """Neither goal ids nor statuses."""
    plan = _plan(ask)
    return {
        "goals": [
            {
                "name": one.name,
                "goaltype": one.kind,
                "targetvalue": one.target,
                "duration": one.horizon,
                "compoundvalues": [],
            }
            for one in plan.goals
        ],
        "freetextgoal": plan.free_goal,
        "patientinstructions": plan.instructions,
        "discussionnotes": plan.discussion,
        "versiontokens": {"discussionnotes": 0, "patientinstructions": 0, "freetextgoal": 0},
        "auditinformation": {},
    }


def assessment(ask: Ask) -> JSON:
    """[assumed] layout: one text, or an empty one."""
    return {"assessmenttext": _plan(ask).assessment or ""}


def _plan(ask: Ask) -> VisitPlan:
    visit = ask.practice.encounter(ask.id("encounterid"))
    if visit is None:
        raise not_found("encounter")
    return ask.practice.people.facts(visit.person, plans).get(visit.number, VisitPlan())
