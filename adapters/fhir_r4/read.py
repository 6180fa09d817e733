"""One resource of a FHIR server by its id."""

from __future__ import annotations

from adapters.contract import Call, Page
from adapters.fhir_r4.client import FHIRServer
from adapters.query import Query
from mappings.mapped import Resource


async def read(ehr: FHIRServer, call: Call, query: Query) -> Page:
    """The resource of `query.id`, or an empty Page. Raises EHRError."""
    served = ehr.dialect.served(query.type)
    if served.get is not None:
        return await served.get(ehr, call, query)
    found = await record_of(ehr, call, query.type, query.id or "")
    records = [found] if found is not None else []
    page = ehr.served(records if served.complete is None else await served.complete(ehr, call, records))
    # an id may hold more than the server's own, such as the patient: that must be so as well
    return page if all(one["id"] == query.id for one in page.resources) else Page()


async def record_of(ehr: FHIRServer, call: Call, type_: str, local: str) -> Resource | None:
    """The record as the EHR wrote it; None where it has none of that id, or the id can't be one of its own."""
    upstream = ehr.names.upstream(type_, local) if type_ in ehr.names.types_of(local) else None
    return await ehr.record(call, type_, upstream) if upstream is not None else None
