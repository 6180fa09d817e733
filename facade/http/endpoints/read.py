"""[base]/[type]/[id] and [base]/[type]/[id]/_history/[vid]"""

from __future__ import annotations

from starlette.responses import Response

from capability.issues import Invalid
from facade.http import respond
from facade.http.negotiate import form
from facade.http.rest import CONTROL, RestRequest
from facade.interactions.asking import Asking
from facade.interactions.read import read, vread
from facade.services import Services


async def current(services: Services, asking: Asking, request: RestRequest) -> Response:
    """read: the resource as it is now. Raises PreconditionFailed where If-Match names another version."""
    written = form(request.headers, request.pairs)
    _check(request)
    type_, id_ = request.path
    return respond.resource(await read(asking, type_, id_), written, request.headers)


async def version(services: Services, asking: Asking, request: RestRequest) -> Response:
    """vread: the resource as it is now, where that is the version asked for. Earlier ones are not kept."""
    written = form(request.headers, request.pairs)
    _check(request)
    type_, id_, _, version_id = request.path
    return respond.resource(await vread(asking, type_, id_, version_id), written, request.headers)


def _check(request: RestRequest) -> None:
    for name, _ in request.pairs:
        if name not in CONTROL:
            raise Invalid("a read takes no search parameter; search for it instead", parameter=name[:64])
