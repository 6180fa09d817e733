"""What a registration grants, as SMART scopes, and what a token allows.

Source: Epic backend services, captures 2024 to 2026. The scope of the token's answer is the truth: what was asked for
and isn't registered is dropped without a word; without a scope in the request everything registered is granted.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.epic.sandbox import subresources
from adapters.epic.sandbox.deployed import KINDS
from adapters.epic.sandbox.ids import Context

APIS = frozenset(KINDS) - {
    "Communication",
    "EpisodeOfCare",
    "Flag",
    "Group",
    "ImagingStudy",
    "List",
    "MedicationAdministration",
    "Task",
}
"""Types of the ordinary registration; no creates, no updates, no bulk."""

_CATEGORY = {
    "Condition": "http://terminology.hl7.org/CodeSystem/condition-category",
    "Observation": "http://terminology.hl7.org/CodeSystem/observation-category",
}
_GRANULAR = {
    "Condition": ("problem-list-item", "encounter-diagnosis", "health-concern"),
    "Observation": ("vital-signs", "laboratory", "social-history", "survey", "sdoh", "imaging", "exam"),
}
_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


def registered(apis: Iterable[str], lacks: frozenset[str], context: Context) -> frozenset[str]:
    """A backend's scopes are SMART v2 with single letters, granular where a type is many APIs; a patient's are v1."""
    if context == "patient":
        return frozenset({"openid", "fhirUser", "launch/patient"} | {f"patient/{type_}.read" for type_ in apis})
    made: set[str] = set()
    for type_ in apis:
        letters = "rs" if KINDS[type_].search else "r"
        categories = [one for one in _GRANULAR.get(type_, ()) if subresources.spanned(type_, [one]) - lacks]
        narrowed = [f"?category={_CATEGORY[type_]}|{one}" for one in categories] or [""]
        made |= {f"system/{type_}.{letter}{narrow}" for letter in letters for narrow in narrowed}
    return frozenset(made)


def granted(registered_: frozenset[str], asked: str) -> frozenset[str]:
    """`asked` narrows by type and letter. That it does so by those, whatever its words: [assumed]."""
    wanted = [found for one in asked.split() if (found := _read(one))]
    if not asked.split():
        return registered_
    return frozenset(one for one in registered_ if one in asked.split() or any(_covers(each, one) for each in wanted))


def allow(scopes: Iterable[str], type_: str, letter: str) -> bool:
    """Whether a token of those scopes may read (r) or search (s) the type at all."""
    found = (_read(one) for one in scopes)
    return any(one is not None and one[0] in (type_, "*") and letter in one[1] for one in found)


def _read(scope: str) -> tuple[str, str] | None:
    """(type, letters) of a resource scope of SMART v1 or v2."""
    context, slash, rest = scope.partition("?")[0].partition("/")
    type_, dot, letters = rest.partition(".")
    if not slash or not dot or context not in ("patient", "user", "system"):
        return None
    return type_, _LETTERS.get(letters, letters)


def _covers(wanted: tuple[str, str], one: str) -> bool:
    has = _read(one)
    return has is not None and wanted[0] in (has[0], "*") and set(has[1]) <= set(wanted[1])
