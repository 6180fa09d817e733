"""Confirmed links between Patients of a tenant's practices: shown as Patient.link, and followed where that is asked.

They come from the configuration alone; nothing is linked for being alike. A link tells of a Patient elsewhere: only
those learn of it who may read any Patient there. https://hl7.org/fhir/R4/patient-definitions.html#Patient.link
"""

from __future__ import annotations

from collections.abc import Sequence

from facade.interactions.asking import Asking
from facade.policy.admit import sees_all
from facade.policy.release import Released
from mappings.mapped import Resource

SAME_PERSON = "seealso"


def with_links(asking: Asking, resources: Sequence[Resource]) -> Sequence[Resource]:
    """Resources with public ids, not released yet: their Patients with the confirmed links that this caller may know
    of, in new dicts where changed, behind the links that the EHR itself has."""
    links = asking.base.tenant.links
    if not links:
        return resources
    return [_with_links(asking, one) if one["resourceType"] == "Patient" else one for one in resources]


def _with_links(asking: Asking, patient: Resource) -> Resource:
    had = patient.get("link", [])
    there = {each.get("other", {}).get("reference") for each in had}
    new = [
        {"other": {"reference": _reference(asking, id_)}, "type": SAME_PERSON}
        for id_ in _others(asking, str(patient["id"]))
        if f"Patient/{id_}" not in there
    ]
    return {**patient, "link": [*had, *new]} if new else patient


def _reference(asking: Asking, id_: str) -> str:
    """Where a base narrowed to one practice tells of a Patient of another, by the tenant's base, which serves it."""
    here = f"Patient/{id_}"
    return here if _serves(asking, id_) else f"{asking.base.tenant.base}/{here}"


def _serves(asking: Asking, id_: str) -> bool:
    return id_.partition(".")[0] in asking.base.sources


def _others(asking: Asking, id_: str) -> list[str]:
    tenant = asking.base.tenant
    return [
        other
        for other in tenant.links.get(id_, ())
        if sees_all(tenant.policy, "Patient", asking.principal, tenant.practices[other.partition(".")[0]].practice)
    ]


def followed(asking: Asking, patient: Released) -> list[str]:
    """Ids of the confirmed links that a released Patient shows and this base serves: what policy took from it leads
    nowhere."""
    shown = {each.get("other", {}).get("reference") for each in patient.get("link", ())}
    return [id_ for id_ in _others(asking, str(patient["id"])) if f"Patient/{id_}" in shown]
