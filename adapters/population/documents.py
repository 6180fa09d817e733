"""What is filed about a person on paper, or as a file: letters, scans, notes, forms, messages, orders.

Made by chance, but for who has a `full life cycle` (one of each kind) or is `heavy` (a thick file).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.dice import Dice
from adapters.population.facts import PartialDate, Person, Visit

if TYPE_CHECKING:  # the population makes these facts by calling this module's maker
    from adapters.population import Population

HEAVY = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` says what it is, `pages` how many and in which format, `original` the format of the file it came as;
    `visit` whether it was written at one, `clinical` whether a clinician wrote it."""

    name: str
    title: str
    pages: tuple[str, ...] = ()
    original: str | None = None
    text: str | None = None
    visit: bool = False
    clinical: bool = True
    least_age: int = 0


KINDS = (
    Kind("consult note", "Cardiology consultation", ("tiff", "tiff"), "pdf"),
    Kind("discharge note", "Discharge summary", ("png", "png"), "pdf"),
    Kind("discharge note", "History and physical", ("png",)),
    Kind("discharge note", "Hospital papers", ("tiff",)),
    Kind("operative note", "Operative report", ("png",), "pdf"),
    Kind("urgent care note", "Urgent care visit", (), "html"),
    Kind("mental health note", "Therapy session", ("png",), text="Session 4 of 12. Sleeps better."),
    Kind("clinical paper", "Growth chart", ("png",)),
    Kind("progress note", "Nurse visit", ("pdf",), text="Dressing changed, wound clean.", visit=True),
    Kind("patient history", "Health history questionnaire", ("png", "png"), visit=True),
    Kind("procedure note", "Wound closure", ("png",), visit=True),
    Kind("clinical image", "Photograph of the wound", ("png",), visit=True),
    Kind("old record", "Records of the previous practice", ("tiff", "tiff", "tiff")),
    Kind("surgical finding", "Finding at the operation", ("png", "png")),
    Kind("letter", "Letter to the school", ("pdf",), clinical=False),
    Kind("physician authorization", "Home health certification", ("png",)),
    Kind("phone message", "Question about a refill", text="Asks whether the refill can be sent to the new address."),
    Kind("patient case", "Portal question", text="May I swim with the dressing?", clinical=False),
    Kind("consent", "Consent to treat", ("png",), clinical=False),
    Kind("insurance card", "Insurance card", ("png", "png"), clinical=False),
    Kind("legal paper", "Living will", (), "pdf", clinical=False, least_age=18),
    Kind("referral", "Referral to physical therapy", ("png",), "pdf", clinical=False),
    Kind("office paper", "Address form", clinical=False),  # filed without a page: only the entry is there
    # what other tables of a chart are made from stands among the documents, too
    Kind("prescription", "amoxicillin 500 mg capsule", visit=True),
    Kind("order", "complete blood count", visit=True),
    Kind("vaccine order", "influenza vaccine", visit=True),
    Kind("patient information", "Low salt diet", visit=True),
)
FAX = Kind("unsorted fax", "FAX 4471", ("tiff",), clinical=False)
STATES = {5: "review", 7: "entry", 8: "deleted", 11: "follow-up"}  # every twelfth paper
OFFICE = tuple(kind for kind in KINDS if not kind.clinical)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`on` is the day of the care that it tells of, `dated` the date on the paper; `at` the time of day of `on`.

    `clinician` is the practice's own who signs, `outside` the number of somebody elsewhere who wrote it.
    `state`: final, review, entry, follow-up, deleted. `visit` the number of the visit that it belongs to.
    """

    number: int
    group: int
    department: int
    kind: Kind
    title: str
    state: str
    filed: datetime
    by: str
    modified: datetime
    clinician: int | None = None
    outside: int | None = None
    visit: int | None = None
    on: date | None = None
    at: time | None = None
    dated: PartialDate | None = None
    deleted: datetime | None = None
    confidential: bool = False
    accession: str | None = None
    urgent: bool = False
    note: str | None = None


def documents(dice: Dice, person: Person, people: Population) -> tuple[Document, ...]:
    """Oldest first. Somebody who never came has the papers of the office only; merged-away numbers have none."""
    if "merged" in person.traits:
        return ()
    today = person.died or people.as_of
    visits = tuple(one for one in people.visits(person.number) if one.outcome in ("kept", "arrived"))
    kinds = _kinds(dice, person, bool(visits), today)
    lived = (today - person.born).days
    days = sorted(today - timedelta(days=dice.between(0, min(lived, 1500))) for _ in kinds)
    papers = enumerate(zip(kinds, days, strict=True), start=1)
    return tuple(_document(dice, person, people, visits, number, *one) for number, one in papers)


def _kinds(dice: Dice, person: Person, came: bool, today: date) -> list[Kind]:
    age = (today - person.born).days // 365
    fitting = [kind for kind in (KINDS if came else OFFICE) if kind.least_age <= age]
    if "full life cycle" in person.traits:
        kinds = list(fitting)
    else:
        kinds = dice.some(fitting, 0 if "sparse" in person.traits else dice.between(0, 5))
    if "heavy" in person.traits:
        kinds += [dice.pick(fitting) for _ in range(HEAVY)]
    return [*kinds, FAX, FAX] if "unmapped" in person.traits else kinds


def _document(
    dice: Dice, person: Person, people: Population, visits: tuple[Visit, ...], number: int, kind: Kind, day: date
) -> Document:
    visit = dice.pick(visits) if kind.visit and visits else None
    on = visit.start.date() if visit else day
    department = visit.department if visit else _department(person, people, number)
    filed = _stamp(dice, max(on, day) if visit is None else on + timedelta(days=dice.between(0, 2)))
    state = STATES.get(number % 12, "final")
    known = kind.clinical and dice.chance(0.8)
    return Document(
        number=number,
        group=people.departments[department].group,
        department=department,
        kind=kind,
        title=kind.title,
        state=state,
        filed=filed,
        by=dice.pick(tables.STAFF),
        modified=filed + timedelta(minutes=dice.between(0, 9000)),
        clinician=visit.clinician if visit else person.clinician,
        outside=4_000 + dice.between(1, 9) if kind.clinical and visit is None and dice.chance(0.5) else None,
        visit=visit.number if visit else None,
        on=on if known else None,
        at=time(dice.between(7, 18), dice.pick((0, 20, 45))) if known and dice.chance(0.5) else None,
        dated=_dated(dice, on) if dice.chance(0.5) else None,
        deleted=filed + timedelta(days=1) if state == "deleted" else None,
        confidential=kind.name == "mental health note" or dice.chance(0.03),
        accession=f"A{person.number}-{number}" if dice.chance(0.2) else None,
        urgent=dice.chance(0.1),
        note="call the patient" if dice.chance(0.2) else None,
    )


def _department(person: Person, people: Population, number: int) -> int:
    """Charts in two groups: every second paper is in the other one."""
    home = person.department or person.registered_at
    if len(person.groups) == 1 or number % 2:
        return home
    return next(one.number for one in people.departments.values() if one.group != people.departments[home].group)


def _stamp(dice: Dice, on: date) -> datetime:
    return datetime.combine(on, time(dice.between(13, 22), dice.between(0, 59), dice.between(0, 59)), UTC)


def _dated(dice: Dice, on: date) -> PartialDate:
    """The date on a paper can be read as a year or a month only, at times."""
    return on.isoformat()[: dice.pick((10, 10, 10, 7, 4))]
