"""Orders of visits, and the laboratory and imaging results of a person: what was asked for and what came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from adapters.population import result_tables as tables
from adapters.population.dice import Dice
from adapters.population.facts import Coded, Diagnosis, Person, Visit

if TYPE_CHECKING:
    from adapters.population import Population

HEAVY_REPORTS = 12
"""Laboratory reports, each of a whole panel, that somebody with the trait `heavy` has besides the ordinary ones."""


SHOWCASE = frozenset({"full life cycle", "unmapped"})
"""Traits of people who have an order of each kind, and results that are awkward in each way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`kind`: lab, imaging, procedure, referral, equipment, other; prescription, vaccine and leaflet are orders, too.

    `state`: draft, sent, waiting, done, deleted, declined. `diagnoses` are places in the visit's list.
    """

    number: int
    visit: int
    kind: str
    title: str
    codes: tuple[Coded, ...]
    state: str
    at: datetime
    by: str
    clinician: int | None
    urgent: bool
    due: date | None
    diagnoses: tuple[int, ...]
    to: tuple[int, str] | None = None  # who is to do it: number and name in a directory of facilities
    declined: str | None = None
    note: str | None = None
    outside: bool = False  # written down only: somebody else ordered it


@dataclass(frozen=True, slots=True)
class Laboratory:
    number: int
    name: str
    line: str
    city: str
    state: str
    zip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """`value`, `unit`, `range` and `status` as the laboratory wrote them."""

    name: str
    local: str | None
    loinc: str | None
    described: str | None
    value: str | None
    unit: str | None
    range: str | None
    flag: str | None
    status: str | None
    on: datetime | None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`timed`: the hour of `on` is known. `state` of the paper: closed, review, entry, deleted. `copy_of`, `replaces`:
    number of another report of the same person. `manual`: typed from a form, not sent by a laboratory."""

    number: int
    department: int
    visit: int | None
    order: int | None
    title: str
    loinc: str | None
    on: datetime | None
    timed: bool
    received: datetime | None
    reported: datetime | None
    filed: datetime
    status: str | None
    state: str
    laboratory: Laboratory | None
    clinician: int | None
    reviewed: bool
    accession: str | None
    analytes: tuple[Analyte, ...]
    pages: int
    manual: bool = False
    comment: str | None = None
    conclusion: str | None = None
    copy_of: int | None = None
    replaces: int | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An imaging study's report: `text`, scanned `pages`, or both."""

    number: int
    department: int
    visit: int | None
    order: int | None
    title: str
    on: datetime | None
    timed: bool
    filed: datetime
    status: str | None
    state: str
    clinician: int | None
    accession: str | None
    facility: int | None
    text: str | None
    conclusion: str | None
    pages: int
    original: bool
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    orders: tuple[Order, ...]
    reports: tuple[Report, ...]
    images: tuple[Image, ...]


def results(dice: Dice, person: Person, people: Population) -> Results:
    """A Maker. Orders are numbered in the order of their visits; results by themselves, each from 1."""
    if "merged" in person.traits:
        return Results((), (), ())
    made = _Making(dice, person, people)
    for visit in people.visits(person.number):
        if visit.outcome in ("kept", "arrived") and visit.kind in ("office", "video", "orders"):
            made.visit(visit)
    for _ in range(HEAVY_REPORTS if "heavy" in person.traits else dice.pick((0, 0, 0, 1))):
        made.unasked()
    if person.traits & SHOWCASE:
        made.awkward()
    return Results(tuple(made.orders), tuple(made.reports), tuple(made.images))


