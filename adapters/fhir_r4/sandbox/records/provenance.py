"""Provenance: who wrote a record, and that the practice passed it on. One for each record of a person."""

from __future__ import annotations

from adapters.fhir_r4.sandbox.records.case import Case, Written
from adapters.fhir_r4.sandbox.records.elements import (
    TERMINOLOGY,
    US_CORE_SYSTEM,
    Element,
    Resource,
    coding,
    concept,
    instant,
    reference,
    resource,
)

_AUTHOR = (TERMINOLOGY + "provenance-participant-type", "author", "Author")
_TRANSMITTER = (US_CORE_SYSTEM + "us-core-provenance-participant-type", "transmitter", "Transmitter")


def provenance(case: Case, one: Written) -> Resource:
    """The practice is the author where nobody is named."""
    target = one.resource
    author = case.who(one.by)
    return resource(
        "Provenance",
        f"prov-{target['id']}",
        target=[reference(target["resourceType"], target["id"])],
        recorded=instant(case.recorded(one)),
        agent=[_agent(_AUTHOR, author or _practice()), _agent(_TRANSMITTER, _practice())],
    )


def _practice() -> Element:
    return reference("Organization", "practice")


def _agent(kind: tuple[str, str, str], who: Element) -> Element:
    return {"type": concept(coding(*kind)), "who": who, "onBehalfOf": _practice()}
