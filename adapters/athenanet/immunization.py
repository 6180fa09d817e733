"""Immunizations: the vaccines of each of a patient's charts. GET /chart/{patientid}/vaccines."""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import immunization

# [assumed] what each shows; without them refused, declined and deleted vaccines are left out. What is only prescribed
# is no Immunization, so that showprescribednotadministered is not asked for.
FLAGS = {"showdeleted": "true", "showrefused": "true", "showdeclinedorders": "true"}


async def _vaccines(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All vaccines, those not given too."""
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/vaccines", "vaccines", FLAGS)
    to_immunization = partial(immunization.immunization, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(to_immunization, answers.once(each.rows, "vaccineid"), tags=each.tags) for each in charts
    )


VACCINES = source("vaccine", _vaccines)
