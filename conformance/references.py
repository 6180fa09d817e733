"""References: what a resource points at on this server reads back, as a type that the profile allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.exam import Exam, named, together
from conformance.gather import local, references
from conformance.lines import NotExercised
from conformance.searching import OK
from conformance.tables import ProfileRules, occurrences

GROUP = "references"
SOURCE = "http://hl7.org/fhir/us/core/general-guidance.html#referencing-us-core-profiles"
MOST = 12


async def examine(exam: Exam) -> None:
    await together(_resolves(exam, type_) for type_ in exam.types)
    served = [rules for rules in exam.tables.profiles.values() if rules.type in exam.declared.types]
    targets = ((rules, id_) for rules in served for id_ in rules.must_support)
    await together(_target(exam, rules, id_) for rules, id_ in targets if rules.elements[id_].targets)


async def _resolves(exam: Exam, type_: str) -> None:
    title = f"{type_}: every reference to this server reads back"
    with exam.book.line(GROUP, type_, title, SOURCE) as line:
        wanted: dict[str, str] = {}
        for one in exam.chart.pool(type_):
            for text in references(one):
                found = local(exam, text)
                if found and found[0] in exam.declared.types:
                    wanted.setdefault(f"{found[0]}/{found[1]}", named(one))
        if not wanted:
            raise NotExercised(f"no {type_} of the patients given refers to anything on this server")
        by_type: dict[str, int] = {}
        for name, source in wanted.items():
            target = name.partition("/")[0]
            by_type[target] = by_type.get(target, 0) + 1
            if by_type[target] > MOST:
                continue
            if not exam.declared.reads(target):
                continue
            answer = await line.get(name)
            good = answer.status == OK and named(answer.resource) == name
            line.expect(good, f"{source} refers to {name}, which is answered with status {answer.status}")


async def _target(exam: Exam, rules: ProfileRules, id_: str) -> None:
    """For each must-support reference one target of each type that the profile names is looked for."""
    kinds = ", ".join(rules.elements[id_].targets)
    title = f"{rules.name}: {id_} refers to {kinds}, and one of them reads back"
    with exam.book.line(GROUP, f"{rules.name}.{id_}", title, f"{rules.canonical}") as line:
        found = list(_found(exam, rules, id_))
        if not found:
            raise NotExercised(f"no {rules.name} of the patients given has {id_}")
        for source, text in found:
            target = local(exam, text)
            allowed = target is None or target[0] in rules.elements[id_].targets
            line.expect(allowed, f"{source} refers to {text} by {id_}")
        names = [each for _, text in found if (each := local(exam, text)) and exam.declared.reads(each[0])]
        if not names:
            raise NotExercised("none of the targets can be read here")
        for type_, target_id in {type_: id_ for type_, id_ in reversed(names)}.items():
            answer = await line.get(f"{type_}/{target_id}")
            line.expect(answer.status == OK, f"{type_}/{target_id} is answered with status {answer.status}")


def _found(exam: Exam, rules: ProfileRules, id_: str) -> Iterator[tuple[str, str]]:
    for one in exam.chart.pool(rules.type):
        if rules in exam.tables.profiles_of(one):
            for value in occurrences(one, rules, id_):
                yield from ((named(one), text) for text in _literal(value))


def _literal(value: Any) -> list[str]:
    return [text for text in references(value)][:1] if isinstance(value, dict) else []
