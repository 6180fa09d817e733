"""athena's types of providers, the same codes in each of its APIs -> HL7's degrees (v2-0360)."""

from __future__ import annotations

from mappings.concept_map import ConceptMap, codings


def degrees(name: str) -> ConceptMap:
    """The table, under the name by which a practice puts rows of its own over it."""
    return codings(
        name,
        "http://terminology.hl7.org/CodeSystem/v2-0360",
        {
            "MD": ("MD", "Doctor of Medicine"),
            "DO": ("DO", "Doctor of Osteopathy"),
            "NP": ("NP", "Nurse Practitioner"),
            "PA": ("PA", "Physician Assistant"),
            "RN": ("RN", "Registered Nurse"),
            "CNM": ("CNM", "Certified Nurse Midwife"),
        },
    )
