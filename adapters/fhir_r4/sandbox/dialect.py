"""In what a FHIR server differs from another that is as right: which searches it wants, what it says to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from adapters.fhir_r4.sandbox.search_parameters import PARAMETERS

Unknown = Literal["ignored", "refused", "strict"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`required`: by type, the sets of parameters of which one has to be there whole; else `required_status`.

    `parameters`: by type, the only names it knows; all of R4's in search_parameters for a type that is not named.
    `absent`: types it has nothing to do with; `unread`: those that are found by a search only. `unknown` parameters are
    ignored, refused, or refused where the client asks for `Prefer: handling=strict`. `total`: whether Bundles have it.
    `page` and `most` entries of one, unless `_count` says less. `absolute`: references and attachments as whole URLs.
    """

    required: Mapping[str, Sequence[Collection[str]]] = field(default_factory=dict)
    required_status: int = 400
    parameters: Mapping[str, Collection[str]] = field(default_factory=dict)
    absent: Collection[str] = ()
    unread: Collection[str] = ()
    unknown: Unknown = "strict"
    total: bool = True
    page: int = 50
    most: int = 200
    absolute: bool = False

    def types(self) -> list[str]:
        return [one for one in PARAMETERS if one not in self.absent]

    def known(self, type_: str) -> list[str]:
        """The names of search parameters that it knows of the type; none of Binary, which is read only."""
        if type_ == "Binary":
            return []
        allowed = self.parameters.get(type_)
        return [name for name in PARAMETERS[type_] if allowed is None or name in allowed]
