"""What an operation finds, as a searchset holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from adapters.contract import Issue
from adapters.query import Clause, Query, ReferenceValue
from capability.compartment import PATIENT_LINK
from facade.interactions.asking import Base
from facade.interactions.stamp import stamp
from facade.policy.release import Released


@dataclass(frozen=True, slots=True)
class Entry:
    """`mode` as in Bundle.entry.search; `score` from 0 to 1 and `grade` (match-grade) are those of a $match."""

    resource: Released
    mode: str = "match"
    score: Decimal | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Searchset:
    """A page of them. `next` is the sealed cursor's text; `total` the number of matches, None where it is not known."""

    entries: tuple[Entry, ...] = ()
    issues: tuple[Issue, ...] = ()
    total: int | None = None
    next: str | None = None


def stamped(resources: Iterable[Released], base: Base, mode: str = "match") -> list[Entry]:
    """The resources as entries, ready to be written."""
    return [Entry(stamp(resource, base), mode) for resource in resources]


def of_patient(type_: str, patient: str) -> Query:
    """The search for a type's resources of one patient, by public id."""
    return Query(type_, (Clause(PATIENT_LINK, None, (ReferenceValue("Patient", patient),), f"Patient/{patient}"),))
