"""People as plain facts, seeded, any number: what every sandbox draws from. No FHIR, no vendor's shape.

    people = population(size=25)
    people.person(1), people.visits(1), people.chart(1)

Person n depends on the seed and n alone, so that nothing is computed before somebody asks. The first people are a
cast (cast.py): each is an example of something. What is known of people: facts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from zlib import crc32

from adapters.population import tables
from adapters.population.cast import CAST, HEAVY, MERGED, Part
from adapters.population.chart import chart
from adapters.population.dice import Dice
from adapters.population.facts import (
    Address,
    Chart,
    Clinician,
    Coded,
    Contact,
    Department,
    Name,
    Person,
    Preferences,
    Visit,
)
from adapters.population.visits import visits

T = TypeVar("T")
Maker = Callable[[Dice, Person, "Population"], T]
"""What is known of one person in one field, such as laboratory results: a function of the person and of its dice."""

SIZE = 25
SEED = 2026
AS_OF = date(2026, 11, 1)
_MERGE_EVERY = 97  # beyond the cast: person 97k is an old number of person 97k - 1
_CHARTS_KEPT = 4096
_PEOPLE_KEPT = 16_384
_ADULT_DAYS = 18 * 365.25


def population(size: int = SIZE, seed: int = SEED, as_of: date = AS_OF, *, heavy: bool = False) -> Population:
    """`size` people, numbered from 1. `as_of` is their today: it fixes ages, past and future visits.

    With `heavy` there is one more, the last, whose trait `heavy` makes a chart of about a thousand resources.
    """
    return Population(size, seed, as_of, heavy=heavy)


class Population:
    """Lazy: starting one costs the same for 25 and for 10,000 people."""

    def __init__(self, size: int, seed: int, as_of: date, *, heavy: bool = False) -> None:
        self.size = size + heavy
        self.heavy = self.size if heavy else None
        self.seed = seed
        self.as_of = as_of
        self.departments: dict[int, Department] = {one.number: one for one in _departments(seed)}
        self.clinicians: dict[int, Clinician] = {one.number: one for one in _clinicians(seed)}
        self._people: dict[int, Person] = {}
        self._visits: dict[int, tuple[Visit, ...]] = {}
        self._chart = lru_cache(maxsize=_CHARTS_KEPT)(self._make_chart)
        self._facts = lru_cache(maxsize=_CHARTS_KEPT)(self._make_facts)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Person]:
        """Everybody, merged-away numbers included."""
        return (self.person(number) for number in range(1, self.size + 1))

    def person(self, number: int) -> Person:
        """LookupError: no such number."""
        if not 1 <= number <= self.size:
            raise LookupError(f"no person {number}")
        found = self._people.get(number)
        if found is None:
            found = self._people[number] = self._make_person(number)
            _bound(self._people, _PEOPLE_KEPT)
        return found

    def made(self) -> frozenset[int]:
        """Numbers of the people who were made and are kept."""
        return frozenset(self._people) | frozenset(self._visits)

    def survivor(self, number: int) -> Person:
        """The person whose record `number` leads to: itself, or the one it was merged into."""
        found = self.person(number)
        return found if found.merged_into is None else self.person(found.merged_into)

    def visits(self, number: int) -> tuple[Visit, ...]:
        found = self._visits.get(number)
        if found is None:
            dice = Dice(self.seed, number, 2)
            made = visits(dice, self.person(number), self.departments, self.clinicians, self.as_of)
            found = self._visits[number] = made
            _bound(self._visits, _CHARTS_KEPT)
        return found

    def chart(self, number: int) -> Chart:
        return self._chart(number)

    def facts(self, number: int, maker: Maker[T]) -> T:
        """What `maker` makes of one person, kept; each maker has dice of its own, so that none disturbs another."""
        found: T = self._facts(number, maker)
        return found

    def _make_facts(self, number: int, maker: Maker[Any]) -> Any:
        salt = crc32(f"{maker.__module__}.{maker.__qualname__}".encode())
        return maker(Dice(self.seed, number, salt), self.person(number), self)

    def _make_chart(self, number: int) -> Chart:
        person = self.person(number)
        return chart(Dice(self.seed, number, 3), person, self.visits(number), self.departments, self.as_of)

    def _make_person(self, number: int) -> Person:
        target = merged_into(number) if number != self.heavy else None
        if target is not None:
            kept = self.person(target)
            name = replace(kept.name, middle=None, given=kept.name.given[:4])
            return replace(kept, number=number, name=name, merged_into=target, previous_numbers=(), traits=_MERGED)
        nexts = (one for one in (number + 1,) if one <= self.size and one != self.heavy)
        old = tuple(one for one in nexts if merged_into(one) == number)
        dice = Dice(self.seed, number, 1)
        part = HEAVY if number == self.heavy else CAST.get(number) or _walk_on(dice)
        return _person(dice, number, part, old, self.as_of, self.departments)


def _bound(kept: dict[int, T], most: int) -> None:
    """The oldest goes: whoever is asked for again is made again, and is the same."""
    if len(kept) > most:
        del kept[next(iter(kept))]


_MERGED = frozenset({"merged"})


def merged_into(number: int) -> int | None:
    if number <= len(CAST):
        return MERGED.get(number)
    return number - 1 if number % _MERGE_EVERY == 0 and number - 1 > len(CAST) else None


def _walk_on(dice: Dice) -> Part:
    """Anybody beyond the cast: the same kinds of people, by chance."""
    sex = dice.pick(("female", "female", "male", "male", "male", "female", "unknown") if dice.chance(0.1) else _SEXES)
    traits = {trait for trait, chance in _CHANCES if dice.chance(chance)}
    age = int(dice.pick((dice.between(0, 6600), dice.between(6600, 20000), dice.between(20000, 35000))))
    department = dice.pick((21, 21, 150) if age < _ADULT_DAYS else (1, 1, 62, 62, 150))
    return Part(age, sex, department, frozenset(traits))


_SEXES = ("female", "male")
_REGISTRATION = {1: 1, 2: 62}  # the department that registers new patients of each chart-sharing group
_CHANCES = (
    ("name with an apostrophe", 0.03),
    ("name with accents", 0.03),
    ("name with a comma", 0.01),
    ("name of several words", 0.02),
    ("suffix", 0.04),
    ("physician suffix", 0.01),
    ("complete", 0.3),
    ("two charts", 0.06),
    ("deceased", 0.04),
    ("declined email", 0.05),
    ("declined race", 0.05),
    ("declined ethnicity", 0.05),
    ("declined language", 0.02),
    ("sparse", 0.02),
    ("prospective", 0.02),
    ("inactive", 0.04),
    ("deleted", 0.01),
    ("restricted", 0.01),
    ("no known drug allergies", 0.2),
    ("no known problems", 0.1),
    ("several races", 0.04),
    ("unmapped", 0.02),
    ("partial dates", 0.05),
    ("name used", 0.04),
)


def _person(
    dice: Dice, number: int, part: Part, old: tuple[int, ...], as_of: date, departments: dict[int, Department]
) -> Person:
    traits = part.traits
    born = as_of - timedelta(days=part.age_days + dice.between(0, 5))
    child = part.age_days < _ADULT_DAYS
    races, race_declined = _races(dice, traits)
    home = departments[part.department].group
    known = Person(
        number=number,
        name=_name(dice, part),
        born=born,
        died=as_of - timedelta(days=dice.between(20, 400)) if "deceased" in traits else None,
        sex=part.sex,
        sex_at_birth=_sex_at_birth(dice, part),
        gender_identity=_gender(dice, part, child),
        gender_identity_text="agender" if "nonbinary" in traits else None,
        pronouns="she/her" if "transgender woman" in traits else "they/them" if "nonbinary" in traits else None,
        races=races,
        race_declined=race_declined,
        ethnicities=_ethnicities(dice, traits),
        ethnicity_declined="declined ethnicity" in traits,
        language=_language(dice, traits),
        language_declined="declined language" in traits,
        marital=_marital(dice, part, child),
        email_declined="declined email" in traits,
        preferences=Preferences(None, True, False, False),
        status=_status(traits),
        restricted="restricted" in traits,
        previous_numbers=old,
        registered=max(born, as_of - timedelta(days=dice.between(400, 4000))),
        registered_at=_REGISTRATION[home] if dice.chance(0.3) else part.department,
        department=part.department if dice.chance(0.9) or "complete" in traits else None,
        groups=(home, 3 - home) if "two charts" in traits else (home,),
        clinician=_clinician(dice, part),
        traits=traits,
    )
    return known if "sparse" in traits else _reachable(dice, known, part, child)


def _reachable(dice: Dice, person: Person, part: Part, child: bool) -> Person:
    """With address, telephones, contacts and what else an office asks for."""
    often = [_often(dice, part.traits) for _ in range(3)]
    address, (home, mobile, work) = _reach(dice, part.department, "complete" in part.traits)
    email = None if person.email_declined or child or not often[0] else f"p{person.number}.{dice.between(10, 99)}"
    return replace(
        person,
        address=address,
        home_phone=home,
        mobile_phone=mobile,
        work_phone=None if child else work,
        email=f"{email}@example.org" if email else None,
        preferences=_preferences(dice, mobile is not None),
        contact=_contact(dice, child, home) if often[1] else None,
        next_of_kin=_contact(dice, child, None) if "complete" in part.traits else None,
        guardian=_name(dice, Part(0, "female", 1, frozenset())) if child else None,
        ssn=_ssn(dice, person.number) if often[2] and not child else None,
    )


def _often(dice: Dice, traits: frozenset[str]) -> bool:
    return dice.chance(0.75) or "complete" in traits


def _name(dice: Dice, part: Part) -> Name:
    awkward = next((rows for trait, rows in tables.AWKWARD_FAMILY.items() if trait in part.traits), None)
    given = dice.pick((tables.AWKWARD_GIVEN if awkward else tables.GIVEN)[part.sex])
    suffix = dice.pick(tables.SUFFIXES) if "suffix" in part.traits else None
    return Name(
        dice.pick(awkward or tables.FAMILY),
        given,
        middle=dice.pick(tables.GIVEN[part.sex])[: dice.pick((1, 20))] if _often(dice, part.traits) else None,
        suffix=tables.PHYSICIAN_SUFFIX if "physician suffix" in part.traits else suffix,
        nickname="Kit" if "complete" in part.traits else None,
        used=dice.pick(tables.GIVEN["female" if "transgender woman" in part.traits else part.sex])
        if "name used" in part.traits
        else None,
    )


def _sex_at_birth(dice: Dice, part: Part) -> str | None:
    if "transgender woman" in part.traits:
        return "male"
    return None if part.sex == "unknown" or (dice.chance(0.15) and "complete" not in part.traits) else part.sex


def _gender(dice: Dice, part: Part, child: bool) -> str | None:
    if "transgender woman" in part.traits:
        return "transgender woman"
    if "nonbinary" in part.traits:
        return "other"
    if child or part.sex == "unknown" or (not dice.chance(0.4) and "complete" not in part.traits):
        return None
    return "undisclosed" if dice.chance(0.05) else {"female": "woman", "male": "man"}[part.sex]


def _races(dice: Dice, traits: frozenset[str]) -> tuple[tuple[Coded, ...], bool]:
    if "declined race" in traits:
        return (), True
    if "several races" in traits:
        return tables.SEVERAL_RACES, False
    if "unmapped" in traits:
        return tables.UNKNOWN_RACE, False
    return (dice.pick(tables.RACES) if _often(dice, traits) and "sparse" not in traits else ()), False


def _ethnicities(dice: Dice, traits: frozenset[str]) -> tuple[Coded, ...]:
    if traits & {"declined ethnicity", "sparse"}:
        return ()
    if "mexican" in traits:
        return (tables.HISPANIC, tables.MEXICAN)
    return dice.pick(tables.ETHNICITIES) if _often(dice, traits) else ()


def _language(dice: Dice, traits: frozenset[str]) -> str | None:
    if traits & {"declined language", "sparse"}:
        return None
    return "spa" if "spanish" in traits else dice.pick(tables.LANGUAGES) if _often(dice, traits) else None


def _marital(dice: Dice, part: Part, child: bool) -> str | None:
    if child or "sparse" in part.traits:
        return None
    if "widowed" in part.traits:
        return "widowed"
    choices = ("married", "partner", "single", "divorced", "separated", "unknown")
    return dice.pick(choices[:3] if "complete" in part.traits else choices)


def _reach(dice: Dice, department: int, complete: bool) -> tuple[Address, tuple[str | None, str | None, str | None]]:
    city, state, postal, area = dice.pick(tables.TOWNS[department])
    line = f"{dice.between(1, 999)} {dice.pick(tables.STREETS)}"
    address = Address(line, dice.pick(tables.UNITS) if dice.chance(0.2) else None, city, state, postal)
    home, mobile, work = (
        f"{area}55501{dice.between(0, 99):02d}" if complete or dice.chance(chance) else None
        for chance in (0.6, 0.85, 0.2)
    )
    return address, (home, mobile, work)


def _preferences(dice: Dice, mobile: bool) -> Preferences:
    channel = dice.pick(("home", "mail", "portal", "mobile" if mobile else None, None))
    return Preferences(channel, dice.chance(0.8), mobile and dice.chance(0.6), dice.chance(0.5))


def _contact(dice: Dice, child: bool, phone: str | None) -> Contact:
    name = Name(dice.pick(tables.FAMILY), dice.pick(tables.GIVEN["female"]))
    return Contact(name, "parent" if child else dice.pick(tables.RELATIONSHIPS), phone)


def _ssn(dice: Dice, number: int) -> str:
    """Area 000 and group 00 are never issued (SSA)."""
    tail = f"{number % 10_000:04d}"
    return f"000{dice.between(10, 99)}{tail}" if number % 2 else f"9{dice.between(10, 99)}00{tail}"


def _status(traits: frozenset[str]) -> str:
    for status in ("deleted", "prospective", "inactive"):
        if status in traits:
            return status
    return "inactive" if "deceased" in traits else "active"


def _clinician(dice: Dice, part: Part) -> int | None:
    if "inactive" in part.traits:
        return 110
    here = [row[0] for row in tables.CLINICIANS if row[4] == part.department and not row[5] & {"room", "deleted"}]
    if "complete" in part.traits:
        return here[0]
    return dice.pick(here) if dice.chance(0.75) else None


def _departments(seed: int) -> Iterator[Department]:
    for number, names, zone, group, line, phone, hidden in tables.DEPARTMENTS:
        city, state, postal, _area = tables.TOWNS[number][0]
        address = Address(line, None, city, state, postal) if line else None
        yield Department(number, names[(seed - SEED) % len(names)], zone, group, address, phone, hidden)


def _clinicians(seed: int) -> Iterator[Clinician]:
    for number, credential, specialty, taxonomy, department, flags in tables.CLINICIANS:
        human = 71 if "same as 71" in flags else number
        dice = Dice(seed, human, 4)
        room = "room" in flags
        sex = dice.pick(_SEXES)
        name = Name(dice.pick(tables.FAMILY), dice.pick(tables.GIVEN[sex]))
        yield Clinician(
            number,
            Name(specialty or "", "") if room else name,
            credential,
            None
            if room or "unlisted" in flags
            else tables.npi(100_000_000 + (seed * 7919 + human * 104_729) % 900_000_000),
            None if room else sex,
            None if room else specialty,
            taxonomy,
            department,
            f"room{number}" if room else f"{name.given[0]}{name.family}".lower(),
            person=not room,
            deleted="deleted" in flags,
            supervisor=71 if "supervised by 71" in flags else None,
        )
