"""The guide's own examples: recognised for what they claim, no longer once a mandatory element or a code is gone."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from capability.uscore import US_CORE, VERSIONS, Edition, edition, recognise
from capability.uscore.profiles import Element
from capability.uscore.value_sets import VALUE_SETS
from tests.capability.conftest import Examples
from tests.conforms import assert_conforms

in_each_edition = pytest.mark.parametrize("version", VERSIONS)

# examples that break a profile they claim, with the reason; none does so far
EXCEPTIONS: frozenset[tuple[str, str]] = frozenset()

# mandatory in a slice that need not be there, and what tells the slice: without it the item is of no slice
TELLING = frozenset({
    "Coverage.identifier:memberid.type",
    "Observation.extension:supporting-info.url",
    "Provenance.agent:ProvenanceAuthor.type",
    "Provenance.agent:ProvenanceTransmitter.type",
})  # fmt: skip


def claims(examples: Examples, tables: Edition) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(file, resource, short name) for each profile that is known here."""
    for file, resource in sorted(examples.items()):
        for url in resource.get("meta", {}).get("profile", ()):
            name = url.partition("|")[0].removeprefix(US_CORE)
            if tables.profile(name) is not None:
                yield file, resource, name


@in_each_edition
def test_every_example_conforms_to_what_it_claims(examples: dict[str, Examples], version: str) -> None:
    for file, resource, name in claims(examples[version], edition(version)):
        if (version, file) not in EXCEPTIONS:
            assert_conforms(resource, name, edition=version)


@in_each_edition
def test_the_examples_show_every_profile_but_a_few(examples: dict[str, Examples], version: str) -> None:
    tables = edition(version)
    shown = {name for _, _, name in claims(examples[version], tables)}
    known = {row.name for type_ in tables.types for row in tables.profiles(type_)}
    unclaimed = {"us-core-vital-signs", "us-core-practitionerrole"}
    gone = {"us-core-provenance", "us-core-observation-sexual-orientation"} if version == "8.0.0" else set()

    assert unclaimed | gone == known - shown


@in_each_edition
def test_an_example_without_a_mandatory_element_is_not_recognised(examples: dict[str, Examples], version: str) -> None:
    tables, wrong, tried = edition(version), [], 0
    for file, resource, name in claims(examples[version], tables):
        for id_ in sorted({*tables.mandatory(name)} - TELLING):
            for copy in without(resource, id_):
                tried += 1
                if US_CORE + name in recognise(copy, tables):
                    wrong.append((file, name, id_))

    assert [] == wrong
    assert tried > 200


@in_each_edition
def test_an_example_with_a_false_code_is_not_recognised(examples: dict[str, Examples], version: str) -> None:
    tables, wrong, tried = edition(version), [], 0
    for file, resource, name in claims(examples[version], tables):
        for row in tables.elements(name).values():
            for copy in falsified(resource, row):
                tried += 1
                if US_CORE + name in recognise(copy, tables):
                    wrong.append((file, name, row.id))

    assert [] == wrong
    assert tried > 60


def keys_of(element: dict[str, Any], name: str) -> list[str]:
    """The keys that hold an element: `value[x]` is `valueQuantity` or another, with its twin."""
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        return [key for key in element if key.lstrip("_").startswith(stem) and key.lstrip("_") != stem]
    return [key for key in (name, f"_{name}") if key in element]


def places(resource: dict[str, Any], id_: str) -> list[dict[str, Any]]:
    """The objects that hold the element, in all repetitions, whatever slice the id names."""
    found: list[Any] = [resource]
    for part in id_.split(".")[1:-1]:
        name = part.partition(":")[0]
        below = [each[key] for each in found for key in keys_of(each, name) if not key.startswith("_")]
        found = [item for each in below for item in (each if isinstance(each, list) else [each])]
    return [each for each in found if isinstance(each, dict)]


def without(resource: dict[str, Any], id_: str) -> Iterator[dict[str, Any]]:
    """A copy that lacks the element wherever it was; none where it was nowhere."""
    copy = deepcopy(resource)
    name = id_.split(".")[-1].partition(":")[0]
    gone = [element.pop(key) for element in places(copy, id_) for key in keys_of(element, name)]
    if gone:
        yield copy


def falsified(resource: dict[str, Any], row: Element) -> Iterator[dict[str, Any]]:
    """A copy with a code outside the required binding of the row; none where it is absent or may stay so."""
    optional_slice = ":" in row.id.rpartition(".")[2] and not row.min
    if row.value_set is None or VALUE_SETS[row.value_set].codes is None or optional_slice:
        return
    copy = deepcopy(resource)
    name = row.id.rpartition(".")[2].partition(":")[0]
    changed = False
    for element in places(copy, row.id):
        for key in keys_of(element, name):
            element[key] = _false(element[key])
            changed = True
    if changed:
        yield copy


def _false(value: Any) -> Any:
    match value:
        case list():
            return [_false(each) for each in value]
        case dict():
            return {**value, "coding": [{**coding, "code": "no-such-code"} for coding in value.get("coding", ())]}
        case _:
            return "no-such-code"
