"""Profiles: what claims one conforms to it, and over all patients each must-support element is seen.

A server that has the data must show it; one that doesn't have it can't. So an element that isn't seen is not exercised,
unless the caller says that the patients hold everything (`--full-data`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capability.uscore.evidence import excuse
from conformance.exam import Exam, named
from conformance.lines import Line, NotExercised
from conformance.tables import ProfileRules, has

PROFILES = "profiles"
GROUP = "must-support"
SOURCE = "http://hl7.org/fhir/us/core/must-support.html"


async def examine_profiles(exam: Exam) -> None:
    for rules in _served(exam):
        title = f"{rules.name}: what claims the profile conforms to it"
        with exam.book.line(PROFILES, rules.name, title, rules.canonical) as line:
            claiming = _claiming(exam, rules)
            if not claiming:
                raise NotExercised(_none(exam, rules, "claims it"))
            for one in claiming:
                line.expect(rules.accepts(one), f"{named(one)} does not: {why(one, rules)}")
            if rules.unchecked:
                line.note = f"not checked, unknown here: {', '.join(rules.unchecked)}"
    _named(exam)


def _named(exam: Exam) -> None:
    """US Core: servers SHOULD name the profiles; clients and bulk validators lean on it."""
    title = "Resources that conform to a US Core profile name it in meta.profile"
    with exam.book.line(PROFILES, "named", title, "http://hl7.org/fhir/us/core/general-requirements.html") as line:
        count = 0
        for one in exam.chart.everything():
            if one["resourceType"] not in exam.declared.types or one.get("meta", {}).get("profile"):
                continue
            for rules in exam.tables.of_type(one["resourceType"]):
                if rules.conforms is not None and not rules.unchecked and rules.accepts(one):
                    count += 1
                    line.expect(False, f"{named(one)} conforms to {rules.name} and names no profile")
        line.note = "" if count else "all do"


def _served(exam: Exam) -> list[ProfileRules]:
    return [rules for rules in exam.tables.profiles.values() if rules.type != "Extension"]


def _claiming(exam: Exam, rules: ProfileRules) -> list[dict[str, Any]]:
    return [
        one
        for one in exam.chart.pool(rules.type)
        if any(url.partition("|")[0] == rules.canonical for url in one.get("meta", {}).get("profile", ()))
    ]


def _none(exam: Exam, rules: ProfileRules, what: str) -> str:
    if rules.type not in exam.declared.types:
        return f"the statement does not list {rules.type}"
    return f"no {rules.type} of the patients given {what}"


def why(resource: Mapping[str, Any], rules: ProfileRules) -> str:
    """The mandatory elements that are missing; else that another rule is broken."""
    missing = [id_ for id_, row in rules.elements.items() if row.min and _lacks(resource, rules, id_)]
    return (
        f"{', '.join(missing)} missing" if missing else "a rule of the profile is broken (values, slices or invariants)"
    )


def _lacks(resource: Mapping[str, Any], rules: ProfileRules, id_: str) -> bool:
    parent, _, name = id_.rpartition(".")
    above = "." not in parent or has(resource, rules, parent)
    return above and not has(resource, rules, id_) and f"_{name}" not in resource


async def examine(exam: Exam) -> None:
    for rules in _served(exam):
        title = f"{rules.name}: each must-support element is seen in some resource"
        with exam.book.line(GROUP, rules.name, title, SOURCE) as line:
            found = [one for one in exam.chart.pool(rules.type) if rules in exam.tables.profiles_of(one)]
            if not found:
                _absent(exam, line, rules)
                continue
            unseen = _unseen(found, rules)
            if unseen and exam.options.full_data:
                line.expect(False, f"not seen in {len(found)} resources: {', '.join(unseen)}")
            elif unseen:
                raise NotExercised(f"not seen in {len(found)} resources: {', '.join(unseen)}")
            line.note = f"all seen in {len(found)} resources"


def _absent(exam: Exam, line: Line, rules: ProfileRules) -> None:
    if rules.type == "Provenance" and exam.options.only and "provenance" not in exam.options.only:
        raise NotExercised("no Provenance was brought; check the group provenance too")
    reason = _none(exam, rules, "is of this profile")
    if not exam.options.full_data or rules.type not in exam.declared.types:
        raise NotExercised(reason)
    line.expect(False, reason)


def _unseen(resources: list[dict[str, Any]], rules: ProfileRules) -> list[str]:
    seen = {id_ for id_ in rules.must_support if any(has(one, rules, id_) for one in resources)}
    return [id_ for id_ in rules.must_support if id_ not in seen and excuse(id_, seen, rules.elements) is None]
