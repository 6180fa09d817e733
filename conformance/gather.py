"""Reads the patients' charts: what every later check takes its values from, and compares results with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from conformance.client import Unreachable
from conformance.exam import FHIR_R4, SERVER_STATEMENT, Exam, named, together
from conformance.lines import Broken, Line, NotExercised
from conformance.paths import selector
from conformance.queries import broadest
from conformance.searching import OK, address, bundle_of, search, shown

GROUP = "chart"
READ = f"{FHIR_R4}http.html#read"
MOST_READS = 80
MOST_PATIENTS = 3
MOST_ATTACHMENTS = 4
MOST_POINTED_AT = 50

_RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})")


async def examine(exam: Exam) -> None:
    """Patients first, then each type of each patient, then what these refer to."""
    if not exam.options.patients:
        await _discover(exam)
    patients = exam.options.patients or tuple(exam.chart.patients)
    await together(_patient(exam, patient) for patient in patients)
    exam.chart.patients = {one: exam.chart.patients[one] for one in patients if one in exam.chart.patients}
    types = [type_ for type_ in exam.types if "search-type" in exam.declared.types[type_].interactions]
    await together(_type(exam, type_) for type_ in types if type_ != "Patient")
    await _referenced(exam)
    pointing = [type_ for type_ in types if "patient" not in exam.declared.types[type_].parameters]
    await together(_pointing(exam, type_) for type_ in pointing if not exam.chart.pool(type_))
    await together(_listed(exam, type_) for type_ in pointing if exam.declared.types[type_].partly)


async def _discover(exam: Exam) -> None:
    title = "Some patients can be found without knowing one"
    with exam.book.line(GROUP, "patients", title, f"{FHIR_R4}search.html") as line:
        if not exam.declared.searches("Patient"):
            raise NotExercised("the statement lists no search for Patient; name some with --patients")
        tried = [[("_count", "10")], *([(code, letter)] for code in ("name", "family") for letter in "aeos")]
        for pairs in tried:
            answer = await line.get(address("Patient", pairs))
            if answer.status != OK:
                continue
            bundle = bundle_of(answer, shown("Patient", pairs))
            for entry in bundle.get("entry", ())[:MOST_PATIENTS]:
                if entry["resource"]["resourceType"] == "Patient":
                    exam.chart.patients[entry["resource"]["id"]] = entry["resource"]
            if exam.chart.patients:
                line.note = f"found {', '.join(exam.chart.patients)}"
                return
        raise NotExercised("no search for Patient gave any; name some with --patients")


async def _patient(exam: Exam, patient: str) -> None:
    with exam.book.line(GROUP, f"Patient.{patient}", f"The patient {patient} can be read", READ) as line:
        answer = await line.get(f"Patient/{patient}")
        line.demand(answer.status == OK, f"Patient/{patient} is answered with status {answer.status}")
        found = answer.resource
        line.demand(
            (found.get("resourceType"), found.get("id")) == ("Patient", patient),
            f"Patient/{patient} is answered with {named(found)}",
        )
        exam.chart.patients[patient] = found


async def _type(exam: Exam, type_: str) -> None:
    """`exam.chart.unknown` keeps why a type could not be gathered whole."""
    if "patient" not in exam.declared.types[type_].parameters:
        exam.chart.unknown[type_] = f"{type_} is not searched by patient"
        return
    with exam.book.line(GROUP, type_, f"All {type_} of a patient can be read by one search", SERVER_STATEMENT) as line:
        if not exam.chart.patients:
            raise NotExercised("no patient could be read")
        try:
            beside = await _beside(exam, line, type_)
            for patient in exam.chart.patients:
                await _of_patient(exam, line, type_, [("patient", patient), *beside])
            exam.chart.beside[type_] = beside
        except (Broken, NotExercised) as exc:
            exam.chart.unknown[type_] = str(exc)
            raise
        count = sum(len(exam.chart.of_patient(patient, type_)) for patient in exam.chart.patients)
        line.note = f"{count} found"


async def _beside(exam: Exam, line: Line, type_: str) -> tuple[tuple[str, str], ...]:
    """US Core lets a server refuse the patient alone for some types; then all values of another parameter are sent."""
    tried = broadest(exam, type_)
    if not tried:
        raise NotExercised(f"a search for {type_} needs more than the patient, and no values are known for it")
    for beside in tried[:-1]:
        answer = await line.get(address(type_, [("patient", next(iter(exam.chart.patients))), *beside]))
        if answer.status == OK:
            return beside
    return tried[-1]


async def _of_patient(exam: Exam, line: Line, type_: str, pairs: list[tuple[str, str]]) -> None:
    patient = pairs[0][1]
    found = await search(line, type_, pairs)
    exam.searches.append(found)
    whole = [one for one in found.matches if isinstance(one.get("id"), str) and one.get("resourceType") == type_]
    line.expect(len(whole) == len(found.matches), f"{found.query} gives what is no {type_} with an id")
    exam.chart.resources[patient, type_] = whole
    for one in whole:
        owned = exam.matcher.verdict(one, pairs[:1])[1]
        line.expect(owned, f"{found.query} gives {named(one)}, which is not about Patient/{patient}")


# --- what the charts refer to --------------------------------------------------------------------------------------


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource, contained ones and canonical URLs left out."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and not text.startswith(("#", "urn:")):
            yield text
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def local(exam: Exam, reference: str) -> tuple[str, str] | None:
    """Type and id of a reference into the examined server; None for one to elsewhere."""
    text = reference.removeprefix(f"{exam.client.base}/").partition("/_history/")[0]
    match = _RELATIVE.fullmatch(text)
    return (match.group(1), match.group(2)) if match else None


async def _referenced(exam: Exam) -> None:
    """Reads what the charts point at and don't hold, in two rounds: what is found may point further."""
    for _ in range(2):
        known = {named(one) for one in exam.chart.everything()} | exam.chart.referenced.keys()
        wanted = dict.fromkeys(
            f"{found[0]}/{found[1]}"
            for one in exam.chart.everything()
            for reference in references(one)
            if (found := local(exam, reference)) and exam.declared.reads(found[0])
        )
        attached = [name for name in dict.fromkeys(_attached(exam)) if name not in wanted]
        wanted.update(dict.fromkeys(attached[:MOST_ATTACHMENTS]))
        await together(_follow(exam, name) for name in [name for name in wanted if name not in known][:MOST_READS])


