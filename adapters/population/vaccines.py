"""Vaccines of a person: given here, given elsewhere and told, refused, declined, ordered only, deleted."""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import Coded, PartialDate, Person

if TYPE_CHECKING:
    from adapters.population import Population

HEAVY = 30
REFUSALS = ("Patient decision", "Religious exemption", "Parental decision")
EGG = Coded("SNOMED", "213020009", "Egg protein allergy")
DECLINED = Coded("SNOMED", "591000119102", "Vaccine declined by patient")


@dataclass(frozen=True, slots=True)
class Product:
    """`cvx` as a number, as it is often kept; `maker` an MVX code; `amount` in `unit`."""

    cvx: int | None
    name: str
    family: str
    maker: str | None
    ndc: str | None
    route: str | None
    site: str | None
    amount: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccine:
    """`kind` given here (clinical) or elsewhere (historical). `state`: given, partly given, refused, declined,
    contraindicated, ordered, deleted."""

    number: int
    group: int
    kind: str
    state: str
    product: Product
    on: PartialDate | None
    entered: date
    by: str
    lot: str | None = None
    expires: date | None = None
    given_by: str | None = None
    ordered_by: str | None = None
    why: str | None = None
    reason: Coded | None = None
    note: str | None = None


# product, youngest, oldest
ROWS: tuple[tuple[Product, int, int], ...] = (
    (Product(8, "hepatitis B, adolescent or pediatric", "hepatitis B", "MSD", "00006498100", "IM", "left thigh", "0.5", "mL"), 0, 18),
    (Product(20, "DTaP", "DTaP", "SKB", "58160081011", "IM", "right thigh", "0.5", "mL"), 0, 7),
    (Product(3, "MMR", "measles, mumps and rubella", "MSD", "00006468100", "SC", "left arm", "0.5", "mL"), 1, 60),
    (Product(119, "rotavirus, monovalent", "rotavirus", "SKB", None, "PO", "oral", "1", "mL"), 0, 1),
    (Product(140, "influenza, seasonal, injectable, preservative free", "influenza", "SKB", "58160087952", "IM", "left deltoid", "0.50", "mL"), 3, 120),
    (Product(149, "influenza, live, intranasal, quadrivalent", "influenza", "MED", None, "NASAL", None, "0.2", "mL"), 2, 49),
    (Product(115, "Tdap", "Tdap", "PMC", "49281040010", "IM", "right deltoid", "0.5", "mL"), 11, 120),
    (Product(213, "SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED", "COVID-19", None, None, None, None, None, None), 5, 120),
    (Product(33, "pneumococcal polysaccharide PPV23", "pneumococcal", "MSD", None, "IM", "L arm", "0.5", "mL"), 60, 120),
)  # fmt: skip
UNCODED = Product(
    None, "smallpox, a long time ago", "smallpox", None, None, None, "upper arm, says the patient", "1", "drop"
)
ODD = Product(9999, "travel vaccine of another country", "other", "ZZZ", None, "SCARIFICATION", "L arm", "one", "vial")


def vaccines(dice: Dice, person: Person, people: Population) -> tuple[Vaccine, ...]:
    """All of one person, numbered from 1."""
    if person.traits & {"sparse", "merged"}:
        return ()
    today = person.died or people.as_of
    age = (today - person.born).days // 365
    rows = [row[0] for row in ROWS if row[1] <= age <= row[2]]
    count = HEAVY if "heavy" in person.traits else dice.between(0, 3) + (2 if age < 18 else 0)
    made = [_vaccine(dice, person, today, people, dice.pick(rows)) for _ in range(count)]
    if "full life cycle" in person.traits:
        states = ("given", "partly given", "refused", "declined", "contraindicated", "ordered", "deleted")
        made += [_vaccine(dice, person, today, people, dice.pick(rows), state) for state in states]
    if "unmapped" in person.traits:
        plain = _vaccine(dice, person, today, people, UNCODED, "given")
        made += [replace(plain, kind="historical", on=None), replace(plain, product=ODD, kind="historical", on="1961")]
    return tuple(replace(one, number=number) for number, one in enumerate(made, start=1))


def _vaccine(
    dice: Dice, person: Person, today: date, people: Population, product: Product, state: str | None = None
) -> Vaccine:
    on = today - timedelta(days=dice.between(0, min(4000, (today - person.born).days)))
    group = dice.pick(person.groups)
    here = [one.username for one in people.clinicians.values() if one.person and not one.deleted]
    state = state or dice.pick(("given", "given", "given", "given", "given", "refused", "ordered"))
    if state == "given" and dice.chance(0.4):
        exact = "partial dates" not in person.traits and dice.chance(0.4)
        told = on.isoformat() if exact else on.isoformat()[: dice.pick((4, 7))]
        return Vaccine(
            number=0, group=group, kind="historical", state=state, product=replace(product, ndc=None), on=told,
            entered=min(today, on + timedelta(days=dice.between(0, 400))), by=dice.pick(tables.STAFF),
        )  # fmt: skip
    given = state in ("given", "partly given", "deleted")
    return Vaccine(
        number=0, group=group, kind="clinical", state=state, product=product, on=on.isoformat(), entered=on,
        by=dice.pick(here), lot=f"{dice.pick('ABCX')}{dice.between(1000, 9999)}" if given else None,
        expires=on + timedelta(days=dice.between(20, 500)) if given else None,
        given_by=dice.pick((*here[:2], "T. Nurse, RN")) if given else None, ordered_by=dice.pick(here),
        why=dice.pick(REFUSALS) if state == "refused" else None,
        reason={"declined": DECLINED, "contraindicated": EGG}.get(state),
        note="asks again next year" if state in ("refused", "declined") else None,
    )  # fmt: skip
