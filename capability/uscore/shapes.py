"""The elements of a FHIR type as R4 flags them: which are summary, which mandatory, which change others' meaning.

The rows are in `shape_rows`, written by `python -m capability.regenerate` from the snapshots of US Core's profiles,
which carry what the types below them say; in `r4_rows` those of types without a profile. https://hl7.org/fhir/R4/elementdefinition.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """`elements`: what stands at the top of the type; a choice is written without its `[x]` (`value`).

    `summary`    paths below the type, those within its backbone elements too: `link.other`
    `mandatory`, `modifiers`  at the top
    `backbone`   paths of the elements that have elements of their own here
    `choices`    paths of choices, without `[x]`
    """

    type: str
    elements: tuple[str, ...]
    summary: tuple[str, ...]
    mandatory: tuple[str, ...]
    modifiers: tuple[str, ...]
    backbone: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
