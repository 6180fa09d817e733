"""Any server that speaks FHIR R4 as it is written: what vendors that speak FHIR with an accent build on.

Every parameter is asked for as FHIR defines it; ids are the server's own. `declare` says what can differ.
"""

from __future__ import annotations

from adapters.fhir_r4.settings import FHIRSettings

__all__ = ["FHIRSettings"]
