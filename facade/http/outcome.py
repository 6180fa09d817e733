"""The one place where an exception becomes an OperationOutcome. The only writer of errors."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from capability.issues import FHIRError, Invalid, MethodNotAllowed, NotFound
from facade.http.negotiate import Form, form_of_refusal
from facade.http.respond import write
from facade.http.rest import query_pairs

ROUTING: dict[int, tuple[type[FHIRError], str]] = {
    404: (NotFound, "nothing is served at this address; a FHIR base looks like /{tenant}/fhir/r4"),
    405: (MethodNotAllowed, "this address does not take that method"),
}


def to_error(exc: Exception) -> FHIRError:
    """What Starlette or our own code raised, as one of the taxonomy; the unexpected tells nothing of itself."""
    if isinstance(exc, FHIRError):
        return exc
    if isinstance(exc, HTTPException):  # what the router raises: no route, wrong method
        kind, text = ROUTING.get(exc.status_code, (Invalid, "the request cannot be read"))
        return kind(text, headers=exc.headers)
    return FHIRError("unexpected error; quote the X-Request-Id header when reporting it")


def respond(exc: Exception, scope: Scope) -> Response:
    """The response to an exception, in the form that the request asks for where that can be read.

    A method that an address refuses tells what it takes; so OPTIONS is answered, for every address in the same way.
    """
    error = to_error(exc)
    headers = {"Cache-Control": "no-store", **error.headers}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = _allowed(error.headers.get("Allow", ""))
        if scope["method"] == "OPTIONS":
            return Response(None, 204, headers)
    body = {"resourceType": "OperationOutcome", "issue": [error.issue()]}
    return write(body, _form(scope), error.status, headers)


def _allowed(methods: str) -> str:
    return ", ".join(sorted({*filter(None, (method.strip() for method in methods.split(","))), "OPTIONS"}))


def _form(scope: Scope) -> Form:
    try:
        pairs = query_pairs(scope["query_string"])
    except FHIRError:
        pairs = []
    return form_of_refusal(Headers(scope=scope), pairs)
