"""The mappings of results and orders by the name of their folder of golden pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mappings.athenanet import (
    diagnostic_report_imaging,
    diagnostic_report_laboratory,
    laboratory,
    observation_laboratory,
    service_request,
)
from mappings.athenanet.practice import Practice
from mappings.mapped import Mapped


def _observations(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for result, analyte in laboratory.each_analyte([source["result"]]):
        yield observation_laboratory.observation(
            analyte, result=result, document=_object(source["document"]), patient="3001", practice=practice
        )


def _report(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    document = _object(source["document"])
    yield diagnostic_report_laboratory.report(source["result"], document=document, patient="3001", practice=practice)


def _orders(source: Any, _: Any, practice: Practice) -> Iterable[Mapped]:
    for order, groups in service_request.orders(source["groups"]):
        yield service_request.service_request(
            order, groups, encounter=_object(source["encounter"]), patient="3001", practice=practice
        )


def _object(value: Any) -> Any:
    """The adapter gives objects only."""
    return value if isinstance(value, dict) else {}


RESULTS: dict[str, Callable[[Any, Any, Practice], Iterable[Mapped]]] = {
    "diagnostic_report_imaging": lambda source, _, practice: [
        diagnostic_report_imaging.report(source, patient="3001", practice=practice)
    ],
    "diagnostic_report_laboratory": _report,
    "observation_laboratory": _observations,
    "service_request": _orders,
}
