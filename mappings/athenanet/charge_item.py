"""athenaNet procedure of a claim -> FHIR R4 ChargeItem.

Source  GET /v1/{practiceid}/claims?patientid, GET /v1/{practiceid}/claims/{claimid}: each of procedures[]
Shape   as of the claim (see claim.py); a transaction is a charge
Units   US dollars; athenaNet gives no number of units
Times   billedservicedate and claimcreateddate dates
Target  FHIR R4 ChargeItem (US Core has no profile). Modifiers have no element: they are a note, and on the claim's line
Skips   procedure category; lines without a transactionid, which no id could name
"""

from __future__ import annotations

from collections.abc import Mapping

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.claim import Line, billed_by, encounter_of, lines, payers
from mappings.athenanet.codes_billing import CHARGE_STATUS
from mappings.athenanet.money import money
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.procedure_codes import procedure
from mappings.athenanet.scalars import as_id, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record


def charge_items(
    record: Record, *, visit: Record | None, accounts: Mapping[str, str], practice: Practice
) -> tuple[Mapped, ...]:
    """`accounts`: departmentid -> providergroupid. ValueError without a claimid or patientid."""
    as_id(as_record(record).get("claimid"))  # what is no claim has no charges, and would be missed by nobody
    found = lines(record, Translation(practice))
    return tuple(_charge_item(record, one, visit, accounts, practice) for one in found if one.transactionid)


def _charge_item(
    record: Record, line: Line, visit: Record | None, accounts: Mapping[str, str], practice: Practice
) -> Mapped:
    translation = Translation(practice)
    claimid, patient = as_id(record.get("claimid")), as_id(record.get("patientid"))
    department = as_str(record.get("departmentid")) or ""
    who = billed_by(record, practice)
    site = fhir.reference("Organization", ids.local("site", department)) if department else None
    group = accounts.get(department)
    status = translation.concept(CHARGE_STATUS, payers(record)[0].status)
    resource = fhir.resource(
        "ChargeItem",
        id=ids.local("charge", claimid, line.transactionid or ""),
        identifier=[fhir.identifier(practice.system("transaction"), line.transactionid)],
        status=status.code if status else "unknown",
        code=procedure(line.code, line.text, practice) or fhir.absent_code(),
        subject=fhir.reference("Patient", ids.local("", patient)),
        context=encounter_of(patient, visit),
        occurrenceDateTime=translation.date(record.get("billedservicedate")),
        performer=[fhir.element(actor=who)],
        performingOrganization=site,
        priceOverride=money(line.amount),
        enteredDate=translation.date(record.get("claimcreateddate")),
        account=[fhir.reference("Account", ids.local("account", patient, group)) if group else None],
        note=[{"text": f"Modifiers: {', '.join(line.modifiers)}"}] if line.modifiers else None,
        supportingInformation=[fhir.reference("Claim", ids.local("claim", claimid))],
    )
    recorded = translation.moment(record.get("claimcreateddate"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(None, recorded))
