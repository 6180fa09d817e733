"""Organizations: the practice, each department as its site and, by id, facilities of athena's nationwide directory.

GET /practiceinfo, /departments[/{departmentid}], /clinicalproviders/{clinicalproviderid}.
"""

from __future__ import annotations

from adapters.athenanet import clinical_provider
from adapters.athenanet.client import AthenaNet, together
from adapters.athenanet.clinical_provider import FACILITY
from adapters.athenanet.location import department_keys, departments
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athena import ids
from mappings.athenanet.organization import practice_organization, site_organization


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    return await _organizations(ehr, call, (query.id or "",))


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The practice and its sites, kept for a while; the facade filters them. A facility is found by `_id` alone."""
    return await _organizations(ehr, call, query.ids("_id"))


async def _organizations(ehr: AthenaNet, call: Call, local_ids: tuple[str, ...] | None) -> Page:
    sites = None if local_ids is None else department_keys(local_ids, "site")
    own = ids.local("practice", ehr.settings.practiceid)
    pages = [departments(ehr, call, sites, site_organization)]
    if local_ids is not None:
        pages.append(clinical_provider.by_id(ehr, call, local_ids, FACILITY))
    if local_ids is None or own in local_ids:
        pages.append(_practice(ehr, call))
    return Page.merged(await together(pages))


async def _practice(ehr: AthenaNet, call: Call) -> Page:
    practice, record = await ehr.practice(call), await ehr.practice_record(call)
    return Page.mapped(lambda one: (practice_organization(one, practice),), [record] if record is not None else [])
