"""athenaNet vaccine -> US Core Immunization.

Source  GET /v1/{practiceid}/chart/{patientid}/vaccines?departmentid&showdeleted=true&showrefused=true
        &showdeclinedorders=true
Shape   one vaccine: vaccineid H… (historical) or C… (clinical), vaccinetype, status ADMINISTERED | REFUSED |
        PRESCRIBED, cvx, mvx, ndc, administerdate, declinedreason[]{code, codeset, description}, ...
Units   amount in units as written; mL
Times   administerdate "MM/DD/YYYY", "MM/YYYY" or "YYYY"; the others dates
Target  US Core 6.1.0 Immunization. What is only PRESCRIBED is none, unless it was declined or is contraindicated: then
        it was not done. A code of CVX or MVX that has no name here stands without a display
Skips   visgivendate and vaccineinformationstatements (their layout is not known), approved*, submitdate, clinicalorder-
        classes, genusname where there is a description
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_medicines as codes
from mappings.athenanet.dosage import quantity
from mappings.athenanet.medication import NDC
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
FUNCTION = "http://terminology.hl7.org/CodeSystem/v2-0443"
SUBPOTENT = "http://terminology.hl7.org/CodeSystem/immunization-subpotent-reason"

UNKNOWN_TIME = "unknown"  # in words: FHIR wants an occurrence, and some models of it don't take an absent one


def immunization(record: Record, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """`patient` is the patientid. Empty for what is only ordered. ValueError without a vaccineid, and where nothing
    says whether it was given: FHIR has no status for that."""
    translation = Translation(practice)
    vaccineid = as_id(record.get("vaccineid"))
    status = _status(record)
    if status is None:
        return ()
    partly = _flag(record, "partiallyadministered")
    resource = fhir.resource(
        "Immunization",
        id=ids.local("vaccine", patient, vaccineid),
        identifier=[fhir.identifier(practice.system("vaccine"), vaccineid)],
        status=status,
        statusReason=_reason(record, translation) if status == "not-done" else None,
        vaccineCode=_code(record),
        patient=fhir.reference("Patient", ids.local("", patient)),
        occurrenceDateTime=(on := _occurrence(record, status, translation)),
        occurrenceString=None if on else UNKNOWN_TIME,
        recorded=translation.date(record.get("entereddate")),
        primarySource=_here(record, vaccineid),
        manufacturer=_maker(record),
        lotNumber=as_str(record.get("lotnumber")),
        expirationDate=translation.date(record.get("expirationdate")),
        site=translation.codeable(codes.SITE, record.get("administersite")),
        route=_route(record, translation),
        doseQuantity=(dose := quantity(record, "amount", "units", translation)),
        performer=list(_performers(record, practice)),
        note=list(_notes(record, dose)),
        isSubpotent=partly or None,
        subpotentReason=[fhir.codeable(fhir.coding(SUBPOTENT, "partial", "Partial Dose"))] if partly else None,
    )
    recorded = translation.moment(record.get("entereddate"), AUDIT_ZONE)
    return (translation.mapped(resource, practice.origin(record.get("enteredby"), recorded)),)


def _status(record: Record) -> str | None:
    """None for a mere order."""
    if as_str(record.get("deleteddate")):
        return "entered-in-error"
    told = (as_str(record.get("status")) or "").upper()
    if told == "ADMINISTERED":  # in spite of what once spoke against it
        return "completed"
    if told == "REFUSED" or as_list(record.get("declinedreason")) or as_list(record.get("contraindicationreason")):
        return "not-done"
    if as_str(record.get("declinedreasontext")) or as_str(record.get("refuseddate")):
        return "not-done"
    if not told and as_str(record.get("administerdate")):
        return "completed"
    if told == "PRESCRIBED":
        return None
    raise ValueError("a vaccine that nobody says was given or not")


def _flag(record: Record, key: str) -> bool:
    """A flag that cannot be read says nothing."""
    try:
        return bool(as_bool(record.get(key)))
    except ValueError:
        return False


def _reason(record: Record, translation: Translation) -> fhir.Element | None:
    """All the codes there are, else that the patient objected, who REFUSED; with the words of people."""
    named = [*as_list(record.get("declinedreason")), *as_list(record.get("contraindicationreason"))]
    reasons = [as_record(each) for each in named]
    codings = [_coded(each, translation) for each in reasons]
    words = as_str(record.get("refusedreason")) or as_str(record.get("declinedreasontext"))
    if not any(codings) and (as_str(record.get("status")) or "").upper() == "REFUSED":
        codings = [fhir.coding(ACT_REASON, "PATOBJ", "patient objection")]
    told = next((text for each in reasons if (text := as_str(each.get("description")))), None)
    return fhir.codeable(*codings, text=words or told)


def _coded(reason: Record, translation: Translation) -> fhir.Element | None:
    code = as_str(reason.get("code"))
    if code is None:
        return None
    return fhir.coding(translation.code_system(reason.get("codeset")), code, as_str(reason.get("description")))


def _code(record: Record) -> fhir.Element:
    number, package = as_str(record.get("cvx")), as_str(record.get("ndc"))
    cvx = number.zfill(2) if number and number != "0" else None
    words = as_str(record.get("description")) or as_str(record.get("genusname"))
    return (
        fhir.codeable(
            fhir.coding(codes.CVX, cvx, codes.CVX_NAMES.get(cvx)) if cvx else None,
            fhir.coding(NDC, package) if package else None,
            text=words,
        )
        or fhir.absent_code()
    )


def _occurrence(record: Record, status: str, translation: Translation) -> str | None:
    """When it was given, which no order says; of what was not given, the day of that decision."""
    decided = ("refuseddate", "prescribeddate", "ordereddate") if status == "not-done" else ()
    keys = ("administerdate", *decided)
    return next((day for key in keys if (day := translation.date(record.get(key)))), None)


def _here(record: Record, vaccineid: str) -> bool | None:
    """Whether who gave it wrote it down: a clinical one, by its type or else by its id's letter."""
    kind = (as_str(record.get("vaccinetype")) or vaccineid[:1]).upper()
    return {"CLINICAL": True, "C": True, "HISTORICAL": False, "H": False}.get(kind)


