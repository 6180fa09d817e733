"""CapabilityStatement and SMART configuration. Source: Epic's own, captured 2026.

The statement says less than the server does (no required parameters, no post-filters apart) and the configuration
names next to no scopes.
"""

from __future__ import annotations

from typing import Any

from adapters.epic.sandbox.deployed import KINDS, Kind
from adapters.epic.sandbox.releases import Release

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-{}|6.1.0"
PROFILES: dict[str, str] = {
    "AllergyIntolerance": "allergyintolerance",
    "CarePlan": "careplan",
    "CareTeam": "careteam",
    "Condition": "condition-encounter-diagnosis condition-problems-health-concerns",
    "Coverage": "coverage",
    "Device": "implantable-device",
    "DiagnosticReport": "diagnosticreport-lab diagnosticreport-note",
    "DocumentReference": "documentreference",
    "Encounter": "encounter",
    "Goal": "goal",
    "Immunization": "immunization",
    "Medication": "medication",
    "MedicationDispense": "medicationdispense",
    "MedicationRequest": "medicationrequest",
    "Observation": "vital-signs blood-pressure bmi body-height body-temperature body-weight head-circumference "
    "heart-rate observation-lab observation-clinical-result observation-screening-assessment "
    "observation-sexual-orientation observation-occupation pulse-oximetry respiratory-rate smokingstatus",
    "Organization": "organization",
    "Patient": "patient",
    "Practitioner": "practitioner",
    "PractitionerRole": "practitionerrole",
    "Procedure": "procedure",
    "Provenance": "provenance",
    "RelatedPerson": "relatedperson",
    "ServiceRequest": "servicerequest",
    "Specimen": "specimen",
}
_KINDS_OF_PARAMETERS = {"date": "date", "patient": "reference", "subject": "reference", "encounter": "reference"}


def capability(release: Release, base: str, authority: str) -> dict[str, Any]:
    """`authority`: the URL above authorize and token."""
    uris = [{"url": name, "valueUri": f"{authority}/{name}"} for name in ("authorize", "token")]
    smart = {"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": uris}
    return {
        "resourceType": "CapabilityStatement",
        "instantiates": [
            "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server|6.1.0",
            "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
        ],
        "status": "active",
        "date": release.date,
        "publisher": "Synthetic Health",
        "kind": "instance",
        "copyright": "Synthetic; in the shape of Epic's statement",
        "software": {"name": "Epic", "version": release.name, "releaseDate": release.date},
        "implementation": {"description": "Simulated Epic", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["xml", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"extension": [smart], "cors": True},
                "resource": [_resource(name, kind, release) for name, kind in KINDS.items()],
            }
        ],
    }


def _resource(name: str, kind: Kind, release: Release) -> dict[str, Any]:
    does = {"read": True, "search-type": kind.search, "create": kind.create, "update": kind.update}
    made: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code, done in does.items() if done],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": False,
        "conditionalUpdate": False,
    }
    if name in PROFILES:
        made["supportedProfile"] = [US_CORE.format(one) for one in PROFILES[name].split()]
    if kind.search:
        names = sorted(kind.native | (kind.post if release.post_filters else frozenset()))
        made["searchInclude"] = ["*"]
        made["searchRevInclude"] = ["Provenance:target"]
        made["searchParam"] = [
            {"name": one, "type": _KINDS_OF_PARAMETERS.get(one, "token")} for one in ("_id", "_count", *names)
        ]
    return made


def smart_configuration(authority: str) -> dict[str, Any]:
    return {
        "authorization_endpoint": f"{authority}/authorize",
        "token_endpoint": f"{authority}/token",
        "introspection_endpoint": f"{authority}/introspect",
        "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": ["openid", "fhirUser", "launch", "profile", "epic.scanning.dmsusername"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": [
            "launch-ehr",
            "launch-standalone",
            "client-public",
            "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "context-standalone-patient",
            "permission-offline",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2",
            "authorize-post",
            "sso-openid-connect",
        ],
    }
