"""Request path -> tenant and practice. The only resolver."""

from __future__ import annotations

from capability.issues import NotFound
from facade.tenancy.directory import Directory, Tenant


def resolve(directory: Directory, tenant: str, practice: str | None) -> Tenant:
    """The tenant of a path. Raises NotFound with one text for an unknown tenant and an unknown practice."""
    found = directory.tenants.get(tenant)
    if found is None or (practice is not None and practice not in found.practices):
        raise NotFound("no FHIR base at this address; check the tenant and practice in it")
    return found
