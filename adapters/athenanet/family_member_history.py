"""Family history: one resource a relative, over all of a patient's charts. GET /chart/{patientid}/familyhistory."""

from __future__ import annotations

from functools import partial

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet, together
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import family_member_history

TEMPLATE = "/chart/{patientid}/familyhistory"


async def _relatives(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    practice = await ehr.practice(call)
    charts = await ehr.charts(call, patient)
    ttl = ehr.settings.cache_seconds.chart
    envelopes = await together(
        ehr.document(call, TEMPLATE, {"departmentid": chart.departmentid}, ttl=ttl, patientid=patient)
        for chart in charts
    )
    mapping = partial(family_member_history.family_member_history, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(mapping, (one,), tags=[tag for place in sorted(one.charts) for tag in ehr.tags(charts[place])])
        for one in family_member_history.relatives([{} if each is None else each for each in envelopes])
    )


FAMILY = source("relative", _relatives)
