"""What the server says of itself: no more and no less than it does.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from __future__ import annotations

from typing import Any

from adapters.fhir_r4.sandbox.dialect import Dialect
from adapters.fhir_r4.sandbox.search_parameters import PARAMETERS
from adapters.fhir_r4.sandbox.searching import PROVENANCE, includes

_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def statement(dialect: Dialect, base: str, token_url: str, date: str) -> dict[str, Any]:
    """The CapabilityStatement of a server at `base`."""
    oauth = {"url": _OAUTH, "extension": [{"url": "token", "valueUri": token_url}]}
    service = [{"coding": [{"system": _SECURITY, "code": "SMART-on-FHIR"}]}]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "FHIR R4 sandbox", "version": "1"},
        "implementation": {"description": "Synthetic people, for tests and demos", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"extension": [oauth], "service": service},
                "resource": [_resource(type_, dialect) for type_ in dialect.types()],
            }
        ],
    }


def _resource(type_: str, dialect: Dialect) -> dict[str, Any]:
    names = dialect.known(type_)
    if not names:
        return {"type": type_, "interaction": [{"code": "read"}]}
    read = [] if type_ in dialect.unread else [{"code": "read"}]
    made: dict[str, Any] = {
        "type": type_,
        "interaction": [*read, {"code": "search-type"}],
        "searchInclude": includes(type_, dialect),
        "searchRevInclude": [] if type_ == "Provenance" or "Provenance" in dialect.absent else [PROVENANCE],
        "searchParam": [{"name": name, "type": PARAMETERS[type_][name].kind} for name in names],
    }
    return {name: value for name, value in made.items() if value}
