"""Who cares for a person besides the practice: people and places of a nationwide directory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import Address, Name, Person

if TYPE_CHECKING:
    from adapters.population import Population

PEOPLE = range(4001, 4010)
_SALT = 40
# number: name, kind, address line, town, state, zip, telephone, number in the directory of pharmacies
_PLACES: dict[int, tuple[str, str, str, str, str, str, str | None, str | None]] = {
    11001: ("Sample Lab", "laboratory", "1 Assay Way", "Boston", "MA", "02110", "6175550111", None),
    11002: ("Mountain Reference Laboratory", "laboratory", "200 Titration Blvd", "Denver", "CO", "80202", None, None),
    11101: ("Harbor Imaging", "imaging", "8 Pier Rd", "Boston", "MA", "02110", "6175550112", None),
    11201: ("Riverside Cardiology Associates", "practice", "3 Sinus St", "Boston", "MA", "02118", "6175550113", None),
    11301: ("Sample Medical Supply", "supplier", "40 Walker Ave", "Denver", "CO", "80202", "3035550114", None),
    11401: ("Corner Drug #12", "pharmacy", "12 Corner St", "Boston", "MA", "02110", "6175550115", "2299001"),
    11402: ("Riverbend Pharmacy", "pharmacy", "2 Bend Rd", "Springfield", "MA", "01103", None, "2299002"),
}
_SPECIALTIES = (("Cardiology", "207RC0000X"), ("Physical Therapy", "225100000X"), ("Ophthalmology", "207W00000X"), None)
# code and words of the part that a member has in the care; codes are a practice's own
_ROLES = {
    "primary": ("18", "Primary care provider"),
    "Cardiology": ("31", "Cardiologist"),
    "Physical Therapy": ("44", "Physical therapist"),
    "Ophthalmology": ("52", "Eye doctor"),
    "pharmacy": ("7", "Pharmacy"),
}


@dataclass(frozen=True, slots=True)
class Outsider:
    """A person, or a place where `person` is None."""

    number: int
    name: str
    person: Name | None
    specialty: str | None
    taxonomy: str | None
    npi: str | None
    address: Address | None
    phone: str | None
    pharmacy: str | None = None  # NCPDP number


@dataclass(frozen=True, slots=True)
class Member:
    """`role` is code and words; None where nobody chose one."""

    number: int
    group: int
    outsider: int
    role: tuple[str, str] | None


@lru_cache(maxsize=256)
def outsider(seed: int, number: int) -> Outsider | None:
    """Who has this number in the directory."""
    if number in _PLACES:
        name, _kind, line, town, state, postal, phone, pharmacy = _PLACES[number]
        return Outsider(number, name, None, None, None, None, Address(line, None, town, state, postal), phone, pharmacy)
    if number not in PEOPLE:
        return None
    dice = Dice(seed, number, _SALT)
    who = Name(dice.pick(tables.FAMILY), dice.pick(tables.GIVEN[dice.pick(("female", "male"))]))
    special = _SPECIALTIES[number % len(_SPECIALTIES)]
    city, state, postal, area = dice.pick(tables.TOWNS[1])
    reached = dice.chance(0.8)
    return Outsider(
        number,
        f"{who.given} {who.family}",
        who,
        special[0] if special else None,
        special[1] if special else None,
        tables.npi(200_000_000 + number * 104_729) if dice.chance(0.8) else None,
        Address(f"{dice.between(1, 99)} {dice.pick(tables.STREETS)}", None, city, state, postal) if reached else None,
        f"{area}55501{number % 100:02d}" if reached else None,
    )


def care_team(dice: Dice, person: Person, people: Population) -> tuple[Member, ...]:
    """The members of each chart's team; a team may have none."""
    if person.traits & {"sparse", "merged", "no visits"}:
        return ()
    chosen = dice.some(PEOPLE, 3 if "complete" in person.traits else dice.between(0, 2))
    made = [
        Member(index, dice.pick(person.groups), who, _role(people.seed, who)) for index, who in enumerate(chosen, 1)
    ]
    if person.clinician is None and dice.chance(0.5):
        made.append(Member(len(made) + 1, person.groups[0], 4003, _ROLES["primary"]))
    if dice.chance(0.4) or "complete" in person.traits:
        made.append(Member(len(made) + 1, person.groups[-1], 11401, _ROLES["pharmacy"]))
    return tuple(made)


def _role(seed: int, number: int) -> tuple[str, str] | None:
    found = outsider(seed, number)
    return _ROLES.get(found.specialty or "") if found else None
