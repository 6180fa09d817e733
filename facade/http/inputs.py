"""The in-parameters of an operation, in the address or in a Parameters body. https://hl7.org/fhir/R4/operations.html

Both ways give the same texts, so that what comes after reads one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.query import DateValue
from capability.issues import Invalid, NotSupported
from capability.operations import Input, Operation
from capability.uscore import SearchParameter
from facade.http import sent
from facade.http.negotiate import handling
from facade.http.params import values
from facade.http.params.escapes import escape
from facade.http.params.names import CONTROLS, NOT_OFFERED, shown
from facade.http.rest import CONTROL, Pairs, RestRequest

LONGEST = 1_024
MOST = 200
LARGEST = 2**31 - 1

KEYS: dict[str, tuple[str, ...]] = {
    # type of an in-parameter: what a Parameters body may carry it as
    "boolean": ("valueBoolean",),
    "canonical": ("valueCanonical", "valueUri", "valueUrl", "valueString"),
    "code": ("valueCode", "valueString"),
    "Coding": ("valueCoding", "valueCodeableConcept"),
    "date": ("valueDate", "valueDateTime", "valueInstant"),
    "dateTime": ("valueDateTime", "valueDate", "valueInstant"),
    "id": ("valueId", "valueString"),
    "instant": ("valueInstant", "valueDateTime", "valueDate"),
    "integer": ("valueInteger", "valueUnsignedInt", "valuePositiveInt"),
    "Resource": ("resource",),
}

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was sent. `applied`: all of `texts` in order, for the self link; `ignored`: names that were left out."""

    texts: Mapping[str, tuple[str, ...]]
    resource: dict[str, Any] | None
    applied: Pairs
    ignored: tuple[str, ...]

    def one(self, name: str) -> str | None:
        return next(iter(self.texts.get(name, ())), None)

    def all(self, name: str) -> tuple[str, ...]:
        return self.texts.get(name, ())


async def inputs(request: RestRequest, operation: Operation, *, lenient: bool) -> Inputs:
    """The in-parameters of a call of `operation`, those in the address and in the body alike.

    `lenient`: a tenant ignores what it doesn't know where `Prefer: handling` doesn't say.
    Raises UnsupportedMedia, Invalid (also where a required one is missing), NotSupported for one that isn't known.
    """
    asked = handling(request.headers)
    reading = _Reading(operation, asked == "lenient" if asked else lenient)
    for name, text in request.pairs:
        if name not in CONTROL:
            reading.take(name, text)
    if request.method == "POST":
        reading.body(await _body(request, operation))
    return reading.finished()


def of_pairs(operation: Operation, pairs: Iterable[tuple[str, str]]) -> Inputs:
    """Those that a paging link carries: `Inputs.applied` of the first page."""
    reading = _Reading(operation, lenient=False)
    for name, text in pairs:
        reading.take(name, text)
    return reading.finished()


async def _body(request: RestRequest, operation: Operation) -> Iterator[tuple[int, Any]]:
    """(index, parameter) of the body; the operation's one resource may stand in place of Parameters."""
    alone = [each.name for each in operation.inputs if each.type == "Resource"]
    found = await sent.resource(request, "Parameters", *([operation.type] if alone else ()))
    if found is None:
        return enumerate(())
    if found["resourceType"] != "Parameters":
        return enumerate([{"name": alone[0], "resource": found}])
    parameters = found.get("parameter", [])
    if not isinstance(parameters, list) or len(parameters) > MOST:
        raise Invalid(f"parameter is a list of up to {MOST}", expression="Parameters.parameter", code="structure")
    return enumerate(parameters)


