"""What is declared, as a CapabilityStatement. https://hl7.org/fhir/R4/capabilitystatement.html"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capability import compartment
from capability.declare import BINARY, Support
from capability.declared import DeclaredType, declared
from capability.modifiers import modifiers
from capability.operations import Operation
from capability.uscore import Edition, SearchParameter

SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"
GUIDE = "http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
# SMART 1.0's way to say where the endpoints are; SMART 2 has it as deprecated, older clients still read it
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"


SYSTEM_INTERACTIONS = ("batch",)

RESULT_PARAMETERS = (
    # name, type, what it does: they steer the answer of every search. https://hl7.org/fhir/R4/search.html#return
    ("_count", "number", "Matches a page; 0 asks for their number alone."),
    ("_elements", "string", "Elements of the searched type to return, beside the mandatory ones."),
    ("_include", "string", "What matches refer to: see searchInclude. With :iterate also from what was included."),
    ("_revinclude", "string", "What refers to matches: see searchRevInclude. With :iterate also to what was included."),
    ("_sort", "string", "Parameters of the type that order, comma-separated, - for descending."),
    ("_summary", "token", "true, text, data, count or false."),
    ("_total", "token", "none, estimate or accurate."),
)
RESULT_TEXT = (
    "A filter that is not listed is refused, unless the request says Prefer: handling=lenient. X-Facade-Explain: true "
    "adds what was done with each parameter."
)

BINARY_TEXT = (
    "By the url of an attachment, for who may read the resource that has it and Binary too. As FHIR's JSON where that "
    "is asked for, else the bytes in their own media type."
)


def capability_statement(
    *,
    base: str,
    title: str,
    software: str,
    version: str,
    date: str,
    supports_by_practice: Mapping[str, Sequence[Support]],
    edition: Edition,
    name: str = "USCoreServer",
    token_endpoint: str | None = None,
    authorization_endpoint: str | None = None,
    cors: bool = False,
) -> dict[str, Any]:
    """The CapabilityStatement of the server at `base`, an absolute URL without a slash at its end.

    `title` is for people, `name` for programs; `date` (FHIR dateTime) is when this software's promises last changed.
    """
    rows = declared(supports_by_practice, edition)
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/metadata",
        "version": version,
        "name": name,
        "title": title,
        "status": "active",
        "date": date,
        "kind": "instance",
        "instantiates": [SERVER],
        "software": {"name": software, "version": version},
        "implementation": {"description": title, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "implementationGuide": [f"{GUIDE}|{edition.version}"],
        "rest": [
            {
                "mode": "server",
                "documentation": RESULT_TEXT,
                "security": _security(token_endpoint, authorization_endpoint, cors),
                **({"resource": [_resource(row) for row in rows.values()]} if rows else {}),
                "interaction": [{"code": code} for code in SYSTEM_INTERACTIONS],
                **({"searchParam": [_result(*row) for row in RESULT_PARAMETERS]} if rows else {}),
                **({"compartment": [compartment.DEFINITION]} if any(row.compartment for row in rows.values()) else {}),
            }
        ],
    }


def _security(token_endpoint: str | None, authorization_endpoint: str | None, cors: bool) -> dict[str, Any]:
    # the extension has both or it is not valid: a server of tokens alone can't say so with it
    uris = (
        [{"url": "token", "valueUri": token_endpoint}, {"url": "authorize", "valueUri": authorization_endpoint}]
        if token_endpoint is not None and authorization_endpoint is not None
        else []
    )
    security: dict[str, Any] = {
        "cors": cors,
        "service": [{"coding": [{"system": SECURITY_SERVICE, "code": "SMART-on-FHIR"}], "text": "SMART-on-FHIR"}],
        "description": "A bearer token is needed for everything but this statement and the SMART configuration.",
    }
    return {"extension": [{"url": OAUTH_URIS, "extension": uris}], **security} if uris else security


def _resource(row: DeclaredType) -> dict[str, Any]:
    found: dict[str, Any] = {
        "extension": _combinations(row),
        "type": row.type,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{row.type}",
        "supportedProfile": list(row.profiles),
        "documentation": row.notes.get("", ""),
        "interaction": [_interaction(code, row) for code in sorted(row.interactions)],
        # each answer has a versionId and an ETag; of versions only the current one can be read
        "versioning": "versioned",
        "readHistory": False,
        "referencePolicy": ["literal"],
        "searchInclude": sorted(row.includes),
        "searchRevInclude": sorted(row.revincludes),
        "searchParam": [_parameter(parameter, row) for _, parameter in sorted(row.parameters.items())],
        "operation": [_operation(each) for each in row.operations],
    }
    return {key: value for key, value in found.items() if value not in ([], "")}


def _operation(row: Operation) -> dict[str, Any]:
    found = {"name": row.name, "definition": row.definition, "documentation": row.documentation}
    return {key: value for key, value in found.items() if value}


def _combinations(row: DeclaredType) -> list[dict[str, Any]]:
    """US Core's combinations that work, and what a query must at least have, with all that it may add."""
    required = [(each, frozenset[str]()) for each in row.combinations if each not in row.requires]
    required += [(each, frozenset(row.parameters) - each) for each in row.requires if each <= row.parameters.keys()]
    return [
        {
            "url": COMBINATION,
            "extension": [
                *({"url": "required", "valueString": code} for code in sorted(needed)),
                *({"url": "optional", "valueString": code} for code in sorted(optional)),
            ],
        }
        for needed, optional in required
    ]


def _interaction(code: str, row: DeclaredType) -> dict[str, Any]:
    if row.type == BINARY and code == "read":
        return {"code": code, "documentation": BINARY_TEXT}
    if code != "search-type":
        return {"code": code}
    notes = [f"A search needs {_alternatives(row.requires)}; others are refused."] if row.requires else []
    if row.reverse:
        found = sorted(f"{each.type}:{each.reference}:{each.parameter}" for each in row.reverse)
        notes.append(f"`_has` takes {', '.join(found)}.")
    return {"code": code, "documentation": " ".join(notes)} if notes else {"code": code}


def _result(name: str, kind: str, text: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "documentation": text}


def _alternatives(requires: Iterable[frozenset[str]]) -> str:
    return ", or ".join(" with ".join(f"`{code}`" for code in sorted(each)) for each in requires)


def _parameter(parameter: SearchParameter, row: DeclaredType) -> dict[str, Any]:
    notes = []
    if parameter.comparators:
        notes.append(f"Prefixes: {', '.join(parameter.comparators)}.")
    if taken := modifiers(parameter):
        notes.append(f"Modifiers: {', '.join(sorted(taken))}.")
    if chained := sorted({each.parameter for each in row.chains if each.reference == parameter.code}):
        notes.append(f"Chains: {', '.join(f'{parameter.code}.{each}' for each in chained)}.")
    if row.requires and frozenset((parameter.code,)) not in row.requires:
        beside = sorted({each - {parameter.code} for each in row.requires}, key=sorted)
        notes.append(f"Only together with {_alternatives(beside)}.")
    if row.notes.get(parameter.code):
        notes.append(row.notes[parameter.code])
    return {
        "name": parameter.code,
        "definition": parameter.definition,
        "type": parameter.kind,
        **({"documentation": " ".join(notes)} if notes else {}),
    }
