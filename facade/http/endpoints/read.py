"""[base]/[type]/[id]"""

from __future__ import annotations

from starlette.responses import Response

from capability.issues import Invalid
from facade.http import respond
from facade.http.negotiate import form
from facade.http.rest import CONTROL, RestRequest
from facade.interactions.asking import Asking
from facade.interactions.read import read
from facade.services import Services


async def current(services: Services, asking: Asking, request: RestRequest) -> Response:
    """read: the resource as it is now."""
    written = form(request.headers, request.pairs)
    for name, _ in request.pairs:
        if name not in CONTROL:
            raise Invalid("a read takes no search parameter; search for it instead", parameter=name[:64])
    type_, id_ = request.path
    return respond.resource(await read(asking, type_, id_), written)
