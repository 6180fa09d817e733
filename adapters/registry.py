"""Name -> Adapter, and one interaction of it."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Awaitable
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

import structlog

import adapters
import mappings
from adapters.contract import Adapter, Call, Content, Document, Page, Read, Search
from adapters.query import Query
from adapters.traces import frames
from capability.issues import EHRInvalid, MethodNotAllowed

E = TypeVar("E")
T = TypeVar("T")
LOG = structlog.get_logger("ehr")

ENTRY_POINTS = "facade.adapters"

FRAME = frozenset({"population", "simulator"})
"""Folders beside the vendors' that belong to all of them."""


class UnknownAdapter(LookupError):
    """No vendor folder and no entry point of that name."""


def add_search_path(folder: str | Path) -> None:
    """Look for vendor folders in `folder`/adapters and their mappings in `folder`/mappings too; ours win.

    Raises: FileNotFoundError where there is no `folder`/adapters (setting `adapters_path`).
    """
    if not (Path(folder) / "adapters").is_dir():
        raise FileNotFoundError(f"{folder} holds no folder named adapters")
    for package in (adapters, mappings):
        place = str(Path(folder) / package.__name__)
        if place not in package.__path__:
            package.__path__.append(place)


def available() -> tuple[str, ...]:
    """Names of every adapter that can be found, in order."""
    folders = {found.name for found in pkgutil.iter_modules(adapters.__path__) if found.ispkg} - FRAME
    return tuple(sorted(folders | {point.name for point in metadata.entry_points(group=ENTRY_POINTS)}))


def find(name: str) -> Adapter[Any]:
    """The adapter of that name: the package `adapters.<name>`, else the entry point.

    Raises: UnknownAdapter, which lists what there is; ImportError and TypeError where the folder is broken.
    """
    if name not in (names := available()):
        raise UnknownAdapter(f"no adapter is called {name!r}; there are: {', '.join(names) or 'none'}")
    if importlib.util.find_spec(f"adapters.{name}") is not None:
        adapter = importlib.import_module(f"adapters.{name}").ADAPTER
    else:
        (point, *_) = metadata.entry_points(group=ENTRY_POINTS, name=name)
        adapter = point.load()
    if not isinstance(adapter, Adapter) or adapter.name != name:
        raise TypeError(f"what is registered as adapter {name!r} is not an Adapter of that name")
    return adapter


async def dispatch(adapter: Adapter[E], ehr: E, call: Call, query: Query) -> Page:
    """One read (`query.id` set) or search, by the handler that the adapter lists for the type.

    Raises: what the handler raises; MethodNotAllowed where none is listed; EHRInvalid for what a vendor folder
    stumbles over when it meets something that it did not expect.
    """
    kind = Search if query.id is None else Read
    for interaction in adapter.interactions:
        if interaction.type == query.type and isinstance(interaction, kind):
            return await _guarded(adapter.name, interaction.handler(ehr, call, query))
    raise MethodNotAllowed(f"{'search' if query.id is None else 'read'} of {query.type} is not served here")


async def content(adapter: Adapter[E], ehr: E, call: Call, query: Query) -> Document:
    """What the Binary `query.id` holds, by the adapter's Content. Raises: as `dispatch`."""
    for interaction in adapter.interactions:
        if isinstance(interaction, Content):
            return await _guarded(adapter.name, interaction.handler(ehr, call, query))
    raise MethodNotAllowed("read of Binary is not served here")


async def _guarded(name: str, handled: Awaitable[T]) -> T:
    try:
        return await handled
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError) as exc:
        LOG.error("ehr.unexpected", adapter=name, error=type(exc).__name__, frames=frames(exc))
        raise EHRInvalid("the EHR's answer is not what its documentation says") from exc
