"""Questionnaires that people filled in before a visit. `people.facts(number, screening)`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.population.dice import Dice
from adapters.population.facts import Person, Visit

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class Screening:
    """`answers` by question, in order, None where one was left out; `score` is None where it was not computed."""

    number: int
    instrument: str  # a row of INSTRUMENTS
    visit: Visit
    answers: tuple[int | None, ...]
    score: int | None
    complete: bool


OFTEN = ("Not at all", "Several days", "More than half the days", "Nearly every day")
# instrument: questions, labels of the answers 0, 1, 2, ...
INSTRUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "PHQ-2": (("Little interest or pleasure in doing things", "Feeling down, depressed, or hopeless"), OFTEN),
    "GAD-7": (
        (
            "Feeling nervous, anxious, or on edge",
            "Not being able to stop or control worrying",
            "Worrying too much about different things",
            "Trouble relaxing",
            "Being so restless that it is hard to sit still",
            "Becoming easily annoyed or irritable",
            "Feeling afraid, as if something awful might happen",
        ),
        OFTEN,
    ),
    "Housing and food": (
        ("Are you worried about losing your housing?", "Did food run out before you had money to buy more?"),
        ("No", "Yes"),
    ),
    "Falls at Riverbend": (("How often did you fall this year?",), ("Never", "Once", "More often")),
}


def screening(dice: Dice, person: Person, people: Population) -> tuple[Screening, ...]:
    """One before some of the visits of adults."""
    if (people.as_of - person.born).days < 12 * 365 or person.traits & {"sparse", "merged"}:
        return ()
    kept = [one for one in people.visits(person.number) if one.kind == "office" and one.outcome == "kept"]
    found: list[Screening] = []
    for visit in kept:
        if not (dice.chance(0.3) or "complete" in person.traits):
            continue
        instrument = dice.pick(tuple(INSTRUMENTS))
        questions, labels = INSTRUMENTS[instrument]
        complete = dice.chance(0.9)
        drawn = [dice.between(0, len(labels) - 1) for _ in questions]
        answers = tuple(value if complete or place else None for place, value in enumerate(drawn))
        scored = complete and labels is OFTEN
        found.append(Screening(len(found) + 1, instrument, visit, answers, sum(drawn) if scored else None, complete))
    return tuple(found)
