"""Epic's codes -> FHIR codes: tables that a practice may put its own rows over."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mappings.concept_map import ConceptMap, codings
from mappings.epic.systems import ACT_CODE

# Encounter.class, system urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260. The codes 2, 4, 5, 10, 13 are seen
# (the-map, 2026), that 1, 2, 3 mean an inpatient is a customer's public map. [assumed] What each becomes. 10, Surgery
# Log, is of the class of the stay that it belongs to, which it does not say: it has no row.
ENCOUNTER_CLASS = codings(
    "epic-encounterclass",
    ACT_CODE,
    {
        "1": ("IMP", "inpatient encounter"),
        "2": ("PRENC", "pre-admission"),
        "3": ("IMP", "inpatient encounter"),
        "4": ("AMB", "ambulatory"),
        "5": ("AMB", "ambulatory"),
        "13": ("AMB", "ambulatory"),
    },
)

TABLES: Mapping[str, ConceptMap] = MappingProxyType({one.name: one for one in (ENCOUNTER_CLASS,)})
