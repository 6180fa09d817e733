"""Patient searches: by id, identifier, name, or family name with one thing more, over the practices that are asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from adapters.athena_fhir.sandbox import answers, numbers
from adapters.athena_fhir.sandbox.dialect.dress import IDENTIFIER
from adapters.athena_fhir.sandbox.dialect.patients import SSN
from adapters.athena_fhir.sandbox.houses import House
from adapters.fhir_r4.sandbox.store import Store
from adapters.population.facts import Person
from adapters.simulator.athena import EASTERN

Resource = dict[str, Any]
Test = Callable[[Person], bool]

PATIENT_SYSTEM = f"{IDENTIFIER}patient"


def patients(
    practices: Sequence[House], pairs: Sequence[tuple[str, str]], more: Sequence[Callable[[Resource], bool]]
) -> Iterator[Resource]:
    """Type and id of each. People are looked through as facts; the resource is written only where `more`, or the time
    of its last change, has to be seen."""
    given = dict(pairs)
    tests = [_test(name, value) for name, value in pairs if name not in ("_id", "_lastUpdated")]
    updated = [(name, value) for name, value in pairs if name == "_lastUpdated"]
    for house in practices:
        for person in _candidates(house, given):
            if all(test(person) for test in tests) and _passes(house, person, updated, more):
                id_ = numbers.made(house.practice.practiceid, "patient", person.number)
                yield {"resourceType": "Patient", "id": id_}


def _passes(
    house: House,
    person: Person,
    updated: Sequence[tuple[str, str]],
    more: Sequence[Callable[[Resource], bool]],
) -> bool:
    if not updated and not more:
        return True
    found = house.patient(person.number)
    return all(test(found) for test in more) and bool(Store([found], zone=EASTERN).search("Patient", updated))


def _candidates(house: House, given: dict[str, str]) -> Iterator[Person]:
    ids = given.get("_id") or _own_ids(given.get("identifier", ""))
    if not ids:
        yield from house.everybody()
        return
    for id_ in ids.split(","):
        id_ = id_.rpartition("/")[2]
        number = numbers.person_of("Patient", id_)
        if number is not None and numbers.practice_of(id_) == house.practice.practiceid:
            found = house.person(number)
            if found is not None:
                yield found


def _own_ids(identifier: str) -> str:
    """The ids in an identifier of athena's own system."""
    values = (one.rpartition("|") for one in identifier.split(","))
    found = [value for system, _, value in values if system in ("", PATIENT_SYSTEM) and value.startswith("a-")]
    return ",".join(found) if len(found) == len(identifier.split(",")) else ""


def _test(name: str, value: str) -> Test:
    plain, _, modifier = name.partition(":")
    values = value.split(",")
    if plain == "birthdate":
        return lambda person: any(_born(person, one) for one in values)
    if plain == "gender":
        return lambda person: person.sex in values
    if plain == "identifier":
        return lambda person: any(_identified(person, one) for one in values)
    words = _WORDS.get(plain)
    if words is None:
        raise answers.invalid("The search parameter is not supported.", plain)
    exact = modifier == "exact"
    return lambda person: any(_named(words(person), one, exact) for one in values)


_WORDS: dict[str, Callable[[Person], list[str]]] = {
    "family": lambda person: [person.name.family],
    "given": lambda person: [one for one in (person.name.given, person.name.middle, person.name.used) if one],
    "name": lambda person: [*_WORDS["given"](person), person.name.family, *([person.name.suffix or ""])],
}


def _named(words: list[str], value: str, exact: bool) -> bool:
    """Each word of the value begins one of the person's; a whole name begins as one, too."""
    if exact:
        return value in words
    asked, known = folded(value), [folded(one) for one in words if one]
    return any(one.startswith(asked) for one in known) or (
        " " in asked and all(any(one.startswith(part) for one in known) for part in asked.split())
    )


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _born(person: Person, value: str) -> bool:
    prefix, text = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    born = person.born.isoformat()[: len(text)]
    order = {"eq": born == text, "ne": born != text, "gt": born > text, "ge": born >= text, "lt": born < text}
    order |= {"le": born <= text, "sa": born > text, "eb": born < text}
    if prefix not in order or len(text) not in (4, 7, 10):
        raise answers.invalid("The date cannot be read.", "birthdate")
    return order[prefix]


def _identified(person: Person, value: str) -> bool:
    system, _, code = value.rpartition("|")
    if system in ("", PATIENT_SYSTEM) and code.startswith("a-"):
        return numbers.person_of("Patient", code) == person.number
    return system in ("", SSN) and person.ssn is not None and person.ssn == code.replace("-", "")
