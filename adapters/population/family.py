"""Who pays for a person's care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import Address, Name, Person

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class Guarantor:
    """`patient_is` what the person is to the guarantor: self, child, spouse, or ward."""

    name: Name
    patient_is: str
    born: date | None = None
    address: Address | None = None  # None: the person's own
    phone: str | None = None
    email: str | None = None


def guarantor(dice: Dice, person: Person, people: Population) -> Guarantor:
    """Adults pay themselves, or their spouses do; for a child its guardian does."""
    if person.guardian is not None:
        is_ward = dice.chance(0.1)
        born = person.born - timedelta(days=dice.between(20 * 365, 40 * 365))
        return Guarantor(person.guardian, "ward" if is_ward else "child", born, phone=person.home_phone)
    if person.marital in ("married", "partner") and dice.chance(0.4):
        name = Name(dice.pick((person.name.family, dice.pick(tables.FAMILY))), dice.pick(tables.GIVEN["female"]))
        born = person.born + timedelta(days=dice.between(-2000, 2000))
        email = f"payer{person.number}@example.org" if dice.chance(0.5) else None
        return Guarantor(name, "spouse", born, _elsewhere(dice, person), person.mobile_phone, email)
    return Guarantor(person.name, "self")


def _elsewhere(dice: Dice, person: Person) -> Address | None:
    """Not everybody lives with the spouse who pays."""
    if person.address is None or dice.chance(0.6):
        return None
    town = dice.pick(tables.TOWNS[person.registered_at])
    return Address(f"{dice.between(1, 999)} {dice.pick(tables.STREETS)}", None, town[0], town[1], town[2])
