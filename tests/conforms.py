"""What every resource that we make must hold, for any test: `assert_conforms(resource, "us-core-patient")`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from capability import uscore

# https://hl7.org/fhir/R4/datatypes.html#id
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def assert_conforms(resource: dict[str, Any], *profiles: str, edition: str = "6.1.0") -> None:
    """FHIR R4 structure, no empty element; and each US Core profile, by short name, recognised.

    The models are R4B, which agrees with R4 on the types that US Core profiles; what they let pass is checked beside.
    Raises AssertionError, or pydantic's ValidationError where the structure itself is wrong.
    """
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    coerced = list(_coerced(resource, model, resource["resourceType"]))
    assert [] == coerced, "a number or boolean is written as text"
    assert [] == list(faults(resource, resource["resourceType"]))
    tables = uscore.edition(edition)
    recognised = {canonical.rpartition("/")[2] for canonical in uscore.recognise(resource, tables)}
    unknown = {name for name in profiles if tables.profile(name) is None}
    assert set() == unknown, f"no such profiles in US Core {edition}"
    assert set() == set(profiles) - recognised, f"not recognised; recognised are {sorted(recognised)}"


def faults(value: Any, path: str) -> Iterator[str]:
    """What R4B lets pass: empty elements, nulls, an id that is too long."""
    if value is None or value in ("", [], {}) or (isinstance(value, str) and value.strip() == ""):
        yield f"{path} is empty"
    elif isinstance(value, dict):
        if "resourceType" in value and not ID.fullmatch(value.get("id", "none-yet")):
            yield f"{path}.id is no FHIR id"
        for key, each in value.items():
            twin = f"_{key}" in value or (key.startswith("_") and key[1:] in value)
            if isinstance(each, list) and each and not twin and None in each:
                yield f"{path}.{key} has a null without a reason"
            yield from faults(each, f"{path}.{key}")
    elif isinstance(value, list):
        for at, each in enumerate(value):
            # a list of primitives has null where only its twin says something
            if each is not None:
                yield from faults(each, f"{path}[{at}]")


def _coerced(value: Any, validated: Any, path: str) -> Iterator[str]:
    """Where the model made a number or a boolean of a text, which JSON FHIR doesn't allow."""
    if isinstance(value, dict):
        for key, each in value.items():
            # class, for, ... are written class_fhir, for_fhir in the models; twins and resources within keep their own
            found = getattr(validated, key, None) or getattr(validated, f"{key}_fhir", None)
            if found is not None:
                yield from _coerced(each, found, f"{path}.{key}")
    elif isinstance(value, list):
        for at, (each, found) in enumerate(zip(value, validated, strict=False)):
            yield from _coerced(each, found, f"{path}[{at}]")
    elif isinstance(validated, bool | int | float | Decimal) and (
        isinstance(value, str) or isinstance(value, bool) != isinstance(validated, bool)
    ):
        yield path
