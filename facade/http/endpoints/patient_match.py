"""[base]/Patient/$match"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError
from starlette.responses import Response

from capability.issues import Unprocessable
from capability.operations import MATCH
from facade.http import bundles
from facade.http.inputs import inputs, number, truth
from facade.http.negotiate import form
from facade.http.rest import RestRequest
from facade.interactions.asking import Asking
from facade.interactions.patient_match import MatchRequest, patient_match
from facade.services import Services

APART = frozenset({"contained", "text"})
"""What nobody is looked for by, and whose types could be anything."""


async def answer(services: Services, asking: Asking, request: RestRequest) -> Response:
    """Those who may be meant, as a searchset. Raises FHIRError."""
    written = form(request.headers, request.pairs)
    # before the body is read: to check a Patient costs more than most searches do
    await services.matches.take(asking.base.tenant.key, asking.principal.client)
    given = await inputs(request, MATCH, lenient=asking.base.tenant.lenient)
    asked = MatchRequest(
        patient=await asyncio.to_thread(_patient, given.resource or {}),
        only_certain=truth(given, "onlyCertainMatches"),
        count=number(given, "count", least=1, most=services.limits.page_max),
    )
    found = await patient_match(asking, asked, services.limits)
    return bundles.of_operation(asking.base.url, f"{MATCH.type}/${MATCH.name}", found, given, form=written)


def _patient(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """The Patient as it was sent, without what stands apart. Raises Unprocessable, naming the element at fault."""
    if sent.get("resourceType") != "Patient":
        raise Unprocessable("resource has to be a Patient", parameter="resource", code="invalid")
    told = {key: value for key, value in sent.items() if key not in APART}
    try:
        Patient.model_validate(told)
    except ValidationError as exc:
        where = _expression(exc.errors(include_input=False, include_url=False, include_context=False)[0]["loc"])
        raise Unprocessable(
            f"the Patient is not valid FHIR R4 at {where}", expression=where, code="structure"
        ) from None
    except (LookupError, TypeError, ValueError, RecursionError):
        raise Unprocessable("the Patient is not valid FHIR R4", expression="Patient", code="structure") from None
    return {key: _plain(value) for key, value in told.items() if value is not None}


def _plain(node: Any) -> Any:
    """Without the nulls that FHIR has in lists of primitives (and nowhere else)."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items() if value is not None}
    return [_plain(value) for value in node if value is not None] if isinstance(node, list) else node


def _expression(location: tuple[int | str, ...]) -> str:
    """A path of FHIR element names; a name that FHIR doesn't know may be anything and is not repeated."""
    found = "Patient"
    for step in location:
        if isinstance(step, int):
            found += f"[{step}]"
        elif step.isascii() and step.removeprefix("_").isalpha():
            found += f".{step}"
        else:
            break
    return found
