"""The OpenAPI document of one base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capability.declared import DeclaredType
from capability.openapi.paths import batch, parameter_components, public, type_paths
from capability.openapi.responses import FHIR_JSON, JSON, error_components, header_components, schemas
from capability.statement import RESULT_PARAMETERS, SYSTEM_INTERACTIONS
from capability.uscore import Edition

OPENAPI_JSON = "application/vnd.oai.openapi+json"

ABOUT = """\
FHIR R4 with US Core {version}: the same facts as [the CapabilityStatement]({base}/metadata), in the form that tools for
REST APIs read. [What people want to know]({base}/docs) stands on a page of its own.

Every error is an OperationOutcome that names the parameter. HEAD is answered wherever GET is.
"""

BACKEND_SERVICES = """\
SMART Backend Services: POST `grant_type=client_credentials`, `scope`, `client_assertion_type=\
urn:ietf:params:oauth:client-assertion-type:jwt-bearer` and `client_assertion`, a JWT signed with the key whose public
half is registered here. https://hl7.org/fhir/smart-app-launch/backend-services.html"""


def openapi(
    *,
    base: str,
    title: str,
    version: str,
    rows: Mapping[str, DeclaredType],
    edition: Edition,
    token_endpoint: str,
) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the server at `base`, an absolute URL without a slash at its end."""
    profiles = {type_: row.profiles for type_, row in rows.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": ABOUT.format(version=edition.version, base=base),
        },
        "externalDocs": {"url": "https://hl7.org/fhir/R4/http.html", "description": "FHIR's RESTful API"},
        "servers": [{"url": base}],
        "tags": [{"name": "Base"}, *({"name": type_} for type_ in rows)],
        "security": [{"bearer": []}, {"backendServices": []}],
        "paths": {**_base_paths(), **_type_paths(rows)},
        "components": {
            "securitySchemes": _security(token_endpoint, rows),
            "parameters": parameter_components(rows, RESULT_PARAMETERS),
            "headers": header_components(),
            "responses": error_components(),
            "schemas": schemas(rows, profiles),
        },
    }


def _type_paths(rows: Mapping[str, DeclaredType]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows.values():
        found |= type_paths(row, RESULT_PARAMETERS)
    return found


def _base_paths() -> dict[str, Any]:
    resource = {"$ref": "#/components/schemas/Resource"}
    found = {
        "/metadata": public("metadata", "CapabilityStatement", FHIR_JSON, JSON, schema=resource),
        "/.well-known/smart-configuration": public("smartConfiguration", "SMART configuration", JSON),
        "/openapi.json": public("openapi", "This document", JSON, OPENAPI_JSON),
        "/docs": public("docs", "What this base does, for people", "text/html"),
    }
    return {"/": batch(), **found} if "batch" in SYSTEM_INTERACTIONS else found


def _security(token_endpoint: str, rows: Mapping[str, DeclaredType]) -> dict[str, Any]:
    scopes = {"system/*.rs": "Read and search all that the client was granted."}
    scopes |= {f"system/{type_}.rs": f"Read and search {type_}." for type_ in rows}
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An access token of the token endpoint."},
        "backendServices": {
            "type": "oauth2",
            "description": BACKEND_SERVICES,
            "flows": {"clientCredentials": {"tokenUrl": token_endpoint, "scopes": scopes}},
        },
    }
