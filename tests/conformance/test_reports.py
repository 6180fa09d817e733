"""What a run leaves behind: JSON, HTML, JUnit, an exit status, and never a token."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
import uvicorn
from click.testing import CliRunner, Result

from conformance.__main__ import main
from tests.conformance.faults import FEW
from tests.conformance.server import LIMITED, TOKEN, Hooks, Server

FILES = ("json", "html", "junit")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """A server over a socket, with one fault: its format is markup."""
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    hooks = Hooks()
    hooks.statement.append(lambda document: document.update(format=["<script>alert(1)</script>"]))
    server = uvicorn.Server(uvicorn.Config(Server(hooks, types=FEW, origin=origin), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield f"{origin}/r4"
    server.should_exit = True
    thread.join(timeout=10)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def examine(base: str, folder: Path, *arguments: str) -> Result:
    files = [word for name in FILES for word in (f"--{name}", str(folder / name))]
    return invoke(base, "--token", TOKEN, "--patients", "ana,ben", *files, *arguments)


def test_json_has_the_promised_shape(base: str, tmp_path: Path) -> None:
    examine(base, tmp_path, "--only", "statement")

    found = json.loads((tmp_path / "json").read_text("utf-8"))
    assert ["target", "us_core", "results"] == list(found)
    assert (base, "6.1.0") == (found["target"], found["us_core"])
    assert {("id", "group", "title", "status", "message", "source")} == {tuple(one) for one in found["results"]}
    assert {"passed", "failed", "not-exercised"} == {one["status"] for one in found["results"]}
    assert [] == [one for one in found["results"] if not one["source"].startswith("http")]


def test_something_failed_is_status_1_and_told(base: str, tmp_path: Path) -> None:
    result = examine(base, tmp_path, "--only", "statement")

    assert 1 == result.exit_code
    assert "FAILED statement.format" in result.stdout
    assert "statement: " in result.stderr


def test_nothing_failed_is_status_0(base: str, tmp_path: Path) -> None:
    assert 0 == examine(base, tmp_path, "--only", "read").exit_code


def test_html_is_escaped_and_holds_no_script(base: str, tmp_path: Path) -> None:
    examine(base, tmp_path, "--only", "statement")

    page = (tmp_path / "html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert f"GET {base}/metadata" in page


def test_junit_counts_what_the_report_counts(base: str, tmp_path: Path) -> None:
    examine(base, tmp_path, "--only", "statement")

    results = json.loads((tmp_path / "json").read_text("utf-8"))["results"]
    root = parse(tmp_path / "junit").getroot()  # noqa: S314  # we wrote it ourselves
    assert root is not None
    assert len(results) == len(root.findall(".//testcase"))
    assert sum(one["status"] == "failed" for one in results) == len(root.findall(".//failure"))
    assert sum(one["status"] == "not-exercised" for one in results) == len(root.findall(".//skipped"))


def test_no_token_is_in_any_file(base: str, tmp_path: Path) -> None:
    result = examine(
        base,
        tmp_path,
        "--limited-token",
        LIMITED,
        "--limited-patient",
        "ana",
        "--only",
        "token",
        "--only",
        "one-patient",
    )

    written = "".join((tmp_path / name).read_text("utf-8") for name in FILES) + result.output
    assert [] == [token for token in (TOKEN, LIMITED) if token in written]


def test_a_granular_token_that_tells_nothing_needs_scopes(base: str) -> None:
    result = invoke(base, "--token", TOKEN, "--granular-token", "narrow-1")

    assert 2 == result.exit_code
    assert "--granular-scope" in result.output


@pytest.mark.parametrize(
    "arguments",
    [("fhir.example.org",), ("http://127.0.0.1:9/r4",), ("http://127.0.0.1:9/r4", "--us-core", "5.0.1"), ()],
    ids=["no scheme", "nobody there", "unknown edition", "no base"],
)
def test_wrong_use_is_status_2(arguments: tuple[str, ...]) -> None:
    assert 2 == invoke(*arguments).exit_code


def test_an_unknown_group_is_status_2(base: str, tmp_path: Path) -> None:
    result = examine(base, tmp_path, "--only", "serach")

    assert 2 == result.exit_code
    assert "completeness" in result.output


def test_help_teaches() -> None:
    text = invoke("--help").output

    assert "Exit status" in text
    assert "--patients" in text
