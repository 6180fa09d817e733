"""A practice and callers for tests of policy."""

from __future__ import annotations

import dataclasses

from facade.principal import Practice, Principal, Scope

PRACTICE = Practice("t", "rb", "Riverbend")
SYSTEM = Principal("t", "system", scopes=(Scope("system", "*", frozenset("rs")),), practices=frozenset({"rb"}))
LIMITED = dataclasses.replace(SYSTEM, client="limited")


def for_purpose(purpose: str) -> Principal:
    return dataclasses.replace(SYSTEM, purpose=purpose)
