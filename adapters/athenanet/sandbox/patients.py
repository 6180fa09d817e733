"""GET /patients: read, search by any demographic field, enhanced best match."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from weakref import WeakKeyDictionary

from adapters.athenanet.sandbox.answers import JSON, missing, not_found, page
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.patient_record import MARITAL, SEX, ethnicity, language, patient_record, race, sex
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.population.facts import Person

SEARCH_PAGE = 10  # observed
# [assumed] First and last name match from their beginning, without regard to case or accents.
NAMES_MATCH_BY_PREFIX = True
# [assumed] A search that names no status leaves these out; a read still finds them.
HIDDEN_STATUSES = frozenset({"deleted"})
# [assumed] A restricted patient cannot be read either, unless ignorerestrictions is set.
RESTRICTED_READ_IS_404 = True
# [assumed] A department's whole list, in a bigger practice than this, does not say how long it is: then a page of it
# costs no more than itself.
COUNTED = 1_000
LOWEST_SCORE = 16  # of returnbestmatches; [assumed] for the single best match too
MOST_MATCHES = 5
STATUS_LETTERS = {"a": "active", "i": "inactive", "p": "prospective", "d": "deleted"}


def patient(ask: Ask) -> list[JSON]:
    """An array of one. A merged-away id is answered with the survivor, whose patientid differs."""
    number = ask.id("patientid")
    if ask.practice.person(number) is None:
        raise not_found("patient")
    found = ask.practice.people.survivor(number)
    if found.restricted and RESTRICTED_READ_IS_404 and not ask.flag("ignorerestrictions"):
        raise not_found("patient")
    return [patient_record(ask, found)]


def patients(ask: Ask) -> JSON:
    criteria = list(_criteria(ask))
    if not criteria:
        raise missing("lastname")  # [assumed] which field is named when there is no criterion at all
    limit, offset = ask.window(SEARCH_PAGE)
    status = STATUS_LETTERS.get((ask.text("status") or "").lower(), (ask.text("status") or "").lower())
    every = ask.flag("ignorerestrictions")
    matches = (
        row.person
        for row in _rows(ask.practice)
        if (every or not row.person.restricted)
        and (row.person.status == status if status else row.person.status not in HIDDEN_STATUSES)
        and all(test(row) for test in criteria)
    )
    counted = len(ask.practice.people) <= COUNTED or len(criteria) > 1 or ask.text("departmentid") is None
    found = list(matches if counted else islice(matches, offset + limit + 1))
    envelope = page("patients", found, path=ask.path, query=ask.query, limit=limit, offset=offset, counted=counted)
    envelope["patients"] = [patient_record(ask, person) for person in envelope["patients"]]
    return envelope


def enhancedbestmatch(ask: Ask) -> list[JSON]:
    """A bare array of records with a score; at most one unless returnbestmatches is set."""
    ask.require("firstname", "lastname", "dob")
    born = ask.birth()
    least = max(ask.integer("minscore") or LOWEST_SCORE, 1)
    rows = (row for row in _rows(ask.practice) if ask.flag("ignorerestrictions") or not row.person.restricted)
    scored = [(_score(ask, row, born), row.person) for row in rows if row.person.status not in HIDDEN_STATUSES]
    best = sorted((pair for pair in scored if pair[0] >= least), key=lambda pair: (-pair[0], pair[1].number))
    kept = best[: MOST_MATCHES if ask.flag("returnbestmatches") else 1]
    return [{**patient_record(ask, person), "score": score} for score, person in kept]


@dataclass(frozen=True, slots=True)
class Row:
    """A person as the search sees it."""

    person: Person
    family: str
    given: str
    used: str
    phones: tuple[str | None, str | None, str | None]


_ROWS: WeakKeyDictionary[PracticeData, dict[int, Row]] = WeakKeyDictionary()
_ROWS_KEPT = 16_384


def _rows(practice: PracticeData) -> Iterator[Row]:
    """Each made when a search first comes to it; a bounded number is kept while the practice lives."""
    kept = _ROWS.setdefault(practice, {})
    for number in range(1, len(practice.people) + 1):
        row = kept.get(number)
        if row is None:
            person = practice.people.person(number)
            if person.merged_into is not None:
                continue
            row = _row(person)
            if len(kept) < _ROWS_KEPT:
                kept[number] = row
        yield row


def _row(person: Person) -> Row:
    return Row(
        person,
        fold(person.name.family),
        fold(person.name.given),
        fold(person.name.used or person.name.given),
        (person.home_phone, person.mobile_phone, person.work_phone),
    )


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).replace("ł", "l").replace("ø", "o")


Test = Callable[[Row], bool]


def _criteria(ask: Ask) -> Iterator[Test]:
    """One test for each filter of the request. Parameters that are no filter are ignored."""
    for name in ask.query:
        value = ask.text(name)
        if value is None:
            continue
        if name in _DAYS:
            yield _on(name, ask.birth() if name == "dob" else ask.day(name))
        elif name == "departmentid":
            yield _registered(ask.integers("departmentid"))
        elif name in _FILTERS:
            yield _like(_FILTERS[name], value)


def _on(name: str, day: date | None) -> Test:
    pick = _DAYS[name]
    return lambda row: pick(row.person) == day


_DAYS: dict[str, Callable[[Person], date | None]] = {
    "dob": lambda person: person.born,
    "registrationdate": lambda person: person.registered,
    "deceaseddate": lambda person: person.died,
}


def _registered(numbers: set[int]) -> Test:
    return lambda row: row.person.registered_at in numbers or row.person.department in numbers


def _like(test: Callable[[Row, str], bool], value: str) -> Test:
    return lambda row: test(row, value)


def _begins(text: str, value: str) -> bool:
    wanted = fold(value)
    return text.startswith(wanted) if NAMES_MATCH_BY_PREFIX else text == wanted


def _same(text: str | None, value: str) -> bool:
    return text is not None and fold(text) == fold(value)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


_FILTERS: dict[str, Callable[[Row, str], bool]] = {
    "lastname": lambda row, value: _begins(row.family, value),
    "firstname": lambda row, value: _begins(row.given, value),
    "firstnameused": lambda row, value: _begins(row.used, value),
    "altfirstname": lambda row, value: _same(row.person.name.used, value),
    "middlename": lambda row, value: _same(row.person.name.middle, value),
    "preferredname": lambda row, value: _same(row.person.name.nickname, value),
    "suffix": lambda row, value: _same(row.person.name.suffix, value),
    "sex": lambda row, value: _same(sex(row.person), value),
    "assignedsexatbirth": lambda row, value: _same(SEX.get(row.person.sex_at_birth or ""), value),
    "zip": lambda row, value: row.person.address is not None and row.person.address.zip[:5] == value[:5],
    "city": lambda row, value: row.person.address is not None and _same(row.person.address.city, value),
    "state": lambda row, value: row.person.address is not None and _same(row.person.address.state, value),
    "address1": lambda row, value: row.person.address is not None and _same(row.person.address.line, value),
    "email": lambda row, value: _same(row.person.email, value),
    "anyphone": lambda row, value: _digits(value) in row.phones,
    "homephone": lambda row, value: row.phones[0] == _digits(value),
    "mobilephone": lambda row, value: row.phones[1] == _digits(value),
    "workphone": lambda row, value: row.phones[2] == _digits(value),
    "ssn": lambda row, value: row.person.ssn is not None and row.person.ssn == _digits(value),
    "status": lambda row, value: True,  # applied to every search, above
    "language6392code": lambda row, value: _same(language(row.person), value),
    "race": lambda row, value: value in (race(row.person) or ()),
    "ethnicitycode": lambda row, value: _same(ethnicity(row.person), value),
    "maritalstatus": lambda row, value: _same(MARITAL.get(row.person.marital or "", ("",))[0], value),
    "primaryproviderid": lambda row, value: str(row.person.clinician) == value,
    "primarydepartmentid": lambda row, value: str(row.person.department) == value,
}

# what a match adds to the score; name and birth date together make 23, as observed
_WEIGHTS = {"zip": 3, "email": 4, "anyphone": 4, "homephone": 4, "mobilephone": 4, "ssn": 8, "suffix": 1}


def _score(ask: Ask, row: Row, born: date | None) -> int:
    score = 10 if row.person.born == born else 0
    score += 8 if row.family == fold(ask.text("lastname") or "") else 0
    score += 5 if fold(ask.text("firstname") or "") in (row.given, row.used) else 0
    if score == 0:
        return 0
    sent = ((name, ask.text(name)) for name in _WEIGHTS)
    return score + sum(_WEIGHTS[name] for name, value in sent if value and _FILTERS[name](row, value))
