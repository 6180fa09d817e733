"""Any server that speaks FHIR R4 as it is written, and what vendors that speak it with an accent build on.

Every parameter is asked for as FHIR defines it; ids are the server's own. `declare` says what can differ.
"""

from __future__ import annotations

from adapters.fhir_r4.declare import Dialect
from adapters.fhir_r4.serve import pass_through
from adapters.fhir_r4.settings import FHIRSettings, sandbox_settings
from adapters.fhir_r4.types import TYPES
from mappings.fhir_r4.ids import PlainNames

NAMES = PlainNames.of(served.type for served in TYPES)

ADAPTER = pass_through(
    Dialect("fhir_r4", FHIRSettings, TYPES, names=lambda settings: NAMES, static=NAMES),
    sandbox="adapters.fhir_r4.sandbox.app:create_app",
    sandbox_settings=sandbox_settings,
)
