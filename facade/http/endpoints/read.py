"""[base]/[type]/[id] and [base]/[type]/[id]/_history/[vid]"""

from __future__ import annotations

from starlette.responses import Response

from capability.issues import Invalid
from facade.http import respond
from facade.http.negotiate import form
from facade.http.params.controls import Controls
from facade.http.params.names import shown
from facade.http.rest import CONTROL, RestRequest
from facade.interactions.asking import Asking
from facade.interactions.read import read, vread
from facade.interactions.request import Subset
from facade.interactions.subset import subset
from facade.policy.release import Released
from facade.services import Services

SUBSETTING = frozenset({"_elements", "_summary"})
"""https://hl7.org/fhir/R4/http.html#parameters"""


async def current(services: Services, asking: Asking, request: RestRequest) -> Response:
    """read: the resource as it is now. Raises PreconditionFailed where If-Match names another version."""
    type_, id_ = request.path
    asked = _subset(asking, request, type_)
    return _respond(request, await read(asking, type_, id_), asked)


async def version(services: Services, asking: Asking, request: RestRequest) -> Response:
    """vread: the resource as it is now, where that is the version asked for. Earlier ones are not kept."""
    type_, id_, _, version_id = request.path
    asked = _subset(asking, request, type_)
    return _respond(request, await vread(asking, type_, id_, version_id), asked)


def _respond(request: RestRequest, released: Released, asked: Subset | None) -> Response:
    """A part of a resource has the version of the whole: each address has its own answer, and caches go by that."""
    written = form(request.headers, request.pairs)
    return respond.resource(released if asked is None else subset(released, asked), written, request.headers)


def _subset(asking: Asking, request: RestRequest, type_: str) -> Subset | None:
    """What `_summary` or `_elements` leave. Raises Invalid, also for any other parameter."""
    controls = Controls(type_, asking.base.declared, None)
    for name, raw in request.pairs:
        if name in SUBSETTING:
            controls.take(name, None, raw)
        elif name not in CONTROL:
            raise Invalid("a read takes no search parameter; search for it instead", parameter=shown(name))
    if controls.summary == "count":
        raise Invalid("_summary=count is for searches; a read takes true, text, data or false.", parameter="_summary")
    return controls.subset
