"""Allergies: one list a chart, without ids; the same allergen in several charts is one resource.

GET /chart/{patientid}/allergies.
"""

from __future__ import annotations

from functools import partial

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet, Listed
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import allergy_intolerance


async def _allergies(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All allergies, inactive ones too."""
    flags = {"showinactive": "true"}
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/allergies", "allergies", flags)
    to_allergy = partial(allergy_intolerance.allergy, patient=patient, practice=practice)
    whole = [{**each.envelope, "allergies": each.rows} for each in charts]
    groups = allergy_intolerance.groups(whole)
    return Page.merged(Page.mapped(to_allergy, (group,), tags=_tags(group, charts)) for group in groups)


def _tags(group: allergy_intolerance.Group, charts: list[Listed]) -> list[dict[str, str]]:
    """Those of the charts that an entry of the group stands in; of all, where the group is what they all say."""
    entries = {id(entry) for entry in group.entries}
    return [tag for each in charts if group.nkda or any(id(row) in entries for row in each.rows) for tag in each.tags]


ALLERGIES = source("allergy nkda", _allergies)
