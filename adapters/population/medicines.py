"""What a person takes or took: prescriptions of this practice, and what was reported or written down from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population import tables
from adapters.population.cast import also
from adapters.population.dice import Dice
from adapters.population.facts import PartialDate, Person, Visit

if TYPE_CHECKING:
    from adapters.population import Population

STATES = ("active", "active", "active", "stopped", "course over", "hidden", "replaced")
STOP_REASONS = ("adverse reaction", "ineffective", "too expensive", "patient refused", "stopped by specialist")
PHARMACIES = (("Corner Drug #12", "2299001"), ("Riverbend Pharmacy", "2299002"), (None, None))
HEAVY = 40
ERA_START, ERA_END = "0001-01-01", "9999-12-31"  # how a date that nobody knows, or an open end, was filled in


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug of the formulary. `number` is the formulary's own."""

    number: int
    name: str
    rxnorm: tuple[str, ...]
    ndc: tuple[str, ...]
    therapeutic: str


@dataclass(frozen=True, slots=True)
class Sig:
    """`quantity` and `unit` are as written. `times` in each `every` (day, week, hours)."""

    action: str
    quantity: str
    unit: str
    words: str
    times: int
    every: str
    route: str
    days: int | None = None
    more: str | None = None

    @property
    def text(self) -> str:
        course = f" for {self.days} days" if self.days else ""
        return f"{self.action} {self.quantity} {self.unit} {self.words} by {self.route} route{course}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """`kind` prescribed or reported. `state`: active, stopped, course over, hidden, replaced (ended, nobody said why),
    planned (approved, not yet sent), deleted, denied. Medicines of one `same` number are the same drug to the practice.
    """

    number: int
    same: int
    group: int
    kind: str
    state: str
    drug: Drug | None
    words: str | None
    sig: Sig | None
    free_sig: str | None = None
    entered: date
    started: PartialDate | None
    ended: PartialDate | None = None
    stop_reason: str | None = None
    quantity: str | None = None
    refills: int | None = None
    handed: str = "prescribed"  # or dispensed, administered
    sent: str | None = None  # how a prescription went out: paper, fax, electronic
    pharmacy: str | None = None
    pharmacy_number: str | None = None
    visit: int | None = None
    by: str | None = None
    note: str | None = None
    source: str | None = None


def _drug(number: int, name: str, rxnorm: str, ndc: str, therapeutic: str) -> Drug:
    return Drug(number, name, tuple(rxnorm.split()), tuple(ndc.split()), therapeutic)


# (drug, sig, how many are given, youngest)
ROWS: tuple[tuple[Drug, Sig, str, int], ...] = (
    (
        _drug(900001, "lisinopril 10 mg tablet", "314076 203644", "00093111201", "ACE Inhibitors"),
        Sig("Take", "1", "tablet(s)", "every day", 1, "day", "oral", 90), "90", 18,
    ),
    (
        _drug(900002, "metformin 500 mg tablet", "861007", "00093104801 00378023401", "Biguanides"),
        Sig("Take", "1", "tablet(s)", "twice a day", 2, "day", "oral", 90, "with food"), "180", 18,
    ),
    (
        _drug(900003, "atorvastatin 20 mg tablet", "617310", "00071015623", "Statins"),
        Sig("Take", "0.5", "tablet(s)", "every evening", 1, "day", "oral"), "45", 18,
    ),
    (
        _drug(900004, "amoxicillin 400 mg/5 mL oral suspension", "308189", "00143988801", "Penicillins"),
        Sig("Take", "6.25", "mL", "every 12 hours", 12, "hours", "oral", 10), "125", 0,
    ),
    (
        _drug(900005, "albuterol sulfate HFA 90 mcg/actuation inhaler", "745679", "00173068220", "Beta Agonists"),
        Sig("Inhale", "2", "puff(s)", "every 4 hours as needed", 4, "hours", "inhalation"), "1", 4,
    ),
    (
        _drug(900006, "cyanocobalamin 1,000 mcg/mL injection", "309594", "", "Vitamins"),
        Sig("Inject", "1", "mL", "every month", 1, "month", "intramuscular"), "1", 18,
    ),
    (
        _drug(900007, "hydrocortisone 1 % topical cream", "", "", "Corticosteroids"),
        Sig("Apply", "a thin layer", "application(s)", "as directed by the leaflet", 0, "day", "topical"), "28.4", 0,
    ),
    (
        _drug(900008, "methotrexate sodium 2.5 mg tablet", "105585", "00054455025", "Antimetabolites"),
        Sig("Take", "6", "tablet(s)", "once a week", 1, "week", "oral"), "24", 18,
    ),
)  # fmt: skip
REPORTED = ("fish oil", "St John's wort tea, a cup at night", "multivitamin")


def medicines(dice: Dice, person: Person, people: Population) -> tuple[Medicine, ...]:
    """All medicines of one person, numbered from 1."""
    if person.traits & {"sparse", "merged"}:
        return ()
    today = person.died or people.as_of
    age = (today - person.born).days // 365
    visits = [one for one in people.visits(person.number) if one.outcome == "kept" and one.clinician is not None]
    rows = [row for row in ROWS if row[3] <= age]
    count = HEAVY if "heavy" in person.traits else dice.between(0, 3) + age // 30
    made = [
        _medicine(dice, person, visits, today, people, rows[index % len(rows)])
        for index in range(count)
    ]  # fmt: skip
    if "full life cycle" in person.traits:
        made += [*_every_state(dice, person, visits, today, people), *_awkward(person, today)]
    elif also(person.number, 17):
        made += _awkward(person, today)
    return tuple(replace(one, number=number) for number, one in enumerate(made, start=1))


def _medicine(
    dice: Dice,
    person: Person,
    visits: list[Visit],
    today: date,
    people: Population,
    row: tuple[Drug, Sig, str, int],
    state: str | None = None,
) -> Medicine:
    drug, sig, amount, _ = row
    visit = dice.pick(visits) if visits and (state is not None or dice.chance(0.65)) else None
    group = people.departments[visit.department].group if visit else dice.pick(person.groups)
    on = visit.start.date() if visit else today - timedelta(days=dice.between(0, min(1500, (today - person.born).days)))
    state = state or dice.pick(STATES)
    over = state in ("stopped", "course over", "replaced")
    ended = min(today, on + timedelta(days=sig.days or dice.between(5, 200))) if over else None
    clinician = people.clinicians[visit.clinician] if visit and visit.clinician else None
    reported = Medicine(
        number=0, same=drug.number, group=group, kind="reported", state=state, drug=drug, words=None, sig=None,
        free_sig=sig.text if dice.chance(0.5) else None, entered=on, started=_when(dice, person, on),
        ended=ended.isoformat() if ended else None,
        stop_reason=dice.pick(STOP_REASONS) if state == "stopped" else None,
        by=dice.pick(tables.STAFF), note="says she forgets it at weekends" if dice.chance(0.1) else None,
        source="ATHENA" if dice.chance(0.3) else None,
    )  # fmt: skip
    if visit is None or clinician is None:
        return reported
    pharmacy, pharmacy_number = dice.pick(PHARMACIES)
    return replace(
        reported, kind="prescribed", sig=sig, free_sig=None, started=on.isoformat(), quantity=amount,
        refills=dice.between(0, 5), handed=dice.pick(("prescribed", "prescribed", "prescribed", "dispensed")),
        sent=dice.pick(("fax", "paper", "electronic")), pharmacy=pharmacy, pharmacy_number=pharmacy_number,
        visit=visit.number, by=clinician.username if clinician.person else None,
        source=f"{clinician.name.given} {clinician.name.family}, {clinician.credential}" if clinician.person else None,
    )  # fmt: skip


def _when(dice: Dice, person: Person, on: date) -> PartialDate | None:
    """What somebody remembers."""
    if "partial dates" in person.traits:
        return on.isoformat()[: dice.pick((4, 7))]
    return dice.pick((on.isoformat(), on.isoformat(), on.isoformat()[:7], None))


def _every_state(
    dice: Dice, person: Person, visits: list[Visit], today: date, people: Population
) -> list[Medicine]:  # fmt: skip
    states = ("stopped", "course over", "hidden", "replaced", "planned", "deleted", "denied")
    rows = [ROWS[index % 4] for index in range(len(states))]
    made = [_medicine(dice, person, visits, today, people, row, state) for row, state in zip(rows, states, strict=True)]
    injected = _medicine(dice, person, visits, today, people, ROWS[5], "active")
    return [*made, replace(injected, handed="administered", sent=None, pharmacy=None, pharmacy_number=None)]


def _awkward(person: Person, today: date) -> list[Medicine]:
    """Dates that were filled in, no drug of the formulary, and no sig."""
    plain = Medicine(
        number=0, same=0, group=person.groups[0], kind="reported", state="active", drug=None, words=REPORTED[0],
        sig=None, entered=today - timedelta(days=40), started=None,
    )  # fmt: skip
    return [
        replace(plain, words=REPORTED[1], started=ERA_START, ended=ERA_END),
        replace(plain, words=REPORTED[2], started=str(today.year - 3), ended=ERA_START, state="replaced"),
        replace(plain, same=ROWS[0][0].number, drug=ROWS[0][0], words=None, free_sig="1 tab po qd"),
    ]
