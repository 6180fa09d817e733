"""/brands.json: the organisations that are published, for apps that let people choose theirs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from capability.issues import NotFound
from facade.http import respond
from facade.http.negotiate import form
from facade.http.rest import query_pairs
from facade.services import Services


class Brands:
    """The Bundle of the tenants that opted in. https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html"""

    def __init__(self, services: Services) -> None:
        self._bundle = services.brands

    async def bundle(self, request: Request) -> Response:
        """Raises NotFound where no tenant has opted in."""
        request.state.route = "brands.json"
        written = form(request.headers, query_pairs(request.scope["query_string"]))
        if self._bundle is None:
            raise NotFound("no organisation here is published")
        return respond.document(self._bundle, written, request.headers)
