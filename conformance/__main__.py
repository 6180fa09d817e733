"""The command: `python -m conformance BASE --token T --patients a,b --us-core 6.1.0`."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import click

from capability.uscore import VERSIONS
from conformance import areas, report
from conformance.exam import Granular, Options
from conformance.lines import FAILED, STATUSES, Line
from conformance.runner import CannotStart, Report, run

FAILURES, WRONG_USE = 1, 2
GROUPS = ", ".join(name for name, _ in areas.AREAS)
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.argument("base")
@click.option("--token", envvar="CONFORMANCE_TOKEN", help="Bearer token that sees everything. [env: CONFORMANCE_TOKEN]")
@click.option("--patients", default="", help="Ids, comma-separated. Without it the first patients found are taken.")
@click.option("--us-core", type=click.Choice(VERSIONS), default="6.1.0", show_default=True, help="Edition of US Core.")
@click.option(
    "--ig", type=EXISTING, help="The guide's package (.tgz): all its profiles are checked, not just those built in."
)
@click.option("--granular-token", multiple=True, help="Token with scopes narrowed by category; may be repeated.")
@click.option(
    "--granular-scope",
    multiple=True,
    help="Scope of theirs, where no JWT tells it; may be repeated.",
)
@click.option("--limited-token", help="Token bound to one patient: nothing of the others may be seen with it.")
@click.option("--limited-patient", help="The id of that patient.")
@click.option(
    "--full-data", is_flag=True, help="The patients hold all that US Core asks for: what isn't seen has failed."
)
@click.option("--only", multiple=True, metavar="GROUP", help=f"Check only this group; may be repeated: {GROUPS}.")
@click.option("--header", multiple=True, metavar="NAME:VALUE", help="Header of each request; may be repeated.")
@click.option("--ca", type=EXISTING, help="Certificates to trust (PEM).")
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Seconds to wait for an answer.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, help="Requests at once.")
@click.option("--json", "json_", type=FILE, help="Write the results as JSON.")
@click.option("--html", type=FILE, help="Write a report to read, with what the server answered.")
@click.option("--junit", type=FILE, help="Write JUnit XML for CI.")
@click.option("--quiet", is_flag=True, help="No progress.")
def main(**given: Any) -> None:
    """Examines the FHIR server at BASE: does it do what US Core and FHIR R4 ask, and what it says it does?

    What is tried follows from the server's own CapabilityStatement. Each line of the result is passed, failed, or not
    exercised with the reason. Nothing is written to the server, but writes that it does not list are tried on an id
    that nobody has, to see them refused.

    \b
    Exit status: 0 nothing failed, 1 something failed, 2 wrong use or no server there.

    \b
    python -m conformance http://localhost:8000/riverbend/fhir/r4 --token "$TOKEN" \\
        --patients rb.1,rb.2 --us-core 6.1.0 --html report.html
    """
    started = time.monotonic()
    telling = Telling(quiet=given["quiet"])
    try:
        options = _options(given)
        verify = ssl.create_default_context(cafile=given["ca"]) if given["ca"] else True
        result = asyncio.run(run(options, verify=verify, told=telling.line, entering=telling.group))
        telling.end()
        report.write(result, json_=given["json_"], html=given["html"], junit=given["junit"])
    except (CannotStart, OSError) as exc:
        telling.end()
        click.echo(f"Error: {exc}", err=True)
        sys.exit(WRONG_USE)
    for row in report.summary(result):
        click.echo(row)
    _verdict(result, time.monotonic() - started)
    sys.exit(FAILURES if result.counts[FAILED] else 0)


def _verdict(result: Report, seconds: float) -> None:
    counts = result.counts
    told = ", ".join(f"{counts[status]} {status.replace('-', ' ')}" for status in STATUSES)
    click.echo(f"\n{result.target}, US Core {result.us_core}: {told} ({result.requests} requests, {seconds:.1f} s)")


class Telling:
    """Progress on stderr: one line a group that grows on a terminal, one line when it ends elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._redraw = sys.stderr.isatty()
        self._group = ""
        self._counts = dict.fromkeys(STATUSES, 0)

    def group(self, name: str) -> None:
        self.end()
        self._group = name
        self._counts = dict.fromkeys(STATUSES, 0)
        if self._redraw:
            self._draw()

    def line(self, line: Line) -> None:
        self._counts[line.status] += 1
        if self._redraw:
            self._draw()

    def end(self) -> None:
        if self._group and not self._quiet:
            self._draw()
            sys.stderr.write("\n")
        self._group = ""

    def _draw(self) -> None:
        if self._quiet:
            return
        told = ", ".join(f"{count} {status.replace('-', ' ')}" for status, count in self._counts.items() if count)
        sys.stderr.write(f"{chr(13) if self._redraw else ''}{self._group}: {told or '...'}")
        sys.stderr.flush()


# --- options -------------------------------------------------------------------------------------------------------


def _options(given: dict[str, Any]) -> Options:
    """Raises CannotStart for what doesn't fit together."""
    base = given["base"].rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise CannotStart("BASE is an absolute URL, such as https://ehr.example.org/fhir/r4")
    if bool(given["limited_token"]) != bool(given["limited_patient"]):
        raise CannotStart("--limited-token and --limited-patient are given together")
    limited = (given["limited_token"], given["limited_patient"]) if given["limited_token"] else None
    return Options(
        base=base,
        token=given["token"],
        patients=tuple(filter(None, map(str.strip, given["patients"].split(",")))),
        us_core=given["us_core"],
        package=given["ig"],
        granular=tuple(_granular(token, given["granular_scope"]) for token in given["granular_token"]),
        limited=limited,
        full_data=given["full_data"],
        only=given["only"],
        headers=dict(_header(each) for each in given["header"]),
        timeout=given["timeout"],
        concurrency=given["concurrency"],
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise CannotStart("--header takes NAME:VALUE")
    return name.strip(), value.strip()


def _granular(token: str, scopes: tuple[str, ...]) -> Granular:
    """What the token's own `scope` claim says, or the scopes given. Its signature is the server's business."""
    allowed: dict[str, list[str]] = {}
    for scope in scopes or _claimed(token):
        name, _, query = scope.partition("?")
        type_ = name.partition("/")[2].partition(".")[0]
        allowed.setdefault(type_, [])
        for pair in query.split("&"):
            code, _, value = pair.partition("=")
            if code == "category":
                allowed[type_].append(unquote_plus(value))
    found = {type_: tuple(values) for type_, values in allowed.items() if values}
    if not found:
        raise CannotStart(
            "the granular token tells no scopes; give --granular-scope 'patient/Condition.rs?category=...'"
        )
    return Granular(token, found)


def _claimed(token: str) -> list[str]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        scope = claims.get("scope", "")
    except (IndexError, ValueError, AttributeError):
        return []
    return scope.split() if isinstance(scope, str) else []


if __name__ == "__main__":
    main(prog_name="python -m conformance")
