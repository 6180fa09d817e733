"""Epic's FHIR R4 server, organisation by organisation: declarations over the FHIR pass-through. See README.md."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.epic.chart import CLINICAL
from adapters.epic.directory import DIRECTORY, PATIENTS
from adapters.epic.errors import explain, warn
from adapters.epic.settings import SANDBOX_MRN, EpicSettings, sandbox_settings
from adapters.fhir_r4.client import JSON
from adapters.fhir_r4.declare import Dialect
from adapters.fhir_r4.serve import pass_through
from adapters.fhir_r4.settings import FHIRSettings
from adapters.query import Clause, TokenValue
from mappings.epic.codes import TABLES
from mappings.epic.quirks import CLEANING, REPAIRS
from mappings.epic.quirks_patient import merged
from mappings.fhir_r4.ids import PlainNames

TYPES = (PATIENTS, *DIRECTORY, *CLINICAL)
NAMES = PlainNames.of(one.type for one in TYPES)

TOKEN_ATTEMPTS = 3
"""A bare 400 of the token endpoint comes now and then for nothing. Source: ronin, smart-fetch."""

POST_OVER = 1800
"""Characters of an address from which on a search goes as a form. [assumed] Web servers take some 2,000."""


def _headers(settings: FHIRSettings) -> Mapping[str, str]:
    """Which client asks, for calls that are not OAuth; harmless on others. Source: epic-doc."""
    return {"Epic-Client-ID": settings.client_id} if settings.client_id else {}


DIALECT = Dialect(
    name="epic",
    settings=EpicSettings,
    types=TYPES,
    names=lambda settings: NAMES,
    static=NAMES,
    repairs=REPAIRS,
    cleaning=CLEANING,
    explain=explain,
    warn=warn,
    post_over=POST_OVER,
    token_attempts=TOKEN_ATTEMPTS,
    headers=_headers,
    moved=merged,
    binary_as=JSON,  # the form that was seen; any other Accept it does not know makes it answer XML
    scope=lambda settings: "",  # may be left out: what is registered is granted (ronin, epic-doc)
    tables=TABLES,
)

SANDBOX_PATIENTS = tuple(TokenValue(SANDBOX_MRN, str(200_000 + number)) for number in range(1, 26))
"""Medical record numbers of the sandbox's people."""

ADAPTER = pass_through(
    DIALECT,
    sandbox_patients=(Clause("identifier", None, SANDBOX_PATIENTS, ""),),
    sandbox="adapters.epic.sandbox:create_app",
    sandbox_settings=sandbox_settings,
)
