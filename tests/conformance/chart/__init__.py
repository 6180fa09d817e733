"""Two synthetic patients whose charts hold every profile of US Core 6.1.0, element by must-support element.

Ana's is full; Ben's has little, so that what is one patient's can be told from the other's.
"""

from __future__ import annotations

from typing import Any

from tests.conformance.chart import documents, medications, observations, people, plans, problems

PATIENTS = ("ana", "ben")


def resources() -> list[dict[str, Any]]:
    """Fresh copies of all resources, without meta.versionId: the server that serves them gives one."""
    found = [
        *people.everybody(),
        *problems.of("ana"),
        *problems.of("ben"),
        *medications.of("ana"),
        *medications.of("ben"),
        *observations.of("ana"),
        *observations.of("ben"),
        *documents.of("ana"),
        *documents.of("ben"),
        *plans.of("ana"),
        *plans.of("ben"),
    ]
    return [*found, *documents.provenances(found)]
