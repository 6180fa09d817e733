"""What a token may see: granular scopes, a token of one patient, and no token at all."""

from __future__ import annotations

from typing import Any

from conformance.client import Exchange
from conformance.exam import FHIR_R4, Exam, Granular, named, together
from conformance.lines import Line, NotExercised
from conformance.matching import Pairs
from conformance.queries import broad, combinations, queries
from conformance.searching import OK, Found, search, shown

GROUP = "granular-scopes"
LIMITED = "one-patient"
WITHOUT = "token"
SOURCE = "http://hl7.org/fhir/us/core/scopes.html"
BEARER = "https://www.rfc-editor.org/rfc/rfc6750#section-3"
COMPARTMENT = "https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#patient-specific-scopes"
TYPES = ("Condition", "Observation")
MOST = 12


# --- granular scopes -----------------------------------------------------------------------------------------------


async def examine(exam: Exam) -> None:
    if not exam.options.granular:
        reason = "no token with granular scopes is given (--granular-token)"
        for type_ in TYPES:
            for what in ("search", "read"):
                exam.book.not_exercised(GROUP, f"{type_}.{what}", f"{type_}: {what} by granular scopes", SOURCE, reason)
        return
    for at, granular in enumerate(exam.options.granular, 1):
        await together(_searches(exam, at, granular, type_) for type_ in TYPES)
        await together(_reads(exam, at, granular, type_) for type_ in TYPES)


def _category(exam: Exam, granular: Granular, type_: str) -> str:
    if type_ not in exam.declared.types:
        raise NotExercised(f"the statement does not list {type_}")
    if not granular.allowed.get(type_):
        raise NotExercised(f"the token has no scope for {type_} narrowed by category")
    return ",".join(granular.allowed[type_])


async def _searches(exam: Exam, at: int, granular: Granular, type_: str) -> None:
    title = f"{type_}: each search gives exactly what the scopes' categories leave of it (token {at})"
    with exam.book.line(GROUP, f"{type_}.search.{at}", title, SOURCE) as line:
        allowed = [("category", _category(exam, granular, type_))]
        replayed = _replayed(exam, type_)
        if not replayed:
            raise NotExercised(f"no search for {type_} was made before")
        for pairs in replayed:
            whole = await search(line, type_, pairs)
            left = {one["id"] for one in whole.matches if exam.matcher.verdict(one, allowed)[1]}
            found = await search(line, type_, pairs, token=granular.token)
            line.expect(found.ids == left, f"{found.query} gives {len(found.ids)} resources, {len(left)} are in scope")
            line.expect(found.total in (None, len(found.matches)), f"{found.query} has total {found.total}")


def _replayed(exam: Exam, type_: str) -> list[Pairs]:
    made: list[Pairs] = []
    for patient in exam.chart.patients:
        pairs = broad(exam, type_, patient)
        if pairs:
            made.append(pairs)
    for one in combinations(exam, type_):
        declared = exam.declared.types[type_]
        if declared.searchable(*one.params) and declared.enough(frozenset(one.params)):
            made += [query.pairs for query in queries(exam, one)[:3]]
    return made


async def _reads(exam: Exam, at: int, granular: Granular, type_: str) -> None:
    title = f"{type_}: what the scopes cover is read, the rest is not (token {at})"
    with exam.book.line(GROUP, f"{type_}.read.{at}", title, SOURCE) as line:
        allowed = [("category", _category(exam, granular, type_))]
        pool = exam.chart.pool(type_)
        inside = [one for one in pool if exam.matcher.verdict(one, allowed)[0]]
        outside = [one for one in pool if not exam.matcher.verdict(one, allowed)[1]]
        for one in inside[:MOST]:
            answer = await line.get(named(one), token=granular.token)
            line.expect(answer.status == OK, f"{named(one)} is in scope and answered with status {answer.status}")
        for one in outside[:MOST]:
            answer = await line.get(named(one), token=granular.token)
            line.expect(answer.status in (401, 403, 404), f"{named(one)} is out of scope; status {answer.status}")
            line.expect(is_outcome(answer), f"{named(one)} is refused without an OperationOutcome")
        if not inside or not outside:
            line.note = "all of it is in scope" if inside else "nothing of it is in scope"


# --- a token of one patient ----------------------------------------------------------------------------------------


