"""Where the two should agree, fhirpathpy is the oracle; where they differ on purpose, it is written down here."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import fhirpathpy
import pytest
from fhirpathpy.engine.invocations import invocation_registry
from fhirpathpy.models import models
from hypothesis import given, settings
from hypothesis import strategies as st

from facade.fhirpath import compile
from facade.fhirpath.functions import INTERPRETED
from facade.fhirpath.types import ABSTRACT_RESOURCES, CHOICES, DATA_TYPES, PRIMITIVES, RESOURCE_TYPES

R4 = models["r4"]
WORDS = st.sampled_from(["official", "old", "Ann", "Núñez", "urn:a", "http://hl7.org/fhir/sid/us-ssn", "x", ""])


def some(**elements: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of the elements and at least one."""
    return st.fixed_dictionaries({}, optional=elements).filter(bool)


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=1, max_size=3)


codings = some(system=WORDS, code=WORDS)
names = some(use=WORDS, family=WORDS, given=many(WORDS))
identifiers = some(system=WORDS, value=WORDS, type=some(coding=many(codings)))
references = some(reference=st.sampled_from(["Patient/1", "Group/2"]), display=WORDS)
numbers = st.sampled_from([0, 1, 7, Decimal("98.60"), Decimal("0.1")])
values = st.sampled_from(["String", "Quantity", "Integer", "Boolean", "DateTime", "CodeableConcept"])


@st.composite
def choices(draw: st.DrawFn, name: str) -> dict[str, Any]:
    contents: dict[str, st.SearchStrategy[Any]] = {
        "String": WORDS,
        "Quantity": some(value=numbers, unit=WORDS),
        "Integer": st.integers(0, 9),
        "Boolean": st.booleans(),
        "DateTime": st.sampled_from(["2020-01-05", "2021-02-06T10:00:00Z"]),
        "CodeableConcept": some(coding=many(codings), text=WORDS),
    }
    ending = draw(values)
    return {name + ending: draw(contents[ending])}


@st.composite
def observations(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {"resourceType": "Observation", "status": draw(WORDS.filter(bool))}
    found |= draw(st.one_of(st.just({}), choices("value")))
    found |= draw(st.one_of(st.just({}), some(subject=references, category=many(some(coding=many(codings))))))
    found["component"] = draw(many(st.one_of(choices("value"), some(code=some(coding=many(codings))))))
    return found


patients = st.builds(
    lambda elements: {"resourceType": "Patient", **elements},
    st.fixed_dictionaries(
        {},
        optional={
            "active": st.booleans(),
            "name": many(names),
            "identifier": many(identifiers),
            "birthDate": st.sampled_from(["1990-04-05", "2001-12-31"]),
            "deceasedBoolean": st.booleans(),
        },
    ),
)

STRINGS = {  # paths to strings and the condition elements of what they go through
    "Patient": [
        "name.family",
        "name.given",
        "Patient.name.use",
        "identifier.value",
        "identifier.type.coding.code",
        "birthDate",
    ],
    "Observation": ["status", "subject.reference", "component.value.ofType(string)", "category.coding.code"],
}
COLLECTIONS = {
    "Patient": [
        "name",
        "Patient.identifier",
        "Observation.name",
        "identifier.type.coding",
        "deceased",
        "name.where({0}).given",
    ],
    "Observation": [
        "Observation.value",
        "component",
        "component.value",
        "(Observation.value as Quantity)",
        "component.value.ofType(CodeableConcept).coding",
        "component.where({0}).value",
        "category.coding",
    ],
}


def compared(path: str, word: str, operator: str) -> str:
    return f"({path} {operator} '{word}')"


@st.composite
def conditions(draw: st.DrawFn, type_: str) -> str:
    """Something true or false of a resource of the type."""
    kind = draw(st.integers(0, 5))
    strings = st.sampled_from(STRINGS[type_])
    if kind == 0:
        return f"'{draw(WORDS)}' in {draw(strings)}"
    if kind == 1:
        return (
            f"{draw(collections(type_))}.{draw(st.sampled_from(['exists()', 'empty()', 'count() > 1', 'count() = 1']))}"
        )
    if kind == 2:
        path = f"{draw(strings)}.first()"
        return compared(path, draw(WORDS), draw(st.sampled_from(["=", "!=", "<", ">="])))
    if kind == 3:
        return f"({draw(conditions(type_))}).not()"
    if kind == 4:
        function = draw(st.sampled_from(["startsWith", "contains", "endsWith"]))
        return f"{draw(strings)}.first().{function}('{draw(WORDS)}')"
    operator = draw(st.sampled_from(["and", "or", "xor", "implies"]))
    return f"({draw(conditions(type_))} {operator} {draw(conditions(type_))})"


@st.composite
def collections(draw: st.DrawFn, type_: str) -> str:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"({draw(collections(type_))} | {draw(collections(type_))})"
    if kind == 1:
        return draw(collections(type_)) + draw(st.sampled_from([".first()", ".last()", ".tail()", ".take(1)", "[1]"]))
    inner = compared(
        "use" if type_ == "Patient" else "code.coding.first().code", draw(WORDS), draw(st.sampled_from(["=", "!="]))
    )
    return draw(st.sampled_from(COLLECTIONS[type_])).format(inner)


def written(found: list[Any]) -> str:
    return json.dumps(found, default=lambda number: f"{number.normalize():f}", sort_keys=True)


@pytest.mark.parametrize(
    ("type_", "resources"), [("Patient", patients), ("Observation", observations())], ids=["Patient", "Observation"]
)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_compiled_expressions_find_what_fhirpathpy_finds(
    type_: str, resources: st.SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    expression = data.draw(st.one_of(conditions(type_), collections(type_)))
    resource = data.draw(resources)
    compiled = compile(expression)

    assert not compiled.fallback
    assert written(fhirpathpy.compile(expression, R4)(resource, {})) == written(compiled(resource))


@pytest.mark.parametrize(
    ("expression", "ours", "theirs"),
    [
        ("Patient.name.given = ('A' | 'B')", [False], [True]),  # item by item, not the first only
        ("Patient.birthDate.count()", [1], [2]),  # a value and its extensions are one element
        ("Patient.active = 1", [False], [True]),  # a boolean is no number
    ],
)
def test_where_they_differ_the_specification_is_followed(expression: str, ours: list[Any], theirs: list[Any]) -> None:
    patient = {
        "resourceType": "Patient",
        "active": True,
        "name": [{"given": ["A", "C"]}],
        "birthDate": "1990",
        "_birthDate": {"extension": [{"url": "x"}]},
    }

    assert ours == compile(expression)(patient)
    assert theirs == fhirpathpy.compile(expression, R4)(patient, {})


def test_everything_left_to_fhirpathpy_is_there() -> None:
    assert set() == INTERPRETED.keys() - invocation_registry.keys()


def test_the_types_and_choices_are_those_of_r4() -> None:
    endings: dict[str, set[str]] = {}
    for path, types in R4["choiceTypePaths"].items():
        endings.setdefault(path.rpartition(".")[2], set()).update(types)

    assert endings == {name: set(types) for name, types in CHOICES.items()}
    assert {
        child for child, parent in R4["type2Parent"].items() if parent in ABSTRACT_RESOURCES
    } - ABSTRACT_RESOURCES == RESOURCE_TYPES
    assert (
        R4["type2Parent"].keys() - RESOURCE_TYPES - ABSTRACT_RESOURCES - {"BackboneElement"} == DATA_TYPES | PRIMITIVES
    )
