"""Open slots, one appointment or slot by id, and the appointments of a patient.

Slots and bookings share one id space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, not_found, page
from adapters.athenanet.sandbox.appointments import appointment_record, cut_from, is_cut, status, templateid
from adapters.athenanet.sandbox.chart import living
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.population.dice import Dice
from adapters.population.facts import Visit
from adapters.simulator.athena import EASTERN

_OPEN = 50_000_000
_FIRST_DAY = date(2025, 1, 1)
_DAYS = 10_000
# Nobody has visits at these times: what is open never clashes with what is booked.
_STARTS = (time(7, 0), time(7, 30), time(17, 45), time(18, 15))
_MINUTES = 30
_AHEAD, _SOON = 90, 1  # days; without bypassscheduletimechecks nothing earlier or later is shown
_TEMPLATE_DAYS = 60  # how far the practice has laid out its schedule
TEMPLATE_TYPE = ("82", "Any 15")


@dataclass(frozen=True, slots=True)
class Opening:
    """`minutes` of `department`'s wall time from `start`, with one provider."""

    number: int
    provider: int
    department: int
    start: datetime
    minutes: int
    frozen: bool


def open_slots(ask: Ask) -> JSON:
    """Empty unless a reason or a type is named; reason -1 stands for whatever can be scheduled over the web."""
    ask.require("departmentid")
    today = datetime.fromtimestamp(ask.sandbox.clock(), UTC).astimezone(EASTERN).date()
    since = ask.day("startdate") or today
    until = ask.day("enddate") or since + timedelta(days=7)
    if not ask.flag("bypassscheduletimechecks"):
        since, until = max(since, today + timedelta(days=_SOON)), min(until, today + timedelta(days=_AHEAD))
    departments, providers = ask.integers("departmentid"), ask.integers("providerid")
    named = bool(ask.integers("reasonid") & {-1}) or ask.text("appointmenttypeid") == TEMPLATE_TYPE[0]
    rows = [
        one
        for one in (*_openings(ask.practice, today), *_rests(ask, since))
        if named
        and one.department in departments
        and (not providers or one.provider in providers)
        and since <= one.start.date() <= until
        and (not one.frozen or ask.flag("showfrozenslots"))
    ]
    rows.sort(key=lambda one: (one.start, one.number))
    limit, offset = ask.window()
    envelope = page("appointments", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)
    envelope["appointments"] = [_slot(one) for one in envelope["appointments"]]
    return envelope


def _slot(one: Opening) -> JSON:
    """Numbers or text by the slot, as recorded from the real service: duration is text here."""
    text = one.number % 2 == 0
    return {
        "appointmentid": str(one.number) if text else one.number,
        "date": dates.plain(one.start.date()),
        "starttime": one.start.strftime("%H:%M"),
        "duration": str(one.minutes) if text else one.minutes,
        "departmentid": str(one.department) if text else one.department,
        "providerid": str(one.provider) if text else one.provider,
        "localproviderid": one.provider,
        "appointmenttypeid": TEMPLATE_TYPE[0] if text else int(TEMPLATE_TYPE[0]),
        "appointmenttype": TEMPLATE_TYPE[1],
        "patientappointmenttypename": TEMPLATE_TYPE[1],
        "reasonid": ["-1"],
        "frozen": "true" if one.frozen else None,
    }


def _openings(practice: PracticeData, today: date) -> Iterator[Opening]:
    clinicians = [one for one in practice.people.clinicians.values() if not one.deleted]
    for at, one in enumerate(clinicians):
        for ahead in range(_TEMPLATE_DAYS):
            on = today + timedelta(days=ahead)
            dice = Dice(practice.practice.seed, one.number, on.toordinal())
            if on.weekday() >= 5 or not dice.chance(0.3):
                continue
            for index in sorted({dice.between(0, len(_STARTS) - 1) for _ in range(2)}):
                yield _opening(practice, at, on, index)


def _opening(practice: PracticeData, at: int, on: date, index: int) -> Opening:
    clinician = [one for one in practice.people.clinicians.values() if not one.deleted][at]
    number = _OPEN + (at * _DAYS + (on - _FIRST_DAY).days) * len(_STARTS) + index
    start = datetime.combine(on, _STARTS[index], practice.zones[clinician.department])
    return Opening(number, clinician.number, clinician.department, start, _MINUTES, number % 5 == 0)


def _found(ask: Ask, number: int) -> Opening | None:
    today = datetime.fromtimestamp(ask.sandbox.clock(), UTC).astimezone(EASTERN).date()
    cut = cut_from(ask, number)
    if cut is not None and _leaves_a_rest(cut):
        return _rest(ask, cut)
    return next((one for one in _openings(ask.practice, today) if one.number == number), None)


def _leaves_a_rest(visit: Visit) -> bool:
    """[assumed] a cancelled visit gives its whole slot back, under another id."""
    return is_cut(visit) and status(visit) != "x"


def _rests(ask: Ask, since: date) -> Iterator[Opening]:
    """What is left of slots that a short visit was cut out of."""
    for visit in ask.practice.booked((), since):
        if _leaves_a_rest(visit) and visit.start.date() >= since:
            yield _rest(ask, visit)


def _rest(ask: Ask, visit: Visit) -> Opening:
    """[assumed] the slot keeps its number and begins where the visit ends."""
    start = (visit.start + timedelta(minutes=visit.minutes)).astimezone(ask.practice.zones[visit.department])
    return Opening(templateid(visit), visit.clinician or 0, visit.department, start, visit.minutes, frozen=False)


def appointment(ask: Ask) -> list[JSON]:
    """A booking, or a slot that nobody has booked: status o."""
    number = ask.id("appointmentid")
    visit = ask.practice.appointment(number)
    if visit is not None:
        return [appointment_record(ask, visit)]
    found = _found(ask, number)
    if found is None:
        raise not_found("appointment")
    return [{**_slot(found), "appointmentid": str(number), "appointmentstatus": "o"}]


def of_patient(ask: Ask) -> JSON:
    """Without showpast only what is to come, without showcancelled only what still stands."""
    person = living(ask)
    since, until = ask.day("startdate"), ask.day("enddate")
    now = datetime.fromtimestamp(ask.sandbox.clock(), UTC)
    rows = []
    for visit in ask.practice.people.visits(person.number):
        on = visit.start.astimezone(ask.practice.zones[visit.department]).date()
        if visit.kind not in ("office", "video") or (status(visit) == "x" and not ask.flag("showcancelled")):
            continue
        if (visit.start < now and not ask.flag("showpast")) or (since and on < since) or (until and on > until):
            continue
        rows.append(visit)
    if (ask.text("sortorder") or "").lower() == "desc":
        rows.reverse()
    limit, offset = ask.window()
    envelope = page("appointments", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)
    envelope["appointments"] = [appointment_record(ask, visit) for visit in envelope["appointments"]]
    return envelope
