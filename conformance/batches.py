"""Batches, where the statement lists them: each entry is answered as if it had come alone."""

from __future__ import annotations

import json
from typing import Any

from conformance.exam import FHIR_R4, Exam, named
from conformance.lines import NotExercised
from conformance.scopes import is_outcome
from conformance.searching import OK

GROUP = "batch"
SOURCE = f"{FHIR_R4}http.html#transaction"
FHIR_JSON = {"Content-Type": "application/fhir+json"}


async def examine(exam: Exam) -> None:
    await _batch(exam)
    for code in ("batch", "transaction"):
        await _unlisted(exam, code)


def _bundle(kind: str, addresses: list[str]) -> str:
    entries = [{"request": {"method": "GET", "url": address}} for address in addresses]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries})


async def _batch(exam: Exam) -> None:
    title = "A batch is answered entry by entry, in order, what fails beside what doesn't"
    with exam.book.line(GROUP, "batch", title, SOURCE) as line:
        if "batch" not in exam.declared.interactions:
            raise NotExercised("the statement lists no batch")
        if not exam.chart.patients:
            raise NotExercised("no patient is known")
        patient = next(iter(exam.chart.patients))
        addresses = [f"Patient/{patient}", "Patient/no-such-id", f"Patient?_id={patient}"]
        answer = await line.send("POST", "", headers=FHIR_JSON, content=_bundle("batch", addresses))
        line.demand(answer.status == OK, f"it is answered with status {answer.status}")
        line.expect(answer.resource.get("type") == "batch-response", "the answer is no batch-response")
        entries: list[dict[str, Any]] = answer.resource.get("entry", [])
        line.demand(len(entries) == len(addresses), f"{len(addresses)} entries are answered with {len(entries)}")
        statuses = [entry["response"]["status"][:3] for entry in entries]
        line.expect(statuses == ["200", "404", "200"], f"the statuses are {', '.join(statuses)}")
        line.expect(named(entries[0].get("resource", {})) == addresses[0], "the first entry is not what was asked for")
        line.expect(entries[2].get("resource", {}).get("type") == "searchset", "the third entry is no searchset")


async def _unlisted(exam: Exam, code: str) -> None:
    title = f"A {code} that isn't listed is refused"
    with exam.book.line(GROUP, f"{code}.unlisted", title, SOURCE) as line:
        if code in exam.declared.interactions:
            raise NotExercised(f"the statement lists {code}")
        answer = await line.send("POST", "", headers=FHIR_JSON, content=_bundle(code, ["Patient/no-such-id"]))
        line.expect(400 <= answer.status < 500, f"it is answered with status {answer.status}")
        line.expect(is_outcome(answer), "the answer is no OperationOutcome")
