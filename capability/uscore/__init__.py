"""US Core as tables: `edition("6.1.0")` gives those of one version, `recognise` names the profiles of a resource."""

from capability.uscore.editions import TYPES, Edition, edition, recognise, shape
from capability.uscore.search import Combination, Include, SearchParameter
from capability.uscore.versions import US_CORE, VERSIONS

__all__ = [
    "TYPES",
    "US_CORE",
    "VERSIONS",
    "Combination",
    "Edition",
    "Include",
    "SearchParameter",
    "edition",
    "recognise",
    "shape",
]
