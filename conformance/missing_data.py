"""Data that is missing: said so by extension and by code, never by empty or invented values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from capability.uscore.evidence import DATA_ABSENT_REASON
from conformance.exam import GENERAL, Exam, named
from conformance.lines import Broken, NotExercised

GROUP = "missing-data"
SOURCE = f"{GENERAL}#missing-data"
CODE_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
REASONS = frozenset(
    {
        "unknown", "asked-unknown", "temp-unknown", "not-asked", "asked-declined", "masked", "not-applicable",
        "unsupported", "as-text", "error", "not-a-number", "negative-infinity", "positive-infinity",
        "not-performed", "not-permitted",
    }
)  # fmt: skip


async def examine(exam: Exam) -> None:
    _extension(exam)
    _code(exam)
    _empty(exam)


def _extension(exam: Exam) -> None:
    title = "Where a mandatory element has no value an extension says why"
    with exam.book.line(GROUP, "extension", title, SOURCE) as line:
        seen = 0
        for one in exam.chart.everything():
            for extension in _extensions(one):
                seen += 1
                reason = extension.get("valueCode")
                line.expect(reason in REASONS, f"{named(one)} has a data-absent-reason that is no code of the set")
        line.note = f"{seen} seen"
        _unless_seen(exam, seen, "no resource of the patients given has a data-absent-reason extension")


def _code(exam: Exam) -> None:
    title = "Where a mandatory coded element has no value, the code is unknown"
    with exam.book.line(GROUP, "code", title, SOURCE) as line:
        found = [one for one in exam.chart.everything() if any(_unknown(each) for each in _objects(one))]
        line.note = f"{len(found)} seen"
        _unless_seen(exam, len(found), "no resource of the patients given has a code unknown")


def _unless_seen(exam: Exam, seen: int, reason: str) -> None:
    if not seen:
        if exam.options.full_data:
            raise Broken(reason)
        raise NotExercised(reason)


def _empty(exam: Exam) -> None:
    with exam.book.line(GROUP, "empty", "Nothing is empty: no string, list, object or null", SOURCE) as line:
        count = 0
        for one in exam.chart.everything():
            count += 1
            line.expect(not _has_empty(one), f"{named(one)} has an empty value")
        if not count:
            raise NotExercised("no resource is known")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _extensions(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (each for each in _objects(resource) if each.get("url") == DATA_ABSENT_REASON)


def _unknown(value: dict[str, Any]) -> bool:
    coded = value.get("code") == "unknown" and value.get("system") == CODE_SYSTEM
    return coded or value.get("status") == "unknown" or value.get("gender") == "unknown" or value.get("code") == "UNK"


def _has_empty(value: Any, *, listed: bool = False) -> bool:
    if value is None:
        return not listed  # in a list of primitives null holds the place of one whose twin has something
    if isinstance(value, str | list | dict) and not value:
        return True
    if isinstance(value, dict):
        return any(_has_empty(each) for each in value.values())
    return isinstance(value, list) and any(_has_empty(each, listed=True) for each in value)
