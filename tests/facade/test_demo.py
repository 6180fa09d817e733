"""`facade demo` as a stranger meets it: the printed lines, the file for scripts, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[str]
    banner: str
    world: dict[str, Any]

    @property
    def base(self) -> str:
        return str(self.world["tenants"][0]["base"])

    @property
    def token(self) -> str:
        return str(self.world["tenants"][0]["tokens"]["system"])


def start(*flags: str) -> tuple[subprocess.Popen[str], str]:
    """The demo on a free port, and what it printed."""
    command = [sys.executable, "-m", "facade", "demo", "--port", "0", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own command line
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    return process, "".join(lines)


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=15)
    if process.stdout is not None:
        process.stdout.close()
    return code


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    process, banner = start()
    try:
        address = re.search(r"\S+/demo\.json", banner)
        assert address is not None, banner
        yield Demo(process, banner, httpx.get(address[0], timeout=30).json())
    finally:
        stop(process)


def test_the_printed_lines_work_when_pasted(demo: Demo) -> None:
    lines = [line for line in demo.banner.splitlines() if line.startswith("curl ")]
    assert 6 == len(lines)

    answers = [json.loads(subprocess.check_output(line, shell=True)) for line in lines]  # noqa: S602  # it is the point
    patient, vitals, search, federated, everything, statement = answers
    assert "Patient" == patient["resourceType"]
    assert {"Observation"} == {entry["resource"]["resourceType"] for entry in vitals["entry"]}
    assert patient["id"] in [entry["resource"]["id"] for entry in search["entry"]]
    found = [entry["resource"] for entry in federated["entry"]]
    assert ["sa", "sc", "se"] == sorted(one["id"].partition(".")[0] for one in found)
    assert {2} == {len(one["link"]) for one in found}
    records = [entry["resource"].get("id", "").partition(".")[0] for entry in everything["entry"]]
    assert {"sa", "sc", "se"} <= set(records)
    assert "CapabilityStatement" == statement["resourceType"]


def test_demo_json_has_what_a_script_needs(demo: Demo) -> None:
    tenant, several = demo.world["tenants"]

    assert {"key", "base", "practices", "tokens", "patients"} <= tenant.keys()
    assert "riverbend" == tenant["key"]
    assert {"rb": ["athenanet", "athena_fhir"]} == {each["key"]: each["adapters"] for each in tenant["practices"]}
    assert "summit" == several["key"]
    assert {"sa": ["athenanet", "athena_fhir"], "se": ["epic"], "sc": ["cerner"]} == {
        each["key"]: each["adapters"] for each in several["practices"]
    }
    assert [True] * 3 == [len(each["patients"]) > 10 for each in several["practices"]]
    assert {"system", "limited"} <= tenant["tokens"].keys()
    assert "rb.1" in tenant["patients"]
    for practice in tenant["practices"]:
        assert 200 == httpx.get(f"{practice['base']}/metadata").status_code


@pytest.mark.parametrize("flags", [[], ["--tls"]])
def test_an_interrupt_stops_everything(flags: list[str]) -> None:
    process, banner = start(*flags)
    address = re.search(r"\S+/demo\.json", banner)
    assert address is not None
    assert ("https://" if flags else "http://") in address[0]

    assert 0 == stop(process)
    with pytest.raises(httpx.TransportError):
        httpx.get(address[0], verify=False)  # noqa: S501  # nobody is there


def test_a_taken_port_is_told_with_the_way_out(demo: Demo) -> None:
    port = httpx.URL(demo.base).port
    command = [sys.executable, "-m", "facade", "demo", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)  # noqa: S603  # our own command line

    assert 0 != done.returncode
    assert "PORT=" in done.stderr
    assert "Traceback" not in done.stderr
