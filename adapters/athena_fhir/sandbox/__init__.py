"""A simulator of athena's FHIR R4 server over the common population: one server for several practices.

Source: athena's production CapabilityStatement (2026-08), answers recorded in preview (2024-11), documentation and
the Athena Core guide. What none of them tells stands in a named constant with [assumed] beside it.
"""

from __future__ import annotations

from adapters.athena_fhir.sandbox.app import BASE, create_app
from adapters.athena_fhir.sandbox.gate import CREDENTIALS, KEYED_CLIENT, TOKEN_PATH
from adapters.simulator.athena import PRACTICES, Practice

__all__ = ["BASE", "CREDENTIALS", "KEYED_CLIENT", "PRACTICES", "TOKEN_PATH", "Practice", "create_app"]
