"""Writes the rows that can be derived from the published US Core packages. A developer's command:

    python -m capability.regenerate us_core_610.tgz us_core_700.tgz us_core_800.tgz

rewrites the tables `uscore/*_rows.py`; with `--print` it prints them instead. All editions of
`uscore.versions.VERSIONS` must be given, since a row's `since` and `until` come from comparing them.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from capability.regenerate_shapes import shapes
from capability.regenerate_text import HEAD, table, written
from capability.uscore.datatypes import RULED
from capability.uscore.profiles import Element, Profile
from capability.uscore.search import Combination, Include, Requirement, SearchParameter
from capability.uscore.shapes import Shape
from capability.uscore.versions import US_CORE, VERSIONS

USCDI = "http://hl7.org/fhir/us/core/StructureDefinition/uscdi-requirement"
EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
ROWS = Path(__file__).parent / "uscore"
OF = f"US Core {', '.join(VERSIONS)}"

# what `recognise` knows; extensions are profiles too
PROFILES = (
    "us-core-patient", "us-core-relatedperson", "us-core-practitioner", "us-core-practitionerrole",
    "us-core-organization", "us-core-location", "us-core-careteam", "us-core-encounter",
    "us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis",
    "us-core-allergyintolerance", "us-core-medicationrequest", "us-core-medicationdispense", "us-core-medication",
    "us-core-immunization", "us-core-procedure", "us-core-implantable-device", "us-core-provenance",
    "us-core-vital-signs", "us-core-blood-pressure", "us-core-average-blood-pressure", "us-core-bmi",
    "us-core-body-height", "us-core-body-weight", "us-core-body-temperature", "us-core-head-circumference",
    "us-core-heart-rate", "us-core-respiratory-rate", "us-core-pulse-oximetry", "pediatric-bmi-for-age",
    "pediatric-weight-for-height", "head-occipital-frontal-circumference-percentile",
    "us-core-observation-clinical-result", "us-core-observation-lab", "us-core-specimen",
    "us-core-simple-observation", "us-core-observation-screening-assessment", "us-core-smokingstatus",
    "us-core-observation-occupation", "us-core-observation-sexual-orientation",
    "us-core-observation-pregnancystatus", "us-core-observation-pregnancyintent",
    "us-core-care-experience-preference", "us-core-treatment-intervention-preference",
    "us-core-observation-adi-documentation",
    "us-core-diagnosticreport-lab", "us-core-diagnosticreport-note", "us-core-documentreference",
    "us-core-adi-documentreference", "us-core-servicerequest", "us-core-goal", "us-core-careplan",
    "us-core-coverage", "us-core-questionnaireresponse",
    "us-core-race", "us-core-ethnicity", "us-core-tribal-affiliation", "us-core-birthsex", "us-core-sex",
    "us-core-genderIdentity", "us-core-interpreter-needed", "us-core-medication-adherence",
    "us-core-extension-questionnaire-uri", "us-core-authentication-time",
)  # fmt: skip

# true of every element or resource by construction, so no row repeats them
EVERYWHERE = frozenset({"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5"})

R = TypeVar("R", bound=SearchParameter | Requirement | Combination | Include | Profile | Element)


@dataclass(frozen=True)
class Package:
    """One release: `documents` by file name inside `package/`."""

    version: str
    documents: Mapping[str, dict[str, Any]]

    def conformance(self, kind: str) -> Iterator[dict[str, Any]]:
        """The conformance resources of one kind, in the order of their file names."""
        return (self.documents[name] for name in sorted(self.documents) if name.startswith(f"{kind}-"))

    @cached_property
    def server(self) -> dict[str, Any]:
        """The server CapabilityStatement's single `rest`."""
        rest: dict[str, Any] = self.documents["CapabilityStatement-us-core-server.json"]["rest"][0]
        return rest

    @cached_property
    def types(self) -> dict[str, str]:
        """Canonical of a profile -> the FHIR type it constrains."""
        return {one["url"]: one["type"] for one in self.conformance("StructureDefinition")}


def read_package(path: Path) -> Package:
    """A published `.tgz`. Raises KeyError where it is not a package of US Core."""
    documents = {}
    with tarfile.open(path) as archive:
        for member in archive:
            folder, _, name = member.name.partition("/")
            if folder == "package" and name.endswith(".json") and "/" not in name:
                with io.TextIOWrapper(archive.extractfile(member) or io.BytesIO(), "utf-8") as text:
                    documents[name] = json.load(text)
    return Package(documents["package.json"]["version"], documents)


def expectation(of: Mapping[str, Any] | None) -> str:
    """SHALL, SHOULD or MAY; MAY where the package does not say."""
    found = (one["valueCode"] for one in (of or {}).get("extension", ()) if one["url"] == EXPECTATION)
    return next(found, "MAY")


def _expected(document: Mapping[str, Any], element: str) -> list[tuple[Any, str]]:
    """The values of a list of primitives, each with its expectation."""
    values = document.get(element, [])
    twins = document.get(f"_{element}") or [None] * len(values)
    return [(value, expectation(twin)) for value, twin in zip(values, twins, strict=True)]


