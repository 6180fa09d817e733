"""read, vread and what HTTP says of them. https://hl7.org/fhir/R4/http.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.client import Exchange
from conformance.exam import FHIR_R4, Exam, named, together
from conformance.lines import Line, NotExercised
from conformance.searching import OK

GROUP = "read"
HTTP = f"{FHIR_R4}http.html"
NOT_MODIFIED = 304
MOST = 6


async def examine(exam: Exam) -> None:
    await together(_read(exam, type_) for type_ in exam.types)
    await together(_version(exam, type_) for type_ in exam.types)
    await together([_conditional(exam), _head(exam), _accepted(exam)])


def _some(exam: Exam, type_: str) -> list[dict[str, Any]]:
    """Resources to read: one for each profile, and few in all. Raises NotExercised where none is known."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in exam.chart.pool(type_):
        found.setdefault(tuple(sorted(one.get("meta", {}).get("profile", ()))), one)
    if not found:
        raise NotExercised(f"no {type_} is known from the patients given")
    return list(found.values())[:MOST]


async def _read(exam: Exam, type_: str) -> None:
    title = f"{type_}: read gives the resource asked for, the same that a search gives"
    with exam.book.line(GROUP, type_, title, f"{HTTP}#read") as line:
        if not exam.declared.reads(type_):
            raise NotExercised(f"the statement lists no read of {type_}")
        for one in _some(exam, type_):
            answer = await line.get(named(one))
            if not line.expect(answer.status == OK, f"{named(one)} is answered with status {answer.status}"):
                continue
            found = answer.resource
            line.expect(named(found) == named(one), f"{named(one)} is answered with {named(found)}")
            line.expect(_content(found) == _content(one), f"{named(one)} differs between search and read")
            line.expect(answer.media_type == "application/fhir+json", f"its content type is {answer.media_type}")


def _content(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in resource.items() if key != "meta"}


async def _version(exam: Exam, type_: str) -> None:
    title = f"{type_}: a version that was read can be read again by its id"
    with exam.book.line(GROUP, f"{type_}.vread", title, f"{HTTP}#vread") as line:
        if type_ not in exam.declared.types or "vread" not in exam.declared.types[type_].interactions:
            raise NotExercised(f"the statement lists no vread of {type_}")
        one = _some(exam, type_)[0]
        current = (await line.get(named(one))).resource
        version = current.get("meta", {}).get("versionId")
        line.demand(version, f"vread is listed, and {named(one)} has no meta.versionId")
        answer = await line.get(f"{named(one)}/_history/{version}")
        line.demand(answer.status == OK, f"its version is answered with status {answer.status}")
        line.expect(answer.resource.get("meta", {}).get("versionId") == version, "another version is given")
        line.expect(_content(answer.resource) == _content(current), "its content differs from what was read")
        absent = await line.get(f"{named(one)}/_history/no-such-version")
        line.expect(absent.status in (404, 410), f"an unknown version is answered with status {absent.status}")


async def _patient(exam: Exam, line: Line) -> tuple[str, Exchange]:
    if not exam.chart.patients:
        raise NotExercised("no patient is known")
    address = f"Patient/{next(iter(exam.chart.patients))}"
    return address, await line.get(address, fresh=True)


async def _conditional(exam: Exam) -> None:
    title = "What has a versionId has it as a weak ETag, and If-None-Match with it is 304"
    with exam.book.line(GROUP, "etag", title, f"{HTTP}#cread") as line:
        address, answer = await _patient(exam, line)
        tag, version = answer.headers.get("etag"), answer.resource.get("meta", {}).get("versionId")
        if tag is None and version is None:
            raise NotExercised("resources have no version here")
        line.expect(tag == f'W/"{version}"', "ETag is not W/ and meta.versionId")
        if tag is None:
            return
        same = await line.get(address, headers={"If-None-Match": tag}, fresh=True)
        if same.status == OK and "vread" not in exam.declared.types["Patient"].interactions and not _caches(exam):
            line.note = "If-None-Match is not supported"
        else:
            line.expect(same.status == NOT_MODIFIED, f"If-None-Match with it is answered with status {same.status}")
            line.expect(not same.text, "the 304 has a body")
        other = await line.get(address, headers={"If-None-Match": 'W/"no-such-version"'}, fresh=True)
        line.expect(other.status == OK, f"If-None-Match with another is answered with status {other.status}")


def _caches(exam: Exam) -> bool:
    """Whether the statement lists conditional reads for Patient."""
    one = next(each for each in exam.declared.rest["resource"] if each["type"] == "Patient")
    return one.get("conditionalRead") in ("modified-since", "not-match", "full-support")


async def _head(exam: Exam) -> None:
    title = "HEAD answers as GET does, without a body"
    with exam.book.line(GROUP, "head", title, f"{HTTP}#summary") as line:
        address, answer = await _patient(exam, line)
        head = await line.send("HEAD", address)
        line.demand(head.status == answer.status, f"GET is answered with {answer.status}, HEAD with {head.status}")
        line.expect(not head.text, "the answer has a body")
        line.expect(head.media_type == answer.media_type, "its content type is another")


async def _accepted(exam: Exam) -> None:
    title = "JSON comes for every name of it, by Accept and by _format"
    with exam.book.line(GROUP, "negotiation", title, f"{HTTP}#mime-type") as line:
        address, _ = await _patient(exam, line)
        for accept in ("application/fhir+json", "application/json", "*/*", "application/*"):
            answer = await line.get(address, headers={"Accept": accept})
            line.expect(answer.status == OK and answer.resource, f"Accept: {accept} is answered with {answer.status}")
        for name in ("json", "application/json", "application/fhir%2Bjson"):
            answer = await line.get(f"{address}?_format={name}", headers={"Accept": "application/xml"})
            line.expect(answer.status == OK and answer.resource, f"_format={name} is answered with {answer.status}")
