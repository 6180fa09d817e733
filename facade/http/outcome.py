"""The one place where an exception becomes an OperationOutcome. The only writer of errors."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from capability.issues import FHIRError, Invalid, MethodNotAllowed, NotFound
from facade.http.negotiate import Form
from facade.http.respond import write

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


def respond(exc: Exception, form: Form | None = None) -> Response:
    """The response to an exception, in FHIR JSON unless another form is known."""
    error = to_error(exc)
    body = {"resourceType": "OperationOutcome", "issue": [error.issue()]}
    headers = {"Cache-Control": "no-store", **error.headers}
    return write(body, form or Form(), error.status, headers)
