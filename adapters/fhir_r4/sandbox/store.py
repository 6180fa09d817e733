"""Resources by type and id, and what of them a search parameter finds: FHIR's own meaning, written apart from ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from adapters.fhir_r4.sandbox import matching
from adapters.fhir_r4.sandbox.parameter import Parameter
from adapters.fhir_r4.sandbox.search_parameters import EVERY_TYPE, PARAMETERS

Resource = dict[str, Any]


class Store:
    """Everything a sandbox serves, in the order it was given.

    `zone` is the time of dates that name none. `more`: parameters by type that a vendor has beyond R4's or instead of
    them, made by parameter.parameter.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        zone: tzinfo = UTC,
        more: Mapping[str, Mapping[str, Parameter]] | None = None,
    ) -> None:
        self._zone = zone
        self._more = more or {}
        self._types: dict[str, dict[str, Resource]] = {}
        for one in resources:
            self._types.setdefault(one["resourceType"], {})[one["id"]] = one

    def of(self, type_: str) -> Sequence[Resource]:
        """All of a type, in the order they were given."""
        return list(self._types.get(type_, {}).values())

    def read(self, type_: str, id_: str) -> Resource | None:
        return self._types.get(type_, {}).get(id_)

    def types(self) -> Sequence[str]:
        """The types there is something of."""
        return list(self._types)

    def search(self, type_: str, pairs: Sequence[tuple[str, str]]) -> list[Resource]:
        """Resources of the type for which every (name, value) holds; `value` as in a URL: comma is OR, dates with
        prefixes, tokens `system|code`, references `Patient/1` or `1`, strings by their beginning.

        `name` may carry a modifier: :missing, :not and :text of tokens, :exact and :contains of strings, :identifier
        and :Type of references. Which names are allowed is the server's to say; KeyError for one that is not known of
        the type, ValueError for a value or a modifier that makes no sense for it.
        """
        tests = [self._test(type_, name, value) for name, value in pairs]
        return [one for one in self._types.get(type_, {}).values() if all(test(one) for test in tests)]

    def _test(self, type_: str, name: str, value: str) -> matching.Test:
        plain, _, modifier = name.partition(":")
        found = self._more.get(type_, {}).get(plain) or PARAMETERS.get(type_, EVERY_TYPE)[plain]
        return matching.test(found, modifier, value, self._zone)
