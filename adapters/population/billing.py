"""Who pays, and what was charged: policies of a person, and a claim for each finished visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.population.dice import Dice
from adapters.population.facts import Coded, Name, Person, Visit

if TYPE_CHECKING:
    from adapters.population import Population


@dataclass(frozen=True, slots=True)
class Plan:
    """`number` of a payer's plan; 0 is paying oneself, a negative one is an arrangement and no insurance."""

    number: int
    name: str
    kind: str
    payer: str | None
    category: str | None
    payer_code: str | None = None
    address: tuple[str, str, str, str] | None = None  # line, city, state, zip
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`rank` 1 pays first, None where it has no place. `holder` None: the person. `relation` is to the holder."""

    number: int
    plan: Plan
    member: str | None
    group: str | None
    rank: int | None
    relation: str
    holder: Name | None = None
    since: date | None = None
    until: date | None = None
    cancelled: date | None = None
    copay: str | None = None
    eligible: bool = True


@dataclass(frozen=True, slots=True)
class Charge:
    """`amount` in dollars as written; None where nobody priced it. `modifiers` as they follow the code."""

    code: str
    text: str
    category: str
    amount: str | None
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One claim about `visit`. `primary` and `secondary` are numbers of policies; statuses as the billing office's.

    `withdrawn`: diagnoses that were taken off it again.
    """

    visit: Visit
    charges: tuple[Charge, ...]
    diagnoses: tuple[Coded, ...]
    withdrawn: tuple[Coded, ...]
    created: date
    primary: int | None
    secondary: int | None
    primary_status: str
    secondary_status: str
    patient_status: str


PLANS = (
    Plan(90283, "SAMPLE HEALTH PPO", "Commercial", "Sample Health", "Sample Health", "SMPL1",
         ("PO BOX 100", "BOSTON", "MA", "02205"), "8005550110"),
    Plan(1194, "SAMPLE HMO BLUE", "HMO", None, "BCBS-MA", None, None, None),
    Plan(5402, "MEDICARE B - MA", "Medicare Part B", "Medicare B of Example", "Medicare-MA", "MCRB"),
    Plan(7710, "STATE MEDICAID", "Medicaid", "State Medicaid Office", "Medicaid", None, None, "6025550177"),
)  # fmt: skip
SUPPLEMENT = Plan(8841, "GOLDEN YEARS MEDIGAP", "Group Policy", "Golden Years", "Supplement", "GLDN")
SELF_PAY = Plan(0, "*SELF PAY*", "Personal Payment (Cash - No Insurance)", None, "Self-Pay (cash)")
PAYMENT_PLAN = Plan(-500, "PAYMENT PLAN", "Personal Payment (Cash - No Insurance)", None, "Self-Pay (cash)")
LABOR = Plan(3120, "LABOR COMPENSATION FUND", "Worker's Comp", "Labor Fund", "Workers Comp")

VISITS = (
    Charge("99213", "OFFICE O/P EST LOW 20-29 MIN", "Evaluation & Management", "189"),
    Charge("99214", "OFFICE O/P EST MOD 30-39 MIN", "Evaluation & Management", "264.50"),
    Charge("99396", "PREV VISIT EST AGE 40-64", "Preventive Medicine", "310", ("25", "59")),
    Charge("99203", "OFFICE O/P NEW LOW 30-44 MIN", "Evaluation & Management", "221.75", ("25",)),
)
EXTRAS = (
    Charge("80305", "DRUG TEST PRESUMPTIVE DIRECT OP OBSERVATION", "Substance Screening/Urinalysis", "35"),
    Charge("36415", "ROUTINE VENIPUNCTURE", "Surgery", "15.00"),
    Charge("J3420", "VITAMIN B12 INJECTION", "Drugs", "8.25", ("LT",)),
    Charge("0001A", "IMM ADMN SARSCOV2 30MCG", "Category III", "40"),
)
STATUSES = ("CLOSED", "CLOSED", "BILLED", "DROP", "HOLD", "ATHENAHOLD", "MGRHOLD")
_OLD_AGE = 65
_CHILD_YEARS = 18


