"""Immunization: vaccines that were given, here or elsewhere, and those that were not. A mere order is none.

CVX, MVX: https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp; sites: v3-ActSite.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    SYSTEMS,
    TERMINOLOGY,
    Element,
    coded,
    coding,
    concept,
    element,
    identifier,
    listed,
    note,
    number,
    quantity,
    resource,
    snomed,
    term,
)
from adapters.population.vaccines import Product, Vaccine, vaccines

_STATUSES = {
    "given": "completed",
    "partly given": "completed",
    "refused": "not-done",
    "declined": "not-done",
    "contraindicated": "not-done",
    "deleted": "entered-in-error",
}
_MAKERS = {
    "MSD": "Merck and Co., Inc.",
    "SKB": "GlaxoSmithKline",
    "MED": "MedImmune, Inc.",
    "PMC": "Sanofi Pasteur",
}
_MVX = "http://hl7.org/fhir/sid/mvx"
_SITES = {
    "left arm": ("LA", "left arm"),
    "L arm": ("LA", "left arm"),
    "left deltoid": ("LD", "left deltoid"),
    "right deltoid": ("RD", "right deltoid"),
    "left thigh": ("LT", "left thigh"),
    "right thigh": ("RT", "right thigh"),
}
_ROUTES = {
    "IM": ("78421000", "Intramuscular route"),
    "SC": ("34206005", "Subcutaneous route"),
    "PO": ("26643006", "Oral route"),
    "NASAL": ("46713006", "Nasal route"),
}


def immunizations(case: Case) -> Making:
    for one in case.people.facts(case.number, vaccines):
        if one.state in _STATUSES:
            yield _immunization(case, one)


def _immunization(case: Case, one: Vaccine) -> Written:
    product, status, partly = one.product, _STATUSES[one.state], one.state == "partly given"
    made = resource(
        "Immunization",
        f"vaccine-{case.number}-{one.number}",
        identifier=[identifier("vaccine", f"{case.number}-{one.number}")],
        status=status,
        statusReason=_reason(one) if status == "not-done" else None,
        vaccineCode=_code(product),
        patient=case.subject(),
        **_occurrence(one),
        recorded=one.entered.isoformat(),
        primarySource=one.kind == "clinical",
        manufacturer=_maker(product.maker),
        lotNumber=one.lot,
        expirationDate=one.expires.isoformat() if one.expires else None,
        site=_site(product.site),
        route=_route(product.route),
        doseQuantity=_dose(product),
        performer=list(_performers(case, one)),
        note=listed(note(one.note), note(_amount(product))),
        isSubpotent=True if partly else None,
        subpotentReason=[term("immunization-subpotent-reason", "partial", "Partial Dose")] if partly else None,
    )
    return Written(made, one.entered, one.by)


def _occurrence(one: Vaccine) -> dict[str, Any]:
    return {"occurrenceDateTime": one.on} if one.on else {"occurrenceString": "unknown"}


def _reason(one: Vaccine) -> Element:
    objection = coding(TERMINOLOGY + "v3-ActReason", "PATOBJ", "patient objection")
    return concept(
        coded(one.reason) if one.reason else objection, text=one.why or (one.reason.text if one.reason else None)
    )


def _code(product: Product) -> Element:
    cvx = coding(SYSTEMS["CVX"], f"{product.cvx:02d}", product.name) if product.cvx is not None else None
    return concept(cvx, coding(SYSTEMS["NDC"], product.ndc) if product.ndc else None, text=product.name)


def _maker(code: str | None) -> Element | None:
    if code is None:
        return None
    return element(identifier=identifier("mvx", code, system=_MVX), display=_MAKERS.get(code))


def _site(words: str | None) -> Element:
    known = _SITES.get(words or "")
    return concept(coding(TERMINOLOGY + "v3-ActSite", *known) if known else None, text=words)


def _route(words: str | None) -> Element | None:
    known = _ROUTES.get(words or "")
    return snomed(*known) if known else concept(text=words)


def _dose(product: Product) -> Element | None:
    if product.amount is None or product.unit is None:
        return None
    return quantity(product.amount, product.unit, "mL" if product.unit == "mL" else None)


def _amount(product: Product) -> str | None:
    """An amount that is no number."""
    if product.amount is None or number(product.amount) is not None:
        return None
    return f"Amount: {product.amount} {product.unit}"


def _performers(case: Case, one: Vaccine) -> Iterator[Element]:
    for by, code, display in (
        (one.given_by, "AP", "Administering Provider"),
        (one.ordered_by, "OP", "Ordering Provider"),
    ):
        if actor := case.who(by):
            yield {"function": term("v2-0443", code, display), "actor": actor}
