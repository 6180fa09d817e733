"""How Millennium wants values: bare codes, LOINC only, one of each, systems where it insists on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeGuard

from adapters.cerner.dates import Range
from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Ask, Pairs, Pushed, Writing
from adapters.query import Clause, DateValue, Query, StringValue, TokenValue
from capability.issues import Invalid
from mappings import fhir
from mappings.cerner.codes import REPORT_CATEGORY, V2_SECTION
from mappings.check_digits import is_loinc

PANEL = "85354-9"
COMPONENTS = frozenset({"8480-6", "8462-4"})
"""Systolic and diastolic pressure: Millennium has them in the components of the panel, which alone is found."""

SSN = "http://hl7.org/fhir/sid/us-ssn"
LONGEST = 4_000
"""[assumed] characters of one value: a longer address is not taken, and a search is not POSTed."""

NAME_CHARACTERS = 2  # [seen: cerner-cs] of Practitioner.name

_SPECIAL = re.compile(r"[\\,$|]")

PATIENT = Pushed(asks.reference("Patient"), one_each=True)
"""[seen: docs, ronin] one patient a request."""

BARE = Pushed(asks.bare_token)
BARE_EACH = Pushed(asks.bare_token, one_each=True)
TOKEN = Pushed(asks.token)
INSTANTS = Pushed(asks.instants)
DAYS = Pushed(asks.days)


def beginning(clause: Clause, writing: Writing) -> list[str] | None:
    """Texts up to what would have to be escaped: a search finds what begins so, and the facade applies all of it.

    [assumed] Millennium does not read an escape; nothing published says that it does.
    """
    texts = [_SPECIAL.split(value.text)[0].strip() for value in clause.values if isinstance(value, StringValue)]
    if clause.modifier not in (None, "exact") or not all(texts):
        return None
    return [",".join(dict.fromkeys(texts))]


TEXT_EACH = Pushed(beginning, one_each=True)


def first_word(clause: Clause, writing: Writing) -> list[str] | None:
    """[seen: docs] a `name` is the beginning of a family or of a given name: of several words, which FHIR also finds in
    a name's text, the first is asked for."""
    values = [replace(value, text=value.text.split()[0]) for value in clause.values if _has_words(value)]
    return beginning(replace(clause, values=tuple(values)), writing) if len(values) == len(clause.values) else None


def _has_words(value: object) -> TypeGuard[StringValue]:
    return isinstance(value, StringValue) and bool(value.text.split())


def known(*codes: str) -> Ask:
    """Bare codes where all are among those that the server takes; others are left to the facade."""

    def ask(clause: Clause, writing: Writing) -> list[str] | None:
        asked = {value.code for value in clause.values if isinstance(value, TokenValue)}
        return asks.bare_token(clause, writing) if asked <= set(codes) else None

    return ask


def bare_single(clause: Clause, writing: Writing) -> list[str] | None:
    """One code without its system; several are left to the facade."""
    return asks.bare_token(clause, writing) if len(clause.values) == 1 else None


def loinc(clause: Clause, writing: Writing) -> list[str] | None:
    """[seen: docs] codes of LOINC only: a proprietary one finds nothing, and is left to the facade."""
    values = [value for value in clause.values if isinstance(value, TokenValue)]
    if clause.modifier is not None or not all(map(_is_loinc, values)):
        return None
    written = ",".join(dict.fromkeys(asks.escape(text) for value in values for text in _loinc(value)))
    return [written] if len(written) <= LONGEST else None


def _is_loinc(value: TokenValue) -> bool:
    return value.code is not None and (value.system == fhir.LOINC or (value.system is None and is_loinc(value.code)))


def _loinc(value: TokenValue) -> list[str]:
    written = value.code or "" if value.system is None else f"{value.system}|{value.code}"
    if value.code not in COMPONENTS:
        return [written]
    return [written, written.replace(value.code, PANEL)]


def report_category(clause: Clause, writing: Writing) -> list[str] | None:
    """LOINC's categories also as the sections of HL7 version 2 that we read them from."""
    found = asks.token(clause, writing)
    codes = {value.code for value in clause.values if isinstance(value, TokenValue)}
    if found is None or None in codes:
        return None
    sections = [f"{V2_SECTION}|{row.upper()}" for row, concept in REPORT_CATEGORY.rows() if concept.code in codes]
    return [",".join([*found, *sections])]


def identifier(clause: Clause, writing: Writing) -> list[str] | None:
    """Those that the caller may see; social security numbers can be asked for but are never in an answer."""
    if clause.modifier is not None:
        return None
    shown = tuple(value for value in clause.values if isinstance(value, TokenValue) and _shown(clause, value))
    if any(value.code is None for value in shown):
        return None
    return [text for value in shown for text in asks.token(Clause(clause.name, None, (value,), ""), writing) or ()]


def _shown(clause: Clause, value: TokenValue) -> bool:
    named = {"system": value.system, "value": value.code} if value.system else {"value": value.code}
    return value.system != SSN and clause.may_ask(named)


def provider_identifier(clause: Clause, writing: Writing) -> list[str] | None:
    """[seen: cerner-cs] with its system. Raises Invalid without; what modifiers ask for is left to the facade."""
    if clause.modifier is None and any(
        isinstance(value, TokenValue) and not (value.system and value.code) for value in clause.values
    ):
        text = "this EHR finds practitioners by system|value of an identifier only"
        raise Invalid(text, parameter="identifier", code="required")
    return identifier(clause, writing)


def provider_name(clause: Clause, writing: Writing) -> list[str] | None:
    """[seen: cerner-cs] names of two characters and more; shorter ones are left to the facade."""
    long = all(isinstance(one, StringValue) and len(one.text.strip()) >= NAME_CHARACTERS for one in clause.values)
    found = first_word(clause, writing)
    return found if found and long and all(len(text) >= NAME_CHARACTERS for text in found) else None


def born(clause: Clause, writing: Writing) -> list[str] | None:
    """One whole day; [assumed] nothing else is taken."""
    (value, *more) = clause.values
    if clause.modifier is not None or more or not isinstance(value, DateValue) or value.prefix != "eq":
        return None
    return [value.text] if len(value.text) == len("1980-01-02") else None


def shaped(
    *ranges: Range, needs: frozenset[str] = frozenset(), told: Callable[[], Invalid] | None = None
) -> Callable[[Query, Writing, list[Pairs]], list[Pairs]]:
    """The last word over a type's requests: each parameter once, dates as `ranges` say.

    `needs`: names of which one has to be asked for. The requests raise `told()` where none is.
    """

    def adjust(query: Query, writing: Writing, requests: Sequence[Pairs]) -> list[Pairs]:
        dated = {one.name for one in ranges}
        found = []
        for request in requests:
            made = _once(request, dated)
            for one in ranges:
                made = one.written(made)
            if needs and told is not None and not needs & {name for name, _ in made}:
                raise told()
            found.append(made)
        return found

    return adjust


def _once(request: Pairs, repeated: set[str]) -> Pairs:
    """[seen: docs] a parameter only once: what a second one says is left to the facade. Dates are put together."""
    seen: set[str] = set()
    kept = []
    for name, value in request:
        if name in repeated or name not in seen:
            kept.append((name, value))
        seen.add(name)
    return tuple(kept)
