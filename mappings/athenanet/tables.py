"""All of athenaNet's code tables by name: what a practice may put its own rows over."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import mappings.athenanet
from mappings.concept_map import ConceptMap


def _modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(mappings.athenanet.__path__, f"{mappings.athenanet.__name__}."):
        if found.name != __name__:
            yield importlib.import_module(found.name)


def _collected() -> dict[str, ConceptMap]:
    """Every table that a module of this folder holds. ValueError for two tables of one name."""
    tables: dict[str, ConceptMap] = {}
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, ConceptMap) and tables.setdefault(value.name, value) is not value:
                raise ValueError(f"two tables are called {value.name}")
    return dict(sorted(tables.items()))


TABLES: Mapping[str, ConceptMap] = MappingProxyType(_collected())
