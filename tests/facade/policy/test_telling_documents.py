"""What a rule hides is not read in a document instead."""

from __future__ import annotations

from typing import Any

import pytest

from facade.policy.release import release
from facade.policy.rule import Policy, Rule
from tests.facade.policy.callers import PRACTICE, SYSTEM
from tests.facade.world import World, every

SUMMARY, LETTER = "34133-9", "68609-7"


def _document(code: str) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": "rb.document-1",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "content": [{"attachment": {"url": "https://facade.example.org/Binary/rb.file-0-document-1"}}],
    }


def _attached(code: str, *rules: Rule) -> bool:
    (left,) = release(Policy.compile(rules), [_document(code)], SYSTEM, PRACTICE)
    return "url" in left["content"][0]["attachment"]


@pytest.mark.parametrize(
    ("rule", "letter", "summary"),
    [
        (Rule("r", ("Patient.address",)), False, False),
        (Rule("r", ("Patient.birthDate",), unless="active"), False, False),
        (Rule("r", ("Patient.name",), where="use = 'old'"), False, False),
        (Rule("r", ("Patient.telecom",), where="system = 'fax'"), True, True),
        (Rule("r", ("Patient.address",), clients=("other",)), True, True),
        (Rule("r", ("Condition",)), True, False),
        (Rule("r", ("Observation",), where="category.coding.code = 'social-history'"), True, False),
        (Rule("r", ("Coverage.subscriberId",)), True, False),
        (Rule("r", ("Practitioner.telecom",)), True, True),
    ],
    ids=lambda value: f"{value.remove[0]} where {value.where}" if isinstance(value, Rule) else "",
)
def test_attachments_go_with_what_they_may_tell(rule: Rule, letter: bool, summary: bool) -> None:
    assert (letter, summary) == (_attached(LETTER, rule), _attached(SUMMARY, rule))


def test_the_built_in_rule_on_social_security_numbers_leaves_documents() -> None:
    assert _attached(LETTER)
    assert _attached(SUMMARY)


async def test_where_somebody_lives_is_not_read_in_her_summary(here: World) -> None:
    (summary,) = await every(here.client(), "/DocumentReference?_id=rb.ccda-1")
    address = "/Binary/" + summary["content"][0]["attachment"]["url"].rpartition("/")[2]
    street = (await here.client().get("/Patient/rb.1")).json()["address"][0]["line"][0]

    assert street in (await here.client().get(address)).text
    assert 404 == (await here.client("limited").get(address)).status_code
