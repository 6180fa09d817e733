"""athenaNet relations -> v3-RoleCode. docs.athenahealth.com "Family History", which assumes biological ones."""

from __future__ import annotations

from mappings.athenanet.codes import ROLE_CODE
from mappings.concept_map import codings

RELATION = codings(
    "athenanet-relation",
    ROLE_CODE,
    {
        "Mother": ("MTH", "mother"),
        "Father": ("FTH", "father"),
        "Brother": ("BRO", "brother"),
        "Sister": ("SIS", "sister"),
        "Son": ("SON", "natural son"),
        "Daughter": ("DAU", "natural daughter"),
        "Maternal Grandmother": ("MGRMTH", "maternal grandmother"),
        "Maternal Grandfather": ("MGRFTH", "maternal grandfather"),
        "Paternal Grandmother": ("PGRMTH", "paternal grandmother"),
        "Paternal Grandfather": ("PGRFTH", "paternal grandfather"),
        "Maternal Aunt": ("MAUNT", "maternal aunt"),
        "Maternal Uncle": ("MUNCLE", "maternal uncle"),
        "Paternal Aunt": ("PAUNT", "paternal aunt"),
        "Paternal Uncle": ("PUNCLE", "paternal uncle"),
        "Unspecified Relation": ("FAMMEMB", "family member"),
    },
)

WELL = frozenset({"alive and well", "alive & well", "healthy"})
"""What stands for a relative of whom nothing is known but health."""
