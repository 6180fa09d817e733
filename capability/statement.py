"""What the practices of a base promise, as one table; and that table as a CapabilityStatement.

`declared` is what requests are checked against, `capability_statement` renders the same rows, so that the two cannot
differ. https://hl7.org/fhir/R4/capabilitystatement.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

from capability.declare import Support
from capability.uscore import TYPES, VERSIONS, Edition, SearchParameter, edition

SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"
GUIDE = "http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
# SMART 1.0's way to say where the endpoints are; SMART 2 has it as deprecated, older clients still read it
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """What a base serves of one FHIR type.

    `parameters`    by code: every practice that searches the type takes each of them
    `requires`      at least one of these sets must be in a query; empty when none is needed
    `combinations`  sets of parameters that US Core asks for and that work here
    `profiles`      canonicals
    `includes`, `revincludes`  values of `_include` and `_revinclude`, e.g. `Encounter:patient`, `Provenance:target`
    """

    type: str
    interactions: frozenset[str]
    parameters: Mapping[str, SearchParameter]
    requires: tuple[frozenset[str], ...]
    combinations: tuple[frozenset[str], ...]
    profiles: tuple[str, ...]
    includes: frozenset[str]
    revincludes: frozenset[str]

    @property
    def references(self) -> tuple[str, ...]:
        """Codes of the reference parameters."""
        return tuple(code for code, parameter in self.parameters.items() if parameter.kind == "reference")


def declared(supports_by_practice: Mapping[str, Sequence[Support]], edition: Edition) -> Mapping[str, DeclaredType]:
    """What a base over these practices serves, by FHIR type.

    Types, interactions and profiles are the union; a parameter is there where every promise to search the type has it,
    and a query has to meet the requirements of them all. Parameters and profiles that only another edition has are left
    out. Raises ValueError for a type, parameter or profile that no edition of US Core has: a misspelt promise.
    """
    promises: dict[str, list[Support]] = {}
    for supports in supports_by_practice.values():
        for support in supports:
            _check(support)
            promises.setdefault(support.type, []).append(support)
    readable = {type_ for type_, supports in promises.items() if any(each.code == "read" for each in supports)}
    return MappingProxyType({type_: _declared(type_, promises[type_], readable, edition) for type_ in sorted(promises)})


def _declared(type_: str, supports: Sequence[Support], readable: set[str], edition: Edition) -> DeclaredType:
    searches = [support for support in supports if support.code == "search-type"]
    common = frozenset.intersection(*(support.params for support in searches)) if searches else frozenset()
    parameters = {code: row for code, row in edition.search_parameters(type_).items() if code in common}
    requires = _every([support.requires for support in searches])
    combinations = (row.params for row in edition.combinations(type_))
    names = dict.fromkeys(name for support in supports for name in support.profiles)
    codes = frozenset(support.code for support in supports)
    return DeclaredType(
        type_,
        codes | {"vread"} if "read" in codes else codes,  # what is read has a version, and is read under it as well
        MappingProxyType(parameters),
        requires,
        tuple(sorted((each for each in combinations if _works(each, parameters, requires)), key=sorted)),
        tuple(profile.canonical for name in names if (profile := edition.profile(name)) is not None),
        frozenset(f"{type_}:{code}" for code, row in parameters.items() if readable.intersection(row.targets)),
        frozenset(
            row.value
            for row in edition.includes(type_)
            if searches and row.reverse and row.value.partition(":")[0] in readable
        ),
    )


def _check(support: Support) -> None:
    if support.type not in TYPES:
        raise ValueError(f"{support.type} is not a FHIR type that US Core knows")
    for code in sorted(support.params.union(*support.requires)):
        if not any(edition(version).search_parameter(support.type, code) for version in VERSIONS):
            raise ValueError(f"US Core has no search parameter {code!r} on {support.type}")
    for name in support.profiles:
        if not any(edition(version).profile(name) for version in VERSIONS):
            raise ValueError(f"{name!r} is not a US Core profile that is known here")


def _every(requirements: Iterable[Sequence[frozenset[str]]]) -> tuple[frozenset[str], ...]:
    """Alternatives that meet all of several lists of alternatives, without those that ask for more than another."""
    demanding = [alternatives for alternatives in requirements if alternatives]
    if not demanding:
        return ()
    met = {frozenset[str]().union(*choice) for choice in product(*demanding)}
    return tuple(sorted((each for each in met if not any(other < each for other in met)), key=sorted))


def _works(params: frozenset[str], parameters: Mapping[str, Any], requires: Sequence[frozenset[str]]) -> bool:
    return params <= parameters.keys() and (not requires or any(each <= params for each in requires))


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
                "security": _security(token_endpoint, authorization_endpoint, cors),
                **({"resource": [_resource(row) for row in rows.values()]} if rows else {}),
            }
        ],
    }


def _security(token_endpoint: str | None, authorization_endpoint: str | None, cors: bool) -> dict[str, Any]:
    uris = [
        {"url": url, "valueUri": endpoint}
        for url, endpoint in (("token", token_endpoint), ("authorize", authorization_endpoint))
        if endpoint is not None
    ]
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
        "interaction": [_interaction(code, row) for code in sorted(row.interactions)],
        # each answer has a versionId and an ETag; of versions only the current one can be read
        "versioning": "versioned",
        "readHistory": False,
        "referencePolicy": ["literal"],
        "searchInclude": sorted(row.includes),
        "searchRevInclude": sorted(row.revincludes),
        "searchParam": [_parameter(parameter, row) for _, parameter in sorted(row.parameters.items())],
    }
    return {key: value for key, value in found.items() if value != []}


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
    if code == "search-type" and row.requires:
        return {"code": code, "documentation": f"A search needs {_alternatives(row.requires)}; others are refused."}
    return {"code": code}


def _alternatives(requires: Iterable[frozenset[str]]) -> str:
    return ", or ".join(" with ".join(f"`{code}`" for code in sorted(each)) for each in requires)


def _parameter(parameter: SearchParameter, row: DeclaredType) -> dict[str, Any]:
    notes = []
    if parameter.comparators:
        notes.append(f"Prefixes: {', '.join(parameter.comparators)}.")
    if row.requires and frozenset((parameter.code,)) not in row.requires:
        beside = sorted({each - {parameter.code} for each in row.requires}, key=sorted)
        notes.append(f"Only together with {_alternatives(beside)}.")
    return {
        "name": parameter.code,
        "definition": parameter.definition,
        "type": parameter.kind,
        **({"documentation": " ".join(notes)} if notes else {}),
    }
