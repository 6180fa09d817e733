"""A person's schedule: when and where, without what was found (chart.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.population import tables
from adapters.population.cast import EXTRAS, Extra, also
from adapters.population.dice import Dice
from adapters.population.facts import Clinician, Department, Person, Visit

_ZONES = {row[2]: ZoneInfo(row[2]) for row in tables.DEPARTMENTS}
HEAVY_VISITS = 30
_EVENING = time(19, 30)  # when it is the next day in UTC already
_UNFINISHED = ("open", "review", "pending", "temporary", "deleted")
_QUIET = {"no visits", "prospective", "merged"}
# US clocks change on these Sundays: local start, and when the booking was made (both instants are awkward in Eastern)
CLOCK_CHANGES = (
    (datetime(2026, 3, 8, 8, 0), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # noqa: DTZ001 - wall time, given its zone below
    (datetime(2025, 11, 2, 9, 15), datetime(2025, 11, 2, 6, 30, tzinfo=UTC)),  # noqa: DTZ001 - likewise
)


def visits(
    dice: Dice,
    person: Person,
    departments: Mapping[int, Department],
    clinicians: Mapping[int, Clinician],
    as_of: date,
) -> tuple[Visit, ...]:
    """All visits of one person, oldest first, numbered from 1."""
    drafts = _ordinary(dice, person, as_of)
    drafts += [(as_of + timedelta(days=extra.days), extra) for extra in EXTRAS.get(person.number, ())]
    if person.number not in EXTRAS and not person.traits & _QUIET and person.died is None:
        drafts += _unkept(dice, person, as_of)
    made = [
        _visit(dice, person, on, draft, _department(person, departments, index), departments, clinicians)
        for index, (on, draft) in enumerate(sorted(drafts, key=lambda draft: draft[0]))
    ]
    if "clock change" in person.traits:
        made += _clock_changes(person, departments, clinicians)
    made.sort(key=lambda visit: visit.start)
    return tuple(_numbered(visit, number) for number, visit in enumerate(made, start=1))


def _ordinary(dice: Dice, person: Person, as_of: date) -> list[tuple[date, Extra]]:
    if person.traits & _QUIET:
        return []
    last = (person.died or as_of) - timedelta(days=1)
    age = (last - person.born).days
    count = 5 if "every vital sign" in person.traits else 4 if "four visits" in person.traits else dice.between(1, 3)
    if "heavy" in person.traits:
        count = HEAVY_VISITS
    gap = max(1, min(age, 900 if count < HEAVY_VISITS else 3650) // (count + 1))
    days = [dice.between(gap * index, gap * (index + 1) - 1) for index in range(count)]
    states = ["closed"] * count
    if also(person.number, 7) and count > 1:
        states[0] = _UNFINISHED[person.number // 7 % len(_UNFINISHED)]  # of the latest
    drafts = zip(days, states, strict=True)
    return [(last - timedelta(days=min(day, age)), Extra(0, "office", "kept", state)) for day, state in drafts]


def _unkept(dice: Dice, person: Person, as_of: date) -> list[tuple[date, Extra]]:
    drafts = []
    if dice.chance(0.4):
        drafts.append((as_of + timedelta(days=dice.between(3, 60)), Extra(0, "office", "booked", "none")))
    if dice.chance(0.2):
        outcome = dice.pick(("cancelled", "no-show"))
        on = max(person.born, as_of - timedelta(days=dice.between(5, 300)))
        drafts.append((on, Extra(0, "office", outcome, "none")))
    return drafts


def _department(person: Person, departments: Mapping[int, Department], index: int) -> Department:
    """Charts in two groups: every second visit is in the other one."""
    home = departments[person.department or person.registered_at]
    if len(person.groups) == 1 or index % 2 == 0:
        return home
    return next(department for department in departments.values() if department.group != home.group)


def _visit(
    dice: Dice,
    person: Person,
    on: date,
    draft: Extra,
    department: Department,
    departments: Mapping[int, Department],
    clinicians: Mapping[int, Clinician],
) -> Visit:
    if draft.clinician is not None:
        department = departments[clinicians[draft.clinician].department]
    clock = time(dice.between(8, 16), dice.pick((0, 15, 30, 45)))
    clock = _EVENING if also(person.number, 11) else clock
    wall = datetime.combine(on, clock, _ZONES[department.zone])
    start = wall.astimezone(UTC)
    minutes = dice.pick((15, 15, 30, 45))
    scheduled = draft.kind in ("office", "video")
    came = draft.outcome in ("kept", "arrived") and scheduled
    staff = [one.number for one in clinicians.values() if one.department == department.number]
    regular = [number for number in staff if clinicians[number].person and not clinicians[number].deleted]
    return Visit(
        number=0,
        person=person.number,
        kind=draft.kind,
        title=draft.title or dice.pick(tables.VISIT_TITLES),
        start=start,
        minutes=minutes,
        department=department.number,
        clinician=draft.clinician or (dice.pick(regular or [71]) if scheduled else None),
        outcome=draft.outcome,
        state=draft.state,
        booked=start - timedelta(minutes=dice.between(60, 40_000)),
        arrived=start - timedelta(minutes=9) if came else None,
        left=start + timedelta(minutes=minutes + 7) if came and draft.outcome == "kept" else None,
        closed=on + timedelta(days=dice.between(0, 2)) if draft.state == "closed" else None,
        room=dice.pick(tables.ROOMS) if came else None,
        reason=dice.pick(tables.CANCELLATIONS) if draft.outcome == "cancelled" else None,
    )


def _clock_changes(
    person: Person, departments: Mapping[int, Department], clinicians: Mapping[int, Clinician]
) -> list[Visit]:
    department = departments[person.department or person.registered_at]
    clinician = next(one.number for one in clinicians.values() if one.department == department.number)
    return [
        Visit(
            number=0,
            person=person.number,
            kind="office",
            title="Weekend Clinic",
            start=wall.replace(tzinfo=_ZONES[department.zone]).astimezone(UTC),
            minutes=30,
            department=department.number,
            clinician=clinician,
            outcome="kept",
            state="closed",
            booked=booked,
            arrived=wall.replace(tzinfo=_ZONES[department.zone]).astimezone(UTC) - timedelta(minutes=5),
            closed=wall.date(),
        )
        for wall, booked in CLOCK_CHANGES
    ]


def _numbered(visit: Visit, number: int) -> Visit:
    object.__setattr__(visit, "number", number)  # not shared yet: cheaper than a copy of every visit
    return visit
