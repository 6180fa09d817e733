"""SMART scope grammar, v1 and v2 -> permissions. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html

    scope = ("patient" | "user" | "system") "/" (ResourceType | "*") "." perm
    perm  = v2: non-empty subset of c r u d s, in that order      v1: "read" | "write" | "*"

`__debug` is a scope of our own: it explains searches and grants no data.

A scope with a query (granular) is not understood yet and grants nothing: it must never count as the wider one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from facade.principal import DEBUG, Scope

GRAMMAR = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]*|\*)\.(read|write|\*|c?r?u?d?s?)")
V1 = {"read": "rs", "write": "cud", "*": "cruds"}
EXPLAINING = Scope(DEBUG, "", frozenset())


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes of a space-separated list that are well formed; anything else grants nothing."""
    found = []
    for word in text.split():
        if word == DEBUG:
            found.append(EXPLAINING)
            continue
        match = GRAMMAR.fullmatch(word)
        if match and match[3]:
            found.append(Scope(match[1], match[2], frozenset(V1.get(match[3], match[3]))))
    return tuple(dict.fromkeys(found))


def intersect(asked: Iterable[Scope], granted: Iterable[Scope]) -> tuple[Scope, ...]:
    """What both lists allow; a wildcard meets any type, and the narrower one is what is left."""
    granted = tuple(granted)
    both: dict[Scope, None] = {}
    for ask in asked:
        for grant in granted:
            if ask == grant:
                both[ask] = None
                continue
            if ask.context != grant.context or (ask.type != grant.type and "*" not in (ask.type, grant.type)):
                continue
            permissions = ask.permissions & grant.permissions
            if permissions:
                both[Scope(ask.context, grant.type if ask.type == "*" else ask.type, permissions)] = None
    return tuple(both)


def write(scopes: Iterable[Scope]) -> str:
    """The scopes in v2 form, as they stand in a token and in the token endpoint's answer."""
    return " ".join(map(_written, scopes))


def _written(scope: Scope) -> str:
    if scope == EXPLAINING:
        return DEBUG
    return f"{scope.context}/{scope.type}.{''.join(p for p in 'cruds' if p in scope.permissions)}"
