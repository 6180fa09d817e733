"""athenahealth's FHIR R4 server, one practice of it: declarations over the FHIR pass-through. README.md has the
evidence, and why which of a practice's two connections leads what."""

from __future__ import annotations

from typing import Any

from adapters.athena_fhir.errors import DEAD_PAGES, explain
from adapters.athena_fhir.settings import AthenaFHIRSettings, sandbox_settings
from adapters.athena_fhir.types import TYPES
from adapters.fhir_r4.declare import Dialect, Pairs
from adapters.fhir_r4.serve import pass_through
from adapters.fhir_r4.settings import FHIRSettings
from adapters.query import Clause, StringValue
from mappings.athena.fhir_ids import AthenaNames
from mappings.athena_fhir.codes import TABLES
from mappings.athena_fhir.quirks import CLEANING, REPAIRS

SERVED = frozenset(one.type for one in TYPES)

LEADS = frozenset(
    {
        "AllergyIntolerance",
        "CarePlan",
        "CareTeam",
        "Condition",
        "Device",
        "Goal",
        "Immunization",
        "Medication",
        "MedicationDispense",
        "MedicationRequest",
        "Observation/social-history",
        "Observation/vital-signs",
        "Procedure",
        "Specimen",
    }
)
"""What this server serves best where a practice has athenaNet's REST API beside it; README.md has the reasons."""


def _names(settings: FHIRSettings) -> AthenaNames:
    return AthenaNames(_practiceid(settings), SERVED)


def _practiceid(settings: Any) -> str:
    return str(settings.practiceid)


def _this_practice(settings: FHIRSettings) -> Pairs:
    """[seen: MP] with every search: one server stands for all practices."""
    return (("ah-practice", f"Organization/a-1.Practice-{_practiceid(settings)}"),)


def _scope(settings: FHIRSettings) -> str:
    """[seen: MP, DOC] one scope for each type, in the form in which the app was granted them."""
    rights = "rs" if getattr(settings, "scopes", "v1") == "v2" else "read"
    return " ".join(f"system/{type_}.{rights}" for type_ in (*(one.type for one in TYPES), "Binary"))


ADAPTER = pass_through(
    Dialect(
        "athena_fhir",
        AthenaFHIRSettings,
        TYPES,
        names=_names,
        static=AthenaNames(None, SERVED),
        repairs=REPAIRS,
        cleaning=CLEANING,
        explain=explain,
        dead_pages=DEAD_PAGES,
        always=_this_practice,
        scope=_scope,
        tables=TABLES,
    ),
    sandbox="adapters.athena_fhir.sandbox:create_app",
    sandbox_settings=sandbox_settings,
    sandbox_patients=(Clause("name", None, tuple(map(StringValue, "abcdefghijklmnopqrstuvwxyz")), ""),),
    leads=LEADS,
)
