"""Provenance as Millennium writes it: one for each record of the types that have one.

Source: Millennium FHIR R4, captured Provenance: ids by the target's type; who wrote, and the organisation that sends.
"""

from __future__ import annotations

from adapters.cerner.sandbox.dialect.shapes import About, Resource, millis
from adapters.cerner.sandbox.ids import SYSTEM_USER


def provenance(plain: Resource, serial: int, about: About) -> Resource:
    """Who has no record in the directory is the system user."""
    made = {**plain, "recorded": millis(plain["recorded"])}
    made["agent"] = [
        one if "reference" in one["who"] else {**one, "who": {"reference": f"Practitioner/{SYSTEM_USER}"}}
        for one in plain["agent"]
    ]
    return made
