"""athenaNet insurance policy -> US Core Coverage.

Source  GET /v1/{practiceid}/patients/{patientid}/insurances?showcancelled=true
Shape   one policy object, flat, with copays[]{copaytype, copayamount}
Units   US dollars
Times   issuedate, expirationdate and cancelled dates
Target  US Core 6.1.0 Coverage. insuranceidnumber is the member's id, policynumber the group. Package 0 is paying
        oneself; a negative package is an arrangement such as a payment plan and no coverage. An expired policy stays
        active: Coverage.status is about the record, its period about the policy.
Skips   holder, eligibility, coinsurance, case policy (injury, adjuster), sliding fee plan
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_billing import INSURANCE_TYPE, RELATIONSHIP_TO_INSURED
from mappings.athenanet.contacts import address, contact_point
from mappings.athenanet.money import amount, money
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_int, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
SELF_PAY_TYPE = "http://terminology.hl7.org/CodeSystem/coverage-selfpay"
INSURANCE_PACKAGE = "urn:athenahealth:athenanet:insurancepackageid"  # one list for all practices
PAYER_ID = "urn:athenahealth:athenanet:insurancepackagepayerid"  # [assumed] whose list of payers is not documented
MEMBER = ("MB", "Member Number")

SELF_PAY = 0
SELF = "1"
PAYER = "payer"

NO_MEMBER_ID = frozenset({"unknown"})
"""What is written where nobody knows the member's id, in any letter case."""


def coverages(record: Record, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """The Coverage of one policy; none for an arrangement. ValueError without an insuranceid or with no package id
    that is a number."""
    package = as_int(record.get("insurancepackageid"))
    if package is not None and package < SELF_PAY:
        return ()
    translation = Translation(practice)
    insuranceid = as_str(record.get("insuranceid")) or as_id(record.get("id"))
    self_pay = package == SELF_PAY
    member = _member(record)
    cancelled = translation.date(record.get("cancelled"))
    beneficiary = fhir.reference("Patient", ids.local("", patient))
    relationship = _relationship({"relationshiptoinsuredid": SELF} if self_pay else record, translation)
    resource = fhir.resource(
        "Coverage",
        id=ids.local("coverage", patient, insuranceid),
        contained=None if self_pay else [_payer(record, package)],
        identifier=[
            fhir.element(type=_member_type(), value=member) if member else None,
            fhir.identifier(practice.system("insurance"), insuranceid),
        ],
        status="cancelled" if cancelled else "active",
        type=_type(record, translation, self_pay=self_pay),
        subscriber=beneficiary if _is_self(relationship) else None,
        subscriberId=member,
        _subscriberId=None if member else fhir.absent("not-applicable" if self_pay else "unknown"),
        beneficiary=beneficiary,
        relationship=relationship,
        period=_period(record, cancelled, translation),
        payor=[beneficiary if self_pay else {"reference": f"#{PAYER}"}],
        class_=[] if self_pay else list(_classes(record, package)),
        order=_order(record, translation),
        costToBeneficiary=list(_copays(record, translation)),
    )
    return (translation.mapped(resource, practice.origin()),)


def _member(record: Record) -> str | None:
    text = as_str(record.get("insuranceidnumber"))
    return None if text is None or text.casefold() in NO_MEMBER_ID else text


def _member_type() -> fhir.Element | None:
    return fhir.codeable(fhir.coding("http://terminology.hl7.org/CodeSystem/v2-0203", *MEMBER))


def _type(record: Record, translation: Translation, *, self_pay: bool) -> fhir.Element | None:
    words = as_str(record.get("insurancetype"))
    if self_pay:
        return fhir.codeable(fhir.coding(SELF_PAY_TYPE, "pay", "Pay"), text=words)
    return translation.codeable(INSURANCE_TYPE, words, words or as_str(record.get("insuranceproducttype")))


def _relationship(record: Record, translation: Translation) -> fhir.Element:
    words = as_str(record.get("relationshiptoinsured"))
    found = translation.codeable(RELATIONSHIP_TO_INSURED, record.get("relationshiptoinsuredid"), words, letters=True)
    return found or fhir.absent_code()


def _is_self(relationship: fhir.Element) -> bool:
    return any(each.get("code") == "self" for each in relationship.get("coding", ()))


def _period(record: Record, cancelled: str | None, translation: Translation) -> fhir.Element | None:
    """An end that lies before the start is left out: one of the two is wrong, and the start is what is billed by."""
    start = translation.date(record.get("issuedate"))
    end = translation.date(record.get("expirationdate")) or cancelled
    if start and end and fhir.chronological(end) < fhir.chronological(start) and not start.startswith(end):
        end = None
    return fhir.element(start=start, end=end)


def _payer(record: Record, package: int | None) -> fhir.Element:
    """The payer, by what is known of the package; `active` is [assumed] of one that a policy names."""
    named = (as_str(record.get(key)) for key in ("insurancepayername", "ircname", "insuranceplanname"))
    name = next((one for one in named if one), None)
    place = {key: record.get(f"insurancepackage{key}") for key in ("address1", "address2", "city", "state", "zip")}
    return fhir.resource(
        "Organization",
        id=PAYER,
        identifier=[
            fhir.identifier(INSURANCE_PACKAGE, str(package) if package is not None else None),
            fhir.identifier(PAYER_ID, as_str(record.get("insurancepackagepayerid"))),
        ],
        active=True,
        name=name,
        _name=None if name else fhir.absent(),
        telecom=[contact_point("phone", record.get("insurancephone"), "work")],
        address=[address(place, second_line="address2", use="work")],
    )


def _classes(record: Record, package: int | None) -> Iterator[fhir.Element | None]:
    group = as_str(record.get("policynumber"))
    if group:
        yield fhir.element(type=fhir.codeable(fhir.coding(COVERAGE_CLASS, "group", "Group")), value=group)
    if package is not None:
        plan = as_str(record.get("insuranceplanname")) or as_str(record.get("insuranceplandisplayname"))
        kind = fhir.codeable(fhir.coding(COVERAGE_CLASS, "plan", "Plan"))
        yield fhir.element(type=kind, value=str(package), name=plan)


def _order(record: Record, translation: Translation) -> int | None:
    value = record.get("sequencenumber")
    try:
        found = as_int(value)
    except ValueError:
        found = None
        translation.unknown("sequencenumber", str(value)[:20] if isinstance(value, str) else None)
    return found if found is not None and 0 < found < 1000 else None


def _copays(record: Record, translation: Translation) -> Iterator[fhir.Element | None]:
    for one in map(as_record, as_list(record.get("copays"))):
        value = money(amount(one.get("copayamount"), translation))
        if value is not None:
            yield fhir.element(type=fhir.codeable(text=as_str(one.get("copaytype"))), valueMoney=value)
