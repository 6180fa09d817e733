"""One FHIR request as it was sent, alone or as an entry of a batch; and what answers one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from capability.issues import Invalid, MethodNotAllowed
from facade.http.negotiate import check_body_type
from facade.interactions.asking import Asking
from facade.services import Services

FORM = "application/x-www-form-urlencoded"
MOST_PAIRS = 1_000
CONTROL = frozenset({"_format", "_pretty"})
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RestRequest:
    """`path` holds the segments below the base, `pairs` the query string's; `headers` are found in any case.

    `body`  gives the whole body, as often as it is asked
    `gone`  ends when the client has left; None where that is not told
    """

    method: str
    path: tuple[str, ...]
    pairs: Pairs
    headers: Mapping[str, str]
    body: Callable[[], Awaitable[bytes]]
    gone: Callable[[], Coroutine[Any, Any, None]] | None = None


Handle = Callable[[Services, Asking, RestRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`route` is the address without its values, for the log; `methods` by which it may be asked, GET with HEAD.

    `negotiates`  it answers in other forms than FHIR's and refuses by itself what it can't answer
    """

    route: str
    methods: frozenset[str]
    handle: Handle
    negotiates: bool = False

    def check(self, method: str) -> None:
        """Raises MethodNotAllowed, with what is allowed."""
        allow(method, self.methods)


def endpoint(route: str, handle: Handle, *methods: str) -> Endpoint:
    return Endpoint(route, frozenset(methods), handle)


def allow(method: str, methods: frozenset[str]) -> None:
    """Raises MethodNotAllowed where `method` is none of `methods`; HEAD is allowed with GET."""
    allowed = methods | {"HEAD"} if "GET" in methods else methods
    if method in allowed:
        return
    if not allowed:
        raise MethodNotAllowed("this interaction is not offered here", headers={"Allow": ""})
    named = " or ".join(sorted(methods))
    raise MethodNotAllowed(f"this address takes {named}", headers={"Allow": ", ".join(sorted(allowed))})


def query_pairs(query: bytes) -> Pairs:
    """The pairs of a query string or form body, in order. Raises Invalid where it is not UTF-8 or has too many."""
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_PAIRS,
        )
    except UnicodeDecodeError as exc:
        raise Invalid("the query is not percent-encoded UTF-8") from exc
    except ValueError as exc:
        raise Invalid(f"the query has more than {MOST_PAIRS} parameters") from exc


async def form_pairs(request: RestRequest) -> Pairs:
    """The pairs of a form body. Raises UnsupportedMedia for a body of another type or FHIR version, Invalid."""
    body = await request.body()
    if body:  # where there is none, some clients (aiohttp) name a type all the same
        check_body_type(request.headers, FORM, text=f"POST _search takes a body of type {FORM}")
    return query_pairs(body)
