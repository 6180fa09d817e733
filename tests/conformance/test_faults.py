"""A server that is right has no failed line; each way of being wrong turns at least one red."""

from __future__ import annotations

import pytest

from conformance.runner import Report
from tests.conformance.faults import FEW, Fault, caught, every, examined
from tests.conformance.server import Server


def told(report: Report) -> dict[str, str]:
    return {line.id: line.message for line in caught(report)}


async def test_a_server_without_a_fault_passes() -> None:
    assert {} == told(await examined(Server()))


async def test_a_server_of_few_types_passes() -> None:
    assert {} == told(await examined(Server(types=FEW)))


def each() -> list[object]:
    """Every other fault is quick, the same ones on every run."""
    return [
        pytest.param(fault, id=fault.name, marks=pytest.mark.long if at % 2 else ()) for at, fault in enumerate(every())
    ]


@pytest.mark.parametrize("fault", each())
async def test_a_fault_is_caught(fault: Fault) -> None:
    report = await examined(fault.server(), only=(*fault.groups, *fault.also))

    assert set(fault.groups) == {line.group for line in caught(report)} & set(fault.groups)


def test_there_are_many_faults_of_different_names() -> None:
    names = [fault.name for fault in every()]

    assert len(names) == len(set(names)) > 80
