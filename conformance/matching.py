"""Whether a resource satisfies a search: an independent reading of https://hl7.org/fhir/R4/search.html.

Every answer is a pair (certain, possible). What is certain must be in the result, what isn't even possible must not;
between the two the standard leaves the server room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capability.uscore import SearchParameter
from conformance import dates
from conformance.paths import selector

Verdict = tuple[bool, bool]
Pairs = Sequence[tuple[str, str]]

NO: Verdict = (False, False)
YES: Verdict = (True, True)
OPEN: Verdict = (False, True)

_COMMA = re.compile(r"((?:[^\\,]|\\.)*)(?:,|$)")
_STRINGS = {
    "HumanName": ("family", "given", "prefix", "suffix", "text"),
    "Address": ("line", "city", "district", "state", "postalCode", "country", "text"),
}
TEXTS = tuple(dict.fromkeys(name for names in _STRINGS.values() for name in names))


def alternatives(raw: str) -> list[str]:
    """The values of a comma list, escapes still in them."""
    found = [match.group(1) for match in _COMMA.finditer(raw)]
    return found[:-1] if len(found) > 1 and found[-1] == "" and not raw.endswith(",") else found


def unescaped(text: str) -> str:
    return re.sub(r"\\([\\,|$])", r"\1", text)


def escaped(text: str) -> str:
    """A literal value as it is written in a search. https://hl7.org/fhir/R4/search.html#escaping"""
    return re.sub(r"([\\,|$])", r"\\\1", text)


def may_point_at(value: Any, targets: Sequence[str]) -> bool:
    """False where a reference says itself that it points at another type."""
    text = value.get("reference", "") if isinstance(value, dict) else ""
    type_ = text.partition("/_history/")[0].rpartition("/")[0].rpartition("/")[2]
    return not type_ or type_ in targets or text.startswith(("#", "urn:"))


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    certain = possible = False
    for each in verdicts:
        certain, possible = certain or each[0], possible or each[1]
    return certain, possible


def _not(verdict: Verdict) -> Verdict:
    return not verdict[1], not verdict[0]


class Matcher:
    """Search parameters by type and code, and the base under which references are local."""

    def __init__(self, parameters: Mapping[str, Mapping[str, SearchParameter]], base: str) -> None:
        self.parameters = parameters
        self._base = base
        self._select = {
            (type_, code): selector(row.expression) for type_, rows in parameters.items() for code, row in rows.items()
        }

    def values(self, resource: Mapping[str, Any], code: str) -> list[Any]:
        """What the parameter looks at, without references to types that it isn't about. KeyError for an unknown one."""
        type_ = resource["resourceType"]
        found = self._select[type_, code](dict(resource))
        targets = self.parameters[type_][code].targets
        return [one for one in found if may_point_at(one, targets)] if targets else found

    def verdict(self, resource: Mapping[str, Any], pairs: Pairs) -> Verdict:
        """Whether the resource satisfies all filters; result parameters (`_count`, `_include`, ...) filter nothing."""
        certain = possible = True
        for name, raw in pairs:
            one = self._clause(resource, name, raw)
            certain, possible = certain and one[0], possible and one[1]
        return certain, possible

    def _clause(self, resource: Mapping[str, Any], name: str, raw: str) -> Verdict:
        code, _, modifier = name.partition(":")
        row = self.parameters.get(resource["resourceType"], {}).get(code)
        if row is None:
            return YES if code.startswith("_") and code != "_has" else OPEN
        values = self.values(resource, code)
        if modifier == "missing":
            return _missing(values, raw)
        if modifier not in ("", "not", "exact", "contains", *row.targets):
            return OPEN
        found = _any(
            self._one(row, modifier, each, value) for each in alternatives(raw) for value in values if _present(value)
        )
        return _not(found) if modifier == "not" else found

    def _one(self, row: SearchParameter, modifier: str, raw: str, value: Any) -> Verdict:
        match row.kind:
            case "token":
                return _token(raw, value)
            case "date":
                return dates.verdict(raw, value)
            case "string":
                return _string(unescaped(raw), modifier, value)
            case "reference":
                raw = f"{modifier}/{raw}" if modifier in row.targets and "/" not in raw else raw
                return self._reference(unescaped(raw), row, value)
            case "uri":
                return _sure(value == unescaped(raw))
            case _:
                return OPEN

    def _reference(self, wanted: str, row: SearchParameter, value: Any) -> Verdict:
        if isinstance(value, str):
            return _sure(value.partition("|")[0] == wanted.partition("|")[0])
        text = value.get("reference", "").partition("/_history/")[0].removeprefix(f"{self._base}/")
        wanted = wanted.removeprefix(f"{self._base}/")
        if "/" in wanted:
            return _sure(text == wanted)
        type_, _, id_ = text.rpartition("/")
        local = not row.targets or type_.rpartition("/")[2] in row.targets
        return _sure(id_ == wanted and local and "://" not in text)