# --- search --------------------------------------------------------------------------------------------------------


def normalised(expression: str, type_: str) -> str:
    """The expression in the subset that `SearchParameter.expression` promises; same meaning for that type."""
    text = re.sub(r"\((\S+) as (\w+)\)", r"\1.ofType(\2)", expression)
    text = re.sub(r"\.as\((\w+)\)", r".ofType(\1)", text)
    text = re.sub(r"\.where\(resolve\(\) is \w+\)", "", text)
    text = re.sub(r"\.value([A-Z])(\w*)", lambda m: f".value.ofType({m[1].lower()}{m[2]})", text)
    text = re.sub(r"\bResource\.", f"{type_}.", text)
    text = re.sub(r"\b(url|system)\s*=\s*", r"\1 = ", text)
    # one edition writes `value`, another `valueDateTime`, of an extension that has only the latter
    text = re.sub(r"(condition-assertedDate'\)\.value)$", r"\1.ofType(dateTime)", text)
    return " | ".join(part.strip() for part in text.split("|"))


def _targets(document: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(document.get("target", ()))


def search_parameters(package: Package) -> Iterator[SearchParameter]:
    for document in package.conformance("SearchParameter"):
        comparators = _expected(document, "comparator")
        for type_ in document["base"]:
            yield SearchParameter(
                type_,
                document["code"],
                document["type"],
                normalised(document["expression"], type_),
                document["url"],
                comparators=tuple(name for name, _ in comparators),
                comparators_shall=tuple(name for name, strength in comparators if strength == "SHALL"),
                targets=_targets(document),
                multiple_or=expectation(document.get("_multipleOr")),
                multiple_and=expectation(document.get("_multipleAnd")),
                chains=tuple(name for name, _ in _expected(document, "chain")),
            )


def requirements(package: Package) -> Iterator[Requirement]:
    for resource in package.server["resource"]:
        for one in resource.get("searchParam", ()):
            yield Requirement(resource["type"], one["name"], expectation(one))


def combinations(package: Package) -> Iterator[Combination]:
    for resource in package.server["resource"]:
        for one in resource.get("extension", ()):
            if one["url"] == COMBINATION:
                params = frozenset(part["valueString"] for part in one["extension"] if part["url"] == "required")
                yield Combination(resource["type"], params, expectation(one))


def includes(package: Package) -> Iterator[Include]:
    for resource in package.server["resource"]:
        for element, reverse in (("searchInclude", False), ("searchRevInclude", True)):
            for value, strength in _expected(resource, element):
                yield Include(resource["type"], value, reverse, strength)


def types(package: Package) -> tuple[str, ...]:
    """The FHIR types that the server statement names."""
    return tuple(sorted(resource["type"] for resource in package.server["resource"]))


# --- profiles ------------------------------------------------------------------------------------------------------


def profiles(package: Package) -> Iterator[Profile]:
    for name in PROFILES:
        if document := package.documents.get(f"StructureDefinition-{name}.json"):
            base = document["baseDefinition"].removeprefix(US_CORE)
            yield Profile(name, document["type"], base if base in PROFILES else None)


def snapshot(package: Package, name: str) -> dict[str, Element]:
    """Rows of one profile's snapshot that state something, by element id."""
    document = package.documents[f"StructureDefinition-{name}.json"]
    rows = (_element(package, name, one) for one in document["snapshot"]["element"])
    return {row.id: row for row, states in rows if states}


def _element(package: Package, profile: str, one: Mapping[str, Any]) -> tuple[Element, bool]:
    kinds = tuple(each["code"].removeprefix("http://hl7.org/fhirpath/System.") for each in one.get("type", ()))
    base, top = one["base"], "." not in one["id"]
    narrowed = not top and one["max"] != "*" and (base["max"] == "*" or one["max"] == "0")
    binding = one.get("binding", {})
    value_set = binding["valueSet"].partition("|")[0] if binding.get("strength") == "required" else None
    held = [each for kind in one.get("type", ()) if kind["code"] == "Extension" for each in kind.get("profile", ())]
    stated = {key: value for key, value in one.items() if key.startswith(("fixed", "pattern"))}
    fixed = next((value for key, value in stated.items() if key.startswith("fixed")), None)
    row = Element(
        profile,
        one["id"],
        0 if top else one["min"],
        int(one["max"]) if narrowed else None,
        types=() if one["max"] == "0" else tuple(dict.fromkeys(kinds)),
        must_support=one.get("mustSupport", False),
        uscdi=not one.get("mustSupport") and any(each["url"] == USCDI for each in one.get("extension", ())),
        targets=_reference_targets(package, one),
        value_set=value_set,
        pattern=next((value for key, value in stated.items() if key.startswith("pattern")), None),
        fixed=fixed,
        constraints=tuple(
            each["key"]
            for each in one.get("constraint", ())
            if each["severity"] == "error" and each["key"] not in EVERYWHERE
        ),
        extension=held[0] if held else None,
    )
    # Extension.url is how the extension was found
    states = row.id != "Extension.url" and bool(
        row.min or narrowed or value_set or stated or row.constraints or row.must_support or row.uscdi or held
        or ":" in row.id.rpartition(".")[2] or RULED.intersection(kinds)
    )  # fmt: skip
    return row, states


def _reference_targets(package: Package, one: Mapping[str, Any]) -> tuple[str, ...]:
    canonicals = [each for kind in one.get("type", ()) for each in kind.get("targetProfile", ())]
    found = [package.types.get(url.partition("|")[0], url.rpartition("/")[2]) for url in canonicals]
    return () if "Resource" in found else tuple(sorted(set(found)))


def elements(package: Package) -> Iterator[Element]:
    """Rows of every profile; of a deriving one only those that differ from the profile below it."""
    for profile in profiles(package):
        below = snapshot(package, profile.derives) if profile.derives else {}
        for id_, row in snapshot(package, profile.name).items():
            if id_ not in below or replace(below[id_], profile=profile.name) != row:
                yield row


# --- over the editions ---------------------------------------------------------------------------------------------


def over_editions(packages: Sequence[Package], rows_of: Callable[[Package], Iterable[R]]) -> list[R]:
    """Rows with `since` and `until`, in order of first appearance; the packages are those of VERSIONS, in order."""
    seen: dict[int, list[R]] = {at: list(rows_of(package)) for at, package in enumerate(packages)}
    merged: list[R] = []
    for at, rows in seen.items():
        for row in rows:
            if at and row in seen[at - 1]:
                continue
            last = next((later for later in range(at + 1, len(VERSIONS)) if row not in seen[later]), None)
            until = VERSIONS[last] if last is not None else None
            merged.append(replace(row, since=VERSIONS[at], until=until))
    return merged


# --- writing -------------------------------------------------------------------------------------------------------


def _ordered(rows: list[R], key: Callable[[R], Any]) -> list[R]:
    return sorted(rows, key=key)


def search_module(packages: Sequence[Package]) -> str:
    """The text of `uscore/search_rows.py`."""
    names = "ORDERED, PREFIXES, Combination, Include, Requirement, SearchParameter"
    source = "https://hl7.org/fhir/us/core/CapabilityStatement-us-core-server.html"
    found = sorted({type_ for package in packages for type_ in types(package)})
    return (
        HEAD.format(of=OF, by="regenerate", module="search", names=names, source=source)
        + f"\nTYPES = {written(tuple(found))}\n"
        + table("SEARCH_PARAMETERS", SearchParameter, _ordered(over_editions(packages, search_parameters), _by_code))
        + table("REQUIREMENTS", Requirement, _ordered(over_editions(packages, requirements), _by_code))
        + table("COMBINATIONS", Combination, _ordered(over_editions(packages, combinations), _by_params))
        + table("INCLUDES", Include, _ordered(over_editions(packages, includes), _by_value))
    )


def _by_code(row: SearchParameter | Requirement) -> tuple[str, ...]:
    return row.type, row.code, row.since


def _by_params(row: Combination) -> tuple[str, ...]:
    return row.type, *sorted(row.params), row.since


def _by_value(row: Include) -> tuple[str, ...]:
    return row.type, row.value, row.since


def profile_module(packages: Sequence[Package]) -> str:
    """The text of `uscore/profile_rows.py`."""
    source = "https://hl7.org/fhir/us/core/profiles-and-extensions.html"
    place = {name: at for at, name in enumerate(PROFILES)}
    rows = _ordered(over_editions(packages, elements), lambda row: place[row.profile])
    return (
        HEAD.format(of=OF, by="regenerate", module="profiles", names="Element, Profile", source=source)
        + table("PROFILES", Profile, over_editions(packages, profiles))
        + table("ELEMENTS", Element, rows)
    )


def shape_module(packages: Sequence[Package]) -> str:
    """The text of `uscore/shape_rows.py`."""
    source = "https://hl7.org/fhir/R4/resourcelist.html"
    rows = shapes(one for package in packages for one in package.conformance("StructureDefinition"))
    return HEAD.format(of=OF, by="regenerate", module="shapes", names="Shape", source=source) + table(
        "SHAPES", Shape, rows
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m capability.regenerate", description=__doc__)
    parser.add_argument("packages", nargs="+", type=Path, metavar="us_core_*.tgz")
    parser.add_argument("--print", action="store_true", help="print the rows instead of writing them")
    options = parser.parse_args(arguments)
    packages = sorted(map(read_package, options.packages), key=lambda package: package.version)
    if [package.version for package in packages] != list(VERSIONS):
        parser.error(f"give the packages of {', '.join(VERSIONS)}, each once")
    for name, text in (
        ("search_rows.py", search_module(packages)),
        ("profile_rows.py", profile_module(packages)),
        ("shape_rows.py", shape_module(packages)),
    ):
        if options.print:
            sys.stdout.write(text)
        else:
            (ROWS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
