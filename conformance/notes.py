"""Clinical notes: the common types, who keeps them, and reports that are found as documents too."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from conformance.exam import Exam, named, together
from conformance.lines import Broken, NotExercised
from conformance.queries import codings
from conformance.searching import OK, search

GROUP = "clinical-notes"
SOURCE = "http://hl7.org/fhir/us/core/clinical-notes.html"
LOINC = "http://loinc.org"
NOTES = ("11488-4", "18842-5", "34117-2", "28570-0", "11506-3", "18748-4", "11502-2", "11526-1")
NOTES_8 = (*NOTES, "11504-8", "34111-5")
REPORTS = ("LP29708-2", "LP7839-6", "LP29684-5")


async def examine(exam: Exam) -> None:
    wanted = NOTES_8 if exam.tables.version >= "8" else NOTES
    _kinds(exam, "DocumentReference", "type", wanted, "note types")
    _kinds(exam, "DiagnosticReport", "category", REPORTS, "report categories")
    await together([_custodian(exam), _attachments(exam), _both(exam)])


def _kinds(exam: Exam, type_: str, code: str, wanted: tuple[str, ...], what: str) -> None:
    with exam.book.line(GROUP, f"{type_}.{code}", f"{type_}: the {what} {', '.join(wanted)} are there", SOURCE) as line:
        pool = _pool(exam, type_)
        seen = {its_code for one in pool for _, its_code in codings(exam, one, code)}
        missing = [each for each in wanted if each not in seen]
        line.note = "all seen"
        if missing and exam.options.full_data:
            raise Broken(f"not seen: {', '.join(missing)}")
        if missing:
            raise NotExercised(f"not seen in the patients given: {', '.join(missing)}")


def _pool(exam: Exam, type_: str) -> list[dict[str, Any]]:
    if type_ not in exam.declared.types:
        raise NotExercised(f"the statement does not list {type_}")
    pool = exam.chart.pool(type_)
    if not pool:
        raise NotExercised(f"no {type_} of the patients given is known")
    return pool


async def _custodian(exam: Exam) -> None:
    title = "Each DocumentReference has a custodian, or a Provenance with an agent"
    with exam.book.line(GROUP, "custodian", title, SOURCE) as line:
        for one in _pool(exam, "DocumentReference"):
            if "custodian" in one:
                continue
            if "Provenance:target" not in exam.declared.types["DocumentReference"].revincludes:
                line.expect(False, f"{named(one)} has no custodian, and no Provenance can be asked for")
                continue
            found = await search(line, "DocumentReference", [("_id", one["id"]), ("_revinclude", "Provenance:target")])
            agents = [each for each in found.included if each.get("agent")]
            line.expect(agents, f"{named(one)} has neither a custodian nor a Provenance with an agent")


async def _attachments(exam: Exam) -> None:
    title = "What an attachment's URL points at on this server can be fetched with the same token"
    with exam.book.line(GROUP, "attachments", title, SOURCE) as line:
        tried = 0
        for one in _pool(exam, "DocumentReference"):
            for content in one.get("content", ()):
                url = content.get("attachment", {}).get("url")
                if url is None or urlsplit(exam.client.absolute(url))[:2] != urlsplit(exam.client.base)[:2]:
                    continue
                tried += 1
                answer = await line.get(url)
                line.expect(answer.status == OK, f"the attachment of {named(one)} is answered with {answer.status}")
        if not tried:
            raise NotExercised("no attachment is on this server")


async def _both(exam: Exam) -> None:
    title = "A report that is a document is found as DocumentReference too, with the same attachment"
    with exam.book.line(GROUP, "reports", title, SOURCE) as line:
        urls = {
            content.get("attachment", {}).get("url")
            for one in exam.chart.pool("DocumentReference")
            for content in one.get("content", ())
        }
        tried = 0
        pool = _pool(exam, "DiagnosticReport")
        declared = exam.declared.types["DiagnosticReport"]
        for one in pool:
            if not {code for _, code in codings(exam, one, "category")} & set(REPORTS):
                continue
            for form in one.get("presentedForm", ()):
                if "url" in form:
                    tried += 1
                    found = form["url"] in urls
                    if declared.apart:
                        line.offered(found, "reports as DocumentReference (the statement says that they are none)")
                    else:
                        line.expect(found, f"{named(one)} has a form that no DocumentReference has")
        if not tried:
            raise NotExercised("no report of these categories has a form with a URL")