async def _pointing(exam: Exam, type_: str) -> None:
    """What no chart refers to, but itself points at what a chart does, such as the roles of a practitioner."""
    for code in exam.declared.types[type_].parameters:
        row = exam.tables.edition.search_parameter(type_, code)
        named_ = [one for target in (row.targets if row else ()) for one in exam.chart.pool(target)]
        if not named_ or not exam.declared.types[type_].enough(frozenset({code})):
            continue
        with exam.book.line(GROUP, type_, f"{type_} is found by what it points at", SERVER_STATEMENT) as line:
            pairs = [(code, ",".join(f"{one['resourceType']}/{one['id']}" for one in named_[:MOST_POINTED_AT]))]
            found = (await search(line, type_, pairs)).matches
            exam.chart.referenced.update({named(one): one for one in found})
            line.note = f"{len(found)} found"
        return


async def _listed(exam: Exam, type_: str) -> None:
    """Of which type a search finds but a part, as the statement has it: which part."""
    title = f"{type_}: all that can be read is found by searches"
    with exam.book.line(GROUP, type_, title, SERVER_STATEMENT) as line:
        if not exam.declared.types[type_].enough(frozenset()):
            raise NotExercised(f"{type_} is not searched without a condition")
        found = (await search(line, type_, [])).matches
        exam.chart.listed[type_] = {one["id"] for one in found}
        line.offered(False, "search for what the statement says is found by `_id` alone")


def _attached(exam: Exam) -> Iterator[str]:
    """Binary/id of attachments: of documents, and of the forms in which reports are given."""
    if not exam.declared.reads("Binary"):
        return
    for type_, path in (("DocumentReference", "content.attachment"), ("DiagnosticReport", "presentedForm")):
        for one in exam.chart.pool(type_):
            for attachment in selector(f"{type_}.{path}")(one):
                found = local(exam, attachment.get("url", ""))
                if found and found[0] == "Binary":
                    yield f"Binary/{found[1]}"


async def _follow(exam: Exam, name: str) -> None:
    """What can't be read is left to the references' own lines."""
    try:
        answer = await exam.client.get(name)
    except Unreachable:
        return
    if answer.status == OK and named(answer.resource) == name:
        exam.chart.referenced[name] = answer.resource
