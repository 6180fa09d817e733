"""What US Core defines and demands of searching: one row per search parameter, per requirement, per combination.

The rows are in `search_rows`, written by `python -m capability.regenerate` from the published packages; in `r4_rows`
parameters of FHIR R4 that US Core lacks.
https://hl7.org/fhir/us/core/CapabilityStatement-us-core-server.html
"""

from __future__ import annotations

from dataclasses import dataclass

BASE = "http://hl7.org/fhir/SearchParameter/"

# every prefix that US Core lists on its date parameters, https://hl7.org/fhir/R4/search.html#prefix
PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")
ORDERED = ("gt", "ge", "lt", "le")


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """One parameter of one FHIR type.

    `kind`         token, string, date, reference, number, quantity or uri
    `expression`   FHIRPath over the resource, in the small subset that the facade compiles: paths, `|`,
                   `where` with one equation on `url` or `system`, `ofType()`. `where(resolve() is X)` of the package
                   is `targets` here
    `definition`   canonical URL of the SearchParameter
    `comparators`  prefixes that may be used; `comparators_shall` are those that a server must support
    `targets`      types that a reference parameter may point at
    `multiple_or`, `multiple_and`  how strongly a server must support comma lists and repetition: SHALL, SHOULD, MAY
    `chains`       parameters of the target that a server must allow after a dot
    """

    type: str
    code: str
    kind: str
    expression: str
    definition: str
    comparators: tuple[str, ...] = ()
    comparators_shall: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    multiple_or: str = "MAY"
    multiple_and: str = "MAY"
    chains: tuple[str, ...] = ()
    since: str = "6.1.0"
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """How strongly a server must support a single parameter: SHALL, SHOULD or MAY (then only in combinations)."""

    type: str
    code: str
    expectation: str
    since: str = "6.1.0"
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Parameters that a server must (SHALL) or should (SHOULD) support together."""

    type: str
    params: frozenset[str]
    expectation: str
    since: str = "6.1.0"
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """A value of `_include`, or with `reverse` of `_revinclude`, on a search for `type`."""

    type: str
    value: str
    reverse: bool
    expectation: str
    since: str = "6.1.0"
    until: str | None = None


def resource_id(type_: str) -> SearchParameter:
    """`_id`, which FHIR has on every type and US Core on some. https://hl7.org/fhir/R4/search.html#id"""
    return SearchParameter(type_, "_id", "token", f"{type_}.id", BASE + "Resource-id")


def provenance_target(types: tuple[str, ...]) -> SearchParameter:
    """What `_revinclude=Provenance:target` follows; not a US Core parameter. It may point at any type."""
    return SearchParameter(
        "Provenance", "target", "reference", "Provenance.target", BASE + "Provenance-target", targets=types
    )


def provenance_of(type_: str) -> Include:
    """The Provenance of a type that US Core says nothing of."""
    return Include(type_, "Provenance:target", reverse=True, expectation="MAY")


def common_parameters(type_: str) -> tuple[SearchParameter, ...]:
    """Parameters that FHIR has on every type, beside `_id`. https://hl7.org/fhir/R4/search.html#all

    `_lastUpdated` means something only where a source says when its records changed: it is declared by its adapter.
    The others are answered by the facade alone.
    """
    return (
        SearchParameter(
            type_, "_lastUpdated", "date", f"{type_}.meta.lastUpdated", BASE + "Resource-lastUpdated", PREFIXES, ORDERED
        ),
        SearchParameter(type_, "_profile", "uri", f"{type_}.meta.profile", BASE + "Resource-profile"),
        SearchParameter(type_, "_security", "token", f"{type_}.meta.security", BASE + "Resource-security"),
        SearchParameter(type_, "_tag", "token", f"{type_}.meta.tag", BASE + "Resource-tag"),
    )


ANSWERED_BY_THE_FACADE = frozenset({"_profile", "_security", "_tag"})
"""Parameters that need nothing of a source."""


def _linking(type_: str, code: str, expression: str, *targets: str) -> SearchParameter:
    definition = f"{BASE}{type_}-{code}"
    return SearchParameter(type_, code, "reference", expression, definition, targets=targets)


LINKS = (
    # references that US Core names in `_include` without making them search parameters; expressions of FHIR R4
    _linking(
        "CareTeam",
        "participant",
        "CareTeam.participant.member",
        "Practitioner",
        "PractitionerRole",
        "Patient",
        "RelatedPerson",
        "CareTeam",
        "Organization",
    ),
    _linking("MedicationDispense", "medication", "MedicationDispense.medication.ofType(Reference)", "Medication"),
    _linking("MedicationRequest", "medication", "MedicationRequest.medication.ofType(Reference)", "Medication"),
    _linking("PractitionerRole", "endpoint", "PractitionerRole.endpoint", "Endpoint"),
)
