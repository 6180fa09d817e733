"""The command line as an operator uses it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner

from facade.__main__ import main
from facade.demo import CONFIGURATION, throwaway_certificate
from facade.keys import new_keys
from tests.facade.world import configuration, reached

ENVIRON = {
    **new_keys(),
    "FACADE_PUBLIC_URL": "http://127.0.0.1:9",
    **reached("http://127.0.0.1:9"),
}


def run(*arguments: str, env: Mapping[str, str] = ENVIRON) -> tuple[int, str]:
    """Exit status and all that was printed."""
    result = CliRunner().invoke(main, arguments, env=env)
    return result.exit_code, result.output


def test_help_teaches_the_first_steps() -> None:
    status, text = run("--help")

    assert 0 == status
    assert all(
        command in text
        for command in ("demo", "serve", "check-config", "token", "new-keys", "unmapped", "mapping-report")
    )


@pytest.mark.parametrize(
    "command", ["serve", "check-config", "token", "new-keys", "demo", "unmapped", "mapping-report"]
)
def test_every_command_explains_itself(command: str) -> None:
    status, text = run(command, "--help")

    assert 0 == status
    assert len(text.splitlines()) > 4


def test_a_good_configuration_is_shown() -> None:
    status, text = run("check-config", "--config", str(CONFIGURATION))

    assert 0 == status
    assert "riverbend" in text
    assert "athenanet" in text


def test_a_wrong_configuration_is_refused_with_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "facade.yaml"
    path.write_text("server: {colour: blue}\ntenants: {}\n", encoding="utf-8")
    status, text = run("check-config", "--config", str(path))

    assert 2 == status
    assert f"{path}:1: server.colour" in text
    assert "nothing was started" in text


def test_a_development_token_is_minted_within_the_grant() -> None:
    flags = ("--config", str(CONFIGURATION), "--tenant", "riverbend")

    status, text = run("token", *flags, "--client", "system")
    assert (0, 3) == (status, len(text.strip().split(".")))
    for wrong in (("--client", "nobody"), ("--client", "system", "--purpose", "HPAYMT")):
        status, text = run("token", *flags, *wrong)
        assert 0 != status
        assert "Traceback" not in text


def test_new_keys_can_be_evaluated_by_a_shell() -> None:
    status, text = run("new-keys")

    assert 0 == status
    shown = subprocess.run(  # noqa: S603  # the line an operator runs
        ["/bin/sh", "-c", f'{text}\nprintf %s "$FACADE_CURSOR_KEY"'], capture_output=True, text=True, check=True
    )
    assert 44 == len(shown.stdout)


@pytest.mark.parametrize(("workers", "tls"), [(1, True), (2, False)])
def test_serve_runs_the_server_for_real(tmp_path: Path, workers: int, tls: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    scheme = "https" if tls else "http"
    config = configuration()
    config["server"]["public_url"] = f"{scheme}://127.0.0.1:{port}"
    path = tmp_path / "facade.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    flags = ["--config", str(path), "--port", str(port), "--workers", str(workers)]
    certificate, key = throwaway_certificate(tmp_path, "127.0.0.1")
    if tls:
        flags += ["--tls-cert", str(certificate), "--tls-key", str(key)]
    command = [sys.executable, "-m", "facade", "serve", *flags]
    process = subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL)  # noqa: S603  # ours
    try:
        with httpx.Client(verify=False, base_url=f"{scheme}://127.0.0.1:{port}") as client:  # noqa: S501  # throwaway
            statement = _patiently(client, "/riverbend/fhir/r4/metadata").json()
            assert f"{scheme}://127.0.0.1:{port}/riverbend/fhir/r4" == statement["implementation"]["url"]
            assert 401 == client.get("/riverbend/fhir/r4/Patient/rb.1").status_code
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) in (0, -signal.SIGTERM)


def _patiently(client: httpx.Client, address: str) -> httpx.Response:
    until = time.monotonic() + 30
    while True:
        try:
            return client.get(address)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
