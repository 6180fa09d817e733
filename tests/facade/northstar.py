"""A vendor that nobody here knows: as docs/adding-an-adapter.md writes its adapter, with a server to sit the exam."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import adapters
import mappings

DOCUMENT = Path(__file__).parents[2] / "docs" / "adding-an-adapter.md"
BLOCK = re.compile(r"^ *```python\n( *# (\S+northstar\S+)\n.*?)^ *```$", re.MULTILINE | re.DOTALL)
NAME = "northstar"
PACKAGE = "northstar_ehr"

SANDBOX = '''
"""Northstar's server: ids are long and hold underscores, a gender is a letter, the date of an Observation has a name of
its own, and every other is refused."""

import json

from adapters.fhir_r4.sandbox.app import create_app as fhir_server
from adapters.fhir_r4.sandbox.dialect import Dialect

LONG = "ns_" + "0" * 64 + "_"
ODD, PLAIN = "observed-on", "date"


class Northstar:
    def __init__(self, app):
        self.app = app
        self.queries = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path, query = scope["path"], scope["query_string"].decode()
        self.queries.append(f"{path}?{query}")
        if path.endswith("/Observation"):
            query = f"&{query}".replace(f"&{PLAIN}=", "&unknown=").replace(f"&{ODD}=", f"&{PLAIN}=")[1:]
        messages = []
        asked = {**scope, "path": path.replace(LONG, ""), "query_string": query.replace(LONG, "").encode()}
        await self.app(asked, receive, _held(messages))
        start, body = messages[0], b"".join(one.get("body", b"") for one in messages[1:])
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        if (b"content-type", b"application/fhir+json") in headers:
            body = json.dumps(_written(json.loads(body))).encode()
        await send({**start, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


def _held(messages):
    async def hold(message):
        messages.append(message)

    return hold


def _written(node):
    if isinstance(node, list):
        return [_written(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {name: _written(value) if name != "contained" else value for name, value in node.items()}
    for name in ("reference", "url"):
        text = made.get(name)
        if isinstance(text, str) and text[:1].isupper() and text.count("/") == 1:
            made[name] = text.replace("/", f"/{LONG}")
    if "resourceType" in made and "id" in made and made["resourceType"] != "Bundle":
        made["id"] = LONG + made["id"]
    if made.get("resourceType") == "Patient" and made.get("gender") in ("female", "male"):
        made["gender"] = made["gender"][0].upper()
    if made.get("type") == "Observation" and "searchParam" in made:
        made["searchParam"] = [{**one, "name": ODD if one["name"] == PLAIN else one["name"]}
                               for one in made["searchParam"]]
    return made


def create_app(*, size=25):
    return Northstar(fhir_server(size=size, dialect=Dialect(unknown="refused", page=20)))
'''


def files() -> dict[str, str]:
    """By path, as the folder of an operator holds them: what the document says, and the sandbox."""
    found = {name: dedent(text) for text, name in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))}
    return {**found, "adapters/northstar/sandbox.py": SANDBOX}


@contextmanager
def as_a_folder(place: Path) -> Iterator[None]:
    """`place` is what `server.adapters_path` names."""
    for name, text in files().items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    with _forgotten():
        yield


@contextmanager
def as_a_package(place: Path) -> Iterator[None]:
    """Installed into `place`: a package of any name, with an entry point."""
    (place / PACKAGE).mkdir()
    for name, text in files().items():
        moved = text.replace("mappings.northstar.", f"{PACKAGE}.").replace("adapters.northstar.", f"{PACKAGE}.")
        (place / PACKAGE / Path(name).name).write_text(moved, encoding="utf-8")
    told = place / f"{PACKAGE}-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[facade.adapters]\n{NAME} = {PACKAGE}:ADAPTER\n", encoding="utf-8")
    sys.path.insert(0, str(place))
    try:
        with _forgotten():
            yield
    finally:
        sys.path.remove(str(place))
        importlib.invalidate_caches()


@contextmanager
def _forgotten() -> Iterator[None]:
    """At its end nothing of the vendor is known any more."""
    before = {package: list(package.__path__) for package in (adapters, mappings)}
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for package, path in before.items():
            package.__path__[:] = path
            if hasattr(package, NAME):
                delattr(package, NAME)
        for name in [one for one in sys.modules if NAME in one.split(".") or one.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
