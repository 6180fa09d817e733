"""What athena's refusals mean. Nothing of their texts is passed on.

[seen: FAST] 403 with `required parameter combinations` where a search lacks what it needs, 403 with `Invalid Token
Scope` where the token is not for the type; neither gets better by another attempt. [seen: EVG] 404 with a text of the
gateway where a path is not routed. [assumed] 404 with an OperationOutcome for an unknown id, 429 where there is too
much, 400 or 404 for a cursor that leads nowhere any more.
"""

from __future__ import annotations

from adapters.contract import Issue
from adapters.fhir_r4.answers import texts_of
from adapters.fhir_r4.declare import Meaning, NotHeld, Outcome
from adapters.upstream import Reply
from capability.issues import EHRCredentials, EHRInvalid

DEAD_PAGES = frozenset({400, 404, 410})
COMBINATIONS = "required parameter combinations"
SCOPE = "Invalid Token Scope"


def explain(reply: Reply, outcome: Outcome, type_: str) -> Meaning | None:
    """As Dialect.explain."""
    if reply.status == 403:
        said = texts_of(outcome)
        if COMBINATIONS in said:
            return EHRInvalid(
                f"our search of {type_} lacks what this EHR asks for; it is our fault, and its operator's"
            )
        return _not_granted(type_, scope=SCOPE in said)
    if reply.status == 404 and not outcome:
        return EHRInvalid(f"the EHR does not offer {type_} at this address", code="not-supported")
    return None


def _not_granted(type_: str, *, scope: bool) -> NotHeld:
    what = f"the scope for {type_}" if scope else f"{type_} of this practice"
    text = f"the EHR has not granted this connection {what}; ask its operator"
    part = Issue("suppressed", f"a part of {type_} is not granted to this connection")
    return NotHeld(EHRCredentials(text, code="forbidden"), part)
