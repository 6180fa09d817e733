"""What anybody may read: the CapabilityStatement and the SMART configuration.

Source: production's CapabilityStatement (capture 2026-08, whose own date is stale) and SMART configuration. The issuer
is on another host than the API.
"""

from __future__ import annotations

from adapters.athena_fhir.sandbox.answers import JSON
from adapters.athena_fhir.sandbox.rules import REVINCLUDE, RULES, US_CORE, Rules, kind

ISSUER = "https://identity.sandbox.example/oauth2/aus2hfei6ookPyyCA297"
# [assumed] The extension in which the statement gives its required combinations.
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
_UNREVINCLUDED = frozenset({"Binary", "Media", "Group", "Provenance", "Questionnaire"})
_SEARCHED_EVERYWHERE = ("_count", "cursor", "_lastUpdated")
_US_CORE = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"


def capability(base: str, origin: str) -> JSON:
    return {
        "resourceType": "CapabilityStatement",
        "id": "ah-r4-base",
        "name": "athenahealth_FHIR_R4_CapabilityStatement",
        "version": "2.0.0",
        "status": "active",
        "date": "2022-06-06",
        "publisher": "athenahealth",
        "kind": "instance",
        "instantiates": [
            f"{_US_CORE}|3.1.1",
            f"{_US_CORE}|6.1.0",
            "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data|1.0.1",
            "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data|2.0.0",
        ],
        "implementation": {"description": "athenahealth FHIR R4", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/json+fhir", "application/json", "json"],
        "implementationGuide": ["http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|6.1.0"],
        "rest": [{"mode": "server", "security": _security(origin), "resource": [*map(_resource, RULES)],
                  "searchParam": [{"name": "ah-practice", "type": "reference"},
                                  {"name": "_security", "type": "token"}]}],
    }  # fmt: skip


def _security(origin: str) -> JSON:
    uris = [{"url": name, "valueUri": f"{origin}/oauth2/v1/{name}"} for name in ("authorize", "token", "introspect")]
    service = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
    }
    url = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    return {"extension": [{"url": url, "extension": uris}], "cors": True, "service": [{"coding": [service]}]}


def _resource(type_: str) -> JSON:
    rules = RULES[type_]
    codes = ["read", *(["search-type"] if rules.required else [])]
    found: JSON = {"type": type_, "interaction": [{"code": code} for code in codes]}
    if rules.profiles:
        found["supportedProfile"] = [US_CORE + name for name in rules.profiles]
    if not rules.required:
        return found
    found["extension"] = [_combination(one) for one in rules.required]
    names = (*dict.fromkeys([*(name for one in rules.required for name in one), *rules.parameters]),)
    found["searchParam"] = [{"name": name, "type": kind(name)} for name in (*names, *_SEARCHED_EVERYWHERE)]
    if includes := _includes(type_, rules):
        found["searchInclude"] = includes
    if type_ not in _UNREVINCLUDED:
        found["searchRevInclude"] = [REVINCLUDE]
    return found


def _includes(type_: str, rules: Rules) -> list[str]:
    return [f"{type_}:{name}" for name in rules.include]


def _combination(names: tuple[str, ...]) -> JSON:
    return {"url": COMBINATION, "extension": [{"url": "required", "valueString": name} for name in names]}


def smart(origin: str) -> JSON:
    root = f"{origin}/oauth2/v1"
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{root}/authorize",
        "token_endpoint": f"{root}/token",
        "introspection_endpoint": f"{root}/introspect",
        "revocation_endpoint": f"{root}/revoke",
        "jwks_uri": f"{root}/keys",
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none",
        ],
        "capabilities": [
            "launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric",
            "client-confidential-asymmetric", "sso-openid-connect", "context-ehr-patient", "context-ehr-encounter",
            "context-standalone-patient", "permission-offline", "permission-patient", "permission-user",
            "permission-v1", "permission-v2", "context-banner", "context-style", "authorize-post", "health-cards",
        ],
    }  # fmt: skip
