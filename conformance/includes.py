"""`_include` and `_revinclude`, Provenance above all."""

from __future__ import annotations

from typing import Any

from conformance.exam import FHIR_R4, SERVER_STATEMENT, Exam, named, together
from conformance.gather import local, references
from conformance.lines import Line, NotExercised
from conformance.matching import may_point_at
from conformance.paths import selector
from conformance.queries import broad, combinations, queries
from conformance.searching import Found, search

GROUP = "include"
PROVENANCE = "provenance"
SOURCE = f"{FHIR_R4}search.html#include"
PROVENANCE_SOURCE = "http://hl7.org/fhir/us/core/basic-provenance.html"
MOST = 4


async def examine(exam: Exam) -> None:
    work = []
    for type_ in exam.types:
        declared = exam.declared.types[type_]
        work += [_include(exam, type_, name) for name in declared.includes]
        for row in exam.tables.edition.includes(type_):
            listed = declared.revincludes if row.reverse else declared.includes
            if row.value not in listed:
                what = "_revinclude" if row.reverse else "_include"
                reason = f"{row.expectation}: the statement does not list {what} {row.value} for {type_}"
                name = f"{type_}.{row.value}"
                exam.book.not_exercised(GROUP, name, f"{type_}: {what}={row.value}", SERVER_STATEMENT, reason)
        work += [_reverse(exam, type_, name) for name in declared.revincludes if not _of_provenance(name)]
    await together(work)


def _of_provenance(name: str) -> bool:
    return name.startswith("Provenance:")


def _search(exam: Exam, type_: str) -> list[list[tuple[str, str]]]:
    """Searches that find something. Raises NotExercised where there is none."""
    found = []
    for patient in exam.chart.patients:
        pairs = broad(exam, type_, patient) if "patient" in exam.declared.types[type_].parameters else None
        if pairs and exam.chart.of_patient(patient, type_):
            found.append(pairs)
    for one in combinations(exam, type_):
        declared = exam.declared.types[type_]
        if not found and declared.searchable(*one.params) and declared.enough(frozenset(one.params)):
            found += [list(query.pairs) for query in queries(exam, one)[:1]]
    if not found:
        raise NotExercised(f"no search for {type_} finds anything of the patients given")
    return found[:MOST]


async def _include(exam: Exam, type_: str, name: str) -> None:
    title = f"{type_}: _include={name} brings what the matches refer to, and only that"
    with exam.book.line(GROUP, f"{type_}.{name}", title, SOURCE) as line:
        code = name.split(":")[1] if ":" in name else "*"
        tried = False
        for pairs in _search(exam, type_):
            found = await search(line, type_, [*pairs, ("_include", name)])
            exam.searches.append(found)
            wanted = {text for one in found.matches for text in _pointed(exam, one, code)}
            included = {named(one) for one in found.included}
            readable = {text for text in wanted if exam.declared.reads(text.partition("/")[0])}
            # a reference that matches is no include as well
            lacking = readable - included - {named(one) for one in found.matches}
            line.expect(not lacking, f"{found.query} lacks {', '.join(sorted(lacking)[:3])}, which a match refers to")
            line.expect(included <= wanted, f"{found.query} includes what no match refers to by it")
            tried = tried or bool(readable)
        if not tried:
            raise NotExercised(f"no {type_} of the patients given refers to anything by {code}")


def _pointed(exam: Exam, resource: dict[str, Any], code: str) -> set[str]:
    """Type/id of the local references that an include follows; any where the tables don't know it."""
    row = exam.tables.edition.links(resource["resourceType"]).get(code)
    values: Any = resource
    if row is not None:
        values = [one for one in selector(row.expression)(resource) if may_point_at(one, row.targets)]
    found = (local(exam, text) for text in references(values))
    return {f"{type_}/{id_}" for each in found if each for type_, id_ in [each]}


async def _reverse(exam: Exam, type_: str, name: str) -> None:
    provenance = _of_provenance(name)
    title = f"{type_}: _revinclude={name} brings what refers to the matches, and only that"
    source = PROVENANCE_SOURCE if provenance else SOURCE
    with exam.book.line(PROVENANCE if provenance else GROUP, f"{type_}.{name}", title, source) as line:
        brought = 0
        for pairs in _search(exam, type_):
            found = await search(line, type_, [*pairs, ("_revinclude", name)])
            exam.searches.append(found)
            _check_reverse(exam, line, found, name.partition(":")[0])
            brought += len(found.included)
            for one in found.included:
                exam.chart.referenced.setdefault(named(one), one)
        line.note = f"{brought} brought"
        if not brought and provenance and exam.options.full_data:
            line.expect(False, f"no {type_} of the patients given has a Provenance")
        elif not brought:
            raise NotExercised(f"nothing refers to the {type_} of the patients given, or it is not brought")


def _check_reverse(exam: Exam, line: Line, found: Found, source: str) -> None:
    matches = {named(one) for one in found.matches}
    for one in found.included:
        line.expect(one["resourceType"] == source, f"{found.query} includes a {one['resourceType']}")
        targets = {f"{each[0]}/{each[1]}" for text in references(one) if (each := local(exam, text))}
        line.expect(targets & matches, f"{found.query} includes {named(one)}, which refers to no match")


async def examine_provenance(exam: Exam) -> None:
    """What is brought, looked at: US Core wants the last hop and who is behind it."""
    listed = ((type_, name) for type_ in exam.types for name in exam.declared.types[type_].revincludes)
    await together(_reverse(exam, type_, name) for type_, name in listed if _of_provenance(name))
    pool = exam.chart.pool("Provenance")
    title = "Each Provenance says what, when and who; a practitioner or device acts on behalf of an organisation"
    with exam.book.line(PROVENANCE, "content", title, PROVENANCE_SOURCE) as line:
        if not pool:
            raise NotExercised("no Provenance was brought by any search")
        for one in pool:
            line.expect(one.get("target"), f"{named(one)} has no target")
            absent = "_recorded" in one  # with the reason why there is none
            line.expect(absent or "T" in one.get("recorded", ""), f"{named(one)} has no recorded instant")
            line.expect(one.get("agent"), f"{named(one)} has no agent")
            for agent in one.get("agent", ()):
                who = agent.get("who", {}).get("reference", "")
                behind = "onBehalfOf" in agent or not who.startswith(("Practitioner/", "Device/"))
                line.expect(behind, f"{named(one)} has an agent {who} without onBehalfOf")
    for one in pool[:1]:
        await _target(exam, one)


async def _target(exam: Exam, one: dict[str, Any]) -> None:
    with exam.book.line(PROVENANCE, "read", "A Provenance that was brought reads back", PROVENANCE_SOURCE) as line:
        if not exam.declared.reads("Provenance"):
            raise NotExercised("the statement lists no read of Provenance")
        answer = await line.get(named(one))
        line.demand(answer.status == 200, f"{named(one)} is answered with status {answer.status}")
        line.expect(named(answer.resource) == named(one), f"{named(one)} is answered with {named(answer.resource)}")
