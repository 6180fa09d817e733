"""The CapabilityStatement itself, and what it says against what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capability.uscore.versions import US_CORE
from conformance.exam import FHIR_R4, GENERAL, SERVER_STATEMENT, Exam, together
from conformance.lines import Line, NotExercised
from conformance.queries import combinations
from conformance.searching import OK

GROUP = "statement"
SOURCE = f"{FHIR_R4}capabilitystatement.html"
US_CORE_SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"


async def examine(exam: Exam) -> None:
    await together([_public(exam), _formats(exam)])
    _document(exam)
    _server(exam)
    for type_ in sorted(exam.tables.edition.named):
        _parameters(exam, type_)
        _profiles(exam, type_)


async def _public(exam: Exam) -> None:
    title = "The statement is read without a token, as FHIR JSON"
    with exam.book.line(GROUP, "public", title, f"{FHIR_R4}http.html#capabilities") as line:
        answer = await line.get("metadata", token=None)
        line.demand(answer.status == OK, f"without a token metadata is answered with status {answer.status}")
        line.expect(
            answer.resource.get("resourceType") == "CapabilityStatement", "the answer is no CapabilityStatement"
        )
        line.expect(
            answer.media_type == "application/fhir+json", f"its content type is {answer.media_type or 'missing'}"
        )


async def _formats(exam: Exam) -> None:
    title = "The statement comes for any way of asking for JSON"
    with exam.book.line(GROUP, "accept", title, f"{FHIR_R4}http.html#mime-type") as line:
        for accept in ("application/json", "*/*", "application/fhir+json;q=0.9, application/fhir+xml;q=0.1"):
            answer = await line.get("metadata", headers={"Accept": accept}, token=None)
            line.expect(answer.status == OK, f"Accept: {accept} is answered with status {answer.status}")
        answer = await line.get("metadata?_format=json", token=None)
        line.expect(answer.status == OK, f"_format=json is answered with status {answer.status}")


def _document(exam: Exam) -> None:
    document = exam.declared.document
    with exam.book.line(GROUP, "instance", "It describes this server, in FHIR R4", SOURCE) as line:
        line.expect(document.get("fhirVersion") == "4.0.1", "fhirVersion is not 4.0.1")
        line.expect(document.get("kind") == "instance", "kind is not instance")
        for name in ("status", "date"):
            line.expect(document.get(name), f"{name} is missing")
        software = document.get("software") or document.get("implementation")
        line.expect(software, "an instance names its software or implementation (cpb-14, cpb-15)")
        url = (document.get("implementation") or {}).get("url")
        line.expect(url in (None, exam.client.base, f"{exam.client.base}/"), "implementation.url is not this base")
    with exam.book.line(GROUP, "format", "format includes JSON", SERVER_STATEMENT) as line:
        formats = document.get("format", [])
        line.expect(
            {"json", "application/fhir+json"} & set(formats), "format names neither json nor application/fhir+json"
        )
    with exam.book.line(GROUP, "instantiates", "It instantiates US Core's server statement", GENERAL) as line:
        names = [each.partition("|")[0] for each in document.get("instantiates", ())]
        line.expect(US_CORE_SERVER in names, f"instantiates does not name {US_CORE_SERVER}")


def _server(exam: Exam) -> None:
    with exam.book.line(GROUP, "types", "It lists what is served, type by type", SOURCE) as line:
        line.demand(exam.declared.types, "rest.resource is empty")
        listed = [each["type"] for each in exam.declared.rest["resource"]]
        line.expect(len(listed) == len(set(listed)), "a type is listed twice (cpb-9)")
        for one in exam.declared.types.values():
            line.expect(one.interactions, f"{one.type} is listed without an interaction")
            _consistent(line, exam, one.type)
    with exam.book.line(GROUP, "patient", "Patient is served, and at least one type more", SERVER_STATEMENT) as line:
        line.expect("Patient" in exam.declared.types, "Patient is not listed")
        line.expect(len(exam.declared.types) > 1, "no other type is listed")
    with exam.book.line(GROUP, "security", "SMART on FHIR is named as its security service", GENERAL) as line:
        services = exam.declared.rest.get("security", {}).get("service", [])
        codes = {coding.get("code") for each in services for coding in each.get("coding", ())}
        line.expect("SMART-on-FHIR" in codes, "rest.security.service does not name SMART-on-FHIR")


def _consistent(line: Line, exam: Exam, type_: str) -> None:
    one = exam.declared.types[type_]
    names = [each["name"] for each in _resource(exam, type_).get("searchParam", ())]
    line.expect(len(names) == len(set(names)), f"{type_} lists a search parameter twice (cpb-12)")
    searched = "search-type" in one.interactions
    line.expect(searched or not names, f"{type_} lists search parameters and no search")
    known = exam.tables.parameters.get(type_, {})
    for code, kind in one.parameters.items():
        line.expect(code not in known or known[code].kind == kind, f"{type_}.{code} is not of type {kind}")


def _resource(exam: Exam, type_: str) -> Mapping[str, Any]:
    return next(each for each in exam.declared.rest["resource"] if each["type"] == type_)


def _parameters(exam: Exam, type_: str) -> None:
    title = f"{type_}: what US Core says a server SHALL search by is listed"
    with exam.book.line(GROUP, f"{type_}.parameters", title, SERVER_STATEMENT) as line:
        if type_ not in exam.declared.types:
            raise NotExercised(f"the statement does not list {type_}")
        shall = [one for one in combinations(exam, type_) if one.strength == "SHALL"]
        if not shall:
            raise NotExercised(f"US Core {exam.tables.version} demands no search for {type_}")
        declared = exam.declared.types[type_]
        for one in shall:
            missing = [code for code in one.params if not declared.searchable(code)]
            line.offered(not missing, f"search by {one.name} ({', '.join(missing)} not listed)")
            enough = missing or declared.enough(frozenset(one.params))
            line.offered(enough, f"search by {one.name} alone (the statement wants more)")
        for code in (code for one in shall for code in one.params if declared.searchable(code)):
            line.offered(not declared.with_system(code), f"{code} by its code without a system")
            line.offered(not declared.whole_names(code), f"{code} by a part of the name")
            line.offered(not declared.whole_days(code), f"{code} by a month or year")


def _profiles(exam: Exam, type_: str) -> None:
    title = f"{type_}: supportedProfile names the profiles that are served"
    with exam.book.line(GROUP, f"{type_}.profiles", title, f"{SOURCE}#profiles") as line:
        if type_ not in exam.declared.types:
            raise NotExercised(f"the statement does not list {type_}")
        listed = {each.partition("|")[0] for each in exam.declared.types[type_].profiles}
        for url in sorted(listed):
            if url.startswith(US_CORE) and exam.tables.package:
                line.expect(exam.tables.profile(url), f"{url} is not in US Core {exam.tables.version}")
        claimed = {
            url.partition("|")[0] for one in exam.chart.pool(type_) for url in one.get("meta", {}).get("profile", ())
        }
        ours = {url for url in claimed if url.startswith(US_CORE)}
        line.expect(ours <= listed, f"resources claim profiles that are not listed: {', '.join(sorted(ours - listed))}")
        if not listed and not ours:
            raise NotExercised(f"no profile of {type_} is listed, and no resource claims one")
