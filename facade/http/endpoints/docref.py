"""[base]/DocumentReference/$docref"""

from __future__ import annotations

from starlette.responses import Response

from adapters.query import TokenValue
from capability.issues import Invalid
from capability.operations import DOCREF
from capability.uscore import SearchParameter
from facade.http import bundles
from facade.http.inputs import Inputs, inputs, moment, truth
from facade.http.negotiate import form
from facade.http.params import values
from facade.http.params.escapes import split
from facade.http.rest import RestRequest
from facade.interactions.asking import Asking
from facade.interactions.care_dates import Care
from facade.interactions.docref import DocrefRequest, docref
from facade.interactions.identity import FHIR_ID
from facade.services import Services

TYPE = SearchParameter(DOCREF.type, "type", "token", "", "")


async def answer(services: Services, asking: Asking, request: RestRequest) -> Response:
    """The documents as a searchset. Raises FHIRError."""
    written = form(request.headers, request.pairs)
    given = await inputs(request, DOCREF, lenient=asking.base.tenant.lenient)
    found = await docref(asking, _request(given), services.limits)
    return bundles.of_operation(asking.base.url, f"{DOCREF.type}/${DOCREF.name}", found, given, form=written)


def _request(given: Inputs) -> DocrefRequest:
    patient = (given.one("patient") or "").removeprefix("Patient/")
    if not FHIR_ID.fullmatch(patient):
        raise Invalid("patient is the id of a Patient: 1 to 64 of the characters A-Z a-z 0-9 - .", parameter="patient")
    return DocrefRequest(
        patient,
        Care.between(moment(given, "start"), moment(given, "end")),
        tuple(_token(text) for each in given.all("type") for text in split(each, ",")),
        truth(given, "on-demand"),
        given.all("profile"),
    )


def _token(text: str) -> TokenValue:
    read = values.value(TYPE, None, text, bases=())
    if not isinstance(read, TokenValue):
        raise TypeError("a token parameter has a token")
    return read
