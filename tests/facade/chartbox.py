"""An EHR that is a file of ready FHIR resources: for what no vendor serves yet, and for charts made to measure."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adapters
import mappings
from tests.facade.world import World, configuration, world

ADAPTER = """
import asyncio
import base64
import json
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from adapters.contract import Adapter, Content, Document, Page, Read, Search
from capability.issues import EHRUnavailable, NotFound
from mappings.chartbox.record import record


class ChartBoxSettings(BaseModel):
    file: str


def _note(box, what):
    with Path(box.file).with_suffix(".asked").open("a") as asked:
        asked.write(what + "\\n")


def _records(box, query):
    held = json.loads(Path(box.file).read_text(), parse_float=Decimal)
    if query.type in held["broken"]:
        raise EHRUnavailable("the box is jammed")
    _note(box, query.type)
    return [one for one in held["records"] if one["resourceType"] == query.type]


async def read(box, call, query):
    return Page.mapped(record, [one for one in _records(box, query) if one["id"] == query.id])


async def search(box, call, query):
    return Page.mapped(record, _records(box, query))


def needs(params):
    return tuple(frozenset({code}) for code in ("patient", "_id", "appointment") if code in params)


async def content(box, call, query):
    _note(box, query.type)
    held = json.loads(Path(box.file).read_text())["documents"].get(query.id)
    if held is None:
        raise NotFound("there is no such document")
    data = base64.b64decode(held["data"])
    if "piece" not in held:
        return Document(held["type"], data, updated=held.get("updated"))
    return Document(held["type"], _pieces(box, data, held), size=held.get("size"), version=held.get("version"))


async def _pieces(box, data, held):
    try:
        for at in range(0, len(data), held["piece"]):
            yield data[at : at + held["piece"]]
        if held.get("hangs"):
            HANGING.set()
            await asyncio.Event().wait()
    finally:
        _note(box, "closed")


def owner_of(local_id):
    kind, _, rest = local_id.partition("-")
    number, _, owner = rest.partition("-")
    types = [each for each in CHART if owner.startswith(each.lower() + "-")]
    return (types[0], owner, int(number)) if kind == "file" and types and number.isdecimal() else None


HANGING = asyncio.Event()


OPEN = {
    "Patient": "_id identifier name family given birthdate gender",
    "Practitioner": "_id name",
    "Organization": "_id name",
    "Account": "_id patient status",
    "Appointment": "_id patient practitioner slot status date",
    "ChargeItem": "_id patient context account code",
    "Claim": "_id patient encounter",
    "FamilyMemberHistory": "_id patient relationship",
    "Schedule": "_id actor",
    "Slot": "_id schedule start",
}
CHART = {
    "Condition": "_id patient category",
    "DocumentReference": "_id patient type date period category",
    "Encounter": "_id patient date appointment",
    "Observation": "_id patient category code date",
}

ADAPTER = Adapter(
    name="chartbox",
    settings=ChartBoxSettings,
    connect=lambda connection, upstreams: connection.settings,
    type_of=lambda local_id: frozenset(t for t in (*OPEN, *CHART) if local_id.startswith(t.lower() + "-")),
    owner_of=owner_of,
    derives_provenance=True,
    interactions=(
        Content(content),
        *(Read(each, read) for each in (*OPEN, *CHART)),
        *(Search(each, search, frozenset(params.split())) for each, params in OPEN.items()),
        *(Search(each, search, frozenset(params.split()), needs(params.split())) for each, params in CHART.items()),
    ),
)
"""

MAPPING = """
from mappings.mapped import Mapped, Origin


def record(one):
    return Mapped(dict(one), Origin(author_name="archivist"))
"""


Documents = Mapping[str, Mapping[str, Any]]
"""`type` and `data` (base64) of each; with `piece` it comes as a stream, with the `size` and `version` given."""

NO_DOCUMENTS: Documents = {}
NO_SETTINGS: Mapping[str, Any] = {}
NOBODY: Mapping[str, str] = {}


@dataclass
class ChartBox:
    """`put` changes what is in the box while the facade runs; `asked` are the types that it was asked for."""

    here: World
    file: Path

    def put(
        self, records: Iterable[Mapping[str, Any]], broken: Iterable[str] = (), documents: Documents = NO_DOCUMENTS
    ) -> None:
        _write(self.file, records, broken, documents)

    def beside(self, practice: str) -> ChartBox:
        """The box of a practice that has one of its own."""
        return ChartBox(self.here, self.file.with_name(f"{practice}.json"))

    def forget(self) -> None:
        self.file.with_suffix(".asked").unlink(missing_ok=True)

    def asked(self) -> list[str]:
        path = self.file.with_suffix(".asked")
        return path.read_text("utf-8").split() if path.exists() else []


def _write(
    file: Path, records: Iterable[Mapping[str, Any]], broken: Iterable[str] = (), documents: Documents = NO_DOCUMENTS
) -> None:
    held = {"records": list(records), "broken": list(broken), "documents": dict(documents)}
    file.write_text(json.dumps(held), encoding="utf-8")


def _practice(file: Path, adapter: str = "chartbox") -> dict[str, Any]:
    return {
        "name": "Chart box",
        "timezone": "America/New_York",
        "connections": {"main": {"adapter": adapter, "settings": {"file": str(file)}}},
    }


@asynccontextmanager
async def chartbox(
    folder: Path,
    records: Iterable[Mapping[str, Any]],
    *,
    limits: Mapping[str, Any] | None = None,
    documents: Documents = NO_DOCUMENTS,
    practices: Iterable[str] = ("box",),
    tenants: Iterable[str] = ("riverbend",),
    apart: Mapping[str, str] = NOBODY,
    server: Mapping[str, Any] = NO_SETTINGS,
    **tenant: Any,
) -> AsyncIterator[ChartBox]:
    """A tenant `riverbend` with one practice `box` over these resources, whose ids are local: `observation-1`.

    `documents`             what there is to read, by the local ids of their Binaries
    `practices`, `tenants`  further ones are alike and over the same file
    `apart`                 further practices and their adapters, which take the same settings; each over a file of
                            its own, which is empty: `made.beside(practice)`
    `server`                settings of the server
    """
    for package, name, text in (("adapters", "__init__.py", ADAPTER), ("mappings", "record.py", MAPPING)):
        place = folder / package / "chartbox"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    before = {package: list(package.__path__) for package in (adapters, mappings)}
    file = folder / "chart.json"
    _write(file, records, documents=documents)
    members = {key: _practice(file) for key in practices}
    for key, adapter in apart.items():
        _write(folder / f"{key}.json", ())
        members[key] = _practice(folder / f"{key}.json", adapter)
    config = configuration(**{each: {"practices": members, **tenant} for each in tenants})
    config["server"] |= {"adapters_path": [str(folder)], "limits": dict(limits or {}), **server}
    try:
        async with world(folder, config) as here:
            yield ChartBox(here, file)
    finally:
        for searched, path in before.items():
            searched.__path__[:] = path
