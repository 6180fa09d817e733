"""What Millennium's refusals mean, and how a search that one broken record spoils is asked for in parts.

[seen: the-map, docs, oracle] 400 with words and no code; 403 for the tenant, the scope or the customer's own list; 404
for everything unknown; 406 with nothing; 422 for more than 1,000 patients; 500 `fatal/required` where one of the
records lacks what FHIR requires. Nothing of their texts is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from adapters.cerner.dates import LONG_AGO, Range
from adapters.fhir_r4.declare import BadRecord, DeadPage, Outcome, Pairs, Served
from adapters.upstream import Reply
from capability.issues import EHRCredentials, EHRInvalid, FHIRError, TooCostly

DEAD = frozenset({400, 404, 410})
"""[assumed] of a page's own link: the cursor is no longer known."""

TRANSIENT = frozenset({429, 502, 503, 504})
"""[seen: docs, oracle] a 500 comes again: it is about a record."""

PARTS = 4
LANDMARKS = (2000, 2010, 2020)
"""Years at which a range without ends is cut first: most records are of lately."""


def explain(reply: Reply, outcome: Outcome, type_: str) -> FHIRError | DeadPage | BadRecord | None:
    """As Dialect.explain."""
    match reply.status:
        case 403:
            return EHRCredentials(
                f"the EHR does not let this connection have {type_}: its operator checks that the tenant has the app, "
                "and the app's scopes and its list of resources"
            )
        case 406:
            return EHRInvalid(f"the EHR does not give {type_} in the form that it names itself")
        case 422 if type_ == "Patient":
            return TooCostly("more than 1,000 patients match; narrow the search, for example by name and birthdate")
        case 500 if _lacks_an_element(outcome):
            return BadRecord()
        case _:
            return None


def _lacks_an_element(outcome: Outcome) -> bool:
    issues = outcome.get("issue")
    return isinstance(issues, list) and any(
        isinstance(one, dict) and one.get("severity") == "fatal" and one.get("code") == "required" for one in issues
    )


def split(ranges: Mapping[str, tuple[Range, ...]]) -> Callable[[Served, Pairs], Sequence[Pairs] | None]:
    """Dialect.split: by lists of `_id`, by the dates that are asked for, else by a date that every record has."""

    def divided(served: Served, request: Pairs) -> Sequence[Pairs] | None:
        if request and request[0][0] == "_id":
            ids = request[0][1].split(",")
            return [(("_id", one),) for one in ids] if len(ids) > 1 else None
        names = {name for name, _ in request}
        of_type = [one for one in ranges.get(served.type, ()) if not one.daily]
        asked = [one for one in of_type if one.name in names]
        for one in asked or [one for one in of_type if one.whole]:
            return one.parts(request, _between) or None
        return None

    return divided


def _between(low: datetime, high: datetime) -> Sequence[datetime]:
    marks = [low.replace(year=year, month=1, day=1) for year in LANDMARKS]
    if low <= LONG_AGO and high > marks[-1]:
        return marks
    return [low + (high - low) * at / PARTS for at in range(1, PARTS)]
