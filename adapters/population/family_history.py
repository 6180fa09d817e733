"""What a person's relatives had. `people.facts(number, family_history)`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.population.dice import Dice
from adapters.population.facts import Coded, Person

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class RelativeProblem:
    """Ages in years. `concept` without a code: the chart's own words, such as that a relative is well."""

    number: int
    group: int
    relation: str
    key: int  # tells two relatives of the same kind apart
    concept: Coded
    onset: int | None = None
    died: int | None = None
    resolved: int | None = None
    note: str | None = None


RELATIONS = (
    "mother", "father", "brother", "sister", "son", "daughter", "maternal grandmother", "maternal grandfather",
    "paternal grandmother", "paternal grandfather", "maternal aunt", "maternal uncle", "paternal aunt",
    "paternal uncle", "unspecified relation",
)  # fmt: skip
PROBLEMS = (
    Coded("SNOMED", "38341003", "Hypertensive disorder"),
    Coded("SNOMED", "44054006", "Diabetes mellitus type 2"),
    Coded("SNOMED", "22298006", "Myocardial infarction"),
    Coded("SNOMED", "254837009", "Malignant neoplasm of breast"),
    Coded("SNOMED", "26929004", "Alzheimer's disease"),
    Coded("LOCAL", "", "Alive and well"),
    Coded("LOCAL", "", "nervous stomach"),
)


def family_history(dice: Dice, person: Person, people: Population) -> tuple[RelativeProblem, ...]:
    """None for most of the young; a complete chart has several relatives, two of one kind among them."""
    if person.traits & {"newborn", "sparse", "merged", "no visits"}:
        return ()
    complete = "complete" in person.traits
    relations = dice.some(RELATIONS, 5 if complete else dice.pick((0, 1, 2, 3)))
    found: list[RelativeProblem] = []
    for relation in relations:
        for key in (1, 2) if complete and relation in ("brother", "sister", "son", "daughter") else (1,):
            for concept in dice.some(PROBLEMS, dice.between(1, 2)):
                ill = concept.text != "Alive and well"
                onset = dice.between(20, 70) if ill and dice.chance(0.6) else None
                died = dice.between(70, 95) if ill and dice.chance(0.4) else None
                note = "as far as known" if dice.chance(0.1) else None
                number = len(found) + 1
                group = person.groups[number % len(person.groups)]
                found.append(RelativeProblem(number, group, relation, key, concept, onset, died, None, note))
    if "unmapped" in person.traits:
        strange = Coded("LOCAL", "", "bad blood")
        found.append(RelativeProblem(len(found) + 1, person.groups[0], "step-uncle", 1, strange))
    return tuple(found)
