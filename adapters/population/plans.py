"""What was agreed in a visit: goals, and the assessment with its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.population.dice import Dice
from adapters.population.facts import Person

if TYPE_CHECKING:
    from adapters.population import Population

_GOALS = (
    ("Body weight", "VITALS", "180", "Long term goal"),
    ("Systolic blood pressure", "VITALS", "130", "Short term goal"),
    ("Hemoglobin A1c", "LAB", "7.0", "Long term goal"),
    ("Walk half an hour a day", None, None, None),
    ("Stop smoking", "BEHAVIOR", None, "Short term goal"),
)
_FREE_GOALS = ("Dance at my granddaughter's wedding", "Less than 2 cigarettes a day & no vaping", None, None)
# as people and their templates write: markup, mere lines, and things that nobody should show
_ASSESSMENTS = (
    "<p><b>Assessment</b>: doing well.</p><ul><li>Continue current medicines</li><li>Labs in 3 months</li></ul>",
    "1. Hypertension, at goal\n2. BP <140/90: keep the diary & bring it",
    '<div style="color:red" onclick="alert(1)">Return&nbsp;in 2 weeks<br>sooner if worse</div>',
    "<table><tr><th>Problem<th>Plan<tr><td>Low back pain<td colspan=2>Physical therapy</table><hr>",
)
_ODD_ASSESSMENTS = (
    '<script>track("visit")</script><p>Imaging <a href="http://intranet.example/7">here</a><img src="x.png"></p>',
    "<p> &nbsp; </p>",
    "a<b and b<c, says the patient",
)


@dataclass(frozen=True, slots=True)
class VisitGoal:
    name: str | None
    kind: str | None = None
    target: str | None = None
    horizon: str | None = None


@dataclass(frozen=True, slots=True)
class VisitPlan:
    goals: tuple[VisitGoal, ...] = ()
    free_goal: str | None = None
    instructions: str | None = None
    discussion: str | None = None
    assessment: str | None = None


def plans(dice: Dice, person: Person, people: Population) -> dict[int, VisitPlan]:
    """By visit number; visits where nothing was written down have none."""
    found = {}
    for visit in people.visits(person.number):
        if visit.outcome in ("kept", "arrived") and visit.kind in ("office", "video"):
            found[visit.number] = _plan(dice, person)
    return found


def _plan(dice: Dice, person: Person) -> VisitPlan:
    often = "complete" in person.traits
    goals = tuple(VisitGoal(*row) for row in dice.some(_GOALS, dice.between(0, 2) if often or dice.chance(0.4) else 0))
    if "unmapped" in person.traits:
        goals += (VisitGoal(None, "VITALS", "98.6"),)
    return VisitPlan(
        goals,
        dice.pick(_FREE_GOALS) if goals or often else None,
        "Call us when the swelling comes back." if dice.chance(0.1) else None,
        "Agreed with the patient." if goals and dice.chance(0.3) else None,
        dice.pick(_assessments(person)) if often or dice.chance(0.5) else None,
    )


def _assessments(person: Person) -> tuple[str, ...]:
    return _ODD_ASSESSMENTS if "unmapped" in person.traits else _ASSESSMENTS
