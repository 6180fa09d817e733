"""A person's chart: conditions with their life cycles, allergies, diagnoses and measurements of each visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import (
    Allergy,
    Chart,
    Coded,
    Condition,
    Department,
    Diagnosis,
    LifecycleEvent,
    Measurement,
    Person,
    Reaction,
    Visit,
)
from adapters.population.tables import ConditionRow
from adapters.population.vitals import measurements

# Life cycles that a condition can have; the first is the commonest.
CYCLES: tuple[tuple[str, ...], ...] = (
    ("start",),
    ("start", "seen"),
    ("start", "end"),
    ("start", "hidden"),
    ("start", "hidden", "reactivated"),
    ("start", "end", "reactivated", "seen"),
)
# How problems look whose source never had a SNOMED code.
UNCODED = (
    Coded("ICD10", "I10", "Essential (primary) hypertension"),
    Coded("ICD9", "250.00", "Diabetes mellitus without mention of complication, type II"),
    Coded("LOCAL", "Q-4471", "Feels worse at the full moon"),
)


def chart(
    dice: Dice, person: Person, visits: tuple[Visit, ...], departments: Mapping[int, Department], as_of: date
) -> Chart:
    today = person.died or as_of
    conditions = () if person.traits & {"no known problems", "sparse", "merged"} else _conditions(dice, person, today)
    known = person.traits & {"no known drug allergies"}
    return Chart(
        person=person.number,
        conditions=conditions,
        allergies=_allergies(dice, person, today),
        diagnoses=_diagnoses(dice, person, visits, conditions, departments),
        measurements=_measurements(dice, person, visits),
        no_known_drug_allergies=frozenset(person.groups[:1]) if known else frozenset(),
        no_known_problems=frozenset(person.groups) if "no known problems" in person.traits else frozenset(),
    )


def _conditions(dice: Dice, person: Person, today: date) -> tuple[Condition, ...]:
    age = (today - person.born).days // 365
    eligible = [
        row
        for row in tables.CONDITIONS
        if row[4] <= age <= row[5] and row[6] in (None, person.sex_at_birth, person.sex)
    ]
    complete = "full life cycle" in person.traits
    count = len(CYCLES) if complete else min(dice.between(0, 2) + age // 25, 6)
    count = len(eligible) if "heavy" in person.traits else count
    rows: list[ConditionRow] = dice.some(eligible, count)
    if "dialysis" in person.traits:
        rows.append(tables.KIDNEY_FAILURE)
    made = []
    for index, row in enumerate(rows):
        cycle = CYCLES[index] if complete else _cycle(dice, row[3])
        group = person.groups[index % len(person.groups)]
        made.append(_condition(dice, person, today, index + 1, group, row, cycle))
    if "ICD problems" in person.traits:
        for concept in UNCODED:
            row = ("", "", "", None, 0, 0, None)
            plain = _condition(dice, person, today, len(made) + 1, person.groups[0], row, CYCLES[0])
            made.append(Condition(plain.number, plain.group, concept, None, plain.events, plain.modified, plain.by))
    return tuple(made)


def _cycle(dice: Dice, course: str | None) -> tuple[str, ...]:
    if course == "acute":
        return CYCLES[2]
    return CYCLES[0] if dice.chance(0.55) else dice.pick(CYCLES)


def _condition(
    dice: Dice,
    person: Person,
    today: date,
    number: int,
    group: int,
    row: ConditionRow,
    cycle: tuple[str, ...],
) -> Condition:
    lived = (today - person.born).days
    on = today - timedelta(days=dice.between(0, max(0, min(lived, 3000))))
    by = dice.pick(tables.STAFF)
    icd = Coded("ICD10", row[2], tables.ICD10[row[2]]) if row[2] else None
    events = []
    for kind in cycle:
        events.append(_event(dice, person, kind, on, row, by, icd))
        latest = on
        on = min(today, on + timedelta(days=dice.between(10, 300)))
    modified = datetime.combine(latest, time(dice.between(13, 21), dice.between(0, 59), dice.between(0, 59)), UTC)
    note = "Reviewed with the patient; see plan." if dice.chance(0.2) else None
    return Condition(number, group, Coded("SNOMED", row[0], row[1]), icd, tuple(events), modified, by, note)


def _event(
    dice: Dice, person: Person, kind: str, on: date, row: ConditionRow, by: str, icd: Coded | None
) -> LifecycleEvent:
    if kind in ("end", "hidden"):
        return LifecycleEvent(kind, on.isoformat())
    if kind == "seen":
        return LifecycleEvent(kind, on.isoformat(), icd=icd if dice.chance(0.6) else None)
    onset = on - timedelta(days=dice.between(0, min(60, (on - person.born).days)))
    lateral = row[0] in ("396275006", "65363002") and dice.chance(0.7)
    return LifecycleEvent(
        kind,
        on.isoformat() if kind == "reactivated" or dice.chance(0.95) else None,
        onset=_onset(dice, person, onset) if kind == "start" and dice.chance(0.6) else None,
        recorded=on,
        by=by if dice.chance(0.7) else None,
        course=row[3] if dice.chance(0.7) else None,
        laterality=dice.pick(("left", "right", "bilateral")) if lateral else None,
        source=dice.pick(("visit", "history")) if dice.chance(0.5) else None,
        note="as told by the patient" if dice.chance(0.1) else None,
    )


def _onset(dice: Dice, person: Person, on: date) -> str:
    """Somebody who cannot remember gives a year, or a month."""
    if "partial dates" in person.traits or dice.chance(0.05):
        return on.isoformat()[: dice.pick((4, 7))]
    return on.isoformat()


def _allergies(dice: Dice, person: Person, today: date) -> tuple[Allergy, ...]:
    home = person.groups[0]
    hives = (Reaction(tables.REACTIONS[0], "Hives", "moderate"),)
    rows: list[tuple[int, tuple[str, str, str | None, str | None], tuple[Reaction, ...] | None]] = []
    if "same allergen twice" in person.traits:
        shock = (Reaction(tables.ANAPHYLAXIS, "Anaphylaxis", "severe"),)
        rows = [(person.groups[0], tables.PENICILLINS, hives), (person.groups[1], tables.PENICILLINS, shock)]
    if "full life cycle" in person.traits:
        rows += [(home, tables.PENICILLINS, hives), (home, tables.ALLERGENS[5], None), (home, tables.IBUPROFEN, ())]
    if "unmapped" in person.traits:
        rows += [(home, tables.LOCAL_ALLERGEN, None), (home, tables.RETIRED_ALLERGEN, ())]
    if "no known drug allergies" in person.traits and len(person.groups) > 1:
        rows += [(home, tables.ALLERGENS[5], None), (person.groups[1], tables.ALLERGENS[6], None)]
    if not rows and not person.traits & {"no known drug allergies", "sparse", "newborn", "no visits", "merged"}:
        rows = [(home, row, None) for row in dice.some(tables.ALLERGENS, dice.pick((0, 0, 1, 1, 2, 3)))]
    return tuple(
        _allergy(dice, person, today, index, group, row, reactions)
        for index, (group, row, reactions) in enumerate(rows)
    )


def _allergy(
    dice: Dice,
    person: Person,
    today: date,
    index: int,
    group: int,
    row: tuple[str, str, str | None, str | None],
    reactions: tuple[Reaction, ...] | None,
) -> Allergy:
    local, name, rxnorm, described = row
    on = today - timedelta(days=dice.between(0, max(0, min(5000, (today - person.born).days))))
    recorded = datetime.combine(min(on + timedelta(days=dice.between(0, 30)), today), time(15, 4, 41), UTC)
    if reactions is None:
        chosen = dice.some(tables.REACTIONS, dice.between(0, 2))
        reactions = tuple(
            Reaction(concept, concept.text, dice.pick(tables.SEVERITIES) if dice.chance(0.7) else None)
            for concept in chosen
        )
        if "unmapped" in person.traits:
            reactions += (Reaction(None, "felt like static", "moderate"),)
    ended = recorded.date() if ("full life cycle" in person.traits and index == 2) or dice.chance(0.08) else None
    return Allergy(
        group,
        Coded("LOCAL", local, name),
        Coded("RXNORM", rxnorm, described or name) if rxnorm else None,
        _onset(dice, person, on) if dice.chance(0.6) else None,
        reactions,
        dice.pick((True, False, None, None)),
        "per old records" if dice.chance(0.2) else None,
        ended,
        recorded,
        dice.pick(tables.STAFF),
    )


def _diagnoses(
    dice: Dice,
    person: Person,
    visits: tuple[Visit, ...],
    conditions: tuple[Condition, ...],
    departments: Mapping[int, Department],
) -> dict[int, tuple[Diagnosis, ...]]:
    found: dict[int, tuple[Diagnosis, ...]] = {}
    for visit in visits:
        if visit.outcome not in ("kept", "arrived") or visit.kind in ("flowsheet", "device"):
            continue
        group = departments[visit.department].group
        own = [one for one in conditions if one.group == group]
        found[visit.number] = tuple(
            _diagnosis(dice, one, rank) for rank, one in enumerate(dice.some(own, dice.between(0, 2)), start=1)
        )
        if "unmapped" in person.traits:
            local = Diagnosis(None, (Coded("ICD9", "780.79", "Other malaise and fatigue"),), None, note="by phone")
            found[visit.number] += (local, Diagnosis(None, (), None))
    return found


def _diagnosis(dice: Dice, condition: Condition, rank: int) -> Diagnosis:
    icd = () if condition.icd10 is None or dice.chance(0.15) else (condition.icd10,)
    concept = condition.concept if condition.concept.system == "SNOMED" else None
    if concept is None and condition.concept.system != "LOCAL":
        icd = (condition.concept,)
    return Diagnosis(concept, icd, rank, None, "stable" if dice.chance(0.2) else None)


def _measurements(dice: Dice, person: Person, visits: tuple[Visit, ...]) -> dict[int, tuple[Measurement, ...]]:
    found: dict[int, tuple[Measurement, ...]] = {}
    office = 0
    for visit in visits:
        if taken := measurements(dice, person, visit, office):
            found[visit.number] = taken
        office += visit.kind == "office" and visit.outcome == "kept"
    return found
