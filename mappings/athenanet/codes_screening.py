"""Screening instruments by the names that practices give them -> LOINC panel and total score. loinc.org

[assumed] athenaNet's names; a practice has its own instruments too, which its own rows can name.
"""

from __future__ import annotations

from mappings.concept_map import codings
from mappings.fhir import LOINC

INSTRUMENTS = codings(  # name -> panel; LOINC publishes each as a Questionnaire, http://loinc.org/q/<code>
    "athenanet-screeningpanel",
    LOINC,
    {
        "PHQ-2": ("55757-9", "Patient Health Questionnaire 2 item (PHQ-2) [Reported]"),
        "PHQ-9": ("44249-1", "PHQ-9 quick depression assessment panel [Reported.PHQ]"),
        "GAD-7": ("69737-5", "Generalized anxiety disorder 7 item (GAD-7)"),
        "AUDIT-C": ("72109-2", "Alcohol Use Disorder Identification Test - Consumption [AUDIT-C]"),
    },
)

SCORES = codings(  # name -> total score
    "athenanet-screeningscore",
    LOINC,
    {
        "PHQ-2": ("55758-7", "Patient Health Questionnaire 2 item (PHQ-2) total score [Reported]"),
        "PHQ-9": ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
        "GAD-7": ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
        "AUDIT-C": ("75626-2", "Total score [AUDIT-C]"),
    },
)
