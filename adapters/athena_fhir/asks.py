"""How clauses are asked for, where athena's server differs from FHIR or its rows from what we make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Pairs, Writing
from adapters.query import Clause, DateValue, Query, TokenValue
from capability.issues import Invalid
from mappings.athena_fhir.loinc_names import PROVEN
from mappings.athena_fhir.quirks_observation import SMOKING
from mappings.athena_fhir.quirks_patient import SSN
from mappings.check_digits import is_loinc
from mappings.fhir import LOINC

SOCIAL_HISTORY = "social-history"

PATIENT_CRITERIA: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            {"_id"},
            {"identifier"},
            {"name"},
            {"family", "birthdate"},
            {"family", "gender"},
            {"family", "given"},
        ),
    )
)
"""[seen: CAP] of which the server wants one whole."""


def result_code(clause: Clause, writing: Writing) -> list[str] | None:
    """Observation.code, unless a laboratory's row may hold it: those say another code than the one that we serve."""
    values = [value for value in clause.values if isinstance(value, TokenValue)]
    sure = all(value.code and is_loinc(value.code) and value.code not in PROVEN for value in values)
    return asks.token(clause, writing) if sure and all(one.system in (LOINC, None) for one in values) else None


def dates(query: Query, writing: Writing, requests: list[Pairs]) -> list[Pairs]:
    """The requests without the date where a smoking status may match, whose date only we give it."""
    if not _may_be_smoking(query):
        return requests
    return [tuple(pair for pair in request if pair[0] != "date") for request in requests]


def _may_be_smoking(query: Query) -> bool:
    for name, codes in (("category", frozenset({SOCIAL_HISTORY})), ("code", SMOKING)):
        for clause in query.named(name):
            named = {value.code for value in clause.values if isinstance(value, TokenValue)}
            if clause.modifier is None and None not in named and not named & codes:
                return False
    return True


def identifier(clause: Clause, writing: Writing) -> list[str] | None:
    """A social security number finds nobody where none is served."""
    if clause.modifier is not None:
        return None
    shown = writing.options.get("show_full_ssn") is True
    kept = tuple(one for one in clause.values if shown or not (isinstance(one, TokenValue) and one.system == SSN))
    return asks.token(replace(clause, values=kept), writing) if kept else []


def birthdate(clause: Clause, writing: Writing) -> list[str] | None:
    """A day as it is, anything else as whole days around it."""
    value = clause.values[0] if len(clause.values) == 1 and clause.modifier is None else None
    if isinstance(value, DateValue) and value.prefix == "eq" and value.high - value.low == timedelta(days=1):
        return [value.low.date().isoformat()]
    return asks.days(clause, writing)


def every_criterion(query: Query, writing: Writing, requests: list[Pairs]) -> list[Pairs]:
    """The requests as they are; Invalid where one has nothing by which the server finds patients."""
    for request in requests:
        names = {name for name, _ in request}
        if not any(one <= names for one in PATIENT_CRITERIA):
            raise Invalid(
                "this EHR finds patients by _id, by identifier, by the beginning of a name, or by the beginning of a "
                "family name with given name, birthdate or gender"
            )
    return requests
