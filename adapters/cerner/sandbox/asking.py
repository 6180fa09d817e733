"""From a query string to what is asked: names and values that the type takes, checked in the order the server checks.

Source: Millennium FHIR R4, table of search rules. Required parameters first; `_id` stands alone; then each value; then
what must not or may only stand together. Every broken rule is 400 with words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.cerner.sandbox.answers import invalid
from adapters.cerner.sandbox.rules import (
    CODE_SET_ONLY,
    REFUSE_UNKNOWN,
    REVINCLUDE,
    TARGETS,
    WITH_PROVENANCE,
    Parameter,
    Rules,
)

Pairs = Sequence[tuple[str, str]]
BESIDE_ID = frozenset({"_id", "_count", "_revinclude"})
PAGING = frozenset({"-pageContext", "-pageDirection"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`values`: by parameter, as often as it was given. `pairs`: the request as it came, without the cursor."""

    type: str
    rules: Rules
    values: dict[str, list[str]]
    pairs: Pairs
    provenance: bool = False
    cursor: str | None = None

    def one(self, name: str) -> str | None:
        found = self.values.get(name)
        return found[0] if found else None

    def list(self, name: str) -> list[str]:
        return [value for given in self.values.get(name, ()) for value in given.split(",")]

    @property
    def patient(self) -> str | None:
        """The id, however it was asked for."""
        subject = self.one("subject")
        return subject.removeprefix("Patient/") if subject else self.one("patient")


def asked(type_: str, rules: Rules, pairs: Pairs, *, tenant: str, refuse_unknown: bool = REFUSE_UNKNOWN) -> Asked:
    """Raises Declined (400)."""
    values: dict[str, list[str]] = {}
    for raw, value in pairs:
        name, value = _plain(raw, value)
        if name in rules.parameters and value:
            values.setdefault(name, []).append(value)
    _required(rules, values)
    unknown = {_plain(*pair)[0] for pair in pairs} - rules.parameters.keys() - PAGING - {"_revinclude"}
    if refuse_unknown and unknown:
        raise invalid(f"{', '.join(sorted(unknown))} is not supported")
    found = Asked(
        type_,
        rules,
        values,
        [pair for pair in pairs if pair[0] not in PAGING],
        _provenance(type_, pairs),
        next((value for name, value in pairs if name == "-pageContext"), None),
    )
    if "_id" in values:
        _alone(found)
        return found
    for name, given in values.items():
        _check(name, rules.parameters[name], given)
    _together(rules, values)
    _particular(found, tenant)
    return found


def _plain(name: str, value: str) -> tuple[str, str]:
    """subject:Patient=1 is subject=Patient/1; other modifiers are unknown parameters."""
    return ("subject", f"Patient/{value}") if name == "subject:Patient" else (name, value)


def _required(rules: Rules, values: dict[str, list[str]]) -> None:
    if rules.required and not any(each <= values.keys() for each in rules.required):
        named = ", ".join(" with ".join(sorted(each, key=_order)) for each in rules.required)
        raise invalid(f"at least one of {named} must be provided")


def _order(name: str) -> tuple[bool, str]:
    return name not in ("patient", "-encounter"), name


def _provenance(type_: str, pairs: Pairs) -> bool:
    wanted = [value for name, value in pairs if name == "_revinclude"]
    if wanted and (set(wanted) != {REVINCLUDE} or type_ not in WITH_PROVENANCE):
        raise invalid("_revinclude is not supported with this value")  # [assumed]
    return bool(wanted)


def _alone(found: Asked) -> None:
    others = sorted(found.values.keys() - BESIDE_ID)
    if others:
        raise invalid(f"_id must not be provided with other parameters: {', '.join(others)}")
    if len(found.values["_id"]) > 1 or (not found.rules.many_ids and len(found.list("_id")) > 1):
        raise invalid("_id must be provided once" + ("" if found.rules.many_ids else " with a single value"))


def _check(name: str, rule: Parameter, given: Sequence[str]) -> None:
    if rule.kind == "date" and rule.dates is not None:
        rule.dates.check(name, given)
        return
    if len(given) > 1:
        raise invalid(f"{name} must be provided only once")
    value = given[0]
    if "," in value and not rule.listed:
        raise invalid(f"{name} must have a single value")
    if rule.kind == "code" and "|" in value:
        raise invalid(f"{name} must be a code without a system")
    if rule.kind == "reference" and "/" in value:
        raise invalid(f"{name} must be an id")
    if rule.kind in ("subject", "typed") and not _is_reference(value, rule.kind):
        raise invalid(f"{name} must be a type and an id")
    if rule.kind == "count" and not (value.isdecimal() and int(value) > 0):
        raise invalid(f"{name} must be a positive number")
    if rule.codes and not {one.rpartition("|")[2] for one in value.split(",")} <= rule.codes:
        raise invalid(f"{name} must be one of {', '.join(sorted(rule.codes))}")


def _is_reference(value: str, kind: str) -> bool:
    type_, _, id_ = value.partition("/")
    return bool(id_) and "/" not in id_ and (type_ == "Patient" if kind == "subject" else type_ in TARGETS)


def _together(rules: Rules, values: dict[str, list[str]]) -> None:
    for each in rules.exclusive:
        if len(found := sorted(each & values.keys())) > 1:
            raise invalid(f"{' and '.join(found)} must not be provided together")
    for name, beside in rules.beside.items():
        if name in values and not beside & values.keys():
            raise invalid(f"{name} may only be provided with {' or '.join(sorted(beside))}")


def _particular(found: Asked, tenant: str) -> None:
    """What is one type's alone."""
    match found.type:
        case "ServiceRequest" if (code := found.one("code")) is not None:
            if code.rpartition("|")[0] != f"https://fhir.cerner.com/{tenant}/codeSet/{CODE_SET_ONLY}":
                raise invalid("code must have the system of code set 200")
        case "Organization" if (known := found.one("identifier")) is not None:
            if not known.rpartition("|")[0].startswith(("urn:oid:", "http://hl7.org/fhir/sid/")):
                raise invalid("identifier must have a supported system")
        case "Practitioner" if (known := found.one("identifier")) is not None:
            if not all(known.partition("|")[::2]):
                raise invalid("identifier must have a system and a code")
        case "Practitioner" if (name := found.one("name")) is not None and len(name) < 2:
            raise invalid("name must have at least 2 characters")
        case _:
            pass
