"""What Epic says when something is wrong: numbered issues, by the search or in place of it.

Source: Epic's registry of error codes and captures 2024 to 2026. The number stands in `details.coding`, under a system
of the organisation; `details.text` is its standing sentence, `diagnostics` the one about this request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.epic.sandbox import oids

FATAL, WARNING, INFORMATION = "fatal", "warning", "information"

# number: severity, FHIR's code, HTTP status where it is why nothing else is answered, the standing sentence
CODES: dict[str, tuple[str, str, int, str]] = {
    "4100": (FATAL, "invalid", 400, "A parameter of the request is not valid."),  # status [assumed]
    "4101": (WARNING, "processing", 200, "No resources were found for this request."),
    "4103": (FATAL, "deleted", 410, "The resource was deleted."),  # status [assumed]
    "4107": (FATAL, "processing", 302, "The record was merged into another one."),  # which 3xx: [assumed]
    "4112": (FATAL, "invalid", 400, "These parameters can't be combined."),  # status [assumed]
    "4113": (FATAL, "processing", 400, "The session of this search is over."),  # status [assumed]
    "4117": (WARNING, "processing", 200, "An immunization has no CVX code."),
    "4118": (FATAL, "processing", 403, "The user is not authorized for this request."),
    "4119": (WARNING, "processing", 200, "There may be more information than is shown here."),
    "4127": (FATAL, "too-costly", 400, "Too many patients were found."),  # status [assumed]
    "4130": (FATAL, "suppressed", 403, "Access to this record is restricted."),  # status [assumed]
    "4134": (INFORMATION, "suppressed", 200, "Access to a record is restricted."),
    "4135": (FATAL, "throttled", 403, "The daily limit of document queries is reached."),  # 403 or 429: [assumed]
    "59008": (FATAL, "not-found", 404, "No record has this FHIR id."),
    "59022": (FATAL, "invalid", 400, "Nothing that is authorized fits these parameters."),
    "59100": (INFORMATION, "invalid", 200, "A parameter was ignored."),
    "59101": (WARNING, "value", 200, "A category is not known."),
    "59102": (FATAL, "invalid", 400, "The content of the request is not valid."),
    "59108": (FATAL, "required", 400, "A required element is missing."),
    "59109": (INFORMATION, "value", 200, "A value is not valid."),
    "59111": (FATAL, "value", 400, "A required parameter has a value that is not valid."),
    "59133": (INFORMATION, "too-costly", 200, "The criteria are too few."),
    "59144": (FATAL, "not-found", 404, "A referenced record was not found."),  # status [assumed]
    "59159": (FATAL, "business-rule", 400, "A rule of this organization was not met."),
    "59203": (FATAL, "forbidden", 403, "The client is not authorized for this record."),
    "59204": (WARNING, "suppressed", 200, "The client is not authorized for part of this search."),
    "59205": (WARNING, "suppressed", 200, "The user is not authorized for part of this search."),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One number of the registry; `about` is the sentence on this request, `at` what it points to. `severity` where it
    is not the registry's.
    """

    code: str
    about: str | None = None
    at: str | None = None
    severity: str | None = None

    def resource(self) -> dict[str, Any]:
        severity, kind, _status, text = CODES[self.code]
        issue: dict[str, Any] = {
            "severity": self.severity or severity,
            "code": kind,
            "details": {"coding": [{"system": oids.ISSUES, "code": self.code, "display": text}], "text": text},
        }
        if self.about:
            issue["diagnostics"] = self.about
        if self.at:
            issue |= {"location": [f"/f:{self.at}"], "expression": [self.at]}
        return issue


class Refused(Exception):
    """Why there is no answer: `issues`, of which the fatal one decides about the status unless `status` does.
    `location`: where the answer is instead, below the FHIR base.
    """

    def __init__(self, *issues: Issue, status: int | None = None, location: str | None = None) -> None:
        super().__init__(*(issue.code for issue in issues))
        self.issues = issues
        self.status = status or max(CODES[issue.code][2] for issue in issues)
        self.location = location


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [issue.resource() for issue in issues]}
