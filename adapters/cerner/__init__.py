"""Oracle Health Millennium, formerly Cerner: its FHIR R4 server. README.md has the evidence."""

from __future__ import annotations

from string import ascii_lowercase

from adapters.cerner.refusals import DEAD, TRANSIENT, explain, split
from adapters.cerner.settings import CernerSettings, sandbox_settings
from adapters.cerner.types import RANGES, TYPES
from adapters.fhir_r4.declare import Dialect
from adapters.fhir_r4.serve import pass_through
from adapters.fhir_r4.settings import FHIRSettings
from adapters.query import Clause, StringValue
from mappings.cerner.codes import TABLES
from mappings.cerner.quirks import REPAIRS
from mappings.fhir_r4.ids import PlainNames

NAMES = PlainNames.of(served.type for served in TYPES)


def scope(settings: FHIRSettings) -> str:
    """[seen: the-map, auth-docs] every scope by name, wildcards are refused; and no more than are needed: the token
    becomes a header."""
    if getattr(settings, "scopes", "v2") == "v1":
        return " ".join(f"system/{type_}.read" for type_ in (*(one.type for one in TYPES), "Binary"))
    return " ".join((*(f"system/{one.type}.rs" for one in TYPES), "system/Binary.r"))


ADAPTER = pass_through(
    Dialect(
        "cerner",
        CernerSettings,
        TYPES,
        names=lambda settings: NAMES,
        static=NAMES,
        repairs=REPAIRS,
        explain=explain,
        split=split(RANGES),
        dead_pages=DEAD,
        transient=TRANSIENT,
        scope=scope,
        tables=TABLES,
    ),
    sandbox="adapters.cerner.sandbox:create_app",
    sandbox_settings=sandbox_settings,
    sandbox_patients=(Clause("name", None, tuple(map(StringValue, ascii_lowercase)), ""),),
)
