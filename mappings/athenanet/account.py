"""athenaNet balance of a patient with a provider group -> FHIR R4 Account.

Source  GET /v1/{practiceid}/patients/{patientid}: each of balances[]
Shape   {balance, departmentlist "1,21", providergroupid, cleanbalance}; a balance is a number or text
Units   US dollars
Times   none
Target  FHIR R4 Account (US Core has no profile). R4 has no element for what is owed: it is R5's Account.balance, as the
        extension that FHIR names for elements of another version. https://hl7.org/fhir/R5/versions.html#extensions
Skips   collections balance, contracts, cleanbalance; which policies pay for which group (athenaNet does not say)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes import ACT_CODE
from mappings.athenanet.money import amount, money
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

BALANCE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Account.balance"
AGGREGATE = ("http://hl7.org/fhir/account-aggregate", "patient", "Patient")

STATUS = "active"
"""[assumed] of an account that athenaNet still keeps a balance of."""


def account(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`record` is one balance. ValueError without a providergroupid."""
    translation = Translation(practice)
    group = as_id(record.get("providergroupid"))
    resource = fhir.resource(
        "Account",
        id=ids.local("account", patient, group),
        extension=[_balance(record.get("balance"), translation)],
        identifier=[fhir.identifier(practice.system("account"), f"{patient}-{group}")],
        status=STATUS,
        type=fhir.codeable(fhir.coding(ACT_CODE, "PBILLACCT", "patient billing account")),
        subject=[fhir.reference("Patient", ids.local("", patient))],
        owner={"reference": practice.organization},
    )
    return translation.mapped(resource, practice.origin())


def _balance(value: Any, translation: Translation) -> fhir.Element | None:
    owed = money(amount(value, translation))
    if owed is None:
        return None
    aggregate = fhir.codeable(fhir.coding(*AGGREGATE))
    parts = [fhir.extension("aggregate", valueCodeableConcept=aggregate), fhir.extension("amount", valueMoney=owed)]
    return fhir.extension(BALANCE, extension=parts)


def accounts_by_department(patient: Record) -> Mapping[str, str]:
    """departmentid -> providergroupid, by the balances of a patient. What cannot be read is left out."""
    found: dict[str, str] = {}
    try:
        for one in map(as_record, as_list(patient.get("balances"))):
            group = as_str(one.get("providergroupid"))
            for department in (as_str(one.get("departmentlist")) or "").split(","):
                if group and department.strip():
                    found[department.strip()] = group
    except ValueError:
        return {}
    return found
