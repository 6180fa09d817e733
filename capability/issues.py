"""Every way a request can fail.

FHIRError              500 exception        our own fault
  Invalid              400 invalid          the request is malformed
    TooCostly          400 too-costly       well formed, but wider than we may read
  NotSupported         400 not-supported    well formed, but not offered here
  LoginRequired        401 login            no bearer token, or not a good one
  Forbidden            403 forbidden        a good token that does not reach this far
  NotFound             404 not-found        no such thing, or none that this caller may know of
  MethodNotAllowed     405 not-supported    known type, interaction not offered
  NotAcceptable        406 not-supported    no representation the client accepts
  RequestTimeout       408 timeout          the request's body did not arrive in time
  Gone                 410 expired          a paging link past its time
  TooLarge             413 too-long         body over the limit
  AddressTooLong       414 too-long         address over the limit
  UnsupportedMedia     415 not-supported    a body of a type we do not read
  Unprocessable        422 business-rule    a well-formed body that we can't act on
  TooManyRequests      429 throttled        the caller is over our own limit
  HeadersTooLong       431 too-long         header fields over the limit
  Overloaded           503 transient        we are shedding load
  EHRError             502 exception        the vendor's side
    EHRRejected        422 business-rule    the EHR refused the content
    EHRInvalid         502 structure        an answer we cannot read
    EHRCredentials     502 security         our own credentials were refused
    EHRThrottled       503 throttled        the EHR limits this practice
    EHRUnavailable     503 transient        the EHR is down, or its circuit is open
    EHRTimeout         504 timeout          no answer within the deadline

The text of an error is for people and goes to the client: it says what to do next, and never holds an upstream
body, a token or a patient's data. https://hl7.org/fhir/R4/operationoutcome.html, /valueset-issue-type.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class FHIRError(Exception):
    """`text` for people, `parameter` (a query parameter's name) or `expression` (a FHIRPath) for programs."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "exception"

    def __init__(
        self,
        text: str,
        *,
        parameter: str | None = None,
        expression: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.parameter = parameter
        self.expression = expression
        self.issue_code = code or self.code
        self.headers = dict(headers or {})

    def issue(self, severity: str = "error") -> dict[str, Any]:
        """One OperationOutcome.issue; `location` names a parameter as `http.<name>`."""
        issue: dict[str, Any] = {"severity": severity, "code": self.issue_code, "details": {"text": self.text}}
        if self.parameter is not None:
            issue["location"] = [f"http.{self.parameter}"]
        if self.expression is not None:
            issue["expression"] = [self.expression]
        return issue


class Invalid(FHIRError):
    status, code = 400, "invalid"


class TooCostly(Invalid):
    code = "too-costly"


class NotSupported(FHIRError):
    status, code = 400, "not-supported"


class LoginRequired(FHIRError):
    status, code = 401, "login"


class Forbidden(FHIRError):
    status, code = 403, "forbidden"


class NotFound(FHIRError):
    status, code = 404, "not-found"


class MethodNotAllowed(FHIRError):
    status, code = 405, "not-supported"


class NotAcceptable(FHIRError):
    status, code = 406, "not-supported"


class RequestTimeout(FHIRError):
    status, code = 408, "timeout"


class Gone(FHIRError):
    status, code = 410, "expired"


class PreconditionFailed(FHIRError):
    status, code = 412, "conflict"


class TooLarge(FHIRError):
    status, code = 413, "too-long"


class AddressTooLong(FHIRError):
    status, code = 414, "too-long"


class UnsupportedMedia(FHIRError):
    status, code = 415, "not-supported"


class Unprocessable(FHIRError):
    status, code = 422, "business-rule"


class TooManyRequests(FHIRError):
    status, code = 429, "throttled"


class HeadersTooLong(FHIRError):
    status, code = 431, "too-long"


class Overloaded(FHIRError):
    status, code = 503, "transient"


class EHRError(FHIRError):
    status, code = 502, "exception"


class EHRRejected(EHRError):
    status, code = 422, "business-rule"


class EHRInvalid(EHRError):
    status, code = 502, "structure"


class EHRCredentials(EHRError):
    status, code = 502, "security"


class EHRThrottled(EHRError):
    status, code = 503, "throttled"


class EHRUnavailable(EHRError):
    status, code = 503, "transient"


class EHRTimeout(EHRError):
    status, code = 504, "timeout"
