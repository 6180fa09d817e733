"""What an adapter promises to serve, as plain values: the one source of the CapabilityStatement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BINARY = "Binary"
"""The type of what attachments hold: read by the address that an attachment has, and nothing of US Core."""


@dataclass(frozen=True, slots=True)
class Support:
    """One interaction on one FHIR type.

    `code`      the FHIR interaction code, `read` or `search-type`
    `params`    search parameters that the source can push down, or whose elements it fills so that the facade can
                filter on them within the row cap; `_id` included where it works
    `requires`  alternatives: at least one of these sets of parameters must be in the query; empty when none is needed
    `profiles`  short names of the US Core profiles that its resources can conform to, e.g. `us-core-patient`
    `notes`     by parameter: a sentence on what its values have to be, where less than FHIR's are taken; "": on the
                type
    """

    type: str
    code: str
    params: frozenset[str] = frozenset()
    requires: tuple[frozenset[str], ...] = ()
    profiles: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
