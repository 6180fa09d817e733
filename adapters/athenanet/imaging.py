"""Imaging results of each of a patient's charts. GET /patients/{patientid}/documents/imagingresult."""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings import fhir
from mappings.athenanet import diagnostic_report_imaging

ALL = {"showdeleted": "true", "limit": "1000"}


async def _reports(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """[assumed]: the list says of a document what a read of it does, so that a read asks the list, too."""
    practice = await ehr.practice(call)
    path = "/patients/{patientid}/documents/imagingresult"
    charts = await ehr.each_chart(call, patient, path, "imagingresults", ALL)
    to_report = partial(diagnostic_report_imaging.report, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(to_report, answers.once(each.rows, "imagingresultid"), tags=each.tags) for each in charts
    )


REPORTS = source("imaging", _reports, category=(fhir.LOINC, diagnostic_report_imaging.RADIOLOGY))