@dataclass(slots=True)
class _Reading:
    operation: Operation
    lenient: bool
    texts: dict[str, list[str]] = field(default_factory=dict)
    resource: dict[str, Any] | None = None
    applied: Pairs = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def take(self, name: str, text: str) -> None:
        """One pair of the address, or what a parameter of the body comes to."""
        row = self._row(name)
        if row is None:
            return
        if row.type == "Resource":
            raise Invalid(f"{name} is sent in the body", parameter=name)
        if not text.strip() or len(text) > LONGEST or _CONTROL_CHARACTER.search(text):
            raise Invalid(f"{name} has a value of 1 to {LONGEST} printable characters", parameter=name)
        found = self.texts.setdefault(name, [])
        if found and not row.repeats:
            raise Invalid(f"{name} may be given once", parameter=name)
        if len(self.applied) >= MOST:
            raise Invalid(f"an operation takes up to {MOST} parameters", parameter=name, code="too-long")
        found.append(text)
        self.applied.append((name, text))

    def body(self, parameters: Iterator[tuple[int, Any]]) -> None:
        for index, parameter in parameters:
            where = f"Parameters.parameter[{index}]"
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                raise Invalid("a parameter is an object with a name", expression=where, code="structure")
            name = parameter["name"]
            row = self._row(name)
            if row is None:
                continue
            held = [parameter[key] for key in KEYS[row.type] if key in parameter]
            if len(held) != 1:
                raise Invalid(f"{name} is given as {KEYS[row.type][0]}", parameter=name, expression=where)
            if row.type == "Resource":
                self._resource(row, held[0], where)
                continue
            for text in _texts(row, held[0], where):
                self.take(name, text)

    def _resource(self, row: Input, held: Any, where: str) -> None:
        if self.resource is not None:
            raise Invalid(f"{row.name} may be given once", parameter=row.name, expression=where)
        if not isinstance(held, dict):
            raise Invalid(f"{row.name} is a resource", parameter=row.name, expression=where, code="structure")
        self.resource = held

    def finished(self) -> Inputs:
        for row in self.operation.inputs:
            if row.required and not (self.texts.get(row.name) or (row.type == "Resource" and self.resource)):
                raise Invalid(f"${self.operation.name} needs {row.name}; add it", parameter=row.name, code="required")
        texts = {name: tuple(found) for name, found in self.texts.items()}
        return Inputs(texts, self.resource, self.applied, tuple(dict.fromkeys(self.ignored)))

    def _row(self, name: str) -> Input | None:
        """The in-parameter; None where it is ignored. Raises NotSupported."""
        for row in self.operation.inputs:
            if row.name == name:
                return row
        # what FHIR doesn't know and starts with _ can't change what is found: as with searches
        if not self.lenient and (not name.startswith("_") or name in NOT_OFFERED | CONTROLS):
            offered = ", ".join(each.name for each in self.operation.inputs)
            text = f"${self.operation.name} does not take {shown(name)}; it takes {offered}"
            raise NotSupported(text, parameter=shown(name))
        self.ignored.append(shown(name))
        return None


def _texts(row: Input, held: Any, where: str) -> Iterator[str]:
    """A value of a body as the address would have it."""
    match row.type, held:
        case "boolean", bool():
            yield "true" if held else "false"
        case "integer", int() if not isinstance(held, bool):
            yield str(held)
        case "Coding", dict():
            codings = held.get("coding") if "coding" in held else [held]
            for coding in codings if isinstance(codings, list) else [None]:
                yield _token(row, coding, where)
        case "canonical" | "code" | "date" | "dateTime" | "id" | "instant", str():
            yield held
        case _:
            raise Invalid(f"{row.name} is not a {row.type}", parameter=row.name, expression=where)


def _token(row: Input, coding: Any, where: str) -> str:
    system, code = (coding.get("system", ""), coding.get("code")) if isinstance(coding, dict) else ("", None)
    if not isinstance(system, str) or not isinstance(code, str) or not code:
        raise Invalid(f"{row.name} is a Coding with a code", parameter=row.name, expression=where)
    return f"{escape(system)}|{escape(code)}" if system else escape(code)


# --- values of one type ---------------------------------------------------------------------------------------------


def moment(found: Inputs, name: str) -> DateValue | None:
    """A date, dateTime or instant, as the interval that it covers. Raises Invalid."""
    text = found.one(name)
    if text is None:
        return None
    if text[:2].isalpha():
        raise Invalid(f"{name} takes a date without a prefix", parameter=name)
    read = values.value(SearchParameter("", name, "date", "", ""), None, text, bases=())
    if not isinstance(read, DateValue):
        raise TypeError("a date parameter has a date")
    return read


def truth(found: Inputs, name: str) -> bool:
    """A boolean, False where it isn't there. Raises Invalid."""
    text = found.one(name)
    if text not in (None, "true", "false"):
        raise Invalid(f"{name} is true or false", parameter=name)
    return text == "true"


def number(found: Inputs, name: str, *, least: int, most: int) -> int | None:
    """A whole number of at least `least`; a larger one than `most` is lowered to it. Raises Invalid."""
    text = found.one(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= LARGEST):
        raise Invalid(f"{name} takes a whole number, {least} or more", parameter=name)
    return min(int(text), most)
