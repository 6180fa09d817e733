"""String parameters: prefix, `:contains` and `:exact`. https://hl7.org/fhir/R4/search.html#string"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adapters.query import StringValue

PARTS = (
    # the strings of a HumanName that a search looks at: https://hl7.org/fhir/R4/datatypes.html#HumanName
    "family",
    "given",
    "prefix",
    "suffix",
    # and of an Address: https://hl7.org/fhir/R4/datatypes.html#Address
    "line",
    "city",
    "district",
    "state",
    "postalCode",
    "country",
    # of both
    "text",
)


def fold(text: str) -> str:
    """`text` without case, accents (combining characters, compatibility forms) and surplus white space.

    Punctuation stays. Folding twice changes nothing more.
    """
    if not text.isascii():
        # a second round, since case folding can give characters that decompose
        text = _plain(_plain(text))
    return " ".join(text.casefold().split())


def string_test(values: Iterable[StringValue], modifier: str | None) -> Callable[[Any], bool]:
    """Whether one raw element value (a string, HumanName or Address) satisfies any of `values`."""
    wanted = tuple(value.text for value in values)
    if modifier == "exact":
        exact = frozenset(wanted)
        return lambda raw: any(text in exact for text in texts(raw))
    # what folds to nothing would be the prefix of everything
    folded = tuple(text for text in map(fold, wanted) if text)
    if modifier == "contains":
        return lambda raw: any(part in text for text in map(fold, texts(raw)) for part in folded)
    return lambda raw: any(text.startswith(folded) for text in map(fold, (*texts(raw), *_whole_names(raw))))


def uri_test(values: Iterable[StringValue], modifier: str | None = None) -> Callable[[Any], bool]:
    """A uri matches the very same uri; with `below` what it begins, with `above` what begins it."""
    wanted = frozenset(value.text for value in values)
    if modifier == "below":
        return lambda raw: isinstance(raw, str) and any(_within(raw, text) for text in wanted)
    if modifier == "above":
        return lambda raw: isinstance(raw, str) and any(_within(text, raw) for text in wanted)
    return lambda raw: isinstance(raw, str) and raw in wanted


def _within(uri: str, above: str) -> bool:
    """By whole segments: http://a/b is within http://a, http://ab is not."""
    return uri == above or uri.startswith(above if above.endswith("/") else f"{above}/")


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def _whole_names(raw: Any) -> Iterator[str]:
    """A HumanName as people write it in one field: all its given names before the family name, or the first alone."""
    if not isinstance(raw, dict) or not isinstance(raw.get("family"), str):
        return
    given = [each for each in raw.get("given", ()) if isinstance(each, str)]
    for some in (given, given[:1]) if len(given) > 1 else (given,):
        yield " ".join((*some, raw["family"]))


def texts(raw: Any) -> Iterator[str]:
    """The strings of a string, HumanName or Address that a search looks at."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for name in PARTS:
            part = raw.get(name)
            if isinstance(part, str):
                yield part
            elif isinstance(part, list):
                yield from (text for text in part if isinstance(text, str))
