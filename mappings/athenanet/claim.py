"""athenaNet claim -> FHIR R4 Claim.

Source  GET /v1/{practiceid}/claims?patientid, GET /v1/{practiceid}/claims/{claimid} (a bare object); its visit from
        GET /v1/{practiceid}/appointments/booked/multipledepartment?showclaimdetail=true
Shape   procedures[]{procedurecode "99396,25,59", chargeamount, transactionid}, diagnoses[], three payers with a status
Units   US dollars
Times   billedservicedate and claimcreateddate dates
Target  FHIR R4 Claim (US Core has no profile). R4 has no element for a line's charge: it is supporting information
        that the line points at by informationSequence. What each payer makes of the claim is supporting information
        too, in athenaNet's own words. type professional is [assumed]: athenaCollector bills a practice's services.
Skips   procedure and diagnosis categories, custom fields, which diagnosis is of which line (athenaNet does not say)
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_billing import CLAIM_STATUS
from mappings.athenanet.money import amount, money
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.procedure_codes import modifier, procedure, submitted
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

CLAIM_TYPE = ("http://terminology.hl7.org/CodeSystem/claim-type", "professional", "Professional")
INFORMATION = ("http://terminology.hl7.org/CodeSystem/claiminformationcategory", "info", "Information")
PAYER_STATUS = "urn:athenahealth:athenanet:claimstatus"  # one list for all practices

NONE = "0"
"""What stands for no policy."""

PAYERS = (  # record, key of the policy in it, what it is called
    ("primaryinsurancepayer", "primarypatientinsuranceid", "primary insurance"),
    ("secondaryinsurancepayer", "secondarypatientinsuranceid", "secondary insurance"),
    ("patientpayer", None, "patient"),
)


class Payer(NamedTuple):
    """`insuranceid` None: the patient."""

    name: str
    insuranceid: str | None
    status: str | None


class Line(NamedTuple):
    """One procedure of a claim. `transactionid` None: a line that no charge stands for."""

    transactionid: str | None
    code: str | None
    modifiers: list[str]
    text: str | None
    amount: Decimal | None


def payers(record: Record) -> list[Payer]:
    """Who is to pay, in turn: insurances that there are, then the patient."""
    found = []
    for key, policy, name in PAYERS:
        payer = _object(record.get(key))
        insuranceid = as_str(payer.get(policy)) if policy else None
        if policy is None or insuranceid not in (None, NONE):
            found.append(Payer(name, insuranceid, as_str(payer.get("status"))))
    return found


def lines(record: Record, translation: Translation) -> list[Line]:
    amounts = _object(record.get("transactiondetails"))
    found = []
    for one in map(as_record, as_list(record.get("procedures"))):
        code, modifiers = submitted(one.get("procedurecode"))
        transactionid = as_str(one.get("transactionid"))
        charged = one.get("chargeamount")
        if as_str(charged) is None and transactionid:
            charged = amounts.get(transactionid)
        text = as_str(one.get("proceduredescription"))
        found.append(Line(transactionid, code, modifiers, text, amount(charged, translation)))
    return found


def _object(value: Any) -> Record:
    """The object, empty where nothing is there."""
    return {} if value is None or (isinstance(value, str) and not value.strip()) else as_record(value)


def encounter_of(patient: str, visit: Record | None) -> fhir.Element | None:
    """The encounter of the appointment that was billed."""
    encounterid = as_str((visit or {}).get("encounterid"))
    return fhir.reference("Encounter", ids.local("encounter", patient, encounterid)) if encounterid else None


def claim(record: Record, *, visit: Record | None, practice: Practice) -> Mapped:
    """`visit`: the appointment that was billed, where it was found. ValueError without claimid or patientid."""
    translation = Translation(practice)
    claimid, patient = as_id(record.get("claimid")), as_id(record.get("patientid"))
    created = translation.date(record.get("claimcreateddate"))
    served = translation.date(record.get("billedservicedate"))
    department = as_str(record.get("departmentid"))
    who, what = payers(record), lines(record, translation)
    status = translation.concept(CLAIM_STATUS, who[0].status)
    resource = fhir.resource(
        "Claim",
        id=ids.local("claim", claimid),
        identifier=[fhir.identifier(practice.system("claim"), claimid)],
        status=status.code if status else None,
        _status=None if status else fhir.absent(),
        type=fhir.codeable(fhir.coding(*CLAIM_TYPE)),
        use="claim",
        patient=fhir.reference("Patient", ids.local("", patient)),
        billablePeriod=fhir.element(start=served, end=served),
        created=created,
        _created=None if created else fhir.absent(),
        provider=billed_by(record, practice),
        priority=fhir.absent_code(),
        facility=fhir.reference("Location", ids.local("department", department)) if department else None,
        supportingInfo=[*_payer_statuses(who), *_charges(claimid, what, len(_told(who)))],
        diagnosis=list(_diagnoses(record, translation)),
        insurance=_insurance(patient, who),
        item=list(_items(what, len(_told(who)), served, encounter_of(patient, visit), practice)),
        total=_total(what),
    )
    recorded = translation.moment(record.get("claimcreateddate"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(None, recorded))


def billed_by(record: Record, practice: Practice) -> fhir.Element:
    """The billed provider, else the department as an organisation, else the practice."""
    person = fhir.reference("Practitioner", practice.practitioner(record.get("billedproviderid")))
    department = as_str(record.get("departmentid"))
    site = fhir.reference("Organization", ids.local("site", department)) if department else None
    return person or site or {"reference": practice.organization}


def _told(who: list[Payer]) -> list[Payer]:
    return [one for one in who if one.status]


def _payer_statuses(who: list[Payer]) -> Iterator[fhir.Element | None]:
    for sequence, one in enumerate(_told(who), start=1):
        code = fhir.codeable(fhir.coding(PAYER_STATUS, one.status), text=one.status)
        yield fhir.element(sequence=sequence, category=_category("Payer status"), code=code, valueString=one.name)


def _charges(claimid: str, what: list[Line], before: int) -> Iterator[fhir.Element | None]:
    for sequence, one in enumerate(what, start=before + 1):
        if one.transactionid:
            charge = fhir.reference("ChargeItem", ids.local("charge", claimid, one.transactionid))
            yield fhir.element(sequence=sequence, category=_category("Charge"), valueReference=charge)


def _category(text: str) -> fhir.Element | None:
    return fhir.codeable(fhir.coding(*INFORMATION), text=text)


def _diagnoses(record: Record, translation: Translation) -> Iterator[fhir.Element | None]:
    """Those that still stand; one that was taken off is marked deleted."""
    sequence = 0
    for one in map(as_record, as_list(record.get("diagnoses"))):
        code, words = as_str(one.get("diagnosisrawcode")), as_str(one.get("diagnosisdescription"))
        if as_bool(one.get("deleteddiagnosis")) or not (code or words):
            continue
        sequence += 1
        coding = fhir.coding(translation.code_system(one.get("diagnosiscodeset")), code, words) if code else None
        yield fhir.element(sequence=sequence, diagnosisCodeableConcept=fhir.codeable(coding, text=words))


def _insurance(patient: str, who: list[Payer]) -> list[fhir.Element | None]:
    """FHIR wants at least one: where nobody insures, it is marked as not applicable."""
    insured = [one.insuranceid for one in who if one.insuranceid]
    if not insured:
        return [fhir.element(sequence=1, focal=True, coverage=fhir.absent("not-applicable"))]
    return [
        fhir.element(
            sequence=at,
            focal=at == 1,
            coverage=fhir.reference("Coverage", ids.local("coverage", patient, insuranceid)),
        )
        for at, insuranceid in enumerate(insured, start=1)
    ]


def _items(
    what: list[Line], before: int, served: str | None, encounter: fhir.Element | None, practice: Practice
) -> Iterator[fhir.Element | None]:
    for sequence, one in enumerate(what, start=1):
        yield fhir.element(
            sequence=sequence,
            informationSequence=[before + sequence] if one.transactionid else None,
            productOrService=procedure(one.code, one.text, practice) or fhir.absent_code(),
            modifier=[modifier(each, practice) for each in one.modifiers],
            servicedDate=served,
            net=money(one.amount),
            encounter=[encounter],
        )


def _total(what: list[Line]) -> fhir.Element | None:
    """The sum of all lines, where each of them has an amount."""
    amounts = [one.amount for one in what if one.amount is not None]
    return money(sum(amounts, Decimal(0))) if amounts and len(amounts) == len(what) else None
