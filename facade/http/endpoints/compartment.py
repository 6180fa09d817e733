"""[base]/Patient/[id]/[type]: a search for the type in the patient's compartment, the same as one by `patient`.

https://hl7.org/fhir/R4/search.html#searchcontexts
"""

from __future__ import annotations

from starlette.responses import Response

from capability.compartment import PATIENT_LINK
from capability.issues import Invalid
from facade.http.endpoints import search
from facade.http.rest import RestRequest, form_pairs
from facade.interactions.asking import Asking
from facade.interactions.identity import FHIR_ID
from facade.services import Services


async def by_query(services: Services, asking: Asking, request: RestRequest) -> Response:
    """With the parameters in the address."""
    return await search.answer(services, asking, request, request.path[2], [_patient(request), *request.pairs])


async def by_form(services: Services, asking: Asking, request: RestRequest) -> Response:
    """[base]/Patient/[id]/[type]/_search, with the parameters in the address and in a form body."""
    pairs = [_patient(request), *request.pairs, *await form_pairs(request)]
    return await search.answer(services, asking, request, request.path[2], pairs)


def _patient(request: RestRequest) -> tuple[str, str]:
    """The one patient as a search parameter. Raises Invalid: what is no id could name several, or a URL."""
    patient = request.path[1]
    if not FHIR_ID.fullmatch(patient):
        raise Invalid("an id has 1 to 64 of the characters A-Z a-z 0-9 - .", parameter=PATIENT_LINK)
    return PATIENT_LINK, patient
