"""FHIR clients of the JavaScript world: their packages, and a process that puts one of them to use.

Needs Node 20 or newer with npm; on Debian: apt-get install nodejs npm
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

FOLDER = Path(__file__).resolve().parent / "js"
LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".installed"
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
OLDEST = 20  # what fhir-kit-client asks for
NO_CLIENTS = "NO JAVASCRIPT CLIENTS:"


class Place(Protocol):
    """Where a client connects to, and with what."""

    @property
    def base(self) -> str: ...
    @property
    def token(self) -> str: ...


class Refused(Exception):
    """What the client told its user: `problem` has the status where it knew one."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem))
        self.problem = problem


def installed() -> str:
    """The path of Node; the locked packages are put in place first, once. Skips where that can't be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"{NO_CLIENTS} no node and npm on the PATH; on Debian: apt-get install nodejs npm")
    version = subprocess.check_output([node, "--version"], text=True)  # noqa: S603  # found on the PATH
    if (major := re.match(r"v(\d+)", version)) is None or int(major[1]) < OLDEST:
        pytest.skip(f"{NO_CLIENTS} node {version.strip()} is too old; version {OLDEST} is needed")
    with LOCK.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        wanted = hashlib.file_digest(lock, "sha256").hexdigest()
        if not INSTALLED.exists() or wanted != INSTALLED.read_text(encoding="ascii"):
            _install(npm)
            INSTALLED.write_text(wanted, encoding="ascii")
    return node


def _install(npm: str) -> None:
    try:
        done = subprocess.run([npm, *NPM_CI], cwd=FOLDER, capture_output=True, text=True, timeout=180)  # noqa: S603
    except subprocess.TimeoutExpired:
        pytest.skip(f"{NO_CLIENTS} npm did not install them in three minutes")
    if done.returncode:
        pytest.skip(f"{NO_CLIENTS} npm cannot install them: {done.stderr.strip()[:300]}")


class JavaScriptClient:
    """A running script of js/, with one client in it."""

    def __init__(self, process: subprocess.Popen[str], place: Place) -> None:
        self._process = process
        self._place = place

    @classmethod
    @contextmanager
    def started(cls, node: str, script: str, place: Place, folder: Path) -> Iterator[JavaScriptClient]:
        """What the client writes to stderr goes to a file in `folder`."""
        command = [node, "answer.mjs", f"./{script}"]
        with (folder / "stderr").open("w") as stderr:
            process = subprocess.Popen(  # noqa: S603  # our own command line
                command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
            )
            with process:
                yield cls(process, place)

    def ask(self, exercise: str, given: Any = None, *, token: str | None = "") -> Any:
        """What the client makes of it, as JSON; with the place's token unless another is given. Raises Refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {
            "exercise": exercise,
            "base": self._place.base,
            "token": self._place.token if token == "" else token,
            "given": given,
        }
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the script ended, with status {self._process.wait(10)}")
        answer = json.loads(line)
        if "problem" in answer:
            raise Refused(answer["problem"])
        return answer["value"]
