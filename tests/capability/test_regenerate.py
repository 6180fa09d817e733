"""How a package's FHIRPath becomes the subset that is compiled."""

from __future__ import annotations

import pytest

from capability.regenerate import normalised


@pytest.mark.parametrize(
    ("published", "type_", "kept"),
    [
        ("Patient.name", "Patient", "Patient.name"),
        ("Resource.id", "Encounter", "Encounter.id"),
        ("(Patient.deceased as dateTime)", "Patient", "Patient.deceased.ofType(dateTime)"),
        ("Goal.subject.where(resolve() is Patient)", "Goal", "Goal.subject"),
        (
            "Condition.onset.as(dateTime)|Condition.onset.as(Period)",
            "Condition",
            "Condition.onset.ofType(dateTime) | Condition.onset.ofType(Period)",
        ),
        (
            "Condition.extension.where(url='http://e').valueDateTime",
            "Condition",
            "Condition.extension.where(url = 'http://e').value.ofType(dateTime)",
        ),
    ],
)
def test_expressions_are_written_in_one_form(published: str, type_: str, kept: str) -> None:
    assert kept == normalised(published, type_)
