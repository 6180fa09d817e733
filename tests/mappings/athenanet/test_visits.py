"""When an encounter is over, and who wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.athenanet.encounter import encounter
from mappings.athenanet.practice import Practice
from mappings.mapped import Mapped
from tests.conforms import assert_conforms

LEFT = {"checkoutdatetime": "03/08/2026 10:02:00"}
PRACTICE = Practice(
    "195900", usernames={"ksample": ("71", "72", "171"), "other": ("80",)}, nonpersons=frozenset({"99"})
)


def _encounter(visit: dict[str, Any] | None = None, **fields: Any) -> Mapped:
    record = {"encounterid": 1, "encounterdate": "03/08/2026", **fields}
    made = encounter(record, patient="1", appointment=visit, practice=PRACTICE)
    assert_conforms(made.resource, "us-core-encounter")
    return made


@pytest.mark.parametrize("status", ["OPEN", "PEND", "REVIEW", "TEMP"])
def test_who_has_left_is_not_in_progress(status: str) -> None:
    made = _encounter(LEFT, status=status).resource

    assert "finished" == made["status"]
    assert {"start": "2026-03-08", "end": "2026-03-08T10:02:00-04:00"} == made["period"]


@pytest.mark.parametrize("status", ["OPEN", "PEND", "REVIEW", "TEMP"])
@pytest.mark.parametrize("visit", [None, {}, {"checkoutdatetime": ""}, {"checkoutdatetime": "soon"}])
def test_what_is_in_progress_has_no_end(status: str, visit: dict[str, Any] | None) -> None:
    made = _encounter(visit, status=status, closeddate="03/09/2026", lastreopened="03/10/2026").resource

    assert "in-progress" == made["status"]
    assert {"start": "2026-03-08"} == made["period"]


@pytest.mark.parametrize(
    ("status", "code"), [("CLOSED", "finished"), ("DELETED", "entered-in-error"), ("SCHEDULE", "planned")]
)
def test_a_check_out_changes_no_other_status(status: str, code: str) -> None:
    assert code == _encounter(LEFT, status=status).resource["status"]


@pytest.mark.parametrize(
    ("closeduser", "providerid", "author"),
    [
        ("ksample", 71, "Practitioner/provider-71"),
        ("ksample", "171", "Practitioner/provider-171"),  # of her ids the one whose encounter it is
        ("ksample", 80, "Practitioner/provider-71"),  # somebody else's encounter: the lowest of hers
        ("ksample", None, "Practitioner/provider-71"),
        ("agone", 75, "Practitioner/provider-75"),  # neither is listed any more: a deleted provider
        ("frontdesk", 80, None),  # 80 is listed, as `other`
        ("frontdesk", 99, None),
        ("agone", None, None),
        (None, 75, "Practitioner/provider-75"),
    ],
)
def test_a_user_name_is_the_records_own_provider_where_that_can_be(
    closeduser: str | None, providerid: Any, author: str | None
) -> None:
    origin = _encounter(closeduser=closeduser, providerid=providerid).origin

    assert origin is not None
    assert author == origin.author
    assert closeduser == origin.author_name
