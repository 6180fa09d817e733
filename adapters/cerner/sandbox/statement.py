"""GET metadata: what the server says of itself, its rules of search among it.

Source: Oracle Health CapabilityStatement of August 2026: no software, instantiates US Core without a version, profiles
not named by version, the rule of each parameter as its documentation, `date` the moment of the call.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.cerner.sandbox.answers import MEDIA_TYPE, encoded
from adapters.cerner.sandbox.authorization import endpoints
from adapters.cerner.sandbox.rules import REVINCLUDE, RULES, WITH_PROVENANCE, Parameter, Rules
from adapters.cerner.sandbox.state import Sandbox

_KINDS = {"code": "token", "subject": "reference", "typed": "reference", "count": "number"}


async def metadata(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    now = datetime.fromtimestamp(sandbox.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return Response(encoded(statement(request, now)), media_type=MEDIA_TYPE)


def statement(request: Request, now: str) -> dict[str, Any]:
    sandbox: Sandbox = request.app.state.sandbox
    rest: dict[str, Any] = {"mode": "server", "interaction": [{"code": "batch"}]}
    if not sandbox.open_tier:
        rest["security"] = {"cors": True, "extension": [_oauth(request)]}
    rest["resource"] = [_resource(type_, rules) for type_, rules in sorted(RULES.items())]
    return {
        "resourceType": "CapabilityStatement",
        "name": "OracleHealthCapabilityStatement",
        "title": "Oracle Health FHIR R4",
        "status": "active",
        "date": now,
        "publisher": "Oracle Health",
        "kind": "instance",
        "instantiates": [
            "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server",
            "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
        ],
        "implementation": {
            "description": "Millennium FHIR R4",
            "url": f"{request.url.scheme}://{request.url.netloc}/r4/{sandbox.tenant}",
        },
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [rest],
    }


def _oauth(request: Request) -> dict[str, Any]:
    found = endpoints(request)
    named = (("authorize", "authorization_endpoint"), ("token", "token_endpoint"))
    return {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": url, "valueUri": found[key]} for url, key in named],
    }


def _resource(type_: str, rules: Rules) -> dict[str, Any]:
    found: dict[str, Any] = {"type": type_, "interaction": [{"code": code} for code in rules.interactions]}
    if "update" in rules.interactions or "patch" in rules.interactions:
        found["versioning"] = "versioned"
    if type_ in WITH_PROVENANCE:
        found["searchRevInclude"] = [REVINCLUDE]
    found["searchParam"] = [_parameter(name, one, rules) for name, one in rules.parameters.items()]
    return found


def _parameter(name: str, one: Parameter, rules: Rules) -> dict[str, Any]:
    told = []
    if any(name in each for each in rules.required):
        told.append("One of the required parameters" if len(rules.required) > 1 else "Required")
    told += [f"not with {' or '.join(sorted(each - {name}))}" for each in rules.exclusive if name in each]
    if name in rules.beside:
        told.append(f"only with {' or '.join(sorted(rules.beside[name]))}")
    if one.dates:
        told.append(f"prefixes {', '.join(one.dates.prefixes)}")
    if one.codes:
        told.append(f"one of {', '.join(sorted(one.codes))}")
    made = {"name": name, "type": _KINDS.get(one.kind, one.kind)}
    return {**made, "documentation": "; ".join(told)} if told else made
