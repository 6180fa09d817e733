"""facade mapping-report: where each element that US Core asks for comes from."""

from __future__ import annotations

import asyncio
import logging
import sys

import click
import orjson
import structlog

from adapters import registry
from adapters.contract import Adapter
from capability.uscore import VERSIONS
from facade.mapping_report.report import Report, mapping_report
from facade.mapping_report.writing import page, text


@click.command("mapping-report")
@click.option("--adapter", "names", multiple=True, help="Only this adapter, repeatable; all with a sandbox otherwise.")
@click.option("--us-core", default="6.1.0", show_default=True, type=click.Choice(VERSIONS), help="Edition.")
@click.option("--people", default=25, show_default=True, type=click.IntRange(1, 1_000), help="People to look at.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
@click.option("--html", "as_html", is_flag=True, help="One page, to be opened in a browser.")
def command(names: tuple[str, ...], us_core: str, people: int, as_json: bool, as_html: bool) -> None:
    """Tell which must-support elements each adapter fills, and from which fields of its EHR.

    \b
    It is computed, not written by hand: the adapter is run over its own sandbox, then again over the same documents
    with one field removed or changed at a time. Of an adapter that passes on its EHR's own FHIR only that is said.
      supplied  a value stands in a field of the EHR as it is
      derived   made from such fields by a table, a rule, or several of them
      constant  the same whatever the EHR says
      absent    in no resource

    \b
      facade mapping-report | less
      facade mapping-report --html > mapping.html
    """
    if as_json and as_html:
        raise click.UsageError("--json and --html are two forms; choose one")
    # What an adapter logs of documents that were spoiled on purpose helps nobody.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    progress = _Progress()
    reports = [_report(adapter, us_core, people, progress) for adapter in _adapters(names)]
    progress.done()
    if as_json:
        click.echo(orjson.dumps([report.document() for report in reports]))
    elif as_html:
        click.echo(page([report.document() for report in reports], alone=True))
    else:
        for report in reports:
            click.echo("\n".join(text(report)))


def _adapters(names: tuple[str, ...]) -> list[Adapter[object]]:
    try:
        found = [registry.find(name) for name in names or registry.available()]
    except registry.UnknownAdapter as exc:
        raise click.BadParameter(str(exc)) from exc
    return [adapter for adapter in found if names or adapter.sandbox is not None]


def _report(adapter: Adapter[object], us_core: str, people: int, progress: _Progress) -> Report:
    def told(what: str) -> None:
        progress.tell(f"{adapter.name}: {what}")

    try:
        return asyncio.run(mapping_report(adapter, people=people, us_core=us_core, told=told))
    except ValueError as exc:
        raise click.ClickException(str(exc)) from exc


class _Progress:
    """On standard error: one line that changes on a terminal, else a line for each kind of work."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told: set[str] = set()

    def tell(self, what: str) -> None:
        if self._terminal:
            click.echo(f"\r\x1b[K{what[:100]}", nl=False, err=True)
        elif (kind := what.partition(",")[0]) not in self._told:
            self._told.add(kind)
            click.echo(f"{kind} ...", err=True)

    def done(self) -> None:
        if self._terminal:
            click.echo("\r\x1b[K", nl=False, err=True)
