"""Patient as Millennium writes it -> US Core. Source of the shapes: captures of 2026, documentation of 2024."""

from __future__ import annotations

from typing import Any

from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.shapes import codings
from mappings.mapped import Resource

INTERNAL = frozenset({"federated person principal", "millennium person identifier"})
"""Kinds of identifiers by which Millennium knows a person; nobody else does."""

RECORD_NUMBER = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}],
    "text": "Medical record number",
}


def without_internal_identifiers(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] `Federated Person Principal`, `Millennium Person Identifier`, and an identifier that is nothing
    but an extension -> taken out. The latter stays where there is no other, as what says that there is none."""
    listed = resource.get("identifier")
    if not isinstance(listed, list):
        return resource
    kept = [one for one in listed if not _internal(one)]
    real = [one for one in kept if not _says_nothing(one)] or kept
    if len(real) == len(listed):
        return resource
    rest = {name: value for name, value in resource.items() if name != "identifier"}
    return {**rest, "identifier": real} if real else rest


def own_number(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] several identifiers of type MR (of the site, of its community, expired ones), each `usual`
    -> with `mr_system` set, that system's is the one of type MR and `usual`, `old` where it has ended; others of type
    MR are `secondary`. Without the setting they stay as they are."""
    system = standing.options.get("mr_system")
    listed = resource.get("identifier")
    if not isinstance(system, str) or not isinstance(listed, list):
        return resource
    made = [_own(one, system) if isinstance(one, dict) else one for one in listed]
    same = all(one is other for one, other in zip(made, listed, strict=True))
    return resource if same else {**resource, "identifier": made}


def _own(one: dict[str, Any], system: str) -> dict[str, Any]:
    if one.get("system") == system:
        period = one.get("period")
        use = "old" if isinstance(period, dict) and period.get("end") else "usual"
        kind = one["type"] if _is_record_number(one) else RECORD_NUMBER
        return one if use == one.get("use") and kind is one.get("type") else {**one, "use": use, "type": kind}
    return {**one, "use": "secondary"} if _is_record_number(one) and one.get("use") == "usual" else one


def _is_record_number(one: dict[str, Any]) -> bool:
    return "MR" in (coding.get("code") for coding in codings(one.get("type")))


def _internal(one: Any) -> bool:
    if not isinstance(one, dict):
        return False
    kind = one.get("type")
    words = [kind.get("text")] if isinstance(kind, dict) else []
    words += [coding.get("display") for coding in codings(one.get("type"))]
    return any(isinstance(each, str) and each.strip().casefold() in INTERNAL for each in words)


def _says_nothing(one: Any) -> bool:
    return isinstance(one, dict) and not one.keys() - {"id", "extension"}
