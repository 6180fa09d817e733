"""Invariants of the profiles, each with what holds and what breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from capability.uscore.invariants import INVARIANTS
from capability.uscore.value_sets import LOINC, TERMINOLOGY
from tests.capability.samples import concept, quantity

MEMBER = {"type": concept(TERMINOLOGY + "v2-0203", "MB"), "value": "A1"}
ANSWERED = {"linkId": "1", "answer": [{"valueString": "x"}]}
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
OTHER_UNIT = {**quantity("1", "mg"), "system": "urn:x"}

RULES: list[tuple[str, Any, Any]] = [
    # key, holds, breaks
    ("cpl-3", {"reference": {}}, {"reference": {}, "detail": {}}),
    ("ctm-1", {"member": {"reference": "Practitioner/1"}, "onBehalfOf": {}},
     {"member": {"reference": "RelatedPerson/1"}, "onBehalfOf": {}}),
    ("gol-1", {"detailString": "x", "measure": {}}, {"detailString": "x"}),
    ("imm-1", {"documentType": "x"}, {"publicationDate": "2026"}),
    ("mdd-1", {"whenPrepared": "2026-01-01", "whenHandedOver": "2026-01-02"},
     {"whenPrepared": "2026-01-02", "whenHandedOver": "2026-01-01"}),
    ("pd-1", {"endpoint": [{}]}, {}),
    ("prr-1", {"orderDetail": [{}], "code": {}}, {"orderDetail": [{}]}),
    ("qrs-1", {"answer": [{"item": [ANSWERED]}]}, {"item": [{**ANSWERED, "item": [{"linkId": "2"}]}]}),
    ("sdcqr-2", {"item": [ANSWERED, {**ANSWERED, "linkId": "2"}]}, {"item": [{"linkId": "0", "item": [ANSWERED] * 2}]}),
    ("txt-1", DIV.format("<p>Plan</p>"), DIV.format("<script>x</script>")),
    ("txt-1", DIV.format('<a href="#x">Plan</a>'), DIV.format('<p onclick="x">Plan</p>')),
    ("txt-1", DIV.format("x &amp; y"), "<div>Plan"),
    ("txt-2", DIV.format('<img src="#1"/>'), DIV.format(" <p/> ")),
    ("us-core-3", {"valueQuantity": quantity("1", "mg")}, {"valueQuantity": OTHER_UNIT}),
    ("us-core-6 Attachment", {"data": "SGk="}, {"title": "x"}),
    ("us-core-7", {"status": "completed", "performedDateTime": "2026"}, {"status": "completed"}),
    ("us-core-9", {"status": "final", "_issued": {}}, {"status": "final"}),
    ("us-core-10", {"status": "registered"}, {"status": "amended"}),
    ("us-core-13", {"location": [{}]}, {"active": True}),
    ("us-core-14", {"relationship": [{}]}, {"active": True}),
    ("us-core-15", {"identifier": [MEMBER]}, {"identifier": [{"value": "A1"}]}),
    ("us-core-20", {"status": "completed", "whenHandedOver": "2026"}, {"status": "completed"}),
    ("us-core-21", {"intent": "plan"}, {"intent": "order"}),
    ("us-core-22", {"low": quantity("1", "mg")}, {"high": OTHER_UNIT}),
    ("us-core-24", {"code": concept(LOINC, "72166-2"), "valueCodeableConcept": {}},
     {"code": concept(LOINC, "72166-2"), "valueQuantity": {}}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "holds", "breaks"), RULES, ids=[f"{at} {key}" for at, (key, *_) in enumerate(RULES)])
def test_an_invariant_tells_what_breaks_it(key: str, holds: Any, breaks: Any) -> None:
    assert (True, False) == (INVARIANTS[key](holds), INVARIANTS[key](breaks))
