"""Epic's resources as they go through the adapter: repaired, then by our ids."""

from __future__ import annotations

from typing import Any

from adapters.epic import NAMES, TYPES
from mappings.epic.quirks import CLEANING, REPAIRS
from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.walk import Place, localised
from mappings.mapped import Resource

ORIGIN = "https://ehr.example.org"
PLACE = Place(f"{ORIGIN}/FHIRProxy/api/FHIR/R4", ORIGIN, NAMES, frozenset(one.type for one in TYPES))
MRN = "urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.14"


def standing(**options: Any) -> Standing:
    return Standing(options={"mrn_system": MRN, **options}, origin=ORIGIN)


def normalised(resource: Resource, **options: Any) -> dict[str, Any]:
    """As expected.json has it: the resource (null where it is left out), unmapped codes as pairs, what is told."""
    told = Told()
    repaired = REPAIRS.repaired(resource, standing(**options), told)
    made = localised(repaired, PLACE, CLEANING) if repaired is not None else None
    return {
        "resource": made,
        "unmapped": [[one.table, one.code] for one in told.unmapped],
        "left_out": [*told.left_out, *told.no_record],
    }
