"""Patient.search: a matcher, no filter. Source: Epic Patient search, documentation and captures 2024 to 2026.

It needs an identifier or a minimum of demographics; criteria are scored together, so that a hit can contradict one of
them; names match exactly, by sound and by alias. Addresses don't count. [assumed]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.outcomes import Issue, Refused
from adapters.population import Population
from adapters.population.facts import Person

MOST = 100
"""More hits than these are refused (4127)."""

SCORES = {"family": 4, "given": 3, "birthdate": 4, "sex": 1, "telecom": 3}
BY_SOUND = {"family": 3, "given": 2}
THRESHOLD = 9
"""Points of a hit, and what a criterion that fits brings: [assumed]. That a wrong sex alone loses nobody is seen."""

NAME_IS_GIVEN_AND_FAMILY = True
"""Whether `name=Ada Testcase` counts as given and family. [assumed]"""

SYSTEMS = {
    oids.PATIENT_CEID: "CEID",
    oids.PATIENT_EPIC: "EPIC",
    oids.PATIENT_RECORD: "EXTERNAL",
    oids.PATIENT_EPI: "EPI",
    oids.SSN_OID: "SSN",
}
ID_TYPES = {"CEID": "CEID", "EPIC": "EPIC", "EXTERNAL": "EXTERNAL", "INTERNAL": "EXTERNAL", "EPI": "EPI"} | {
    "MRN": "EPI",
    "SSN": "SSN",
}
_ALIASES = {
    "al": "albert", "andy": "andre", "ben": "benjamin", "bob": "robert", "dan": "daniel", "dave": "david",
    "ed": "edward", "jim": "james", "julie": "julia", "maggie": "mabel", "nate": "nathan", "pete": "peter",
    "ray": "rafael", "sam": "samuel", "tom": "thomas", "vic": "victor", "will": "william",
}  # fmt: skip
_SOUNDS = {
    letter: digit for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters
}


def identifiers(person: Person) -> dict[str, str]:
    """Kind of identifier -> value, as the chart shows them."""
    number = person.number
    found = {
        "CEID": f"SYNCEID{number:08d}",
        "EPIC": f"E{number:04d}",
        "EXTERNAL": f"Z{number:04d}",
        "EPI": f"{200_000 + number}",
    }
    return found | ({"SSN": f"{person.ssn[:3]}-{person.ssn[3:5]}-{person.ssn[5:]}"} if person.ssn else {})


@dataclass(frozen=True, slots=True)
class Known:
    """What a person is scored by."""

    number: int
    family: str
    given: frozenset[str]
    birthdate: str
    sex: str
    telecom: frozenset[str]


class Matcher:
    def __init__(self, people: Population) -> None:
        self._people = people
        self._known: tuple[Known, ...] = ()

    def search(self, asked: Mapping[str, Sequence[str]]) -> tuple[list[int], list[Issue]]:
        """Numbers of the people that fit, the best first, and what to tell beside them. `asked`: native parameters and
        those of the minimum, by name. Raises Refused: nothing asked (59159), more than 100 hits (4127), a range of
        birth dates.
        """
        if not asked:
            raise Refused(Issue("59159", "Patient.search needs an identifier or a minimum of demographics."))
        if len(asked.get("birthdate", ())) > 1:
            raise Refused(Issue("59102", "birthdate is given more than once.", "birthdate"))  # number: [assumed]
        if wanted := [one for value in asked.get("identifier", ()) for one in value.split(",")]:
            return self._shown(self._identified(wanted))
        criteria = _criteria(asked)
        if not _enough(criteria):
            return [], [Issue("59133", "The criteria are fewer than the minimum for a patient search.")]
        scored = [(score, one.number) for one in self._everybody() if (score := _score(one, criteria)) >= THRESHOLD]
        return self._shown(number for _score_, number in sorted(scored, key=lambda one: (-one[0], one[1])))

    def identified(self, token: str) -> list[int]:
        """People of one identifier: `system|value`, `<IDType>|value` or a bare value of any type."""
        return list(dict.fromkeys(self._identified([token])))

    def _shown(self, numbers: Iterator[int]) -> tuple[list[int], list[Issue]]:
        found = list(dict.fromkeys(numbers))
        shown = [number for number in found if not self._people.person(number).restricted]
        if len(shown) > MOST:
            raise Refused(Issue("4127", "More than 100 patients fit; narrow the search."))
        return shown, [Issue("4134")] if len(shown) < len(found) else []

    def _identified(self, tokens: Sequence[str]) -> Iterator[int]:
        for token in tokens:
            name, bar, value = token.rpartition("|")
            kinds = {SYSTEMS.get(name) or ID_TYPES.get(name.upper())} if bar and name else set(ID_TYPES.values())
            for person in self._candidates(value.strip()):
                known = identifiers(person)
                if any(kind in known and _plain(known[kind]) == _plain(value) for kind in kinds if kind):
                    yield person.number

    def _candidates(self, value: str) -> Iterator[Person]:
        """Who could have that value: each kind of identifier holds the person's number, an SSN its last four digits."""
        digits = "".join(one for one in value if one.isdigit())
        number = int(digits[-12:] or 0)
        numbers = {number, number - 200_000, *range(number % 10_000, len(self._people) + 1, 10_000)}
        for one in sorted(numbers):
            if 1 <= one <= len(self._people) and _listed(person := self._people.person(one)):
                yield person

    def _everybody(self) -> tuple[Known, ...]:
        if not self._known:
            self._known = tuple(_known(person) for person in self._people if _listed(person))
        return self._known


