"""Medication, MedicationRequest, MedicationDispense: drugs of the formulary, who takes them, what was handed out.

Doses in UCUM; a count of things is an annotation. Times: http://hl7.org/fhir/R4/datatypes.html#Timing
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    SYSTEMS,
    TERMINOLOGY,
    Element,
    Resource,
    coding,
    concept,
    element,
    identifier,
    instant,
    listed,
    note,
    period,
    quantity,
    reason_absent,
    reference,
    resource,
    snomed,
    term,
)
from adapters.population.medicines import ERA_END, ERA_START, ROWS, Drug, Medicine, Sig, medicines

_STATUSES = {
    "active": "active",
    "stopped": "stopped",
    "course over": "completed",
    "hidden": "unknown",  # nobody says whether it is still taken
    "replaced": "stopped",
    "planned": "draft",
    "deleted": "entered-in-error",
    "denied": "cancelled",
}
_NEVER_HANDED = frozenset({"draft", "entered-in-error", "cancelled"})
_UNITS = {
    "tablet(s)": "{tbl}",
    "mL": "mL",
    "puff(s)": "{puff}",
    "application(s)": "{application}",
}
_ROUTES = {
    "oral": ("26643006", "Oral route"),
    "inhalation": ("447694001", "Respiratory tract route"),
    "intramuscular": ("78421000", "Intramuscular route"),
    "topical": ("6064005", "Topical route"),
}
_PERIODS = {"day": "d", "week": "wk", "month": "mo"}
_PHARMACIES = {"2299001": 11401, "2299002": 11402}  # NCPDP number: its number in the directory


def formulary() -> Iterator[Resource]:
    for drug, _sig, _amount, _age in ROWS:
        yield resource("Medication", f"drug-{drug.number}", code=_drug_code(drug), status="active")


def _drug_code(drug: Drug) -> Element:
    rxnorm = [coding(SYSTEMS["RXNORM"], code) for code in drug.rxnorm]
    return concept(*rxnorm, *(coding(SYSTEMS["NDC"], code) for code in drug.ndc), text=drug.name)


def prescriptions(case: Case) -> Making:
    for one in case.people.facts(case.number, medicines):
        request = _request(case, one)
        yield request
        if one.kind == "prescribed" and one.handed == "dispensed":
            if request.resource["status"] not in _NEVER_HANDED:
                yield _dispense(case, one)


def _request(case: Case, one: Medicine) -> Written:
    ordered = one.kind == "prescribed"
    category = ("outpatient", "Outpatient") if one.handed == "administered" else ("community", "Community")
    made = resource(
        "MedicationRequest",
        f"medicine-{case.number}-{one.number}",
        identifier=[identifier("medicine", f"{case.number}-{one.number}")],
        status=_STATUSES[one.state],
        statusReason=concept(text=one.stop_reason),
        intent="order" if ordered else "plan",
        category=[term("medicationrequest-category", *category)],
        reportedBoolean=not ordered,
        **_medication(one),
        subject=case.subject(),
        encounter=case.encounter(one.visit),
        authoredOn=one.entered.isoformat(),
        requester=_requester(case, one) if ordered else None,
        recorder=case.who(one.by),
        note=listed(note(one.note)),
        dosageInstruction=listed(_dosage(one)),
        dispenseRequest=_supply(one) if ordered else None,
    )
    return Written(made, one.entered, one.by)


def _medication(one: Medicine) -> dict[str, Any]:
    if one.drug is None:
        return {"medicationCodeableConcept": concept(text=one.words)}
    return {"medicationReference": reference("Medication", f"drug-{one.drug.number}", one.drug.name)}


def _requester(case: Case, one: Medicine) -> Element:
    """An order says who gave it, be it that nobody knows (us-core-21)."""
    visit = case.visits.get(one.visit or 0)
    return (case.clinician(visit.clinician) if visit else None) or case.who(one.by) or reason_absent()


# --- how it is taken ------------------------------------------------------------------------------------------------


def _dosage(one: Medicine) -> Element:
    sig = one.sig
    if sig is None:
        return element(text=one.free_sig, timing=_timing(None, one))
    return element(
        text=sig.text,
        additionalInstruction=listed(concept(text=sig.more)),
        timing=_timing(sig, one),
        asNeededBoolean=True if "as needed" in sig.words else None,
        route=snomed(*_ROUTES[sig.route], text=sig.route),
        method=concept(text=sig.action),
        doseAndRate=listed(element(doseQuantity=quantity(sig.quantity, sig.unit, _UNITS[sig.unit]))),
    )


def _timing(sig: Sig | None, one: Medicine) -> Element:
    """Dates that were filled in where nobody knew one are none."""
    start, end = (on if on not in (ERA_START, ERA_END) else None for on in (one.started, one.ended))
    repeat: Element = {"boundsPeriod": period(start, end)} if start or end else {}
    if sig is None or not sig.times:
        return element(repeat=repeat, code=concept(text=sig.words) if sig else None)
    if sig.every == "hours":
        repeat |= {"frequency": 1, "period": sig.times, "periodUnit": "h"}
    else:
        repeat |= {"frequency": sig.times, "period": 1, "periodUnit": _PERIODS[sig.every]}
    return element(repeat=repeat, code=concept(text=sig.words))


# --- what is handed out ---------------------------------------------------------------------------------------------


def _supply(one: Medicine) -> Element:
    return element(
        numberOfRepeatsAllowed=one.refills,
        quantity=_quantity(one),
        expectedSupplyDuration=_duration(one),
        performer=_pharmacy(one),
    )


def _quantity(one: Medicine) -> Element | None:
    if one.quantity is None or one.sig is None:
        return None
    return quantity(one.quantity, one.sig.unit, _UNITS[one.sig.unit])


def _duration(one: Medicine) -> Element | None:
    return quantity(str(one.sig.days), "days", "d") if one.sig and one.sig.days else None


def _pharmacy(one: Medicine) -> Element | None:
    number = _PHARMACIES.get(one.pharmacy_number or "")
    return reference("Organization", f"facility-{number}", one.pharmacy) if number else None


def _dispense(case: Case, one: Medicine) -> Written:
    visit = case.visits[one.visit or 0]
    handed = visit.left or visit.start
    made = resource(
        "MedicationDispense",
        f"dispense-{case.number}-{one.number}",
        identifier=[identifier("dispense", f"{case.number}-{one.number}")],
        status="completed",
        **_medication(one),
        subject=case.subject(),
        context=case.encounter(one.visit),
        performer=[{"actor": case.clinician(visit.clinician) or case.site(visit.department)}],
        authorizingPrescription=[reference("MedicationRequest", f"medicine-{case.number}-{one.number}")],
        type=concept(coding(TERMINOLOGY + "v3-ActCode", "FFC", "First Fill - Complete")),
        quantity=_quantity(one),
        daysSupply=_duration(one),
        whenHandedOver=instant(handed),
        dosageInstruction=listed(_dosage(one)),
    )
    return Written(made, handed, one.by)
