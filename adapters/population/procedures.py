"""What was done to a person: operations that are told, and the services of each visit as they are billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import Coded, PartialDate, Person, Visit

if TYPE_CHECKING:
    from adapters.population import Population

HEAVY = 10


@dataclass(frozen=True, slots=True)
class Surgery:
    """`code`: CPT, SNOMED, LOCAL (a code of nobody's), or None: only words."""

    number: int
    group: int
    code: Coded | None
    words: str
    on: PartialDate | None
    note: str | None
    modified: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Service:
    """`code` CPT, HCPCS or LOCAL. `because` are ICD-10-CM codes."""

    code: Coded
    modifiers: tuple[str, ...] = ()
    units: int = 1
    billed: bool = True
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    surgeries: tuple[Surgery, ...]
    services: dict[int, tuple[Service, ...]]  # by visit number


# code, youngest
SURGERIES: tuple[tuple[Coded, int], ...] = (
    (Coded("CPT", "44950", "Appendectomy"), 6),
    (Coded("SNOMED", "173422009", "Tonsillectomy"), 3),
    (Coded("CPT", "47562", "Laparoscopic cholecystectomy"), 18),
    (Coded("CPT", "27447", "Total knee replacement"), 50),
    (Coded("CPT", "66984", "Cataract surgery"), 50),
)
ODD_SURGERIES = (Coded("LOCAL", "OP-7", "Hernia, repaired abroad"), None)

VISIT = Coded("CPT", "99213", "Office visit, established patient")
VIDEO = Coded("CPT", "99442", "Telephone visit")
DONE = (
    Coded("CPT", "36415", "Venipuncture"),
    Coded("CPT", "69210", "Removal of impacted cerumen"),
    Coded("CPT", "93000", "Electrocardiogram with report"),
    Coded("CPT", "94010", "Spirometry"),
    Coded("CPT", "20610", "Injection into a large joint"),
    Coded("CPT", "17110", "Destruction of warts"),
)
BILLED_ONLY = (
    Coded("CPT", "90471", "Administration of a vaccine"),
    Coded("CPT", "81002", "Urinalysis by dip stick"),
    Coded("CPT", "3074F", "Systolic blood pressure below 130"),
    Coded("HCPCS", "G0439", "Annual wellness visit"),
    Coded("HCPCS", "J3420", "Injection of vitamin B12"),
    Coded("LOCAL", "NOSHOW", "Fee for a missed appointment"),
)


def procedures(dice: Dice, person: Person, people: Population) -> Done:
    """Operations numbered from 1, and services of the visits that took place."""
    if person.traits & {"merged"}:
        return Done((), {})
    today = person.died or people.as_of
    age = (today - person.born).days // 365
    chosen: list[Coded | None] = [row[0] for row in SURGERIES if row[1] <= age and dice.chance(0.25)]
    if "sparse" in person.traits:
        chosen = []
    if "full life cycle" in person.traits:
        chosen = [row[0] for row in SURGERIES[:3]]
    if "unmapped" in person.traits:
        chosen += ODD_SURGERIES
    if "heavy" in person.traits:
        chosen += [SURGERIES[index % 3][0] for index in range(HEAVY)]
    surgeries = [_surgery(dice, person, today, code, number) for number, code in enumerate(chosen, start=1)]
    visits = [one for one in people.visits(person.number) if one.outcome in ("kept", "arrived")]
    services = {visit.number: made for visit in visits if (made := _services(dice, visit))}
    return Done(tuple(surgeries), services)


def _surgery(dice: Dice, person: Person, today: date, code: Coded | None, number: int) -> Surgery:
    lived = (today - person.born).days
    on = today - timedelta(days=dice.between(min(30, lived), max(min(30, lived), min(15_000, lived))))
    known: tuple[PartialDate | None, ...] = (on.isoformat(), on.isoformat()[:7], on.isoformat()[:4], None)
    return Surgery(
        number,
        dice.pick(person.groups),
        code,
        code.text if code else "something with the foot",
        dice.pick(known[:3]) if "partial dates" not in person.traits else dice.pick(known[1:]),
        "at another hospital" if dice.chance(0.3) else None,
        datetime.combine(today - timedelta(days=dice.between(0, min(lived, 200))), time(16, 20, 5), UTC),
        dice.pick(tables.STAFF),
    )


def _services(dice: Dice, visit: Visit) -> tuple[Service, ...]:
    if visit.kind not in ("office", "video"):
        return ()
    made = [Service(VISIT if visit.kind == "office" else VIDEO, because=("I10",) if dice.chance(0.5) else ())]
    if visit.kind == "office":
        for code in dice.some(DONE, dice.pick((0, 0, 1, 1, 2))):
            sided = code.code == "20610"
            because = ("M17.11", "M25.561") if sided else ("Z00.00",) if dice.chance(0.5) else ()
            made.append(Service(code, (dice.pick(("LT", "RT")),) if sided else (), because=because))
        made += [Service(code, billed=dice.chance(0.8)) for code in dice.some(BILLED_ONLY, dice.pick((0, 0, 1)))]
    return tuple(made)
