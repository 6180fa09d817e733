"""Coverage: policies, and paying oneself. An arrangement about paying later is no insurance."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    TERMINOLOGY,
    Element,
    coding,
    concept,
    element,
    identifier,
    listed,
    moment,
    reason_absent,
    reference,
    resource,
    term,
)
from adapters.fhir_r4.sandbox.records.staff import payer_name
from adapters.population.billing import Policy, policies

_SELF_PAY = 0
_RELATIONSHIPS = {
    "self": ("self", "Self"),
    "child": ("child", "Child"),
    "spouse": ("spouse", "Spouse"),
    "employee": ("other", "Other"),
}
_NOBODY_KNOWS = "UNKNOWN"  # what is written for a member's number
_OPEN = 9999  # year of an end that has not been set


def coverages(case: Case) -> Making:
    for one in case.people.facts(case.number, policies):
        if one.plan.number >= _SELF_PAY:
            yield _coverage(case, one)


def _coverage(case: Case, one: Policy) -> Written:
    self_pay = one.plan.number == _SELF_PAY
    member = None if one.member in (None, _NOBODY_KNOWS) else one.member
    number = concept(coding(TERMINOLOGY + "v2-0203", "MB", "Member Number"))
    until = None if one.until and one.until.year == _OPEN else one.until
    made = resource(
        "Coverage",
        f"coverage-{case.number}-{one.number}",
        identifier=listed(
            identifier("member", member, type=number) if member else None,
            identifier("policy", f"{case.number}-{one.number}"),
        ),
        status="cancelled" if one.cancelled else "active",
        type=_type(one, self_pay=self_pay),
        subscriber=case.subject() if one.relation == "self" else None,
        subscriberId=member,
        _subscriberId=None if member else reason_absent("not-applicable" if self_pay else "unknown"),
        beneficiary=case.subject(),
        relationship=_relationship(one.relation),
        period=element(start=moment(one.since), end=moment(until)),
        payor=[case.subject() if self_pay else _payer(one)],
        class_=[] if self_pay else list(_classes(one)),
        order=one.rank,
        costToBeneficiary=listed(_copay(one)),
    )
    return Written(made, one.since)


def _type(one: Policy, *, self_pay: bool) -> Element:
    pay = coding(TERMINOLOGY + "coverage-selfpay", "pay", "Pay") if self_pay else None
    return concept(pay, text=one.plan.kind)


def _relationship(relation: str) -> Element:
    known = _RELATIONSHIPS.get(relation)
    return term("subscriber-relationship", *known) if known else reason_absent()


def _payer(one: Policy) -> Element:
    return reference("Organization", f"payer-{one.plan.number}", payer_name(one.plan))


def _classes(one: Policy) -> Iterator[Element]:
    if one.group:
        yield {"type": term("coverage-class", "group", "Group"), "value": one.group, "name": one.group}
    yield {"type": term("coverage-class", "plan", "Plan"), "value": str(one.plan.number), "name": one.plan.name}


def _copay(one: Policy) -> Element | None:
    if one.copay is None:
        return None
    return {
        "type": term("coverage-copay-type", "copay", "Copay Amount"),
        "valueMoney": {"value": float(one.copay), "currency": "USD"},
    }
