"""The facts of one person from several EHRs -> what differs: which fact, at which EHR, in which way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.parity.facts import Record

NOT_SERVED = "not served"
MISSING = "missing"
ALONE = "only here"
LESS = "less"
MORE = "more"
LETTERS = "other letters"
OTHER = "other"
WAYS = (NOT_SERVED, MISSING, ALONE, LESS, MORE, LETTERS, OTHER)

RECORD = "a record"
IN_ERROR = "a record entered in error"
"""The facts that there is one."""


class Differs(NamedTuple):
    """`kind`: a type, of some with their category. `way`: one of WAYS, seen from what most of the EHRs have."""

    kind: str
    fact: str
    vendor: str
    way: str


@dataclass(frozen=True, slots=True)
class Example:
    """`common`: what most have, `here`: what this one has."""

    differs: Differs
    key: str
    common: Any
    here: Any


Group = tuple[str, set[str], dict[str, list[Record]]]
"""A day, names that mean the same, and who has which records of them."""

Held = Mapping[str, Sequence[Record]]
"""The records of one person by vendor."""


def differences(held: Held, unserved: Mapping[str, frozenset[str]]) -> Iterator[Example]:
    """`unserved`: of each vendor the types that it does not serve."""
    for kind in sorted({one.kind for each in held.values() for one in each}):
        serving = [vendor for vendor in held if kind.partition(",")[0] not in unserved[vendor]]
        yield from (
            Example(Differs(kind, RECORD, one, NOT_SERVED), "", None, None) for one in held if one not in serving
        )
        of_kind = {vendor: [one for one in held[vendor] if one.kind == kind] for vendor in serving}
        for group in same(of_kind):
            yield from _of_record(kind, group)


def same(held: Held) -> Iterator[Mapping[str, Record | None]]:
    """The same record of every vendor: those of one day that share a name, and of these the most alike."""
    groups: list[Group] = []
    for vendor, records in held.items():
        for record in records:
            joined: Group = (record.when, set(record.names), {each: [] for each in held})
            for group in [each for each in groups if each[0] == record.when and each[1] & joined[1]]:
                groups.remove(group)
                joined[1].update(group[1])
                for each, known in group[2].items():
                    joined[2][each] += known
            joined[2][vendor].append(record)
            groups.append(joined)
    for _, _, alike in sorted(groups, key=lambda group: (group[0], sorted(group[1]))):
        yield from _one_by_one(alike)


def _one_by_one(alike: Mapping[str, list[Record]]) -> Iterator[Mapping[str, Record | None]]:
    """Beside each record of who tells most of their days, the likeliest of every other vendor; then what is left."""
    first = max(
        alike, key=lambda vendor: (sum(len(DAYS & one.facts.keys()) for one in alike[vendor]), len(alike[vendor]))
    )
    if not alike[first]:
        first = max(alike, key=lambda vendor: len(alike[vendor]))
    found: list[dict[str, Record | None]] = [dict.fromkeys(alike) | {first: record} for record in alike[first]]
    left = {vendor: list(records) for vendor, records in alike.items() if vendor != first} | {first: []}
    for vendor, records in alike.items():
        for at, record in _pairs(alike[first], records) if vendor != first else ():
            found[at][vendor] = record
            left[vendor].remove(record)
    yield from found
    if any(left.values()):
        yield from _one_by_one({vendor: left[vendor] for vendor in alike})


def _pairs(records: Sequence[Record], others: Sequence[Record]) -> Iterator[tuple[int, Record]]:
    """Which of `records` each of the others is, the likeliest first."""
    costs = sorted((_unlike(one, other), at, by) for at, one in enumerate(records) for by, other in enumerate(others))
    taken: set[int] = set()
    given: set[int] = set()
    for _, at, by in costs:
        if at not in taken and by not in given:
            taken.add(at)
            given.add(by)
            yield at, others[by]


def _unlike(record: Record, other: Record) -> int:
    facts = {fact for fact in {*record.facts, *other.facts} if record.facts.get(fact) != other.facts.get(fact)}
    return len(facts) + TELLING * len(facts & DAYS)


DAYS = frozenset({"day", "date", "issued", "recorded", "start", "effective"})
TELLING = 4
"""How much more a day says of two records being the same than what else is in them."""


def _of_record(kind: str, held: Mapping[str, Record | None]) -> Iterator[Example]:
    known = {vendor: one for vendor, one in held.items() if one is not None}
    key = ", ".join(sorted({name for one in known.values() for name in one.names} - {""}))
    if "category" in next(iter(known.values())).facts and kind == "Observation":
        usual = common([one.facts.get("category") for one in known.values()])
        kind = f"{kind}, {', '.join(sorted(usual))}"
    there = IN_ERROR if any(_in_error(one) for one in known.values()) else RECORD
    if len(known) * 2 < len(held):
        yield from (Example(Differs(kind, there, each, ALONE), key, None, "") for each in known)
        return
    yield from (Example(Differs(kind, there, each, MISSING), key, "", None) for each in held if each not in known)
    for fact in sorted({fact for one in known.values() for fact in one.facts}):
        values = {each: one.facts.get(fact) for each, one in known.items()}
        usual = common(list(values.values()))
        for vendor, value in values.items():
            if value != usual:
                yield Example(Differs(kind, fact, vendor, way(usual, value)), key, usual, value)


def _in_error(one: Record) -> bool:
    return "entered-in-error" in (one.facts.get("status"), one.facts.get("verification status"))


def common(values: Sequence[Any]) -> Any:
    """What most have; of as many, the one that is something, then the one that comes first."""
    counted = Counter(map(_written, values))
    best = max(counted.values())
    likely = [value for value in values if counted[_written(value)] == best]
    return next((value for value in likely if value is not None), None)


def way(usual: Any, here: Any) -> str:
    """How a value differs from the usual one."""
    if usual is None or here is None:
        return MISSING if here is None else ALONE
    if isinstance(usual, frozenset) and isinstance(here, frozenset) and (here < usual or usual < here):
        return LESS if here < usual else MORE
    if isinstance(usual, str) and isinstance(here, str) and usual.casefold() == here.casefold():
        return LETTERS
    return OTHER


def _written(value: Any) -> str:
    if isinstance(value, frozenset):
        return repr(sorted(map(_written, value)))
    return repr(value)
