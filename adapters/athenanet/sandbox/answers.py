"""How an answer is written: scalar types by mode, keys in no order, envelopes, and the error bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from starlette.responses import Response

from adapters.population.dice import Dice

JSON = dict[str, Any]
PAGE = 1500  # the usual default
LARGEST_PAGE = 5000  # more is quietly cut down to this [assumed]


class _Null:
    """A null that is sent even in strict mode, where a None means that the key is left out."""


NULL = _Null()


class Refused(Exception):
    """The application's answer is an error: 4xx JSON after two blank lines, as recorded from the real service."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **more}

    def response(self) -> Response:
        return Response(b"\n\n" + orjson.dumps(self.body), self.status, media_type="application/json")


def missing(*fields: str) -> Refused:
    return Refused(400, "Additional fields are required.", missingfields=list(fields))


def wrong_type(expected: str, value: str) -> Refused:
    detail = f"Expecting {expected}, but value is {value}"
    return Refused(400, "The data provided is invalid.", detailedmessage=detail)


def not_found(what: str) -> Refused:
    return Refused(404, f"The {what} does not exist.")


def render(payload: Any, *, strict: bool, dice: Dice) -> Response:
    return Response(orjson.dumps(_typed(payload, strict, dice)), media_type="application/json")


def _typed(value: Any, strict: bool, dice: Dice) -> Any:
    """Strict: values as they are, keys without a value left out. Lax: strings, and now and then a null or ""."""
    if isinstance(value, dict):
        items = list(value.items())
        cut = int(dice.random() * len(items))  # two identical calls do not agree on the order of keys
        out: JSON = {}
        for key, one in (*items[cut:], *items[:cut]):
            if one is NULL:
                out[key] = None
            elif one is not None:
                out[key] = _typed(one, strict, dice)
            elif not strict and len(key) % 3:
                out[key] = None if len(key) % 3 == 1 else ""
        return out
    if isinstance(value, list | tuple):
        return [_typed(one, strict, dice) for one in value]
    if strict or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def page(
    key: str,
    rows: Sequence[Any],
    *,
    path: str,
    query: Mapping[str, Sequence[str]],
    limit: int,
    offset: int,
    counted: bool = True,
) -> JSON:
    """The list envelope. `next` and `previous` are root-relative, their parameter names in upper case."""
    envelope: JSON = {key: list(rows[offset : offset + limit])}
    if counted:
        envelope["totalcount"] = len(rows)
    if offset + limit < len(rows):
        envelope["next"] = _link(path, query, limit, offset + limit)
    if offset > 0:
        envelope["previous"] = _link(path, query, limit, max(0, offset - limit))
    return envelope


def _link(path: str, query: Mapping[str, Sequence[str]], limit: int, offset: int) -> str:
    pairs = [
        f"{quote(name.upper())}={quote(value, safe='')}"
        for name, values in sorted(query.items())
        if name not in ("limit", "offset")
        for value in values
    ]
    return f"{path}?{'&'.join([*pairs, f'limit={limit}', f'offset={offset}'])}"
