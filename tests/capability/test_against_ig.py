"""Every row of the tables against the published packages of US Core, read here straight from their JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from capability import regenerate, uscore
from capability.regenerate import PROFILES, Package, normalised
from capability.uscore import VERSIONS, r4_rows, value_sets
from capability.uscore.compartment import PATIENT
from capability.uscore.invariants import INVARIANTS

EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
USCDI = "http://hl7.org/fhir/us/core/StructureDefinition/uscdi-requirement"

in_each_edition = pytest.mark.parametrize("version", VERSIONS)


def strength(of: Mapping[str, Any] | None) -> str:
    return next((e["valueCode"] for e in (of or {}).get("extension", ()) if e["url"] == EXPECTATION), "MAY")


def elements(package: Package, name: str) -> list[dict[str, Any]]:
    """Snapshot elements below the root."""
    document = package.documents[f"StructureDefinition-{name}.json"]
    return [one for one in document["snapshot"]["element"] if "." in one["id"] and one["id"] != "Extension.url"]


def known_profiles(package: Package) -> list[str]:
    return [name for name in PROFILES if f"StructureDefinition-{name}.json" in package.documents]


def test_the_rows_are_what_the_packages_give_today(packages: dict[str, Package]) -> None:
    given = list(packages.values())

    assert regenerate.search_module(given) == (regenerate.ROWS / "search_rows.py").read_text(encoding="utf-8")
    assert regenerate.shape_module(given) == (regenerate.ROWS / "shape_rows.py").read_text(encoding="utf-8")
    assert regenerate.profile_module(given) == (regenerate.ROWS / "profile_rows.py").read_text(encoding="utf-8")


# --- search --------------------------------------------------------------------------------------------------------


@in_each_edition
def test_every_search_parameter_is_defined_as_in_the_package(packages: dict[str, Package], version: str) -> None:
    tables = uscore.edition(version)
    defined = {
        (type_, one["code"]): (
            one["url"],
            one["type"],
            normalised(one["expression"], type_),
            tuple(one.get("comparator", ())),
            tuple(one.get("target", ())),
            strength(one.get("_multipleOr")),
            strength(one.get("_multipleAnd")),
        )
        for one in packages[version].conformance("SearchParameter")
        for type_ in one["base"]
    }
    rows = {
        (type_, code): (
            row.definition,
            row.kind,
            row.expression,
            row.comparators,
            row.targets,
            row.multiple_or,
            row.multiple_and,
        )
        for type_ in uscore.TYPES
        for code, row in tables.search_parameters(type_).items()
        if row.definition.startswith("http://hl7.org/fhir/us/core/")
    }

    assert defined == rows


@in_each_edition
def test_base_fhir_parameters_are_only_those_that_the_guide_lacks(version: str) -> None:
    tables = uscore.edition(version)
    base = {
        (type_, code)
        for type_ in uscore.TYPES
        for code, row in tables.search_parameters(type_).items()
        if not row.definition.startswith("http://hl7.org/fhir/us/core/") and row not in r4_rows.SEARCH_PARAMETERS
    }

    assert {"_id", "_lastUpdated", "_profile", "_security", "_tag", "target"} == {code for _, code in base}
    assert [("Provenance", "target")] == [each for each in base if each[1] == "target"]


@in_each_edition
def test_comparators_that_servers_must_support_are_those_of_the_package(
    packages: dict[str, Package], version: str
) -> None:
    for one in packages[version].conformance("SearchParameter"):
        pairs = zip(one.get("comparator", ()), one.get("_comparator", ()), strict=True)
        demanded = tuple(name for name, twin in pairs if strength(twin) == "SHALL")
        for type_ in one["base"]:
            row = uscore.edition(version).search_parameter(type_, one["code"])
            assert row is not None
            assert demanded == row.comparators_shall


@in_each_edition
def test_every_expectation_of_the_server_statement_has_its_row(packages: dict[str, Package], version: str) -> None:
    tables = uscore.edition(version)
    for resource in packages[version].server["resource"]:
        type_ = resource["type"]
        demanded = {one["name"]: strength(one) for one in resource.get("searchParam", ())}
        combined = {
            (frozenset(part["valueString"] for part in one["extension"] if part["url"] == "required"), strength(one))
            for one in resource.get("extension", ())
            if one["url"] == COMBINATION
        }
        included = {
            (value, reverse, strength(twin))
            for element, reverse in (("searchInclude", False), ("searchRevInclude", True))
            for value, twin in zip(resource.get(element, ()), resource.get(f"_{element}", ()), strict=True)
        }

        codes = {*demanded, *tables.search_parameters(type_)}
        assert demanded == {code: found for code in codes if (found := tables.expectation(type_, code))}
        assert combined == {(row.params, row.expectation) for row in tables.combinations(type_)}
        assert included == {(row.value, row.reverse, row.expectation) for row in tables.includes(type_)}


@in_each_edition
def test_every_type_of_the_server_statement_is_known(packages: dict[str, Package], version: str) -> None:
    assert {resource["type"] for resource in packages[version].server["resource"]} <= uscore.TYPES


@in_each_edition
def test_the_compartment_names_the_element_that_the_patient_parameter_searches(version: str) -> None:
    tables = uscore.edition(version)
    searched = {
        type_: row.expression.removeprefix(f"{type_}.")
        for type_ in uscore.TYPES
        if (row := tables.search_parameter(type_, "patient"))
    }

    assert {} == {type_: path for type_, path in searched.items() if path not in PATIENT.get(type_, ())}


# --- profiles ------------------------------------------------------------------------------------------------------


@in_each_edition
def test_every_profile_has_the_canonical_and_type_of_the_package(packages: dict[str, Package], version: str) -> None:
    tables, package = uscore.edition(version), packages[version]
    documents = {name: package.documents[f"StructureDefinition-{name}.json"] for name in known_profiles(package)}
    rows = {name: row for name in PROFILES if (row := tables.profile(name))}

    assert {name: (one["url"], one["type"]) for name, one in documents.items()} == {
        name: (row.canonical, row.type) for name, row in rows.items()
    }


@in_each_edition
def test_mandatory_elements_are_those_with_a_minimum(packages: dict[str, Package], version: str) -> None:
    for name in known_profiles(packages[version]):
        mandatory = {one["id"] for one in elements(packages[version], name) if one["min"]}

        assert mandatory == set(uscore.edition(version).mandatory(name)), name


@in_each_edition
def test_must_support_elements_are_those_that_are_flagged(packages: dict[str, Package], version: str) -> None:
    tables = uscore.edition(version)
    for name in known_profiles(packages[version]):
        snapshot = elements(packages[version], name)
        flagged = {one["id"] for one in snapshot if one.get("mustSupport")}
        additional = {one["id"] for one in snapshot for each in one.get("extension", ()) if each["url"] == USCDI}

        assert flagged == set(tables.must_support(name, uscdi=False)), name
        assert flagged | additional == set(tables.must_support(name)), name


@in_each_edition
def test_required_bindings_are_those_of_the_package(packages: dict[str, Package], version: str) -> None:
    for name in known_profiles(packages[version]):
        bound = {
            one["id"]: one["binding"]["valueSet"].partition("|")[0]
            for one in elements(packages[version], name)
            if one.get("binding", {}).get("strength") == "required"
        }
        rows = uscore.edition(version).elements(name)

        assert bound == {id_: row.value_set for id_, row in rows.items() if row.value_set}, name


@in_each_edition
def test_fixed_values_and_patterns_are_those_of_the_package(packages: dict[str, Package], version: str) -> None:
    for name in known_profiles(packages[version]):
        stated = {
            one["id"]: value
            for one in elements(packages[version], name)
            for key, value in one.items()
            if key.startswith(("fixed", "pattern"))
        }
        rows = uscore.edition(version).elements(name)

        assert stated == {id_: row.fixed or row.pattern for id_, row in rows.items() if row.fixed or row.pattern}, name


@in_each_edition
def test_types_and_limits_of_rows_are_those_of_the_package(packages: dict[str, Package], version: str) -> None:
    for name in known_profiles(packages[version]):
        snapshot = {one["id"]: one for one in elements(packages[version], name)}
        for id_, row in uscore.edition(version).elements(name).items():
            if "." not in id_:
                continue
            one = snapshot[id_]
            kinds = {each["code"].rpartition(".")[2] for each in one.get("type", ())}
            assert row.max == 0 or {each.lower() for each in kinds} == {each.lower() for each in row.types}, id_
            assert row.max is None or str(row.max) == one["max"], id_
            assert row.max is not None or one["max"] in ("*", one["base"]["max"]), id_


@in_each_edition
def test_no_invariant_of_a_profile_is_overlooked(packages: dict[str, Package], version: str) -> None:
    for name in known_profiles(packages[version]):
        document = packages[version].documents[f"StructureDefinition-{name}.json"]
        keys = {
            each["key"]
            for one in document["snapshot"]["element"]
            for each in one.get("constraint", ())
            if each["severity"] == "error"
        }

        assert set() == keys - regenerate.EVERYWHERE - INVARIANTS.keys(), name


@in_each_edition
def test_reference_targets_are_the_types_of_the_packages_target_profiles(
    packages: dict[str, Package], version: str
) -> None:
    package = packages[version]
    for name in known_profiles(package):
        for one in elements(package, name):
            row = uscore.edition(version).elements(name).get(one["id"])
            urls = [url for kind in one.get("type", ()) for url in kind.get("targetProfile", ())]
            if row is None or not urls or "http://hl7.org/fhir/StructureDefinition/Resource" in urls:
                continue
            documents = {each["url"]: each["type"] for each in package.conformance("StructureDefinition")}
            targets = {documents.get(url.partition("|")[0], url.rpartition("/")[2]) for url in urls}
            assert targets == set(row.targets), f"{name} {one['id']}"


# --- vital signs and value sets ------------------------------------------------------------------------------------


def codings(one: Mapping[str, Any]) -> Iterator[str]:
    concept = one.get("patternCodeableConcept", {})
    yield from (each["code"] for each in concept.get("coding", ()))
    if "patternCoding" in one:
        yield one["patternCoding"]["code"]


@in_each_edition
def test_vital_signs_have_the_codes_units_and_components_of_their_profiles(
    packages: dict[str, Package], version: str
) -> None:
    for row in uscore.edition(version).vital_signs:
        snapshot = elements(packages[version], row.profile.rpartition("/")[2])
        codes = [code for one in snapshot if one["id"].startswith("Observation.code") for code in codings(one)]
        components = {
            one["id"].removesuffix(".code"): code
            for one in snapshot
            if one["id"].startswith("Observation.component:") and one["id"].endswith(".code")
            for code in codings(one)
        }
        least = {one["id"]: one["min"] for one in snapshot}
        required = tuple(code for id_, code in components.items() if least[id_])
        units = {one["id"]: units_of(one) for one in snapshot if units_of(one)}
        own = {ucum for id_, found in units.items() if "component" not in id_ for ucum in found}
        of_components = {code: units[f"{id_}.value[x].code"] for id_, code in components.items()}

        assert sorted(codes) == sorted(row.loinc), row.profile
        assert required == row.components, row.profile
        assert {code: {ucum} for code, ucum in row.optional} == {
            code: found for code, found in of_components.items() if code not in required
        }, row.profile
        held_by = of_components.values() if required else [own]
        assert all(set(row.ucum) == set(found) for found in held_by), row.profile


def units_of(one: Mapping[str, Any]) -> set[str]:
    """UCUM codes that the element allows, where it is the code of a Quantity."""
    if not one["id"].endswith(("valueQuantity.code", "value[x].code")):
        return set()
    if "fixedCode" in one:
        return {one["fixedCode"]}
    bound = value_sets.VALUE_SETS[one["binding"]["valueSet"].partition("|")[0]]
    return set(bound.codes or ())


@in_each_edition
def test_every_vital_sign_profile_has_its_row(packages: dict[str, Package], version: str) -> None:
    base = uscore.US_CORE + "us-core-vital-signs"
    derived = {
        one["url"] for one in packages[version].conformance("StructureDefinition") if one["baseDefinition"] == base
    }
    average = {uscore.US_CORE + "us-core-average-blood-pressure"} if version != "6.1.0" else set()

    assert derived | average == {row.profile for row in uscore.edition(version).vital_signs}


@in_each_edition
def test_value_sets_hold_the_codes_that_the_package_lists(packages: dict[str, Package], version: str) -> None:
    checked = 0
    for one in packages[version].conformance("ValueSet"):
        row = value_sets.VALUE_SETS.get(one["url"])
        included = one.get("compose", {}).get("include", [])
        if row is None or not all("concept" in each for each in included):
            continue
        checked += 1
        listed = {(each["system"], concept["code"]) for each in included for concept in each["concept"]}
        known = {(each.system, code) for each in row.include for code in each.codes or ()}
        whole = {each.system for each in row.include if each.codes is None}
        assert listed == known or {system for system, _ in listed} == whole, one["url"]

    assert checked