async def examine_limited(exam: Exam) -> None:
    title = "A token of one patient reads and finds nothing of another"
    if exam.options.limited is None:
        reason = "no token of one patient is given (--limited-token)"
        exam.book.not_exercised(LIMITED, "compartment", title, COMPARTMENT, reason)
        return
    token, patient = exam.options.limited
    with exam.book.line(LIMITED, "own", "A token of one patient reads that patient", COMPARTMENT) as line:
        answer = await line.get(f"Patient/{patient}", token=token)
        line.expect(answer.status == OK, f"its own Patient is answered with status {answer.status}")
    others = [each for each in exam.chart.patients if each != patient]
    await together(_foreign(exam, token, other) for other in others)
    if not others:
        reason = "only that patient is given; give another with --patients"
        exam.book.not_exercised(LIMITED, "compartment", title, COMPARTMENT, reason)


async def _foreign(exam: Exam, token: str, other: str) -> None:
    title = f"It reads and finds nothing of Patient/{other}"
    with exam.book.line(LIMITED, f"compartment.{other}", title, COMPARTMENT) as line:
        for type_ in exam.types:
            for one in exam.chart.of_patient(other, type_)[:2]:
                answer = await line.get(named(one), token=token)
                line.expect(answer.status in (401, 403, 404), f"{named(one)} is answered with status {answer.status}")
                nobodys = await line.get(f"{type_}/no-such-id", token=token)
                told = answer.status == 404 and answer.resource != nobodys.resource
                line.expect(not told, f"{named(one)} is answered otherwise than an id that nobody has")
            await _nothing(exam, line, token, type_, other)


async def _nothing(exam: Exam, line: Line, token: str, type_: str, other: str) -> None:
    pairs = broad(exam, type_, other) if exam.declared.searches(type_, "patient") else None
    if type_ == "Patient":
        pairs = [("_id", other)] if exam.declared.searches("Patient", "_id") else None
    if pairs is None:
        return
    answer = await line.get(f"{type_}?{'&'.join(f'{name}={value}' for name, value in pairs)}", token=token)
    if answer.status != OK:
        line.expect(answer.status in (401, 403, 404), f"{shown(type_, pairs)} is answered with status {answer.status}")
        return
    found = Found(type_, tuple(pairs))
    found.matches = [each["resource"] for each in answer.resource.get("entry", ()) if _match(each)]
    line.expect(not found.matches, f"{shown(type_, pairs)} finds {len(found.matches)} resources of another patient")
    line.expect(not answer.resource.get("total"), f"{shown(type_, pairs)} tells how many another patient has")


def _match(entry: dict[str, Any]) -> bool:
    return bool(entry["resource"]["resourceType"] != "OperationOutcome")


# --- no token, and ids of nobody -----------------------------------------------------------------------------------


async def examine_token(exam: Exam) -> None:
    if exam.client.token is None:
        reason = "the server is examined without a token (--token)"
        exam.book.not_exercised(WITHOUT, "none", "Without a token, 401", BEARER, reason)
        return
    await together([_refused(exam, "none", None), _refused(exam, "wrong", "not-a-token")])


async def _refused(exam: Exam, name: str, token: str | None) -> None:
    title = "Without a token" if token is None else "With a token of nobody's"
    source = f"{FHIR_R4}http.html#Status-Codes" if token is None else BEARER
    with exam.book.line(
        WITHOUT, name, f"{title}: 401, WWW-Authenticate, an OperationOutcome, nothing else", source
    ) as line:
        patient = next(iter(exam.chart.patients), "1")
        for type_ in exam.types:
            addresses = [f"{type_}/{patient}"] if type_ == "Patient" else [type_]
            for address in addresses:
                answer = await line.get(address, token=token)
                line.expect(answer.status == 401, f"{address} is answered with status {answer.status}")
                challenge = answer.headers.get("www-authenticate", "")
                line.expect(
                    challenge.lower().startswith("bearer"), f"{address}: WWW-Authenticate is missing or no Bearer"
                )
                line.expect(is_outcome(answer), f"{address}: the answer is no OperationOutcome")
                if token is not None:
                    line.expect(
                        "invalid_token" in challenge, f'{address}: WWW-Authenticate lacks error="invalid_token"'
                    )


def is_outcome(exchange: Exchange) -> bool:
    """Whether the body is an OperationOutcome with at least one issue that has severity and code."""
    issues = exchange.resource.get("issue")
    if exchange.resource.get("resourceType") != "OperationOutcome" or not isinstance(issues, list) or not issues:
        return False
    return all(bool({"severity", "code"} <= each.keys()) for each in issues)
