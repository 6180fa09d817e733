"""[base]/Patient/[id]/[type]: a search for the type in the patient's compartment, the same as one by `patient`.

https://hl7.org/fhir/R4/search.html#searchcontexts
"""

from __future__ import annotations

from starlette.responses import Response

from capability.compartment import PATIENT_LINK
from facade.http.endpoints import search
from facade.http.rest import RestRequest, form_pairs
from facade.interactions.asking import Asking
from facade.services import Services


async def by_query(services: Services, asking: Asking, request: RestRequest) -> Response:
    """With the parameters in the address."""
    _, patient, type_ = request.path
    return await search.answer(services, asking, request, type_, [(PATIENT_LINK, patient), *request.pairs])


async def by_form(services: Services, asking: Asking, request: RestRequest) -> Response:
    """[base]/Patient/[id]/[type]/_search, with the parameters in the address and in a form body."""
    _, patient, type_, _ = request.path
    pairs = [(PATIENT_LINK, patient), *request.pairs, *await form_pairs(request)]
    return await search.answer(services, asking, request, type_, pairs)
