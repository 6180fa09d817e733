"""Refusals: the right status, and an OperationOutcome whoever made it."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.client import FORM, Exchange
from conformance.exam import FHIR_R4, Exam, together
from conformance.lines import Line, NotExercised
from conformance.scopes import is_outcome

GROUP = "errors"
SOURCE = f"{FHIR_R4}http.html#Status-Codes"
NO_TYPE = "NoSuchType"


async def examine(exam: Exam) -> None:
    await together(_unknown_id(exam, type_) for type_ in exam.types)
    await together([_unknown_type(exam), _unserved_type(exam), _case(exam), _media(exam), _form(exam), _history(exam)])
    await together(_unlisted(exam, type_) for type_ in exam.types)


def refused(line: Line, answer: Exchange, statuses: tuple[int, ...], what: str) -> None:
    wanted = " or ".join(map(str, statuses))
    line.expect(answer.status in statuses, f"{what} is answered with status {answer.status}, not {wanted}")
    line.expect(
        is_outcome(answer), f"{what}: the answer is no OperationOutcome ({answer.media_type or 'no content type'})"
    )
    fhir = answer.media_type in ("application/fhir+json", "application/json")
    line.expect(fhir, f"{what}: the content type is {answer.media_type or 'missing'}")


async def _unknown_id(exam: Exam, type_: str) -> None:
    title = f"{type_}: an unknown id is 404, the same whatever the id looks like"
    with exam.book.line(GROUP, f"{type_}.id", title, SOURCE) as line:
        if not exam.declared.reads(type_):
            raise NotExercised(f"the statement lists no read of {type_}")
        known = next(iter(exam.chart.pool(type_)), {"id": "1"})["id"]
        answers = [await line.get(f"{type_}/{id_}") for id_ in ("no-such-id", _similar(known))]
        for answer in answers:
            refused(line, answer, (404,), answer.url.rpartition("/")[2])
        shapes = [
            [(each.get("code"), each.get("severity")) for each in one.resource.get("issue", ())] for one in answers
        ]
        line.expect(shapes[0] == shapes[1], "the answers to two unknown ids differ in shape")


def _similar(known: str) -> str:
    """An id of the same form that nobody has."""
    return f"{known[:50]}9999999" if known[-1:].isdigit() else f"{known[:50]}-none"


async def _unknown_type(exam: Exam) -> None:
    with exam.book.line(GROUP, "type", "A type that FHIR doesn't have is 404", SOURCE) as line:
        for address in (NO_TYPE, f"{NO_TYPE}/1"):
            refused(line, await line.get(address), (404,), address)


async def _unserved_type(exam: Exam) -> None:
    with exam.book.line(GROUP, "unserved", "A type that the statement doesn't list is 404", SOURCE) as line:
        unserved = [each for each in ("Basic", "Account", "Slot", "Task") if each not in exam.declared.types]
        if not unserved:
            raise NotExercised("the statement lists every type that could be tried")
        refused(line, await line.get(f"{unserved[0]}/1"), (404,), f"{unserved[0]}/1")


async def _case(exam: Exam) -> None:
    with exam.book.line(GROUP, "case", "Names of types are case-sensitive", f"{FHIR_R4}http.html#general") as line:
        refused(line, await line.get("patient/1"), (404,), "patient/1")


async def _media(exam: Exam) -> None:
    with exam.book.line(GROUP, "accept", "A format that isn't offered is 406", f"{FHIR_R4}http.html#mime-type") as line:
        patient = next(iter(exam.chart.patients), "1")
        formats = set(exam.declared.document.get("format", ()))
        answer = await line.get(f"Patient/{patient}", headers={"Accept": "image/png"})
        refused(line, answer, (406,), "Accept: image/png")
        if not formats & {"xml", "application/fhir+xml"}:
            answer = await line.get(f"Patient/{patient}?_format=xml")
            refused(line, answer, (406,), "_format=xml")


async def _form(exam: Exam) -> None:
    title = "A search's body that is no form is 415"
    with exam.book.line(GROUP, "content-type", title, f"{FHIR_R4}http.html#search") as line:
        if not exam.declared.searches("Patient"):
            raise NotExercised("the statement lists no search for Patient")
        headers = {"Content-Type": "text/plain"}
        answer = await line.send("POST", "Patient/_search", headers=headers, content="name=x")
        refused(line, answer, (415,), "POST Patient/_search as text/plain")


async def _history(exam: Exam) -> None:
    with exam.book.line(GROUP, "history", "History that isn't listed is refused", SOURCE) as line:
        if "history-system" in exam.declared.interactions:
            raise NotExercised("the statement lists history of the whole system")
        refused(line, await line.get("_history"), (404, 405, 501), "_history")


async def _unlisted(exam: Exam, type_: str) -> None:
    """Tried on an id that nobody has, with a body that says nothing: a server that takes it changes nothing real."""
    title = f"{type_}: an interaction that isn't listed is 405"
    with exam.book.line(GROUP, f"{type_}.unlisted", title, SOURCE) as line:
        listed = exam.declared.types[type_].interactions
        tried = 0
        for code, method, address in (
            ("create", "POST", type_),
            ("update", "PUT", f"{type_}/no-such-id"),
            ("patch", "PATCH", f"{type_}/no-such-id"),
            ("delete", "DELETE", f"{type_}/no-such-id"),
        ):
            if code in listed:
                continue
            tried += 1
            headers, content = _body(code)
            answer = await line.send(method, address, headers=headers, content=content)
            refused(line, answer, (405,), f"{method} {address}")
        if "search-type" not in listed:
            tried += 1
            refused(line, await line.get(f"{type_}?_id=no-such-id"), (405, 404), f"GET {type_}?_id")
            form = {"Content-Type": FORM}
            answer = await line.send("POST", f"{type_}/_search", headers=form, content="_id=no-such-id")
            refused(line, answer, (405, 404), f"POST {type_}/_search")
        if not tried:
            raise NotExercised("the statement lists every interaction")


def _body(code: str) -> tuple[Mapping[str, str], str]:
    if code == "delete":
        return {}, ""
    if code == "patch":
        return {"Content-Type": "application/json-patch+json"}, "[]"
    return {"Content-Type": "application/fhir+json"}, "{}"
