"""Search parameters as OpenAPI parameters and as the fields of a form.

A filter is a list: repeating it is an AND, a comma inside one value an OR. What FHIR writes after the name (a
modifier, a chain) is a name of its own here, since OpenAPI has one name a parameter.
https://hl7.org/fhir/R4/search.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from capability.declared import Chain, DeclaredType
from capability.modifiers import FILTERING, modifiers
from capability.uscore import SearchParameter
from capability.uscore.search import PREFIXES

ID = r"[A-Za-z0-9\-.]{1,64}"
_TIME = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+\-][0-9]{2}:[0-9]{2})?"
_DAY = rf"[0-9]{{4}}(?:-[0-9]{{2}}(?:-[0-9]{{2}}(?:{_TIME})?)?)?"
_DECIMAL = r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?(?:[eE][+\-]?[0-9]{1,2})?"
_ABSOLUTE = r"(?:https?://|urn:)[^,\s]+"

SUMMARIES = ("true", "text", "data", "count", "false")
TOTALS = ("none", "estimate", "accurate")
FORMATS = ("json", "application/json", "application/fhir+json")
CURSOR = "Links in a Bundle's `link` are followed as they stand; they hold a parameter of their own."

MEANINGS = {
    "above": "Resources whose URI is this one or above it.",
    "below": "Resources whose URI is this one or below it.",
    "contains": "The text may stand anywhere in the element.",
    "exact": "The whole element, with case and accents.",
    "missing": "Whether the element is absent.",
    "not": "Resources that don't have the code.",
    "of-type": "`system|code|value`: an identifier by its type and value.",
    "text": "The beginning of the coding's or concept's text.",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One name in a query string or form. `repeats`: it may stand more than once."""

    name: str
    description: str
    schema: Mapping[str, Any]
    repeats: bool = True
    required: bool = False
    example: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> dict[str, Any]:
        """The schema of all its values."""
        return {"type": "array", "items": dict(self.schema), "minItems": 1} if self.repeats else dict(self.schema)

    def parameter(self) -> dict[str, Any]:
        """An OpenAPI Parameter Object in the query."""
        found: dict[str, Any] = {
            "name": self.name,
            "in": "query",
            "description": self.description,
            "required": self.required,
            "schema": self.value,
            **self.extra,
        }
        if self.repeats:
            found |= {"style": "form", "explode": True}
        if self.example is not None:
            found["example"] = [self.example] if self.repeats else self.example
        return found

    def property(self) -> dict[str, Any]:
        """The same as a property of a form's schema."""
        return {**self.value, "description": self.description}


def filters(row: DeclaredType) -> Iterator[Field]:
    """Every filter of a search for the type: parameters, each with its modifiers and chains, and `_has`."""
    alone = row.requires[0] if len(row.requires) == 1 else frozenset[str]()
    for code, parameter in sorted(row.parameters.items()):
        yield _plain(parameter, row, required=code in alone)
        yield from _modified(parameter)
        yield from _chained([each for each in sorted(row.chains) if each.reference == code])
    for chain in sorted(row.reverse):
        name = f"_has:{chain.type}:{chain.reference}:{chain.parameter}"
        about = f"Those that {chain.type} resources with this `{chain.parameter}` refer to by `{chain.reference}`."
        yield Field(name, about, TEXT)


def results(row: DeclaredType, documented: Sequence[tuple[str, str, str]]) -> Iterator[Field]:
    """What steers the answer. `documented` is (name, type, what it does)."""
    text = {name: about for name, _, about in documented}
    schemas = _result_schemas(row)
    for name, schema in schemas.items():
        if name.partition(":")[0] in text:
            repeats = name.startswith(("_include", "_revinclude"))
            yield Field(name, text[name.partition(":")[0]], schema, repeats=repeats)
    yield from form()


def subsetting() -> Iterator[Field]:
    """What a read leaves of the resource. https://hl7.org/fhir/R4/http.html#parameters"""
    whole = [each for each in SUMMARIES if each != "count"]
    yield Field("_elements", "Elements to return, beside the mandatory ones.", ELEMENTS, False)
    part = {"type": "string", "enum": whole}
    yield Field("_summary", "A part of the resource: true, text or data; false for all of it.", part, False)


def form() -> Iterator[Field]:
    """What every answer takes. https://hl7.org/fhir/R4/http.html#general"""
    yield Field("_format", "The answer's media type; wins over Accept.", {"type": "string", "enum": [*FORMATS]}, False)
    yield Field("_pretty", "Whether the JSON is indented.", {"type": "string", "enum": ["true", "false"]}, False)


