"""A brand's mistakes are told with file and line, and its settings become plain facts."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from capability.brands import Identifier
from facade.tenancy.directory import load
from facade.tenancy.source import ConfigurationError
from tests.facade.world import configuration, practice

WEB = "urn:ietf:rfc:3986"
NPI = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}
BRAND: dict[str, Any] = {"website": "https://www.river.example/home", "addresses": [{"postal_code": "12180"}]}


def written(folder: Path, **tenants: Any) -> Path:
    path = folder / "facade.yaml"
    plain = yaml.safe_load(yaml.safe_dump(copy.deepcopy(configuration(**tenants))))  # without aliases
    path.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    return path


def mistakes(path: Path) -> set[tuple[str, str]]:
    """(the file's line without its value, place) of every mistake."""
    lines = path.read_text("utf-8").splitlines()
    with pytest.raises(ConfigurationError) as caught:
        load(path, {})
    return {(lines[each.line - 1].strip(" -").partition(":")[0], each.where) for each in caught.value.problems}


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("website", "river.example"),
        ("website", "javascript:alert(1)"),
        ("website", "https://user:secret@river.example"),
        ("addresses", []),
        ("addresses", [{"city": "Troy"}]),
        ("categories", ["hospital"]),
        ("identifiers", [{"system": "npi", "value": "1"}]),
        ("portal", {"address": "https://my.river.example"}),
        ("motto", "care"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(tmp_path: Path, key: str, wrong: Any) -> None:
    found = mistakes(written(tmp_path, river={"brand": {**BRAND, key: wrong}}))

    assert {f"tenants.river.brand.{key}"} == {where[: len(f"tenants.river.brand.{key}")] for _, where in found}


def test_two_brands_of_one_name_are_told_where_they_stand(tmp_path: Path) -> None:
    assert {("brand", "tenants.lake.brand"), ("brand", "tenants.river.brand")} == mistakes(
        written(tmp_path, river={"brand": BRAND}, lake={"brand": BRAND})
    )


def test_a_practice_is_not_published_without_its_tenant(tmp_path: Path) -> None:
    practices = {"rb": {**practice(), "brand": BRAND}}

    assert {("brand", "tenants.river.practices.rb.brand")} == mistakes(
        written(tmp_path, river={"practices": practices})
    )


def test_a_brand_is_named_by_what_is_configured_and_by_its_website(tmp_path: Path) -> None:
    (brand,) = load(written(tmp_path, river={"brand": {**BRAND, "identifiers": [NPI]}}), {}).tenants["river"].brands

    assert (Identifier(**NPI), Identifier(WEB, "https://river.example")) == brand.identifiers


def test_what_is_not_said_of_a_brand_is_the_tenants(tmp_path: Path) -> None:
    tenant = load(written(tmp_path, river={"name": "River", "brand": BRAND}), {}).tenants["river"]
    (brand,) = tenant.brands

    assert ("River", tenant.base, f"{tenant.base}/docs") == (brand.name, brand.base, brand.developers)


def test_a_tenant_has_no_brand_unless_it_says_so(tmp_path: Path) -> None:
    tenant = load(written(tmp_path, river={}), {}).tenants["river"]

    assert ((), None) == (tenant.brands, tenant.brand_of(None))
