"""ServiceRequest: what was asked of laboratories, imaging and other offices. Prescriptions, vaccines and leaflets are
no services."""

from __future__ import annotations

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    Element,
    coded,
    concept,
    identifier,
    instant,
    listed,
    moment,
    note,
    reference,
    resource,
    snomed,
)
from adapters.population.results import Order, results

_STATUSES = {
    "draft": "draft",
    "sent": "active",
    "waiting": "active",
    "done": "completed",
    "deleted": "entered-in-error",
    "declined": "revoked",
}
_CATEGORIES = {
    "lab": ("108252007", "Laboratory procedure"),
    "imaging": ("363679005", "Imaging"),
    "procedure": ("71388002", "Procedure"),
    "referral": ("3457005", "Patient referral"),
    "equipment": None,
    "other": None,
}
_WORDS = {"equipment": "Medical equipment", "other": "Other"}


def orders(case: Case) -> Making:
    for one in case.people.facts(case.number, results).orders:
        if one.kind in _CATEGORIES:
            yield _order(case, one)


def _order(case: Case, one: Order) -> Written:
    diagnoses = case.people.chart(case.number).diagnoses.get(one.visit, ())
    codes = [found for found in map(coded, one.codes) if found]
    made = resource(
        "ServiceRequest",
        f"order-{case.number}-{one.number}",
        identifier=[identifier("order", f"{case.number}-{one.number}")],
        status=_STATUSES[one.state],
        intent="order",
        category=[_category(one.kind)],
        priority="urgent" if one.urgent else "routine",
        code=concept(*codes, text=one.title),
        subject=case.subject(),
        encounter=case.encounter(one.visit),
        occurrenceDateTime=moment(one.due),
        authoredOn=instant(one.at),
        requester=None if one.outside else case.clinician(one.clinician),
        performer=listed(reference("Organization", f"facility-{one.to[0]}", one.to[1]) if one.to else None),
        reasonReference=[
            reference("Condition", f"diagnosis-{case.number}-{one.visit}-{index}")
            for index in one.diagnoses
            if index < len(diagnoses)
        ],
        note=listed(note(one.declined), note(one.note)),
    )
    return Written(made, one.at, one.by)


def _category(kind: str) -> Element:
    known = _CATEGORIES[kind]
    return snomed(*known) if known else {"text": _WORDS[kind]}
