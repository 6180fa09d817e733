"""Filters of a search: one parameter with its modifier and values -> Clause, within bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.query import Clause, Value
from capability.issues import Invalid, NotSupported
from capability.modifiers import modifiers
from capability.uscore.search import SearchParameter
from facade.http.params import values
from facade.http.params.escapes import split

VALUE_CHARS = 1_024
ALTERNATIVES = 200
VALUES = 300
REPEATS = 20
"""Bounds of one search: one comma-separated value, their number in one parameter and in all, and how often one
parameter may stand. What a search costs grows with the values it compares."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(slots=True)
class Filters:
    """What the bounds have counted so far in one search. `bases` are our own absolute FHIR bases."""

    bases: Sequence[str]
    _values: int = 0
    _repeats: Counter[str] = field(default_factory=Counter)

    def clause(self, row: SearchParameter, modifier: str | None, raw: str, sent: str) -> Clause:
        """The clause of one pair, whose name was `sent`. Raises Invalid, NotSupported (400)."""
        if modifier is not None and modifier not in modifiers(row):
            raise NotSupported(f"{row.code} does not take this modifier here.", parameter=row.code)
        texts = split(raw, ",")
        if len(texts) > ALTERNATIVES:
            raise Invalid(f"{row.code} takes up to {ALTERNATIVES} values.", parameter=row.code, code="too-long")
        self._repeats[sent.partition(":")[0]] += 1
        if self._repeats[sent.partition(":")[0]] > REPEATS:
            raise Invalid(f"{row.code} may stand {REPEATS} times.", parameter=row.code, code="too-long")
        self._values += len(texts)
        if self._values > VALUES:
            raise Invalid(f"A search takes up to {VALUES} values in all.", parameter=row.code, code="too-long")
        return Clause(row.code, modifier, self._read(row, modifier, texts), raw)

    def _read(self, row: SearchParameter, modifier: str | None, texts: list[str]) -> tuple[Value, ...]:
        for text in texts:
            if not text:
                raise Invalid(f"{row.code} has an empty value; leave it out instead.", parameter=row.code)
            if len(text) > VALUE_CHARS:
                raise Invalid(f"A value of {row.code} has up to {VALUE_CHARS} characters.", parameter=row.code)
            if _CONTROL.search(text):
                raise Invalid(f"{row.code} has a control character in its value.", parameter=row.code)
        if modifier == "missing":
            return (values.missing(",".join(texts), row.code),)
        return tuple(values.value(row, modifier, text, bases=self.bases) for text in texts)
