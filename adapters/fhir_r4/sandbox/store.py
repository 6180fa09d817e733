"""Resources by type and id, and what of them a search parameter finds: FHIR's own meaning, written apart from ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Resource = dict[str, Any]


class Store:
    """Everything a sandbox serves, in the order it was given."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        raise NotImplementedError

    def of(self, type_: str) -> Sequence[Resource]:
        raise NotImplementedError

    def read(self, type_: str, id_: str) -> Resource | None:
        raise NotImplementedError

    def search(self, type_: str, pairs: Sequence[tuple[str, str]]) -> list[Resource]:
        """Resources of the type for which every (name, value) holds; `value` as in a URL: comma is OR, dates with
        prefixes, tokens `system|code`, references `Patient/1` or `1`, strings by their beginning.

        Which names are allowed is the server's to say; KeyError for one that is not known of the type.
        """
        raise NotImplementedError
