"""What the table of contents has of athenaNet's schedule and of athenaCollector: read only.

Each refers to the next: Appointment <- Encounter <- ChargeItem and Claim, Claim -> Coverage, ChargeItem -> Account.
"""

from __future__ import annotations

from adapters.athenanet import account, appointment, by_patient, claim, coverage, schedule, slot
from adapters.athenanet.client import AthenaNet
from adapters.contract import Handler, Read, Search

COVERAGE = ("us-core-coverage",)


def _search(type_: str, handler: Handler[AthenaNet], params: str, needs: str = "", *profiles: str) -> Search[AthenaNet]:
    """`needs`: parameters of which one has to be there."""
    requires = tuple(frozenset({name}) for name in needs.split())
    return Search(type_, handler, frozenset(params.split()), requires, profiles)


INTERACTIONS: tuple[Read[AthenaNet] | Search[AthenaNet], ...] = (
    Read("Appointment", appointment.read),
    _search(
        "Appointment",
        appointment.search,
        "_id _lastUpdated patient date status location practitioner slot",
        "patient _id date",
    ),
    Read("Slot", slot.read),
    _search("Slot", slot.search, "_id schedule start status", "schedule _id"),
    Read("Schedule", schedule.read),
    _search("Schedule", schedule.search, "_id actor active"),
    Read("Coverage", by_patient.read(coverage.POLICIES), COVERAGE),
    _search("Coverage", by_patient.search(coverage.POLICIES), "_id patient", "patient _id", *COVERAGE),
    Read("Account", by_patient.read(account.BALANCES)),
    _search("Account", by_patient.search(account.BALANCES), "_id patient status", "patient _id"),
    Read("Claim", claim.read),
    _search("Claim", claim.search, "_id patient encounter created status", "patient encounter _id"),
    Read("ChargeItem", claim.read_charge),
    _search(
        "ChargeItem",
        claim.search_charges,
        "_id patient context account code occurrence",
        "patient context account _id",
    ),
)
