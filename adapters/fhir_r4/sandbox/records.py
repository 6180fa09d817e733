"""People's facts as plain FHIR R4 resources, in nobody's dialect: what a vendor's sandbox turns into its own shapes.

Ids are plain and made of the facts' own numbers (`problem-7-2`: person 7, condition 2), so that a sandbox can compute
its vendor's ids from them. References are relative and use the same ids. No `meta`, no narrative, no contained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.population import Population

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """What an attachment's url `Binary/<key>` stands for."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """`resources` in a fixed order, each (type, id) once; `files` by the id of the Binary."""

    resources: Sequence[Resource]
    files: Mapping[str, File] = field(default_factory=dict)


def directory(people: Population) -> Records:
    """Practitioner, PractitionerRole, Organization and Location: what belongs to no patient."""
    raise NotImplementedError


def chart(people: Population, number: int) -> Records:
    """The Patient and everything known of one person. A fresh copy each time: a dialect may change it."""
    raise NotImplementedError
