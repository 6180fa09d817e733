"""[base]/docs: what a base does, for people, from the same rows as its CapabilityStatement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from capability.declared import DeclaredType
from capability.modifiers import modifiers
from capability.openapi.parameters import MEANINGS, alternatives
from capability.openapi.responses import ERRORS
from capability.statement import GUIDE, RESULT_PARAMETERS
from capability.uscore import SearchParameter
from facade.auth.server.grants import ALGORITHMS
from facade.http.view import ENVIRONMENT
from facade.interactions.asking import Base
from facade.services import Services

TEMPLATE = ENVIRONMENT.get_template("docs.html")

PREFIXES = {
    # https://hl7.org/fhir/R4/search.html#prefix
    "eq": "equals; also without a prefix",
    "ne": "does not equal",
    "gt": "greater, later",
    "lt": "less, earlier",
    "ge": "greater or equal",
    "le": "less or equal",
    "sa": "starts after",
    "eb": "ends before",
    "ap": "approximately",
}
EXAMPLES = {"date": "ge2024-01-01", "reference": "ID", "string": "TEXT", "token": "CODE", "quantity": "5.4"}


@dataclass(frozen=True, slots=True)
class Section:
    """One type's part of the page. `queries` are the addresses of example searches, below the base."""

    row: DeclaredType
    parameters: tuple[dict[str, Any], ...]
    needs: str
    combinations: tuple[str, ...]
    chains: tuple[str, ...]
    reverse: tuple[str, ...]
    queries: tuple[str, ...]


def page(base: Base, services: Services) -> str:
    """The page as HTML; every value of it is escaped."""
    return TEMPLATE.render(
        base=base.url,
        title=services.title(base),
        practice=next(iter(base.sources)),
        edition=base.edition.version,
        guide=GUIDE.rpartition("/ImplementationGuide/")[0],
        token_endpoint=base.tenant.token_endpoint,
        algorithms=ALGORITHMS,
        scopes=services.scopes(base),
        sections=[_section(row) for row in base.declared.values()],
        results=RESULT_PARAMETERS,
        prefixes=PREFIXES,
        meanings=MEANINGS,
        errors=ERRORS,
        limits=services.limits,
        brands=base.tenant.brand_of(base.practice) is not None,
        origin=services.directory.server.public_url,
        pages=services.pages,
    )


def _section(row: DeclaredType) -> Section:
    return Section(
        row=row,
        parameters=tuple(_parameter(each) for _, each in sorted(row.parameters.items())),
        needs=alternatives(row.requires),
        combinations=tuple(" + ".join(sorted(each)) for each in row.combinations),
        chains=tuple(f"{each.reference}:{each.type}.{each.parameter}" for each in sorted(row.chains)),
        reverse=tuple(f"_has:{each.type}:{each.reference}:{each.parameter}" for each in sorted(row.reverse)),
        queries=tuple(_queries(row)),
    )


def _parameter(row: SearchParameter) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "definition": row.definition,
        "prefixes": row.comparators,
        "modifiers": sorted(modifiers(row)),
        "targets": row.targets,
    }


def _queries(row: DeclaredType) -> Iterator[str]:
    if "read" in row.interactions:
        yield f"{row.type}/ID"
    sets = [sorted(each) for each in (*row.requires, *row.combinations) if each <= row.parameters.keys()]
    for codes in sets[:3]:
        yield f"{row.type}?" + "&".join(f"{code}={EXAMPLES.get(row.parameters[code].kind, 'TEXT')}" for code in codes)
