"""RelatedPersons: whom a patient's record names. GET /patients/{patientid}."""

from __future__ import annotations

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.related_person import ROLES, related_person
from mappings.mapped import Mapped


async def _related(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """One at most for each role. Names are of the patient's record, not of a chart: they have no chart's tag."""
    practice = await ehr.practice(call)
    record = await ehr.living(call, patient)
    if record is None:
        return Page()

    def in_role(role: str) -> tuple[Mapped, ...]:
        return related_person(record, role, patient=patient, practice=practice)

    return Page.mapped(in_role, ROLES)


RELATED_PERSONS = source("related", _related)
