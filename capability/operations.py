"""The operations that are served, one row each. https://hl7.org/fhir/R4/operations.html"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """`[base]/type/$name`, with `instance` `[base]/type/[id]/$name`.

    `by_get`         whether GET is offered
    `reads`          it needs the type to be readable
    `searches`       alternatives: it needs one of these sets of parameters to be searchable together
    `parameters`     names of its in-parameters
    """

    type: str
    name: str
    definition: str
    instance: bool
    by_get: bool
    parameters: tuple[str, ...]
    reads: bool = False
    searches: tuple[tuple[str, ...], ...] = ()


OPERATIONS = (
    # https://hl7.org/fhir/R4/patient-operation-everything.html
    Operation(
        "Patient",
        "everything",
        "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        instance=True,
        by_get=True,
        parameters=("start", "end", "_since", "_type", "_count"),
        reads=True,
    ),
    # https://hl7.org/fhir/R4/patient-operation-match.html
    Operation(
        "Patient",
        "match",
        "http://hl7.org/fhir/OperationDefinition/Patient-match",
        instance=False,
        by_get=False,
        parameters=("resource", "onlyCertainMatches", "count"),
        searches=(("identifier",), ("birthdate", "family"), ("birthdate", "name")),
    ),
    # https://hl7.org/fhir/us/core/OperationDefinition-docref.html
    Operation(
        "DocumentReference",
        "docref",
        "http://hl7.org/fhir/us/core/OperationDefinition/docref",
        instance=False,
        by_get=True,
        parameters=("patient", "start", "end", "type", "on-demand", "profile"),
        searches=(("patient",),),
    ),
)