def policies(dice: Dice, person: Person, people: Population) -> tuple[Policy, ...]:
    """First the ranked ones, then those without a place; a merged-away number has none."""
    if person.merged_into is not None or "sparse" in person.traits:
        return ()
    years = (people.as_of - person.born).days / 365.25
    start = date(people.as_of.year - dice.between(1, 4), 1, 1)
    if person.number % 12 == 0 or person.number == 13:
        return (Policy(number=1, plan=SELF_PAY, member=None, group=None, rank=1, relation="self", since=start),)
    first = _first(dice, person, years, start)
    made = [first]
    if years >= _OLD_AGE or "two charts" in person.traits:
        made.append(_second(person, start))
    if dice.chance(0.3) or person.number == 1:
        made.append(_former(person, start))
    if person.number % 6 == 5:
        made.append(Policy(number=4, plan=PAYMENT_PLAN, member=None, group=None, rank=None, relation="self"))
    if person.number % 10 == 2:
        made.append(Policy(number=5, plan=LABOR, member="UNKNOWN", group=None, rank=None, relation="employee"))
    return tuple(made)


def _second(person: Person, start: date) -> Policy:
    member = f"GY{person.number:06d}"
    return Policy(number=2, plan=SUPPLEMENT, member=member, group="MG-7", rank=2, relation="self", since=start)


def _former(person: Person, start: date) -> Policy:
    return Policy(
        number=3,
        plan=PLANS[1],
        member=f"OLD{person.number}",
        group=None,
        rank=None,
        relation="self",
        since=date(start.year - 2, 1, 1),
        until=start - timedelta(days=1),
        cancelled=start,
    )


def _first(dice: Dice, person: Person, years: float, start: date) -> Policy:
    plan = PLANS[2] if years >= _OLD_AGE else dice.pick((PLANS[0], PLANS[0], PLANS[1], PLANS[3]))
    child = years < _CHILD_YEARS
    relation = "child" if child else "spouse" if person.marital == "married" and dice.chance(0.4) else "self"
    holder = person.guardian if child else Name(person.name.family, "Sam") if relation == "spouse" else None
    junk = person.number % 9 == 4
    return Policy(
        number=1,
        plan=plan,
        member="UNKNOWN" if junk else f"XYZ{100_000_000 + person.number * 7919}",
        group=f"GRP-{dice.between(10, 99)}" if dice.chance(0.7) or person.number == 1 else None,
        rank=1,
        relation="" if junk else relation,
        holder=holder,
        since=None if junk else start,
        until=date(9999, 12, 31) if person.number % 7 == 3 else date(start.year + 9, 12, 31),
        copay=dice.pick(("20", "35.50", None)),
        eligible=dice.chance(0.8),
    )


def invoices(dice: Dice, person: Person, people: Population) -> tuple[Invoice, ...]:
    """One for each kept visit whose note is closed, oldest first."""
    held = [one for one in people.facts(person.number, policies) if one.rank is not None and one.plan.number > 0]
    chart = people.chart(person.number)
    made = []
    for visit in people.visits(person.number):
        if visit.outcome != "kept" or visit.kind not in ("office", "video") or visit.state != "closed":
            continue
        found = chart.diagnoses.get(visit.number, ())
        codes = tuple(one.icd[0] for one in found if one.icd)
        made.append(_invoice(dice, visit, codes, [one.number for one in held]))
    return tuple(made)


def _invoice(dice: Dice, visit: Visit, codes: tuple[Coded, ...], payers: list[int]) -> Invoice:
    status = dice.pick(STATUSES)
    extra = dice.some(EXTRAS, dice.between(0, 2))
    charges = (dice.pick(VISITS), *extra)
    if dice.chance(0.1):
        charges += (Charge("LOCAL-7", "Clinic form fee", "Other", None),)
    wrong = (Coded("ICD9", "300.0", "ANXIETY STATES*"),) if dice.chance(0.25) else ()
    return Invoice(
        visit=visit,
        charges=charges,
        diagnoses=codes,
        withdrawn=wrong,
        created=visit.start.date() + timedelta(days=dice.between(0, 3)),
        primary=payers[0] if payers else None,
        secondary=payers[1] if len(payers) > 1 else None,
        primary_status=status if payers else "CLOSED",
        secondary_status="BILLED" if len(payers) > 1 and status == "CLOSED" else "CLOSED",
        patient_status=status if not payers else dice.pick(("CLOSED", "COLLECT")),
    )
