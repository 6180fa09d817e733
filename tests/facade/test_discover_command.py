"""`facade discover` as an operator uses it, against a server over a socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
import yaml
from click.testing import CliRunner, Result

from adapters.fhir_r4.sandbox.app import App, create_app
from adapters.fhir_r4.settings import sandbox_settings
from facade.__main__ import main
from tests.facade.world import configuration


@pytest.fixture
def server() -> Iterator[tuple[App, str]]:
    """A sandbox over a socket, in a thread of its own: a command has a loop of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(size=2)
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join(timeout=10)


def command(folder: Path, origin: str, *arguments: str) -> Result:
    connections = {"main": {"adapter": "fhir_r4", "settings": sandbox_settings(origin)}}
    config = configuration(riverbend={"practices": {"rb": {"name": "A practice", "connections": connections}}})
    path = folder / "facade.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return CliRunner().invoke(main, ["discover", "--config", str(path), *arguments])


@pytest.mark.usefixtures("logs_again")
def test_the_command_tells_and_its_status_says_whether_all_is_well(server: tuple[App, str], tmp_path: Path) -> None:
    app, origin = server
    good = command(tmp_path, origin)
    app.sandbox.dialect = replace(app.sandbox.dialect, unread={"Goal"})
    less, rows = command(tmp_path, origin), command(tmp_path, origin, "--json")
    silent = command(tmp_path, "http://127.0.0.1:9")

    assert (0, "riverbend/rb/main: as declared\n") == (good.exit_code, good.output)
    assert (1, "riverbend/rb/main: differs\n  not served any more: Goal.read\n") == (less.exit_code, less.output)
    row = {"tenant": "riverbend", "practice": "rb", "connection": "main", "failed": False, "lost": ["Goal.read"]}
    assert (1, [{**row, "remarks": []}]) == (rows.exit_code, json.loads(rows.output))
    assert 1 == silent.exit_code
    assert "could not be asked" in silent.output
