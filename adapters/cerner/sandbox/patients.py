"""Patient searches: over the facts of people, so that nobody's chart is made to find who is not meant.

Source: Millennium FHIR R4, Patient. Each criterion once and with one value; strings from their beginning; a merged
record is found by its id only; over 1000 matches are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date

from adapters.cerner.sandbox.answers import too_many
from adapters.cerner.sandbox.asking import Asked
from adapters.cerner.sandbox.dialect.patient import COMMUNITY_OID, OID
from adapters.cerner.sandbox.ids import PATIENT
from adapters.population import Population
from adapters.population.facts import Person

MOST = 1000

Test = Callable[[Person, str], bool]


def matching(people: Population, query: Asked) -> list[int]:
    """Numbers of the people who meet every criterion. Raises Declined (422)."""
    tests = [(_TESTS[name], values[0]) for name, values in query.values.items() if name in _TESTS]
    found = [
        one.number
        for one in people
        if one.status != "deleted" and one.merged_into is None and all(test(one, value) for test, value in tests)
    ]
    if len(found) > MOST:
        raise too_many()
    return found


def folded(text: str) -> str:
    """Without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _begins(value: str, *texts: str | None) -> bool:
    return any(folded(text).startswith(folded(value)) for text in texts if text)


def _name(one: Person, value: str) -> bool:
    name = one.name
    return _begins(value, name.family, name.given, name.middle, name.nickname, name.used, f"{name.given} {name.family}")


def _digits(text: str | None) -> str:
    return "".join(filter(str.isdecimal, text or ""))


def _phone(one: Person, value: str) -> bool:
    return _digits(value) in {number for number in (one.home_phone, one.mobile_phone, one.work_phone) if number}


def _identifier(one: Person, value: str) -> bool:
    """By number and OID, or by number alone; the SSN is found, though it is never shown."""
    system, _, number = value.rpartition("|")
    known = {
        OID: f"{one.number:06d}",
        COMMUNITY_OID: f"C{one.number:06d}" if (PATIENT + one.number) % 2 == 0 else None,
        "http://hl7.org/fhir/sid/us-ssn": one.ssn,
    }
    wanted = [known.get(system)] if system else list(known.values())
    return _bare(number) in {_bare(each) for each in wanted if each}


def _bare(number: str) -> str:
    """A record number may be asked for with or without its zeros and dashes."""
    return number.replace("-", "").lstrip("0")


def _birthdate(one: Person, value: str) -> bool:
    prefix, day = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    day = day[:10]
    if prefix == "eq":
        return one.born.isoformat().startswith(day)
    try:
        at = date.fromisoformat(f"{day}-01-01"[:10] if len(day) == 4 else f"{day}-01"[:10])
    except ValueError:
        return False
    return _COMPARED[prefix](one.born, at)


_COMPARED: dict[str, Callable[[date, date], bool]] = {
    "ge": lambda born, at: born >= at,
    "gt": lambda born, at: born > at,
    "le": lambda born, at: born <= at,
    "lt": lambda born, at: born < at,
}
_TESTS: dict[str, Test] = {
    "name": _name,
    "family": lambda one, value: _begins(value, one.name.family),
    "given": lambda one, value: _begins(value, one.name.given, one.name.middle, one.name.used),
    "gender": lambda one, value: one.sex == value,
    "birthdate": _birthdate,
    "phone": _phone,
    "email": lambda one, value: folded(one.email or "") == folded(value),
    "address-postalcode": lambda one, value: one.address is not None and _begins(value, one.address.zip),
    "identifier": _identifier,
}
