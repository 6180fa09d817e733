"""What was implanted into a person, with the parts of its unique device identifier. `people.facts(number, devices)`

The identifier is GS1's: a device identifier of fourteen digits, then what tells this piece from others of its kind.
https://www.gs1.org/standards/gs1-general-specifications
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population.dice import Dice
from adapters.population.facts import Coded, Person
from adapters.population.procedures import Surgery, procedures

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class Model:
    """`item` is the maker's own number of the model, six digits."""

    kind: Coded
    name: str
    maker: str
    model: str
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`surgery`: number of the operation that implanted it; None where that is not on record."""

    number: int
    group: int
    model: Model
    identifier: str
    lot: str
    serial: str
    made: date
    expires: date
    surgery: int | None
    removed: bool = False

    @property
    def udi(self) -> str:
        """As it is printed for people to read."""
        dates = f"(11){self.made:%y%m%d}(17){self.expires:%y%m%d}"
        return f"(01){self.identifier}{dates}(10){self.lot}(21){self.serial}"


KNEE = Model(
    Coded("SNOMED", "109228008", "Knee joint prosthesis"), "Sample Knee System", "Sample Orthopedics", "K-2", 5911
)
STEM = Model(
    Coded("SNOMED", "468063009", "Coated femoral stem prosthesis, modular"),
    "Sample Hip Stem",
    "Sample Orthopedics",
    "H-7",
    5928,
)
DEFIBRILLATOR = Model(Coded("SNOMED", "19257004", "Defibrillator, device"), "Sample ICD", "Sample Rhythm", "1.0", 13444)
LENS = Model(Coded("LOCAL", "LENS", "Intraocular lens"), "Sample Lens", "Sample Optics", "L20", 20117)
_OF_SURGERY = {"27447": KNEE, "66984": LENS}
_PREFIX = "0950400"  # of GS1's examples
_OLD = 60


def devices(dice: Dice, person: Person, people: Population) -> tuple[Device, ...]:
    """What operations on record left behind, and one from before for the thoroughly known and for some of the old."""
    if person.traits & {"merged", "sparse", "no visits"}:
        return ()
    found: list[tuple[Model, Surgery | None]] = [
        (model, one)
        for one in people.facts(person.number, procedures).surgeries
        if one.code and (model := _OF_SURGERY.get(one.code.code))
    ]
    age = (people.as_of - person.born).days // 365
    if ("complete" in person.traits and age >= 18) or (age >= _OLD and dice.chance(0.2)):
        found.append((dice.pick((STEM, DEFIBRILLATOR)), None))
    today = person.died or people.as_of
    return tuple(_device(dice, person, today, number, *one) for number, one in enumerate(found, start=1))


def _device(dice: Dice, person: Person, today: date, number: int, model: Model, surgery: Surgery | None) -> Device:
    made = today - timedelta(days=dice.between(400, 2500))
    twelve = f"{_PREFIX}{model.item:06d}"
    return Device(
        number=number,
        group=surgery.group if surgery else person.groups[0],
        model=model,
        identifier=f"{twelve}{_check_digit(twelve)}",
        lot=f"{dice.pick('LMN')}{dice.between(100, 999)}",
        serial=f"SN{person.number:04d}{dice.between(100, 999)}",
        made=made,
        expires=made + timedelta(days=5 * 365),
        surgery=surgery.number if surgery else None,
        removed=surgery is None and dice.chance(0.1),
    )


def _check_digit(digits: str) -> int:
    """GS1's: weights 3 and 1 from the right."""
    return -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))) % 10