class _Making:
    """What was made of one person so far."""

    def __init__(self, dice: Dice, person: Person, people: Population) -> None:
        self.dice, self.person, self.people = dice, person, people
        self.orders: list[Order] = []
        self.reports: list[Report] = []
        self.images: list[Image] = []

    def visit(self, visit: Visit) -> None:
        dice, diagnoses = self.dice, self.people.chart(self.person.number).diagnoses.get(visit.number, ())
        shown = bool(self.person.traits & SHOWCASE) and not self.orders
        kinds: tuple[str, ...] = tables.ORDER_KINDS
        if not shown:
            kinds = tuple(dice.pick(tables.ORDERED) for _ in range(dice.pick((0, 1, 1, 2, 3))))
        if "heavy" in self.person.traits:
            kinds = (*kinds, *("lab", "imaging", "procedure"))
        for kind in kinds:
            order = self._order(visit, kind, diagnoses)
            if shown and kind in ("lab", "imaging"):
                order = replace(order, state="done", declined=None)
            self.orders.append(order)
            if order.state in ("done", "waiting") and kind == "lab":
                self.reports.append(self._report(dice.pick(tables.PANELS), order.at, visit, order))
            elif order.state in ("done", "waiting") and kind == "imaging":
                self.images.append(self._image(order.at, visit, order))

    def unasked(self) -> None:
        """A report that nobody here ordered: from a hospital, or of before."""
        today = self.person.died or self.people.as_of
        age = max(1, min((today - self.person.born).days, 2500))
        on = today - timedelta(days=self.dice.between(1, age))
        at = datetime.combine(on, time(self.dice.between(12, 20), self.dice.between(0, 59)), UTC)
        heavy = "heavy" in self.person.traits
        self.reports.append(self._report(self.dice.pick(tables.PANELS[: 2 if heavy else None]), at, None, None))

    def awkward(self) -> None:
        """A copy, a corrected version, a typed one, one in words, one that lacks nearly everything."""
        at = datetime(2026, 2, 3, 15, 20, tzinfo=UTC)
        first = replace(self._report(tables.PANELS[0], at, None, None), pages=2, state="closed")
        self.reports.append(first)
        again = self._report(tables.PANELS[0], at + timedelta(days=2), None, None)
        self.reports += [
            replace(again, number=first.number + 1, copy_of=first.number, analytes=first.analytes, on=first.on),
            replace(again, number=first.number + 2, replaces=first.number, status="corrected", on=first.on),
            replace(
                again,
                number=first.number + 3,
                manual=True,
                laboratory=None,
                loinc=None,
                status=None,
                analytes=_odd(at),
                state="entry",
            ),
            replace(
                again,
                number=first.number + 4,
                title="",
                on=None,
                reported=None,
                laboratory=None,
                clinician=None,
                status="Sent to the district nurse",
                analytes=(),
            ),
            replace(
                again, number=first.number + 5, status="cancelled", analytes=(), state="deleted", confidential=True
            ),
        ]

    def _order(self, visit: Visit, kind: str, diagnoses: tuple[Diagnosis, ...]) -> Order:
        dice = self.dice
        title, codes = dice.pick(tables.ORDERABLES[kind])
        staff = self.people.clinicians.get(visit.clinician or 71)
        draft = visit.state in ("open", "pending")
        state = dice.pick(("draft", "sent")) if draft else dice.pick(tables.ORDER_STATES)
        if "unmapped" in self.person.traits and kind == "other":
            codes = (Coded("LOCAL", "OTH-77", title),)
        return Order(
            number=len(self.orders) + 1,
            visit=visit.number,
            kind=kind,
            title=title,
            codes=codes,
            state=state,
            at=visit.start + timedelta(minutes=dice.between(5, 40)),
            by=staff.username if staff else "ksample",
            clinician=visit.clinician,
            urgent=dice.chance(0.15),
            due=visit.start.date() + timedelta(days=dice.between(7, 90)) if dice.chance(0.3) else None,
            diagnoses=tuple(dice.some(range(len(diagnoses)), dice.between(1, 2))),
            to=dice.pick(tables.FACILITIES[kind]) if kind in tables.FACILITIES and dice.chance(0.8) else None,
            declined="patient declined" if state == "declined" else None,
            note="fasting" if kind == "lab" and dice.chance(0.3) else None,
            outside=dice.chance(0.05),
        )

    def _department(self, visit: Visit | None) -> int:
        if visit is not None:
            return visit.department
        here = self.person.department or self.person.registered_at
        if len(self.person.groups) > 1 and self.dice.chance(0.5):
            group = self.person.groups[1]
            return min(one.number for one in self.people.departments.values() if one.group == group)
        return here

    def _report(self, panel: tables.Panel, asked: datetime, visit: Visit | None, order: Order | None) -> Report:
        dice = self.dice
        on = asked + timedelta(minutes=dice.between(20, 3000))
        reported = on + timedelta(hours=dice.between(2, 60))
        status = dice.pick(tables.REPORT_STATUSES)
        laboratory = Laboratory(*dice.pick(tables.LABORATORIES))
        timed = dice.chance(0.5)
        return Report(
            number=len(self.reports) + 1,
            department=self._department(visit),
            visit=visit.number if visit else None,
            order=order.number if order else None,
            title=panel.title,
            loinc=panel.loinc if dice.chance(0.4) else None,
            on=on,
            timed=timed,
            received=on + timedelta(hours=1) if dice.chance(0.5) else None,
            reported=reported if dice.chance(0.6) else None,
            filed=reported + timedelta(minutes=dice.between(1, 90)),
            status=status,
            state="closed" if dice.chance(0.8) else "review",
            laboratory=laboratory if dice.chance(0.85) else None,
            clinician=visit.clinician if visit else None,
            reviewed=dice.chance(0.6),
            accession=f"AC{self.person.number:05d}{len(self.reports):03d}" if dice.chance(0.6) else None,
            analytes=tuple(_analyte(dice, row, on, status) for row in panel.analytes),
            pages=dice.pick((0, 0, 1, 2)),
            comment="Specimen slightly hemolyzed." if dice.chance(0.1) else None,
            conclusion="No action needed." if dice.chance(0.15) else None,
        )

    def _image(self, asked: datetime, visit: Visit, order: Order) -> Image:
        dice = self.dice
        on = asked + timedelta(hours=dice.between(1, 90))
        pages = dice.pick((0, 1, 2))
        text = tables.IMAGING_TEXTS.get(order.title) if dice.chance(0.8) or not pages else None
        return Image(
            number=len(self.images) + 1,
            department=visit.department,
            visit=visit.number,
            order=order.number,
            title=order.title,
            on=on if dice.chance(0.9) else None,
            timed=dice.chance(0.4),
            filed=on + timedelta(hours=dice.between(1, 30)),
            status=dice.pick(tables.IMAGING_STATUSES),
            state=dice.pick(("closed", "closed", "closed", "review", "entry", "deleted")),
            clinician=visit.clinician,
            accession=f"IM{self.person.number:05d}{len(self.images):03d}" if dice.chance(0.5) else None,
            facility=order.to[0] if order.to else None,
            text=text,
            conclusion="No acute findings." if text and dice.chance(0.5) else None,
            pages=pages,
            original=pages == 0 and dice.chance(0.5),
            confidential=dice.chance(0.05),
        )


