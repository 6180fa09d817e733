"""Writes the rows of what FHIR R4 has and US Core lacks: types, and parameters of its types. A developer's command:

    python -m capability.regenerate_r4 hapi-fhir-validation-resources-r4-7.4.0.jar

rewrites `uscore/r4_rows.py`; with `--print` it prints it instead. The jar, of Maven's ca.uhn.hapi.fhir, holds HL7's own
definitions as they were published. https://hl7.org/fhir/R4/downloads.html
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from capability.regenerate import ROWS, normalised
from capability.regenerate_shapes import shapes
from capability.regenerate_text import HEAD, table, written
from capability.uscore import search_rows
from capability.uscore.search import PREFIXES, SearchParameter
from capability.uscore.shapes import Shape

TYPES = ("Account", "Appointment", "Binary", "ChargeItem", "Claim", "FamilyMemberHistory", "Schedule", "Slot")

# what ties them to types of US Core, which has no such parameters; and what some EHRs search their own by
LINKING = frozenset(
    {
        ("Condition", "encounter"),
        ("Encounter", "appointment"),
        ("Location", "type"),
        ("Patient", "email"),
        ("Patient", "phone"),
    }
)

# a canonical is no reference that the facade can follow
LEFT_OUT = frozenset({("FamilyMemberHistory", "instantiates-canonical")})

MODEL = "org/hl7/fhir/r4/model"
FHIR = "{http://hl7.org/fhir}"

Documents = Sequence[Mapping[str, Any]]


def read_jar(path: Path) -> tuple[Documents, Documents]:
    """StructureDefinitions of TYPES, as far as their shapes need, and SearchParameters. KeyError for another file."""
    with zipfile.ZipFile(path) as archive:
        parameters = json.loads(archive.read(f"{MODEL}/sp/search-parameters.json"))
        profiles = ElementTree.fromstring(archive.read(f"{MODEL}/profile/profiles-resources.xml"))  # noqa: S314 (HL7's)
    definitions = [
        _definition(one) for one in profiles.iter(f"{FHIR}StructureDefinition") if _text(one, "type") in TYPES
    ]
    return definitions, [entry["resource"] for entry in parameters["entry"]]


def _definition(one: ElementTree.Element) -> Mapping[str, Any]:
    found = one.findall(f"{FHIR}snapshot/{FHIR}element")
    return {"kind": _text(one, "kind"), "type": _text(one, "type"), "snapshot": {"element": [*map(_element, found)]}}


def _element(one: ElementTree.Element) -> Mapping[str, Any]:
    return {
        "id": one.attrib["id"],
        "path": _text(one, "path"),
        "base": {"min": int(_text(one, "base", "min"))},
        "isSummary": _text(one, "isSummary") == "true",
        "isModifier": _text(one, "isModifier") == "true",
        "type": [{"code": _text(kind, "code")} for kind in one.findall(f"{FHIR}type")],
    }


def _text(one: ElementTree.Element, *path: str) -> str:
    found = one.find("/".join(FHIR + name for name in path))
    return "" if found is None else found.attrib["value"]


def of_type(expression: str, type_: str) -> str:
    """Of a parameter of several types, the part that is about one."""
    parts = (part.strip() for part in expression.split("|"))
    return normalised(" | ".join(part for part in parts if part.lstrip("(").startswith(f"{type_}.")), type_)


def search_parameters(documents: Documents) -> Iterator[SearchParameter]:
    """Of the types that US Core lacks all, of its own those that link; in order of type and code."""
    known = (*search_rows.TYPES, *TYPES)
    for type_, one in sorted(_of_types(documents), key=lambda pair: (pair[0], pair[1]["code"])):
        ordered = one["type"] in ("date", "number", "quantity")
        # one definition for many types, of which some refer to groups by it: this one is about patients alone
        targets = ("Patient",) if one["code"] == "patient" else one.get("target", ())
        # a reference to anything lists every type there is
        everything = {*known} <= {*targets}
        yield SearchParameter(
            type_,
            one["code"],
            one["type"],
            of_type(one["expression"], type_),
            one["url"],
            comparators=PREFIXES if ordered else (),
            targets=tuple(sorted(known if everything else targets)),
        )


def _of_types(documents: Documents) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in documents:
        for type_ in one.get("base", ()):
            wanted = type_ in TYPES or (type_, one["code"]) in LINKING
            if wanted and (type_, one["code"]) not in LEFT_OUT:
                yield type_, one


def module(definitions: Documents, parameters: Documents) -> str:
    """The text of `uscore/r4_rows.py`, of StructureDefinitions of TYPES and SearchParameters."""
    source = "https://hl7.org/fhir/R4/resourcelist.html, https://hl7.org/fhir/R4/searchparameter-registry.html"
    head = HEAD.format(
        of="FHIR R4", by="regenerate_r4", source=source, module="search", names="PREFIXES, SearchParameter"
    )
    return (
        f"{head}from capability.uscore.shapes import Shape\n\nTYPES = {written(TYPES)}\n"
        + table("SEARCH_PARAMETERS", SearchParameter, list(search_parameters(parameters)))
        + table("SHAPES", Shape, shapes(definitions))
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m capability.regenerate_r4", description=__doc__)
    parser.add_argument("jar", type=Path, metavar="hapi-fhir-validation-resources-r4-*.jar")
    parser.add_argument("--print", action="store_true", help="print the rows instead of writing them")
    options = parser.parse_args(arguments)
    text = module(*read_jar(options.jar))
    if options.print:
        sys.stdout.write(text)
    else:
        (ROWS / "r4_rows.py").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
