"""What the server says of itself."""

from __future__ import annotations

from typing import Any

from tests.conformance.server.matching import Queries

US_CORE_SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"


def statement(queries: Queries, held: dict[str, dict[str, dict[str, Any]]], base: str) -> dict[str, Any]:
    """A CapabilityStatement over the types that have resources."""
    service = {
        "coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}
        ]
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "instantiates": [US_CORE_SERVER],
        "software": {"name": "A server for tests"},
        "implementation": {"description": "Charts in memory", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": True, "service": [service]},
                "interaction": [{"code": "batch"}],
                "resource": [_resource(queries, type_, list(found.values())) for type_, found in held.items()],
            }
        ],
    }


def _resource(queries: Queries, type_: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    profiles = sorted({url for one in found for url in one.get("meta", {}).get("profile", ())})
    searched = type_ != "Provenance"
    interactions = ["read", "vread", *(["search-type"] if searched else [])]
    stated: dict[str, Any] = {
        "type": type_,
        "supportedProfile": profiles,
        "interaction": [{"code": code} for code in interactions],
        "conditionalRead": "not-match",
        "searchInclude": sorted(queries.types[type_].includes) if searched else [],
        "searchRevInclude": sorted(queries.types[type_].revincludes) if searched else [],
        "searchParam": [{"name": code, "type": row.kind} for code, row in queries.parameters[type_].items()]
        if searched
        else [],
    }
    return {name: value for name, value in stated.items() if value != []}


def smart_configuration(origin: str) -> dict[str, Any]:
    return {
        "token_endpoint": f"{origin}/auth/token",
        "grant_types_supported": ["client_credentials"],
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        "code_challenge_methods_supported": ["S256"],
    }