def _analyte(dice: Dice, row: tables.AnalyteRow, on: datetime, status: str | None) -> Analyte:
    value: str | None = dice.pick(row.words) if row.words else None
    flag = None
    if row.low is not None and row.high is not None:
        middle, spread = (row.low + row.high) / 2, (row.high - row.low) / 3
        number = max(0.0, dice.around(middle, spread))
        flag = _flag(dice, number, row.low, row.high, spread)
        value = f"{number:.{row.digits}f}"
    silent = dice.chance(0.05) or status in ("pending", "cancelled")
    coded = dice.chance(0.6)
    return Analyte(
        name=row.name,
        local=row.local if dice.chance(0.8) else None,
        loinc=row.loinc if coded else None,
        described=(row.described if dice.chance(0.8) else "LOINC") if coded else None,
        value=None if silent else value,
        unit=row.unit,
        range=row.range,
        flag=None if silent else flag,
        status=status if dice.chance(0.7) else None,
        on=on if dice.chance(0.7) else None,
        note="repeated and confirmed" if dice.chance(0.05) else None,
    )


def _flag(dice: Dice, number: float, low: float, high: float, spread: float) -> str | None:
    if number > high + spread or number < low - spread:
        return "critical high" if number > high else "critical low"
    if number > high or number < low:
        return "high" if number > high else "low"
    return "normal" if dice.chance(0.6) else None


def _odd(on: datetime) -> tuple[Analyte, ...]:
    """One analyte for each way of being odd."""
    return tuple(
        Analyte(
            name=name or "",
            local=local,
            loinc=loinc,
            described=described,
            value=value,
            unit=unit,
            range=range_,
            flag=flag,
            status=status,
            on=on,
        )
        for name, local, loinc, described, value, unit, range_, flag, status in tables.ODD_ANALYTES
    )