def needs(row: DeclaredType) -> list[dict[str, Any]]:
    """The alternatives of what a search must have, as JSON schemas of a form; empty where nothing is needed."""
    return [
        {
            "allOf": [
                {"anyOf": [{"required": [name]} for name in _finding(row.parameters[code])]} for code in sorted(each)
            ]
        }
        for each in row.requires
        if each <= row.parameters.keys()
    ]


TEXT = {"type": "string", "minLength": 1}
ELEMENTS = {"type": "string", "pattern": r"^[A-Za-z]+(?:,[A-Za-z]+)*$"}


def _result_schemas(row: DeclaredType) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        "_count": {"type": "integer", "minimum": 0},
        "_elements": ELEMENTS,
        "_summary": {"type": "string", "enum": [*SUMMARIES]},
        "_total": {"type": "string", "enum": [*TOTALS]},
    }
    if row.sorts:
        one = f"-?(?:{'|'.join(sorted(row.sorts))})"
        found["_sort"] = {"type": "string", "pattern": f"^{one}(?:,{one})*$"}
    for name, values in (("_include", row.includes), ("_revinclude", row.revincludes)):
        if values:
            found[name] = {"type": "string", "enum": sorted(values)}
            found[f"{name}:iterate"] = {"type": "string", "pattern": r"^[A-Z][A-Za-z]+:[a-z][a-z\-]*$"}
    return found


def _plain(parameter: SearchParameter, row: DeclaredType, *, required: bool) -> Field:
    notes = [f"[{parameter.kind}]({parameter.definition})."]
    if parameter.comparators:
        notes.append(f"Prefixes: {', '.join(parameter.comparators)}.")
    if row.requires and frozenset((parameter.code,)) not in row.requires:
        others = sorted({each - {parameter.code} for each in row.requires}, key=sorted)
        notes.append(f"Only together with {alternatives(others)}.")
    if row.notes.get(parameter.code):
        notes.append(row.notes[parameter.code])
    schema = {"type": "string", "pattern": pattern} if (pattern := _pattern(parameter)) else TEXT
    example = f"{'ge' if 'ge' in parameter.comparators else ''}2024-01-01" if parameter.kind == "date" else None
    return Field(parameter.code, " ".join(notes), schema, required=required, example=example)


def _modified(parameter: SearchParameter) -> Iterator[Field]:
    for modifier in sorted(modifiers(parameter)):
        about = MEANINGS.get(modifier, f"An id of a {modifier}.")
        schema: dict[str, Any] = TEXT
        if modifier == "missing":
            schema = {"type": "string", "enum": ["true", "false"]}
        yield Field(f"{parameter.code}:{modifier}", about, schema)


def _chained(chains: Sequence[Chain]) -> Iterator[Field]:
    types = {each.type for each in chains}
    for each in chains:
        name = (
            f"{each.reference}:{each.type}.{each.parameter}" if len(types) > 1 else f"{each.reference}.{each.parameter}"
        )
        yield Field(name, f"Those whose `{each.reference}` is a {each.type} with this `{each.parameter}`.", TEXT)


def alternatives(requires: Sequence[frozenset[str]]) -> str:
    """In words: `patient`, or `_id` with `date`."""
    return ", or ".join(" with ".join(f"`{code}`" for code in sorted(each)) for each in requires)


def _finding(parameter: SearchParameter) -> list[str]:
    """The parameter and its modifiers that find, instead of only filtering."""
    return [parameter.code, *(f"{parameter.code}:{each}" for each in sorted(modifiers(parameter) - FILTERING))]


def _pattern(parameter: SearchParameter) -> str | None:
    """What a value looks like, commas between its alternatives; None where any text may stand."""
    prefixes = sorted({"eq", *parameter.comparators} & set(PREFIXES))
    prefix = f"(?:{'|'.join(prefixes)})?"
    match parameter.kind:
        case "token" if parameter.code == "_id":
            one = ID
        case "date":
            one = prefix + _DAY
        case "number":
            one = prefix + _DECIMAL
        case "quantity":
            one = prefix + _DECIMAL + r"(?:\|[^,|]*\|[^,|]*)?"
        case "reference":
            targets = "|".join(parameter.targets) or "[A-Z][A-Za-z]+"
            one = f"(?:{_ABSOLUTE}|(?:(?:{targets})/)?{ID})"
        case _:
            return None
    return f"^{one}(?:,{one})*$"
