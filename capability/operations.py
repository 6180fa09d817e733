"""The operations that are served, one row each. https://hl7.org/fhir/R4/operations.html"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """One in-parameter: its FHIR type, whether it must be there, and whether it may be there more than once."""

    name: str
    type: str
    required: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`[base]/type/$name`, with `instance` `[base]/type/[id]/$name`.

    `by_get`         whether GET is offered
    `inputs`         its in-parameters
    `reads`          it needs the type to be readable
    `searches`       alternatives: it needs one of these sets of parameters to be searchable together
    `apart`          each practice is asked by one that it serves itself, whatever the others do
    `documentation`  what it takes or does beyond its definition
    """

    type: str
    name: str
    definition: str
    instance: bool
    by_get: bool
    inputs: tuple[Input, ...]
    reads: bool = False
    searches: tuple[tuple[str, ...], ...] = ()
    apart: bool = False
    documentation: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of its in-parameters."""
        return tuple(each.name for each in self.inputs)


EVERYTHING = Operation(
    # https://hl7.org/fhir/R4/patient-operation-everything.html
    "Patient",
    "everything",
    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    instance=True,
    by_get=True,
    inputs=(
        Input("start", "date"),
        Input("end", "date"),
        Input("_since", "instant"),
        Input("_type", "code", repeats=True),
        Input("_count", "integer"),
        Input("_linked", "boolean"),
    ),
    reads=True,
    documentation="Beyond its definition it takes `_linked`, a boolean: with true the answer also has the records of "
    "the Patients in other practices that this one has a confirmed link to, as far as the caller may see them.",
)
MATCH = Operation(
    # https://hl7.org/fhir/R4/patient-operation-match.html
    "Patient",
    "match",
    "http://hl7.org/fhir/OperationDefinition/Patient-match",
    instance=False,
    by_get=False,
    inputs=(
        Input("resource", "Resource", required=True),
        Input("onlyCertainMatches", "boolean"),
        Input("count", "integer"),
    ),
    # what `name` has to hold differs between EHRs: it comes last
    searches=(
        ("identifier",),
        ("birthdate", "family"),
        ("birthdate", "family", "given"),
        ("birthdate", "family", "gender", "given"),
        ("birthdate", "name"),
    ),
    apart=True,
)
DOCREF = Operation(
    # https://hl7.org/fhir/us/core/OperationDefinition-docref.html
    "DocumentReference",
    "docref",
    "http://hl7.org/fhir/us/core/OperationDefinition/docref",
    instance=False,
    by_get=True,
    inputs=(
        Input("patient", "id", required=True),
        Input("start", "dateTime"),
        Input("end", "dateTime"),
        Input("type", "Coding", repeats=True),
        Input("on-demand", "boolean"),
        Input("profile", "canonical", repeats=True),
    ),
    searches=(("patient",),),
)

OPERATIONS = (EVERYTHING, MATCH, DOCREF)
