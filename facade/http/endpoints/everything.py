"""[base]/Patient/[id]/$everything"""

from __future__ import annotations

from starlette.responses import Response

from capability.issues import Invalid
from capability.operations import EVERYTHING
from facade.http import bundles
from facade.http.inputs import Inputs, inputs, moment, number, of_pairs, truth
from facade.http.negotiate import form
from facade.http.rest import CONTROL, RestRequest
from facade.interactions.asking import Asking
from facade.interactions.care_dates import Care
from facade.interactions.cursors import Cursor
from facade.interactions.everything import EverythingRequest, everything
from facade.interactions.patient_record import Wanted
from facade.services import Services

CURSOR = "_cursor"


async def answer(services: Services, asking: Asking, request: RestRequest) -> Response:
    """A page of the patient's record. Raises FHIRError."""
    written = form(request.headers, request.pairs)
    patient = request.path[1]
    text = next((value for name, value in request.pairs if name == CURSOR), None)
    resume: Cursor | None = None
    if text is None:
        given = await inputs(request, EVERYTHING, lenient=asking.base.tenant.lenient)
    else:
        resume = await asking.base.cursors.open(text, asking.binding)
        given = of_pairs(EVERYTHING, resume.pairs)
    asked = _request(patient, given, services.limits.page_max)
    if resume is not None and (resume.type != asked.path or not _alone(request)):
        raise Invalid("a paging link is used as it was given; begin again", parameter=CURSOR)
    found = await everything(asking, asked, services.limits, resume)
    return bundles.of_operation(asking.base.url, asked.path, found, given, form=written, cursor=text)


def _alone(request: RestRequest) -> bool:
    return len([name for name, _ in request.pairs if name not in CONTROL]) == 1


def _request(patient: str, given: Inputs, most: int) -> EverythingRequest:
    care = Care.between(moment(given, "start"), moment(given, "end"))
    named = [text.strip() for each in given.all("_type") for text in each.split(",")]
    if "" in named:
        raise Invalid("_type has an empty value; leave it out instead", parameter="_type")
    return EverythingRequest(
        Wanted(patient, frozenset(named) if named else None, care, moment(given, "_since")),
        number(given, "_count", least=0, most=most),
        tuple(given.applied),
        linked=truth(given, "_linked"),
    )
