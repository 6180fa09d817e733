"""Millennium's FHIR -> US Core: each quirk with its evidence; what concerns one type stands beside, by area."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from mappings.cerner.nodes import everywhere
from mappings.cerner.quirks_clinical import (
    absent_category,
    agreed_class,
    category_first,
    named_procedure,
    participants_once,
    proven_report_category,
    without_unknown_dose,
)
from mappings.cerner.quirks_observation import blood_pressure
from mappings.cerner.quirks_patient import own_number, without_internal_identifiers
from mappings.fhir_r4.repair import EVERY, Quirk, Repairs, Standing, Told
from mappings.mapped import Resource

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_SECONDS = len("2026-01-05T15:00:04")


def one_spelling(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] `meta.lastUpdated` as ...06.000Z, ...06Z or ...06+00:00 -> ...06.000Z, the same instant.

    More digits than three stay; what is no instant stays as it is.
    """
    meta = resource.get("meta")
    told_ = meta.get("lastUpdated") if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not isinstance(told_, str) or (match := _INSTANT.fullmatch(told_)) is None:
        return resource
    spelled = _in_utc(told_, (match[1] or ".000").ljust(4, "0"))
    return resource if spelled in (None, told_) else {**resource, "meta": {**meta, "lastUpdated": spelled}}


def _in_utc(instant: str, fraction: str) -> str | None:
    try:
        moment = datetime.fromisoformat(f"{instant[:_SECONDS]}{_zone(instant)}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{moment.replace(tzinfo=None).isoformat()}{fraction}Z"


def _zone(instant: str) -> str:
    return "+00:00" if instant.endswith("Z") else instant[-6:]


CATEGORISED: tuple[Callable[[Resource, Standing, Told], Resource], ...] = (category_first, absent_category)

BY_TYPE: dict[str, tuple[Quirk, ...]] = {
    EVERY: (everywhere, one_spelling),
    "Condition": CATEGORISED,
    "DiagnosticReport": (proven_report_category, *CATEGORISED),
    "DocumentReference": CATEGORISED,
    "Encounter": (agreed_class, participants_once),
    "Immunization": (without_unknown_dose,),
    "Observation": (*CATEGORISED, blood_pressure),
    "Patient": (without_internal_identifiers, own_number),
    "Procedure": (named_procedure,),
}

REPAIRS = Repairs(BY_TYPE)
