"""One FHIR type is many Epic APIs: which of them a search spans, and which of them a record belongs to.

Source: Epic sub-resources, captures 2024 to 2026. A client is registered for each apart; a search spans those that
client and user hold, and tells of the others (59204, 59205).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.epic.sandbox.outcomes import Issue, Refused

SMARTDATA = "Observation - SmartData Elements"
ASSESSMENTS = "Observation - Assessments"
CLIENT_LACKS = frozenset({SMARTDATA, ASSESSMENTS, "Condition - Dental Finding", "Condition - Genomics"})
"""What an ordinary registration leaves out."""

USER_LACKS = frozenset({"Condition - Infection"})

# category: the APIs that a search of it spans
OBSERVATIONS: dict[str, tuple[str, ...]] = {
    "vital-signs": ("Observation - Vitals", SMARTDATA),
    "laboratory": ("Observation - Labs", SMARTDATA),
    "social-history": ("Observation - Social History", SMARTDATA),
    "core-characteristics": ("Observation - Core Characteristics", SMARTDATA),
    "LDA": ("Observation - LDA-W",),
    "LDA-property": ("Observation - LDA-W",),
    "LDA-assessment": ("Observation - LDA-W",),
    "functional-mental-status": (ASSESSMENTS, SMARTDATA),
    "periodontal": ("Observation - Periodontal",),
    "labor-delivery": ("Observation - Labor and Delivery",),
    "newborn-delivery": ("Observation - Newborn Delivery",),
    "obstetrics-gynecology": ("Observation - Obstetrics", SMARTDATA),
    "survey": (ASSESSMENTS, SMARTDATA),
    "sdoh": (ASSESSMENTS, SMARTDATA),
    "imaging": ("Observation - Study Finding", SMARTDATA),
    "exam": ("Observation - Study Finding", SMARTDATA),
    "phenotype": ("Observation - Genomics", SMARTDATA),
    "smartdata": (SMARTDATA,),
    "procedure": (SMARTDATA,),
    "therapy": (SMARTDATA,),
    "activity": (SMARTDATA,),
}
CONDITIONS: dict[str, tuple[str, ...]] = {
    "problem-list-item": ("Condition - Problems",),
    "encounter-diagnosis": ("Condition - Encounter Diagnosis",),
    "health-concern": ("Condition - Health Concern",),
    "medical-history": ("Condition - Medical History",),
    "infection": ("Condition - Infection",),
    "reason-for-visit": ("Condition - Reason for Visit",),
    "dental-finding": ("Condition - Dental Finding",),
    "genomics": ("Condition - Genomics",),
}
_TABLES = {"Observation": OBSERVATIONS, "Condition": CONDITIONS}


def of(resource: Mapping[str, Any]) -> str:
    """The API that a record is read by."""
    type_ = resource["resourceType"]
    table = _TABLES.get(type_)
    if table is None:
        return str(type_)
    for code in codes(resource.get("category", ())):
        if code in table:
            return table[code][0]
    return SMARTDATA if type_ == "Observation" else str(type_)


def codes(concepts: Iterable[Mapping[str, Any]]) -> list[str]:
    return [coding["code"] for concept in concepts for coding in concept.get("coding", ()) if "code" in coding]


def spanned(type_: str, categories: Iterable[str]) -> frozenset[str]:
    """The APIs of a search; without categories all of the type's. Empty for a type that is one API."""
    table = _TABLES.get(type_, {})
    wanted = list(categories) or list(table)
    return frozenset(name for category in wanted for name in table.get(category, ()))


def warnings(names: frozenset[str], client_lacks: frozenset[str], user_lacks: frozenset[str]) -> list[Issue]:
    """What to tell of a search that spans `names`. Raises Refused (59022) where nothing of it is left."""
    told = [Issue("59204", f"Client not authorized for {name}.") for name in sorted(names & client_lacks)]
    told += [Issue("59205", f"User not authorized for {name}.") for name in sorted((names & user_lacks) - client_lacks)]
    if names and not names - client_lacks - user_lacks:
        raise Refused(*told, Issue("59022", "No authorized sub-resource is left for this combination of parameters."))
    return told
