"""Coverages: a patient's insurance policies. GET /patients/{patientid}/insurances; no department selects them."""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet, is_athena_id
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.coverage import coverages

FLAGS = {"showcancelled": "true", "limit": "500"}


async def _policies(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All policies, cancelled ones too."""
    if not is_athena_id(patient) or await ehr.living(call, patient) is None:
        return Page()
    practice, ttl = await ehr.practice(call), ehr.settings.cache_seconds.chart
    found = await ehr.rows(call, "/patients/{patientid}/insurances", "insurances", FLAGS, ttl=ttl, patientid=patient)
    rows = answers.once(found[0] if found else [], "insuranceid")
    return Page.mapped(partial(coverages, patient=patient, practice=practice), rows)


POLICIES = source("coverage", _policies)
