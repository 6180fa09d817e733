"""The check that other tests rely on refuses what it should."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.capability.samples import HEART_RATE, PATIENT, changed
from tests.conforms import assert_conforms


@pytest.mark.parametrize(
    "broken",
    [
        changed(PATIENT, "name", [{}]),
        changed(PATIENT, "name.0.given", []),
        changed(PATIENT, "name.0.given", [None]),
        {**PATIENT, "id": "x" * 65},
        {**PATIENT, "active": "true"},
        {**PATIENT, "deceasedBoolean": 1},
        changed(HEART_RATE, "valueQuantity.value", "72"),
        changed(PATIENT, "gender", "F"),
    ],
)
def test_what_the_models_let_pass_is_refused(broken: dict[str, Any]) -> None:
    profile = "us-core-heart-rate" if broken["resourceType"] == "Observation" else "us-core-patient"

    with pytest.raises(AssertionError):
        assert_conforms(broken, profile)


@pytest.mark.parametrize(
    "broken",
    [
        {**PATIENT, "nam": []},
        {**PATIENT, "birthDate": "1980-13"},
        {**PATIENT, "meta": {"lastUpdated": "2026-01-05"}},
        changed(HEART_RATE, "status", None),
        changed(HEART_RATE, "effectiveDateTime", "2026-01-05T10:00"),
    ],
)
def test_what_breaks_the_type_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        assert_conforms(broken)


def test_a_profile_that_is_not_known_is_refused() -> None:
    with pytest.raises(AssertionError, match="no such profiles"):
        assert_conforms(PATIENT, "us-core-person")
