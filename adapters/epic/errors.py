"""What Epic's numbers mean: of an answer that is no success, and of the outcome entry beside rows.

Source: epic-doc (registry of error codes), fasten, the-map: captures 2024 to 2026. A number stands in `details.coding`
under a system of the organisation, of which the tail is the same everywhere. Epic's own words are never passed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contract import Issue
from adapters.fhir_r4.declare import DeadPage, Meaning, NotHeld, NothingFound, Outcome
from adapters.upstream import Reply
from capability.issues import EHRCredentials, EHRInvalid, EHRThrottled, Forbidden, TooCostly

NUMBERS = ".7.2.657369"
"""Tail of the system `urn:oid:1.2.840.114350.1.13.<customer>.<environment>.7.2.657369`."""

GLASS = frozenset({"4130", "4131"})  # a policy of the health system: final, never routed around
REFUSED = frozenset({"4118", "59022", "59203"})
SESSION_OVER = "4113"
TOO_MANY_PEOPLE = "4127"
DAILY_LIMIT = "4135"
NO_SUCH = frozenset({"4100", "4102", "4103", "4107", "59008"})
CONTENT = "59102"
IGNORED = "59100"
TOMORROW = 3600
"""Seconds after which a client that has spent the day's document searches may ask again: it is told "try tomorrow".
[assumed]"""

SAID_OF_ROWS: Mapping[str, Issue | None] = {
    "4101": None,  # nothing found: an empty answer says so
    "4117": None,  # an immunization without CVX: it is there to be seen
    "4119": Issue("incomplete", "there may be more in the EHR than this connection is shown"),
    "4122": None,  # a parameter was not used: the facade applies every one
    "4134": Issue("suppressed", "a record of a restricted patient was left out by the EHR"),
    "59008": None,  # an unknown id among others
    "59100": None,
    "59101": None,
    "59109": None,
    "59133": Issue("incomplete", "the EHR found more than it gives for such criteria; name more of them"),
    "59204": Issue("suppressed", "the EHR does not give this connection a part of what was asked; ask its operator"),
    "59205": Issue("suppressed", "the EHR's user of this connection may not see a part of what was asked"),
}
UNKNOWN = Issue("processing", "the EHR remarks on this search in a way that is not understood here")


def numbers(outcome: Outcome) -> frozenset[str]:
    """Every number of an OperationOutcome of Epic's."""
    return frozenset(number for issue in _issues(outcome) for number in _numbers(issue))


def explain(reply: Reply, outcome: Outcome, type_: str) -> Meaning | None:
    """As Dialect.explain."""
    found = numbers(outcome)
    if found & GLASS:
        text = "the EHR restricts this patient's record: it is read there by those who may, and not over this interface"
        left_out = Issue("suppressed", "records of a restricted patient were left out by the EHR")
        return NotHeld(Forbidden(text, code="suppressed"), left_out)
    if SESSION_OVER in found:
        return DeadPage()
    if TOO_MANY_PEOPLE in found:
        return TooCostly("more than a hundred patients fit; narrow the search")
    if DAILY_LIMIT in found:
        text = "the EHR gives this connection no more documents today; try again tomorrow"
        return EHRThrottled(text, headers={"Retry-After": str(TOMORROW)})
    if found & REFUSED or (reply.status == 403 and not reply.content.strip()):
        return _not_held(type_)
    if reply.status != 404 and (
        found & NO_SUCH or (CONTENT in found and IGNORED not in found and _about_an_id(outcome))
    ):
        return NothingFound()
    if found >= {CONTENT, IGNORED}:
        return EHRInvalid(f"this practice's EHR finds {type_} by _id only", code="not-supported")
    if reply.status == 404 and not outcome:
        return EHRInvalid(f"this practice's EHR does not offer {type_}", code="not-supported")
    return None


def _not_held(type_: str) -> NotHeld:
    text = f"{type_} is not enabled for this connection to the EHR; ask its operator"
    part = Issue("suppressed", f"a part of {type_} is not enabled for this connection to the EHR")
    return NotHeld(EHRCredentials(text, code="forbidden"), part)


def warn(issue: Mapping[str, Any]) -> Issue | None:
    """As Dialect.warn."""
    found = list(_numbers(issue))
    if not found:
        return UNKNOWN if issue.get("severity") in ("warning", "error") else None
    if found[0] in SAID_OF_ROWS:
        return SAID_OF_ROWS[found[0]]
    return UNKNOWN if issue.get("severity") != "information" else None


def _issues(outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    issues = outcome.get("issue")
    return (one for one in issues if isinstance(one, dict)) if isinstance(issues, list) else iter(())


def _numbers(issue: Mapping[str, Any]) -> Iterator[str]:
    details = issue.get("details")
    codings = details.get("coding") if isinstance(details, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and str(coding.get("system", "")).endswith(NUMBERS):
            yield str(coding.get("code"))


def _about_an_id(outcome: Outcome) -> bool:
    """Whether what is invalid is an id: one that Epic can't have given."""
    places = [
        str(place) for issue in _issues(outcome) for place in (*_texts(issue, "expression"), *_texts(issue, "location"))
    ]
    return any(place.rpartition("/")[2].removeprefix("f:") in ("_id", "id", "patient", "subject") for place in places)


def _texts(issue: Mapping[str, Any], name: str) -> list[Any]:
    found = issue.get(name)
    return found if isinstance(found, list) else []
