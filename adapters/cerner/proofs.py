"""What a search proves of what it found, where the record itself says nothing of it."""

from __future__ import annotations

from adapters.fhir_r4.declare import Pairs
from mappings.cerner.quirks_clinical import is_absent
from mappings.mapped import Resource

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CODES = frozenset(
    "social-history vital-signs imaging laboratory procedure survey exam therapy activity".split(),
)


def proven_category(request: Pairs, observation: Resource) -> Resource:
    """[seen: the-map] an Observation found by one category that itself only says that it has none -> with that one.

    The server knows the category, the record doesn't show it: without a search that proves it, it stays absent.
    """
    asked = [value for name, value in request if name == "category"]
    if len(asked) != 1 or asked[0] not in CODES or not is_absent(observation.get("category")):
        return observation
    return {**observation, "category": [{"coding": [{"system": CATEGORY, "code": asked[0]}]}]}