def _listed(person: Person) -> bool:
    return person.merged_into is None and person.status != "deleted"


def _known(person: Person) -> Known:
    name = person.name
    given = (one for one in (name.given, name.nickname, name.used) if one)
    reached = (person.home_phone, person.mobile_phone, person.work_phone, person.email)
    return Known(
        person.number,
        _plain(name.family),
        frozenset(_plain(one) for one in given),
        person.born.isoformat(),
        person.sex,
        frozenset(_plain(one) for one in reached if one),
    )


def _criteria(asked: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """One value of each criterion; `name` is ignored beside family or given."""
    found = {name: values[0] for name, values in asked.items() if values}
    if "name" in found and not found.keys() & {"family", "given"} and NAME_IS_GIVEN_AND_FAMILY:
        given, _, family = found["name"].strip().rpartition(" ")
        found |= {"given": given, "family": family} if given else {}
    made = {name: _plain(found[name]) for name in ("family", "given") if found.get(name)}
    if birth := found.get("birthdate", "").removeprefix("eq"):
        made["birthdate"] = birth
    if sex := found.get("legal-sex") or found.get("gender"):
        made["sex"] = sex.rpartition("|")[2]
    if telecom := found.get("phone") or found.get("email") or found.get("telecom"):
        made["telecom"] = _plain(telecom.rpartition("|")[2])
    return made


def _enough(criteria: Mapping[str, str]) -> bool:
    return {"family", "given"} <= criteria.keys() and ("birthdate" in criteria or {"sex", "telecom"} <= criteria.keys())


def _score(one: Known, criteria: Mapping[str, str]) -> int:
    score = 0
    if family := criteria.get("family"):
        score += (
            SCORES["family"] if family == one.family else BY_SOUND["family"] * (_sound(family) == _sound(one.family))
        )
    if given := criteria.get("given"):
        score += SCORES["given"] if given in one.given else BY_SOUND["given"] * _alike(given, one.given)
    for name in ("birthdate", "sex"):
        score += SCORES[name] * (criteria.get(name) == getattr(one, name))
    return score + SCORES["telecom"] * (criteria.get("telecom") in one.telecom)


def _alike(given: str, known: frozenset[str]) -> bool:
    return _ALIASES.get(given) in known or any(_sound(given) == _sound(name) for name in known)


def _plain(text: str) -> str:
    """Letters and digits, without case and accents."""
    bare = (one for one in normalize("NFD", text.casefold()) if not combining(one))
    return "".join(one for one in bare if one.isalnum() or one in "@.")


def _sound(text: str) -> str:
    """American Soundex."""
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return ""
    digits, last = "", _SOUNDS.get(letters[0])
    for letter in letters[1:]:
        digit = _SOUNDS.get(letter)
        if digit and digit != last:
            digits += str(digit)
        if letter not in "hw":
            last = digit
    return f"{letters[0]}{digits:0<3.3}"