def _sure(holds: bool) -> Verdict:
    return YES if holds else NO


def _present(value: Any) -> bool:
    """An element that only carries extensions, say why it is absent, has no value."""
    return not isinstance(value, dict) or any(key not in ("id", "extension") for key in value)


def _missing(values: list[Any], raw: str) -> Verdict:
    if any(not _present(value) for value in values) and not any(map(_present, values)):
        return OPEN
    return _sure((not values) is (raw == "true"))


def _token(raw: str, value: Any) -> Verdict:
    parts = re.split(r"(?<!\\)\|", raw)
    system, code = (unescaped(parts[0]), unescaped(parts[1])) if len(parts) > 1 else (None, unescaped(parts[0]))
    return _any(_coding(system, code, each) for each in _codings(value))


def _codings(value: Any) -> list[tuple[str | None, str]]:
    """System and code of a CodeableConcept, Coding, Identifier, ContactPoint; of a code or boolean without a system."""
    if isinstance(value, bool):
        return [("?", "true" if value else "false")]
    if isinstance(value, str):
        return [("?", value)]
    if "coding" in value:
        return [(each.get("system"), each.get("code", "")) for each in value["coding"]]
    system = value.get("system")
    if system is not None and ":" not in system:
        system = "?"  # a ContactPoint's says what kind it is, and is no namespace
    return [(system, value.get("code", value.get("value", "")))]


def _coding(system: str | None, code: str, found: tuple[str | None, str]) -> Verdict:
    its_system, its_code = found
    if its_system == "?" and system is not None:
        return _sure(False) if code and its_code != code else OPEN
    if system is not None and (its_system or "") != system:
        return NO
    if code == "" and system is not None:
        return YES
    if its_code == code:
        return YES
    return OPEN if its_code.casefold() == code.casefold() else NO


def _string(wanted: str, modifier: str, value: Any) -> Verdict:
    texts = [value] if isinstance(value, str) else [each for name in TEXTS for each in _listed(value.get(name))]
    found = _any(_text(wanted, modifier, text) for text in texts if isinstance(text, str))
    return OPEN if found == NO and not modifier and _across(wanted, value) else found


def _across(wanted: str, value: Any) -> bool:
    """Whether all words begin words of one name or address: a server may read a search so, or not."""
    words = [w for text in map(str, _parts(value)) for w in re.split(r"[^\w]+", plain(text))]
    sought = re.split(r"[^\w]+", plain(wanted))
    return len(sought) > 1 and all(any(w.startswith(one) for w in words) for one in sought)


def _parts(value: Any) -> list[Any]:
    return [each for name in TEXTS for each in _listed(value.get(name))] if isinstance(value, dict) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def plain(text: str) -> str:
    """Without case, accents and doubled spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _text(wanted: str, modifier: str, text: str) -> Verdict:
    if modifier == "exact":
        return _sure(text == wanted)
    if modifier == "contains":
        return _sure(wanted.casefold() in text.casefold()) if wanted.isascii() else OPEN
    if text.casefold().startswith(wanted.casefold()):
        return YES
    # accents, and the words inside a field, are the server's choice
    words = re.split(r"[^\w]+", plain(text))
    return OPEN if plain(text).startswith(plain(wanted)) or any(w.startswith(plain(wanted)) for w in words) else NO
