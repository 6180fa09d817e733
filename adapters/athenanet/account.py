"""Accounts: what a patient owes to each provider group. GET /patients/{patientid}, its `balances`."""

from __future__ import annotations

from functools import partial

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.account import account
from mappings.athenanet.scalars import as_list


async def _balances(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    record = await ehr.living(call, patient)
    if record is None:
        return Page()
    practice = await ehr.practice(call)
    return Page.mapped(partial(account, patient=patient, practice=practice), as_list(record.get("balances")))


BALANCES = source("account", _balances)
