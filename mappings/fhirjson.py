"""The one JSON codec: a decimal keeps its digits (98.60 stays 98.60), keys keep their order.

Reading is msgspec with `float_hook=Decimal`; writing is orjson with each Decimal as a ready `Fragment`, because msgspec
turns 0.0000001 into 1E-7 and writes NaN. Measured on 200 vitals readings: reading 129 µs (orjson 88, json 239),
writing 55 µs (msgspec 43). https://hl7.org/fhir/R4/json.html#decimal
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import orjson

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_BOM = b"\xef\xbb\xbf"


def loads(data: bytes) -> Any:
    """Python values of a JSON document in UTF-8; a number with a fraction or an exponent is a `Decimal`.

    Blank lines and a byte order mark before the document are allowed. ValueError when it is cut off, not JSON, not
    UTF-8, or nested too deep; its text never quotes the document.
    """
    try:
        return _DECODER.decode(data.removeprefix(_BOM))
    except RecursionError as exc:
        raise ValueError("JSON is nested too deep") from exc
    except ValueError as exc:
        raise ValueError("not a JSON document in UTF-8") from exc


def dumps(obj: Any, *, pretty: bool = False) -> bytes:
    """UTF-8 JSON, keys in insertion order, Decimals digit for digit.

    ValueError for what FHIR cannot carry: a NaN or infinite Decimal, an integer over 64 bits, an unpaired surrogate,
    a type that JSON does not know.
    """
    return _dumps(obj, orjson.OPT_INDENT_2 if pretty else 0)


def canonical(obj: Any) -> bytes:
    """The same content always as the same bytes (sorted keys, no white space), to hash a version from."""
    return _dumps(obj, orjson.OPT_SORT_KEYS)


def _dumps(obj: Any, option: int) -> bytes:
    try:
        return orjson.dumps(obj, default=_decimal, option=option)
    except orjson.JSONEncodeError as exc:
        raise ValueError("not representable in FHIR JSON") from exc


def _decimal(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError
    # Zeros that an exponent would stand for are digits nobody measured: 1E+3 is not 1000.
    exponent = value.as_tuple().exponent
    plain = isinstance(exponent, int) and -100 < exponent <= 0
    return orjson.Fragment(format(value, "f") if plain else str(value))
