"""Laboratory results of each of a patient's charts, and the analytes in them.

GET /chart/{patientid}/labresults and, for what only the documents know, GET /patients/{patientid}/documents/labresult.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet, Listed, together
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import diagnostic_report_laboratory, laboratory, observation_laboratory
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_str
from mappings.mapped import Mapped, Record

# Those typed by hand, too. Dates are not pushed down: they are about the day of the order, not of the result.
FLAGS = {"showabnormaldetails": "true", "showhidden": "true"}
ALL: Mapping[str, str] = {"showdeleted": "true", "limit": "1000"}
NO_DOCUMENT: Record = {}


async def _listed(ehr: AthenaNet, call: Call, patient: str) -> tuple[Practice, list[Listed], dict[str, Record]]:
    """The practice, the results of each chart that hold, and the documents of all by their labresultid."""
    practice = await ehr.practice(call)
    charts, documents = await together(
        (
            ehr.each_chart(call, patient, "/chart/{patientid}/labresults", "results", FLAGS),
            ehr.each_chart(call, patient, "/patients/{patientid}/documents/labresult", "labresults", ALL),
        )
    )
    known = laboratory.records([row for each in documents for row in each.rows], "labresultid")
    whole = (each._replace(rows=list(answers.once(each.rows, "labresultid"))) for each in charts)
    return practice, [each._replace(rows=laboratory.current(each.rows)) for each in whole], known


def _document(result: Record, documents: Mapping[str, Record]) -> Record:
    return documents.get(as_str(result.get("labresultid")) or "", NO_DOCUMENT)


async def _reports(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    practice, charts, documents = await _listed(ehr, call, patient)

    def to_report(record: Record) -> Mapped:
        document = _document(record, documents)
        return diagnostic_report_laboratory.report(record, document=document, patient=patient, practice=practice)

    return Page.merged(Page.mapped(to_report, each.rows, tags=each.tags) for each in charts)


async def _observations(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    practice, charts, documents = await _listed(ehr, call, patient)

    def to_observation(both: tuple[Record, Any]) -> Mapped:
        result, analyte = both
        document = _document(result, documents)
        return observation_laboratory.observation(
            analyte, result=result, document=document, patient=patient, practice=practice
        )

    return Page.merged(
        Page.mapped(to_observation, laboratory.each_analyte(each.rows), tags=each.tags) for each in charts
    )


REPORTS = source(
    "labresult", _reports, category=(diagnostic_report_laboratory.SERVICE_SECTION, diagnostic_report_laboratory.LAB)
)
ANALYTES = source(
    "analyte",
    _observations,
    category=(observation_laboratory.OBSERVATION_CATEGORY, observation_laboratory.LABORATORY),
)
