"""Allergies: one list a chart, without ids; the same allergen in several charts is one resource.

GET /chart/{patientid}/allergies.
"""

from __future__ import annotations

from functools import partial

from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import allergy_intolerance


async def allergies(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All allergies, inactive ones too."""
    flags = {"showinactive": "true"}
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/allergies", "allergies", flags)
    to_allergy = partial(allergy_intolerance.allergy, patient=patient, practice=practice)
    whole = [{**envelope, "allergies": rows} for rows, envelope in charts]
    return Page.mapped(lambda group: (to_allergy(group),), allergy_intolerance.groups(whole))
