"""Golden pairs: source.json is what the vendor sent, expected.json what a US Core client must see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mappings import fhirjson
from mappings.mapped import Mapped

ROOT = Path(__file__).resolve().parent / "mappings"


@dataclass(frozen=True, slots=True)
class Case:
    """`source` and `expected` as the codec reads them; `other` holds the case's further files by their stem."""

    name: str
    source: Any
    expected: Any
    other: dict[str, Any]

    @property
    def beside(self) -> Any:
        """The one further file, what a mapping is given beside the record; None where there is none."""
        (found,) = self.other.values() or (None,)
        return found


def cases(mapping: str) -> list[Case]:
    """The cases of one mapping file, such as `athenanet/patient`; there is at least one."""
    found = [_case(folder) for folder in sorted((ROOT / mapping).iterdir()) if folder.is_dir()]
    assert found, f"no golden case of {mapping}"
    return found


def _case(folder: Path) -> Case:
    files = {path.stem: fhirjson.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    return Case(folder.name, files.pop("source"), files.pop("expected"), files)


def written(mapped: Iterable[Mapped]) -> list[dict[str, Any]]:
    """What a mapping returned, as expected.json has it: resource, origin (only what it says), unmapped as pairs."""
    return [
        {
            "resource": one.resource,
            "origin": {
                key: value
                for key in ("recorded", "author", "author_name", "organization")
                if (value := getattr(one.origin, key, None))
            },
            "unmapped": [[unknown.table, unknown.code] for unknown in one.unmapped],
        }
        for one in mapped
    ]


def assert_golden(case: Case, mapped: Iterable[Mapped]) -> None:
    """Equal, and equal to the digit: 98.6 is not 98.60."""
    found = written(mapped)

    assert case.expected == found
    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)
