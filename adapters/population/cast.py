"""The first people of every population: who shows what. Traits are read by this package and its chart.py.

Names, dates and values still come from the seed; what each of these people is an example of does not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    age_days: int
    sex: str
    department: int
    traits: frozenset[str]


def _part(age: float, sex: str, department: int, *traits: str) -> Part:
    return Part(int(age * 365.25), sex, department, frozenset(traits))


# number: age in years, sex, current department, traits
CAST: dict[int, Part] = {
    1: _part(42.4, "female", 1, "complete", "full life cycle", "four visits"),
    2: _part(67.2, "male", 62, "name with an apostrophe", "physician suffix", "complete"),
    3: _part(0.04, "female", 21, "newborn", "no ssn"),
    4: _part(93.1, "female", 1, "widowed", "partial dates"),
    5: _part(55.6, "female", 1, "two charts", "same allergen twice", "complete"),
    6: _part(78.8, "male", 62, "deceased"),
    7: _part(34.3, "female", 1, "survivor", "complete"),
    8: _part(34.3, "female", 1, "merged"),
    9: _part(29.9, "male", 1, "declined email", "declined race", "declined ethnicity", "declined language"),
    10: _part(8.2, "male", 21, "guardian", "complete"),
    11: _part(31.5, "unknown", 62, "nonbinary", "name with accents"),
    12: _part(22.7, "male", 1, "sparse", "prospective"),
    13: _part(50.1, "male", 1, "inactive"),
    14: _part(61.4, "female", 62, "deleted"),
    15: _part(38.0, "female", 1, "restricted"),
    16: _part(25.3, "female", 62, "no known drug allergies", "no known problems"),
    17: _part(45.9, "male", 1, "several races", "mexican", "partial dates"),
    18: _part(0.78, "female", 21, "guardian"),
    19: _part(36.6, "female", 1, "transgender woman", "name used"),
    20: _part(58.2, "male", 1, "unmapped", "ICD problems"),
    21: _part(71.7, "female", 1, "every vital sign", "odd vital signs"),
    22: _part(15.4, "female", 150, "guardian", "spanish", "mexican"),
    23: _part(40.2, "male", 62, "two charts", "clock change", "no known drug allergies"),
    24: _part(64.5, "male", 150, "dialysis", "name with a comma"),
    25: _part(52.8, "female", 1, "no visits"),
}


def also(number: int, every: int) -> bool:
    """Whether somebody beyond the cast is an example, too, of what is wrong with data: one of `every`. No dice are
    thrown for it, so that what else is known of anybody stays as it is."""
    return number > len(CAST) and number % every == 0


HEAVY = _part(
    64.3, "female", 1, "complete", "heavy"
)  # nobody's number: who is asked for it is the last of a population
MERGED = {8: 7}  # an old number always follows its survivor's


@dataclass(frozen=True, slots=True)
class Extra:
    """A visit that this person has besides the ordinary ones; `days` from the population's date."""

    days: int
    kind: str
    outcome: str
    state: str
    clinician: int | None = None
    title: str | None = None


EXTRAS: dict[int, tuple[Extra, ...]] = {
    1: (
        Extra(-20, "flowsheet", "kept", "closed", title="Blood pressure diary"),
        Extra(-33, "office", "cancelled", "none"),
        Extra(24, "office", "booked", "none"),
    ),
    2: (Extra(-61, "office", "no-show", "none"),),
    4: (
        Extra(-45, "office", "booked", "none"),  # nobody came, nobody said so
        Extra(-900, "office", "kept", "closed", clinician=110),
    ),
    7: (
        Extra(-4, "office", "kept", "review"),
        Extra(-8, "video", "kept", "closed", title="Telehealth Visit"),
        Extra(-12, "office", "kept", "closed", clinician=101, title="Ultrasound"),
    ),
    9: (Extra(-1, "office", "kept", "open"),),
    10: (Extra(-6, "office", "kept", "pending"),),
    13: (Extra(-210, "office", "kept", "deleted"),),
    16: (Extra(-15, "orders", "kept", "temporary", title="Orders"),),
    19: (Extra(12, "office", "booked", "planned"), Extra(-30, "orders", "kept", "closed", title="Orders")),
    20: (Extra(0, "office", "arrived", "open"),),
    24: (
        Extra(-9, "flowsheet", "kept", "closed", title="Dialysis run"),
        Extra(-2, "device", "kept", "none", title="Home readings"),
    ),
}