def _maker(record: Record) -> fhir.Element | None:
    code = as_str(record.get("mvx"))
    if code is None:
        return None
    return fhir.element(identifier=fhir.identifier(codes.MVX, code), display=codes.MVX_NAMES.get(code))


def _route(record: Record, translation: Translation) -> fhir.Element | None:
    words = as_str(record.get("administerroutedescription"))
    return translation.codeable(codes.ROUTE, as_str(record.get("administerroute")) or words, words)


def _performers(record: Record, practice: Practice) -> Iterator[fhir.Element | None]:
    for key, code, display in (
        ("vaccinator", "AP", "Administering Provider"),
        ("orderedby", "OP", "Ordering Provider"),
    ):
        if name := as_str(record.get(key)):
            actor = fhir.reference("Practitioner", practice.author(name)) or {"display": name}
            yield fhir.element(function=fhir.codeable(fhir.coding(FUNCTION, code, display)), actor=actor)


def _notes(record: Record, dose: fhir.Element | None) -> Iterator[fhir.Element | None]:
    """What people wrote, and an amount that is no number."""
    for key in ("administernote", "refusednote"):
        yield fhir.element(text=as_str(record.get(key)))
    if as_str(record.get("refusedreason")):  # else it is the reason's text
        yield fhir.element(text=as_str(record.get("declinedreasontext")))
    if dose is None and (amount := as_str(record.get("amount"))):
        yield fhir.element(text=" ".join(filter(None, ("Amount:", amount, as_str(record.get("units"))))))
