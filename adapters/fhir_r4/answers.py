"""What an EHR answered, by its content and not by what it was hoped to be: resources, Bundles, outcomes, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.attempts import retry_after
from adapters.fhir_r4.declare import Dialect, Meaning, Outcome
from adapters.upstream import Redirected, Reply
from capability.issues import EHRCredentials, EHRInvalid, EHRThrottled, EHRUnavailable
from mappings import fhirjson
from mappings.mapped import Resource

UNREADABLE = "the EHR's answer is not FHIR that we can read"


MOST_ENTRIES = 20_000
"""Entries of one Bundle: each is work for everybody's event loop."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One page of a search: `matches` and `included` as the EHR wrote them, `issues` of its outcome entries."""

    matches: tuple[Resource, ...]
    included: tuple[Resource, ...]
    issues: tuple[Mapping[str, Any], ...]
    next: str | None


def parsed(reply: Reply) -> Any:
    """The JSON of an answer. Raises EHRInvalid for anything else, whatever its Content-Type says."""
    try:
        return fhirjson.loads(reply.content)
    except ValueError as exc:
        raise EHRInvalid(UNREADABLE) from exc


def resource(reply: Reply, type_: str) -> Resource:
    """The resource of that type in a successful answer. Raises EHRInvalid."""
    found = parsed(reply)
    if not isinstance(found, dict) or found.get("resourceType") != type_ or not isinstance(found.get("id"), str):
        raise EHRInvalid(UNREADABLE)
    return found


def bundle(reply: Reply, type_: str) -> Bundle:
    """A searchset. Raises EHRInvalid, also where one of its entries is no resource, or there are too many."""
    found = parsed(reply)
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
        raise EHRInvalid(UNREADABLE)
    matches: list[Resource] = []
    included: list[Resource] = []
    issues: list[Mapping[str, Any]] = []
    for mode, one in _entries(found.get("entry", [])):
        if one.get("resourceType") == "OperationOutcome":
            issues += _issues(one)
        elif mode != "include" and one.get("resourceType") == type_:
            matches.append(one)
        else:
            included.append(one)
    return Bundle(tuple(matches), tuple(included), tuple(issues), _next(found.get("link", [])))


def _entries(entries: Any) -> Iterator[tuple[str, Resource]]:
    if not isinstance(entries, list):
        raise EHRInvalid(UNREADABLE)
    if len(entries) > MOST_ENTRIES:
        raise EHRInvalid("the EHR gives more records at once than we read; narrow the search")
    for entry in entries:
        one = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(one, dict):
            raise EHRInvalid(UNREADABLE)
        search = entry.get("search")
        yield (search.get("mode", "match") if isinstance(search, dict) else "match"), one


def _next(links: Any) -> str | None:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"])
    return None


def outcome_of(reply: Reply) -> Outcome:
    """The OperationOutcome in an answer; empty where there is none that can be read."""
    try:
        found = fhirjson.loads(reply.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("resourceType") == "OperationOutcome" else {}


def codes_of(outcome: Outcome) -> frozenset[str]:
    """Every code in the details of its issues, whatever their system."""
    return frozenset(
        str(coding.get("code"))
        for issue in _issues(outcome)
        if isinstance(issue.get("details"), dict)
        for coding in _objects(issue["details"].get("coding"))
    )


def texts_of(outcome: Outcome) -> str:
    """What its issues say, to be looked through, never to be passed on."""
    found = []
    for issue in _issues(outcome):
        details = issue.get("details")
        found += [str(issue.get("diagnostics", "")), str(details.get("text", "") if isinstance(details, dict) else "")]
    return "\\n".join(found)


def _issues(outcome: Outcome) -> list[dict[str, Any]]:
    return _objects(outcome.get("issue"))


def _objects(node: Any) -> list[dict[str, Any]]:
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def failure(reply: Reply, dialect: Dialect, type_: str) -> Meaning:
    """What an answer that is no success means: the vendor's meaning first, then that of its status."""
    if (told := dialect.explain(reply, outcome_of(reply), type_)) is not None:
        return told
    match reply.status:
        case status if 300 <= status < 400:
            return Redirected(reply)
        case 401 | 403:
            return EHRCredentials(f"the EHR does not give this connection {type_}; ask its operator")
        case 404 | 410:
            return EHRInvalid(f"the EHR does not serve {type_} at the address that it should")
        case 429:
            after = retry_after(reply.headers)
            return EHRThrottled(
                "the EHR limits this practice; try again later",
                headers={"Retry-After": str(round(after))} if after is not None else {"Retry-After": "5"},
            )
        case status if status >= 500:
            return EHRUnavailable("the EHR cannot answer now; try again later")
        case _:
            return EHRInvalid("the EHR refused a search that it should take; its operator can see which")
