"""What a linter cannot say about the shape of the house."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from adapters import registry

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("facade", "adapters", "mappings", "capability", "conformance")
VENDORLESS = ("facade", "capability", "conformance")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ANY_SERVER = "fhir_r4"  # a standard's name, and no vendor's
VENDORS = list(registry.available())
MAPPINGS = sorted(path for path in (ROOT / "mappings").glob("*/*.py") if path.parent.name in VENDORS)
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"}


def test_there_are_vendors_to_check() -> None:
    assert "athenanet" in VENDORS


@pytest.mark.parametrize("package", VENDORLESS)
def test_no_vendor_is_named_where_none_is_known(package: str) -> None:
    words = "|".join(["athena", "epic", "cerner", *VENDORS]).replace(f"|{ANY_SERVER}", "")
    vendor = re.compile(rf"(?i)\b\w*(?:{words})\w*")

    assert {} == {path: found for path in within(package) if (found := vendor.findall(path.read_text("utf-8")))}


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_vendor_folder_imports_another(vendor: str) -> None:
    others = [other for other in VENDORS if other not in (vendor, ANY_SERVER)]
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "adapters" / vendor).rglob("*.py"))

    assert [] == [other for other in others if f"adapters.{other}" in text]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_folder_is_complete(vendor: str) -> None:
    folder = ROOT / "adapters" / vendor

    assert (folder / "README.md").is_file()
    assert (folder / "sandbox" / "__init__.py").is_file()
    assert registry.find(vendor).sandbox
    assert registry.find(vendor).sandbox_settings


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_sandbox_shares_nothing_with_its_adapter(vendor: str) -> None:
    shared = {"mappings", "capability", "adapters.contract", "adapters.query", "adapters.upstream", "adapters.oauth"}
    own = f"adapters.{vendor}.sandbox"
    found = {
        name
        for path in (ROOT / "adapters" / vendor / "sandbox").rglob("*.py")
        for name in imported(path)
        if any(name == each or name.startswith(f"{each}.") for each in shared)
        or (name.startswith(f"adapters.{vendor}") and not name.startswith(own))
    }

    assert set() == found


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def within(package: str) -> list[Path]:
    return [path for path in SOURCES if path.relative_to(ROOT).parts[0] == package]


def imported(path: Path) -> Iterator[str]:
    """Dotted names of what a file imports: modules, and what is taken from them."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*modules: str) -> set[str]:
    """Folders of the facade (or files beside them) that import one of `modules`."""
    return {
        str(path.relative_to(ROOT / "facade")).partition("/")[0]
        for path in (ROOT / "facade").rglob("*.py")
        if any(name == each or name.startswith(f"{each}.") for name in imported(path) for each in modules)
    }


def test_only_interactions_go_through_the_doors_of_policy() -> None:
    doors = ("admit.admit", "release.release", "release.release_content")
    assert {"interactions"} == importers(*(f"facade.policy.{door}" for door in doors))


def test_only_http_writes_resources() -> None:
    writers = {
        str(path.relative_to(ROOT / "facade"))
        for path in (ROOT / "facade").rglob("*.py")
        if "fhirjson.dumps" in path.read_text("utf-8")
    }

    assert {"http/respond.py"} == writers


def _is_table(tree: ast.Module) -> bool:
    """A file of rows: almost every line belongs to a module-level assignment."""
    lines = sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    )
    return lines > 0.8 * max((node.end_lineno or 0 for node in tree.body), default=1)


def test_files_stay_short_unless_they_are_tables() -> None:
    lines = {path: path.read_text("utf-8").count("\n") for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")]}

    assert {} == {path: many for path, many in lines.items() if many > 400 and not _is_table(parsed(path))}


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body; its signature and docstring say what it promises, not what it does."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    begin = (first.end_lineno or first.lineno) + 1 if told else first.lineno
    return (node.end_lineno or begin) - begin + 1


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_stay_short(package: str) -> None:
    functions = [
        (path, node)
        for path in within(package)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert {} == {(path, node.name): _lines(node) for path, node in functions if _lines(node) > 40}


def test_nothing_is_put_into_a_drawer() -> None:
    assert [] == [str(path) for path in SOURCES if path.stem in DRAWERS or path.parent.name in DRAWERS]


@pytest.mark.parametrize("made", ["Released", "ReleasedContent"])
def test_only_release_makes_what_is_released(made: str) -> None:
    makers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == made
            for node in ast.walk(parsed(path))
        )
    ]

    assert ["facade/policy/release.py"] == makers


def test_every_mapping_says_where_it_comes_from_and_what_it_makes() -> None:
    making = [path for path in MAPPINGS if any(map(_maps, parsed(path).body))]
    told = {path: re.findall(r"^(\w+)", ast.get_docstring(parsed(path)) or "", re.MULTILINE) for path in making}
    cases = ROOT / "tests" / "mappings"

    assert making
    assert [] == [path for path in making if not {"Source", "Target"} <= set(told[path])]
    assert [] == [path for path in making if not any((cases / path.parent.name / path.stem).glob("*/source.json"))]


def _maps(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.returns is None or node.name.startswith("_"):
        return False
    return "Mapped" in ast.unparse(node.returns)
