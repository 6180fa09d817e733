"""facade unmapped: the codes that no table knew, and the lines of configuration that give them a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from facade.commands.configured import CONFIG, directory
from facade.state.unmapped import OTHERS, Key, Met, UnmappedStore
from facade.tenancy.directory import Directory
from mappings.concept_map import ConceptMap

NO_FOLDER = (
    "the configuration names no server.state_folder, so counts end with the process: "
    "set it to a folder that the server may write to, and start it again"
)
NOTHING = "No code without a row was met."
NO_ROW = "No row can be added for these; what they hold is wrong in the EHR, or new to this version of the facade:"


@click.command()
@CONFIG
@click.option("--tenant", help="Only this tenant's.")
@click.option("--practice", help="Only this practice's.")
@click.option("--table", help="Only this code table's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def unmapped(path: Path, tenant: str | None, practice: str | None, table: str | None, as_json: bool) -> None:
    """Tell which codes of the EHRs no code table knows, the most frequent first.

    The resources have such a code as text, or not at all. Below the list stand the lines to paste into the practice's
    settings, with the meaning left for you to fill in.

    What may be free text is shown as a digest (#...), never as what was written.
    """
    known = directory(path)
    folder = known.server.state_folder
    if folder is None:
        raise click.ClickException(NO_FOLDER)
    wanted = (tenant, practice, table)
    counts = {
        key: met
        for key, met in UnmappedStore(folder).counts().items()
        if all(each in (None, own) for each, own in zip(wanted, (key.tenant, key.practice, key.table), strict=True))
    }
    places = {key: _place(known, key) for key in counts}
    if as_json:
        click.echo(orjson.dumps([_row(key, met, places[key]) for key, met in counts.items()]))
        return
    for line in _report(counts, places):
        click.echo(line)


Place = tuple[str, ConceptMap] | None
"""Where a row over the code's table can stand: the path of the settings, and the table."""


def _place(known: Directory, key: Key) -> Place:
    tenant = known.tenants.get(key.tenant)
    entry = tenant.practices.get(key.practice) if tenant else None
    for name, (_, adapter) in entry.connections.items() if entry else ():
        if key.table in adapter.tables:
            path = f"tenants.{key.tenant}.practices.{key.practice}.connections.{name}.settings"
            return path, adapter.tables[key.table]
    return None


def _row(key: Key, met: Met, place: Place) -> dict[str, Any]:
    return {
        "tenant": key.tenant,
        "practice": key.practice,
        "table": key.table,
        "code": key.code,
        "count": met.count,
        "first": _day(met.first),
        "last": _day(met.last),
        "settings": place[0] if place else None,
    }


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _report(counts: Mapping[Key, Met], places: Mapping[Key, Place]) -> Iterator[str]:
    if not counts:
        yield NOTHING
        return
    rows = [("count", "first seen", "last seen", "practice", "table", "code")]
    for key, met in counts.items():
        where = f"{key.tenant}/{key.practice}"
        rows.append((str(met.count), _day(met.first), _day(met.last), where, key.table, key.code))
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from _stanzas(counts, places)
    odd = sorted({key.table for key, place in places.items() if place is None})
    if odd:
        yield f"\n{NO_ROW}\n  {', '.join(odd)}"


def _stanzas(counts: Mapping[Key, Met], places: Mapping[Key, Place]) -> Iterator[str]:
    """The override rows to fill in, for each place in the configuration."""
    by_path: dict[str, dict[str, list[tuple[Key, ConceptMap]]]] = {}
    for key in counts:
        place = places[key]
        if place is not None and key.code != OTHERS and not key.code.startswith("#"):
            by_path.setdefault(place[0], {}).setdefault(key.table, []).append((key, place[1]))
    for path, of_table in by_path.items():
        yield f"\nUnder {path}, where ... is what the code means:\n\n  overrides:"
        for table, found in of_table.items():
            yield f"    {table}:"
            yield from (
                f"      {_quoted(key.code)}: {_target(rows)}  # met {counts[key].count}x" for key, rows in found
            )
    if by_path:
        yield "\nThen `facade check-config`, and start the server again."


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _target(table: ConceptMap) -> str:
    systems = sorted(table.systems - {""})
    if len(table.systems) == 1:
        return "{code: ...}" if not systems else f'{{code: ..., display: "..."}}  # of {systems[0]}'
    return f'{{code: ..., system: {" or ".join(systems) or "..."}, display: "..."}}'
