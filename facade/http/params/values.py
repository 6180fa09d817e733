"""One alternative of a search value -> its typed form. https://hl7.org/fhir/R4/search.html#ptypes

Every function takes the text as sent (still escaped) and raises Invalid or NotSupported (400), naming the
parameter and never repeating the value, which may tell who the patient is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from adapters.query import DateValue, NumberValue, ReferenceValue, StringValue, TokenValue, TypedValue, Value
from capability.issues import Invalid, NotSupported
from capability.uscore.search import SearchParameter
from facade.http.params.escapes import split, unescape
from facade.interactions.match.spans import span
from facade.interactions.match.strings import fold

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
"""https://hl7.org/fhir/R4/search.html#prefix"""

# "." and ".." fit FHIR's grammar but would climb in a path that an adapter builds, and no server of ours gives them
_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9.\-]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_URL = re.compile(r"(?:https?://|urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:)\S+")
_SPACE_FOR_PLUS = re.compile(r"(T[0-9:.]+) ([0-9]{2}:[0-9]{2})")
# so many digits and so large an exponent that arithmetic on them stays exact and cheap
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?(?:[eE][+-]?[0-9]{1,2})?")


def value(row: SearchParameter, modifier: str | None, text: str, *, bases: Sequence[str]) -> Value:
    """`text` read as `row.kind` asks. `bases` are our own absolute FHIR bases."""
    if row.code == "_id":
        return TokenValue(None, _identifier(unescape(text), row.code))
    match row.kind:
        case "token" if modifier == "text":
            return _string(text, row.code, None)
        case "token" if modifier == "of-type":
            return _typed(text, row.code)
        case "token":
            return _token(text, row.code)
        case "string":
            return _string(text, row.code, modifier)
        case "date":
            return _date(row, text)
        case "reference":
            return _reference(row, modifier, unescape(text), bases)
        case "number":
            return _number(row, text)
        case "quantity":
            return _quantity(row, text)
        case "uri":
            return _uri(text, row.code)
        case kind:
            raise LookupError(f"no search parameter is of kind {kind}")


def missing(text: str, name: str) -> TokenValue:
    """The value of `:missing`, the token `true` or `false`."""
    if text not in ("true", "false"):
        raise Invalid(f"{name}:missing takes true or false.", parameter=name)
    return TokenValue(None, text)


def _identifier(text: str, name: str) -> str:
    if _ID.fullmatch(text) is None:
        raise Invalid(f"{name} takes FHIR ids: 1 to 64 letters, digits, '-' and '.'.", parameter=name)
    return text


def _token(text: str, name: str) -> TokenValue:
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) > 2:
        raise Invalid(rf"{name} takes code, system|code, |code or system|; write \| for a | in it.", parameter=name)
    if not any(part.strip() for part in parts):
        raise Invalid(f"{name} needs a code, or system|code.", parameter=name)
    if len(parts) == 1:
        return TokenValue(None, parts[0])
    return TokenValue(parts[0], parts[1] or None)


def _typed(text: str, name: str) -> TypedValue:
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) != 3 or not all(part.strip() for part in parts):
        raise Invalid(
            f"{name}:of-type takes the system and code of the type and the value: system|code|value.", parameter=name
        )
    return TypedValue(*parts)


def _string(text: str, name: str, modifier: str | None) -> StringValue:
    plain = unescape(text)
    # accents alone fold to nothing, which would be the beginning of every text
    if not plain.strip() or (modifier != "exact" and not fold(plain)):
        raise Invalid(f"{name} needs some text to look for.", parameter=name)
    return StringValue(plain)


def _uri(text: str, name: str) -> StringValue:
    plain = unescape(text)
    if not plain or any(map(str.isspace, plain)):
        raise Invalid(f"{name} takes a URI, without white space.", parameter=name)
    return StringValue(plain)


def _prefixed(row: SearchParameter, text: str) -> tuple[str, str]:
    """(prefix, rest); `eq` where none is written."""
    if not text[:2].isalpha():
        return "eq", text
    prefix = text[:2]
    if prefix not in PREFIXES:
        raise Invalid(f"{row.code} starts with a prefix that FHIR does not know.", parameter=row.code)
    if prefix != "eq" and prefix not in row.comparators:
        offered = ", ".join(sorted({"eq", *row.comparators}))
        raise NotSupported(
            f"{row.code} does not take the prefix {prefix} here; it takes {offered}.", parameter=row.code
        )
    return prefix, text[2:]


def _date(row: SearchParameter, text: str) -> DateValue:
    prefix, rest = _prefixed(row, text)
    # an unencoded + of an offset arrives as a space
    if found := _SPACE_FOR_PLUS.search(rest):
        rest = f"{rest[: found.start()]}{found[1]}+{found[2]}{rest[found.end() :]}"
    try:
        read = span(rest)
    except ValueError:
        raise Invalid(
            f"{row.code} takes a date that is in the calendar, such as 2020, 2020-03, 2020-03-01 or "
            "2020-03-01T10:00:00-05:00.",
            parameter=row.code,
        ) from None
    low, high = (read.low, read.high) if read.offset is None else read.instants()
    return DateValue(prefix, rest, low, high, read.offset is not None)


def _reference(row: SearchParameter, modifier: str | None, text: str, bases: Sequence[str]) -> ReferenceValue:
    """id, Type/id, an absolute URL under one of `bases` (ours) or any other absolute URL, which stays one."""
    own = next((base for each in bases if text.startswith(base := each.rstrip("/") + "/")), "")
    text = text[len(own) :]
    if ":" in text and not own:
        if _URL.fullmatch(text) is None:
            raise _no_reference(row)
        return ReferenceValue(None, "", text)
    type_, slash, id_ = text.rpartition("/")
    if (slash or own) and _TYPE.fullmatch(type_) is None:
        raise _no_reference(row)
    named = type_ if slash else modifier
    if (slash and modifier not in (None, type_)) or (named is not None and row.targets and named not in row.targets):
        allowed = modifier or " or ".join(row.targets)
        raise Invalid(f"{row.code} refers to {allowed}, not to another type.", parameter=row.code)
    return ReferenceValue(named, _identifier(id_, row.code))


def _no_reference(row: SearchParameter) -> Invalid:
    return Invalid(f"{row.code} takes an id, Type/id or an absolute URL, without a version.", parameter=row.code)


def _number(row: SearchParameter, text: str) -> NumberValue:
    prefix, rest = _prefixed(row, text)
    return _significant(row, prefix, rest, None, None)


def _quantity(row: SearchParameter, text: str) -> NumberValue:
    prefix, rest = _prefixed(row, text)
    number, *unit = (unescape(part) for part in split(rest, "|"))
    if len(unit) not in (0, 2):
        raise Invalid(f"{row.code} takes a number, number|system|code or number||code.", parameter=row.code)
    system, code = unit or ("", "")
    return _significant(row, prefix, number, system or None, code or None)


def _significant(row: SearchParameter, prefix: str, text: str, system: str | None, code: str | None) -> NumberValue:
    """A number as the interval that its digits leave open: 5.4 is [5.35, 5.45)."""
    if _NUMBER.fullmatch(text) is None:
        raise Invalid(f"{row.code} takes a decimal number such as 5.4 or 1e3.", parameter=row.code)
    exact = Decimal(text)
    exponent = exact.as_tuple().exponent
    half = Decimal((0, (5,), int(exponent) - 1))
    return NumberValue(prefix, text, exact - half, exact + half, system, code)
