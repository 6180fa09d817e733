"""What a person told about how they live, chart by chart; some of it is asked anew every year, some never.

told = people.facts(number, social_history)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import Person

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class Answer:
    """`topic` is a row of TOPICS; `answer` one of its answers, or the person's own words. `refused`: why there is
    none: not indicated, not tolerated, refused."""

    group: int
    topic: str
    answer: str | None
    on: date | None
    by: str
    note: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class SocialHistory:
    """`orientation` and the Census codes of work stand in the registration, not in a chart."""

    answers: tuple[Answer, ...]
    orientation: str | None
    occupation: str | None
    industry: str | None


SMOKING = ("never", "former", "every day", "some days", "smokes, amount unknown", "unknown if ever")
YES_NO = ("yes", "no")
# topic: what people answer; none: their own words
TOPICS: dict[str, tuple[str, ...]] = {
    "smoking": SMOKING,
    "cigarettes": ("5", "10", "20"),
    "chewing tobacco": ("none", "former", "yes"),
    "vaping": ("never", "former", "daily"),
    "alcohol": ("none", "occasional", "moderate", "heavy"),
    "drugs": YES_NO,
    "caffeine": (),
    "exercise": ("none", "light", "moderate", "vigorous"),
    "education": ("high school", "college", "graduate school"),
    "work": (),
    "housing": ("alone", "with family", "shelter"),
    "children": ("0", "1", "2", "3"),
    "advance directive": YES_NO,
    "blind": YES_NO,
    "deaf": YES_NO,
    "stairs": YES_NO,
    "bathing": YES_NO,
    "errands": YES_NO,
    "concentrating": YES_NO,
    "own care": YES_NO,
    "orientation": ("straight", "gay", "bisexual", "other", "unsure", "undisclosed"),
    "pregnant": ("pregnant", "not pregnant", "unknown"),
    "wants children": ("yes", "no", "ambivalent"),
    "anxiety score": (),
}
WORDS = {
    "caffeine": ("2 cups", "1 pot of coffee", "none"),
    "work": ("Carpenter", "retired schoolteacher", "Registered nurse", "farm hand (seasonal)"),
    "anxiety score": ("12", "3", "not done"),
}
ALWAYS_ASKED = ("smoking", "alcohol", "work", "exercise")
DISABILITY = ("blind", "deaf", "stairs", "bathing", "errands", "concentrating", "own care")
REFUSALS = ("not indicated", "not tolerated", "refused")
WORK = (("4760", "4970"), ("3255", "8190"), ("other", "other"))  # US Census occupation and industry


def social_history(dice: Dice, person: Person, people: Population) -> SocialHistory:
    """Children are not asked; a person with two charts answers the same questions in both."""
    adult = (people.as_of - person.born).days > 16 * 365
    if person.traits & {"newborn", "sparse", "merged", "no visits"} or not adult:
        return SocialHistory((), None, None, None)
    answers: list[Answer] = []
    for place, group in enumerate(person.groups):
        answers += _asked(dice, person, people.as_of, group, place)
    occupation, industry = dice.pick(WORK) if "complete" in person.traits or dice.chance(0.3) else (None, None)
    chosen = dice.pick(TOPICS["orientation"]) if "complete" in person.traits or dice.chance(0.25) else None
    return SocialHistory(tuple(answers), chosen, occupation, industry)


def _asked(dice: Dice, person: Person, today: date, group: int, place: int) -> list[Answer]:
    topics = list(ALWAYS_ASKED)
    if "complete" in person.traits:
        topics = [topic for topic in TOPICS if topic not in ("pregnant", "wants children")]
    else:
        topics += dice.some([topic for topic in TOPICS if topic not in (*topics, "pregnant", "wants children")], 4)
    if person.sex == "female" and (today - person.born).days < 50 * 365:
        topics += ["pregnant", "wants children"]
    found = []
    for topic in topics:
        choices = TOPICS[topic] or WORDS[topic]
        on = today - timedelta(days=dice.between(1, 900) + 400 * place) if dice.chance(0.95) else None
        refused = dice.pick(REFUSALS) if topic == "smoking" and person.number % 9 == 3 else None
        answer = None if refused or dice.chance(0.08) else dice.pick(choices)
        if topic == "smoking" and "unmapped" in person.traits:
            answer, refused = "only at weddings", None
        note = "per patient" if dice.chance(0.1) else None
        found.append(Answer(group, topic, answer, on, dice.pick(tables.STAFF), note, refused))
    return found
