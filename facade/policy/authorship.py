"""What policy hides of who wrote a record, and when: a derived Provenance must not tell it again.

Decided by type and caller, whatever the resource: where a condition would have to look at the resource, it counts as
hidden.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from facade.policy.rule import Caller, Policy
from mappings.mapped import Origin

# Elements of R4 that map to FiveWs.author, .recorded, .done or to whom they act for, and what holds such an element:
# http://hl7.org/fhir/R4/fivews-mappings.html
WHO = frozenset(
    {
        "agent",
        "asserter",
        "attester",
        "authenticator",
        "author",
        "custodian",
        "enterer",
        "generalPractitioner",
        "informationSource",
        "managingOrganization",
        "meta",
        "organization",
        "participant",
        "performer",
        "provider",
        "recorder",
        "reported",
        "requester",
        "resultsInterpreter",
        "serviceProvider",
        "source",
    }
)
WHEN = frozenset(
    {
        "authoredOn",
        "created",
        "date",
        "dateAsserted",
        "effective",
        "issued",
        "meta",
        "occurrence",
        "performed",
        "period",
        "recorded",
        "recordedDate",
    }
)


def left_of(origin: Origin | None, policy: Policy, type_: str, caller: Caller) -> Origin | None:
    """The origin of a resource of that type without what a rule removes from this caller."""
    who, when = _hidden(policy, type_, caller)
    if origin is None or not (who or when):
        return origin
    if who:  # without its author the organisation must not stand as one either
        origin = Origin(recorded=origin.recorded)
    return replace(origin, recorded=None) if when else origin


def hidden(policy: Policy, type_: str, caller: Caller) -> bool:
    """Whether a rule takes who wrote a resource of that type, or when, from this caller."""
    return any(_hidden(policy, type_, caller))


@lru_cache(maxsize=4096)
def _hidden(policy: Policy, type_: str, caller: Caller) -> tuple[bool, bool]:
    variables = caller.variables
    first = {
        removal.path[0].choice or removal.path[0].name
        for removal in policy.removals(caller.client).get(type_, ())
        if removal.path and removal.applies(variables) is not False
    }
    return not first.isdisjoint(WHO), not first.isdisjoint(WHEN)
