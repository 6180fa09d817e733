"""A connection's settings: every mistake is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.athenanet.settings import AthenaNetSettings

GOOD: dict[str, Any] = {"environment": "preview", "practiceid": 195900, "client_id": "a", "client_secret": "b"}


def test_an_environment_gives_origin_and_pace() -> None:
    preview = AthenaNetSettings.model_validate(GOOD)
    production = AthenaNetSettings.model_validate({**GOOD, "environment": "production"})

    assert ("https://api.preview.platform.athenahealth.com", 15.0) == (preview.origin, preview.per_second)
    assert ("https://api.platform.athenahealth.com", 100.0) == (production.origin, production.per_second)


@pytest.mark.parametrize(
    "wrong",
    [
        {"environment": None},
        {"base_url": "https://ehr.example"},
        {"environment": None, "base_url": "http://ehr.example"},
        {"environment": None, "base_url": "https://ehr.example/v1"},
        {"environment": "test"},
        {"practiceid": "../1"},
        {"practiceid": ""},
        {"client_id": ""},
        {"page_size": 0},
        {"requests_per_second": 0},
        {"cache_seconds": {"chart": -1}},
        {"cache_seconds": {"vitals": 1}},
        {"practise_id": "1"},
    ],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AthenaNetSettings.model_validate({**GOOD, **wrong})


def test_the_secret_is_not_shown() -> None:
    shown = repr(AthenaNetSettings.model_validate({**GOOD, "client_secret": "s3cret"}))

    assert "s3cret" not in shown
