"""meta.profile and meta.versionId of what is left after policy: the last touch before a resource is written."""

from __future__ import annotations

import hashlib

from capability.uscore import recognise
from facade.interactions.asking import Base
from facade.policy.release import Released
from mappings import fhirjson


def stamp(resource: Released, base: Base) -> Released:
    """The same resource with the profiles it conforms to and a version that changes when what is shown changes."""
    meta = {key: value for key, value in resource.get("meta", {}).items() if key not in ("profile", "versionId")}
    profiles = recognise(resource, base.edition)
    if profiles:
        meta["profile"] = list(profiles)
    resource.pop("meta", None)
    if meta:
        resource["meta"] = meta
    version = hashlib.blake2b(digest_size=9)
    version.update(f"{base.tenant.policy.version} {base.edition.version} ".encode())
    version.update(fhirjson.canonical(resource))
    body = {key: value for key, value in resource.items() if key not in ("resourceType", "id", "meta")}
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    resource.clear()
    resource.update(head, meta={"versionId": version.hexdigest(), **meta}, **body)
    return resource
