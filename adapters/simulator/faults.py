"""Misbehaviour on demand: rules that say which requests go wrong, how, and how many times.

A rule is JSON in POST /_sandbox/faults, or `faults.add(Rule(...))` in a test that holds the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, get_type_hints

# kind: what happens to the request, wherever it goes wrong
KINDS: Mapping[str, str] = {
    "status": "the rule's status, no JSON (500, 502, 503, 504)",
    "html": "an HTML page with the rule's status (200 or 503)",
    "truncated": "the true answer, cut off in the middle",
    "empty": "200 without a body",
    "slow": "the true answer, `seconds` later",
    "hang": "`seconds` of silence, then 504",
    "reset": "the connection is dropped without an answer",
    "expire_token": "every issued token becomes invalid before this request is looked at",
}


@dataclass(slots=True)
class Rule:
    """`path` is a regular expression matched at the start of the path, `query` one searched in the query string.

    `times` None: until the rules are cleared. Rules are tried in order; the first that matches is used up by one.
    A sandbox's own class adds its KINDS.
    """

    KINDS: ClassVar[Mapping[str, str]] = KINDS

    path: str
    kind: str
    times: int | None = 1
    method: str | None = None
    query: str | None = None
    status: int | None = None
    retry_after: int | None = None
    seconds: float = 0.2
    _path: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _query: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """ValueError: an unknown kind, or a pattern that does not compile."""
        if self.kind not in self.KINDS:
            raise ValueError(f"unknown kind {self.kind}; one of {', '.join(self.KINDS)}")
        try:
            self._path = re.compile(self.path)
            self._query = re.compile(self.query) if self.query else None
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error

    def matches(self, method: str, path: str, query: str) -> bool:
        if self.times == 0 or (self.method and self.method.upper() != method):
            return False
        return bool(self._path.match(path)) and (self._query is None or bool(self._query.search(query)))


_FIELDS = {one.name for one in fields(Rule) if one.init}
_HINTS = get_type_hints(Rule)


def rule(document: object, kind: type[Rule]) -> Rule:
    """From JSON, of that class. ValueError: not an object, an unknown key, a value of the wrong type."""
    if not isinstance(document, dict):
        raise ValueError("a rule is an object")
    for key, value in document.items():
        if key not in _FIELDS:
            raise ValueError(f"unknown key {key}; one of {', '.join(sorted(_FIELDS))}")
        number = isinstance(value, int) and not isinstance(value, bool)
        if not isinstance(value, _HINTS[key]) and not (key == "seconds" and number):
            raise ValueError(f"{key} has the wrong type")
    if missing := {"path", "kind"} - document.keys():
        raise ValueError(f"missing {', '.join(sorted(missing))}")
    return kind(**document)


@dataclass(slots=True)
class Faults:
    rules: list[Rule] = field(default_factory=list)

    def add(self, *rules: Rule) -> None:
        self.rules.extend(rules)

    def clear(self) -> None:
        self.rules.clear()

    def take(self, method: str, path: str, query: str) -> Rule | None:
        """The rule for this request, one use of it spent."""
        for one in self.rules:
            if one.matches(method, path, query):
                if one.times is not None:
                    one.times -= 1
                return one
        return None
