"""What people may have typed is counted where no table knows it, and never shown to operators as if it were a code."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.mapped import Mapped
from tests.mappings.athenanet.by_name import MAPPINGS
from tests.mappings.athenanet.riverbend import PRACTICE

TYPED = "told by her sister Jane Example"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("observation_social_history", [{"key": "SMOKINGSTATUS", "answer": TYPED}]),
        ("observation_social_history", [{"key": "SMOKINGSTATUS", "notperformedreason": TYPED}]),
        ("immunization", {"vaccineid": "H1", "status": "ADMINISTERED", "administersite": TYPED}),
        ("patient", {"patientid": "3001", "race": [TYPED]}),
        ("patient", {"patientid": "3001", "ethnicitycode": TYPED}),
    ],
)
def test_it_is_noted_and_not_as_a_code(name: str, source: Any) -> None:
    made = MAPPINGS[name](source, None, PRACTICE)
    mapped = [made] if isinstance(made, Mapped) else list(made)

    assert [False] == [noted.coded for one in mapped for noted in one.unmapped if noted.code == TYPED]


def test_an_option_of_a_practice_s_question_is_a_code() -> None:
    question = {"key": "SMOKINGSTATUS", "inputtype": "DROPDOWN", "options": [{"VAPES": "Vapes daily"}]}
    configuration = {"templates": [{"questions": [question]}]}

    (one,) = MAPPINGS["observation_social_history"](
        [{"key": "SMOKINGSTATUS", "answer": "VAPES"}], configuration, PRACTICE
    )

    assert [("Vapes daily", True)] == [(noted.code, noted.coded) for noted in one.unmapped]
