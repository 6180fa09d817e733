"""The sandbox as one ASGI app: gateway, then the token endpoint, the practices' endpoints, the control surface."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.athenanet.sandbox import (
    appointments,
    billing,
    chart,
    directory,
    documents,
    encounters,
    family_history,
    gate,
    medications,
    notes,
    orders,
    patients,
    people,
    procedures,
    results,
    schedule,
    screeners,
    social_history,
    summaries,
    vaccines,
    vitals,
)
from adapters.athenanet.sandbox.answers import Refused, render
from adapters.athenanet.sandbox.gateway import Gateway
from adapters.athenanet.sandbox.parameters import Ask, pooled
from adapters.athenanet.sandbox.state import (
    CREDENTIALS,
    DAILY_QUOTA,
    TOKEN_QUOTA,
    TOKEN_SECONDS,
    Clock,
    Sandbox,
    Settings,
)
from adapters.athenanet.sandbox.token import token
from adapters.population import SEED, SIZE
from adapters.simulator.athena import PRACTICES, Practice

Handler = Callable[[Ask], Any]

# path after /v1/{practiceid}: handler
ENDPOINTS: tuple[tuple[str, Handler], ...] = (
    ("/ping", directory.ping),
    ("/practiceinfo", directory.practiceinfo),
    ("/departments", directory.departments),
    ("/departments/{departmentid}", directory.department),
    ("/providers", directory.providers),
    ("/providers/{providerid}", directory.provider),
    ("/clinicalproviders/{clinicalproviderid}", people.clinicalprovider),
    ("/patients", patients.patients),
    ("/patients/enhancedbestmatch", patients.enhancedbestmatch),
    ("/patients/{patientid}", patients.patient),
    ("/chart/configuration/socialhistory", social_history.configuration),
    ("/patients/{patientid}/ccda", summaries.chart_ccda),
    ("/patients/{patientid}/documents", documents.listed),
    ("/patients/{patientid}/documents/imagingresult", results.imagingresult_documents),
    ("/patients/{patientid}/documents/imagingresult/{imagingresultid}", results.imagingresult_document),
    (
        "/patients/{patientid}/documents/imagingresult/{imagingresultid}/originaldocument",
        results.imagingresult_original,
    ),
    ("/patients/{patientid}/documents/imagingresult/{imagingresultid}/pages/{pageid}", results.imagingresult_page),
    ("/patients/{patientid}/documents/labresult", results.labresult_documents),
    ("/patients/{patientid}/documents/labresult/{labresultid}", results.labresult_document),
    ("/patients/{patientid}/documents/labresult/{labresultid}/pages/{pageid}", results.labresult_page),
    # those of one class, where another module answers for it, have to stand before these
    ("/patients/{patientid}/documents/{documentclass}/{documentid}", documents.document),
    ("/patients/{patientid}/documents/{documentclass}/{documentid}/originaldocument", documents.original),
    ("/patients/{patientid}/documents/{documentclass}/{documentid}/pages/{pageid}", documents.document_page),
    ("/chart/encounter/{encounterid}", encounters.encounter),
    ("/chart/encounter/{encounterid}/orders", orders.orders),
    ("/chart/encounter/{encounterid}/orders/{orderid}", orders.order),
    ("/chart/encounters/{encounterid}/summary", summaries.encounter_summary),
    ("/chart/encounter/{encounterid}/assessment", notes.assessment),
    ("/chart/encounter/{encounterid}/patientgoals", notes.patientgoals),
    ("/chart/{patientid}/patientchartlist", chart.patientchartlist),
    ("/chart/{patientid}/vitals", vitals.vitals),
    ("/chart/{patientid}/problems", chart.problems),
    ("/chart/{patientid}/allergies", chart.allergies),
    ("/chart/{patientid}/careteam", people.careteam),
    ("/chart/{patientid}/encounters", encounters.encounters),
    ("/chart/{patientid}/medications", medications.medications),
    ("/chart/{patientid}/surgicalhistory", procedures.surgicalhistory),
    ("/chart/{patientid}/vaccines", vaccines.listed),
    ("/encounter/{encounterid}/services", procedures.services),
    ("/chart/{patientid}/familyhistory", family_history.familyhistory),
    ("/chart/{patientid}/socialhistory", social_history.socialhistory),
    ("/chart/{patientid}/administeredquestionnairescreeners", screeners.administered),
    ("/chart/{patientid}/labresults", results.labresults),
    ("/appointments/booked", appointments.booked),
    ("/appointments/booked/multipledepartment", appointments.multipledepartment),
    ("/appointments/open", schedule.open_slots),
    ("/appointments/{appointmentid}", schedule.appointment),
    ("/patients/{patientid}/appointments", schedule.of_patient),
    ("/patients/{patientid}/insurances", billing.insurances),
    ("/claims", billing.claims),
    ("/claims/{claimid}", billing.claim),
)


def create_app(
    *,
    size: int = SIZE,
    seed: int = SEED,
    practices: Sequence[Practice] | None = None,
    credentials: Mapping[str, str] = CREDENTIALS,
    strict: bool = True,
    token_quota: int = TOKEN_QUOTA,
    token_seconds: int = TOKEN_SECONDS,
    daily_quota: int = DAILY_QUOTA,
    per_second: int | None = None,
    latency_ms: float = 0.0,
    heavy: bool = False,
    clock: Clock = time.time,
) -> Starlette:
    """`size` and `seed` are those of the first practice (195900); `practices` replaces all of them. With `heavy` it has
    one person more, the last, with a chart of about a thousand resources. Starting costs the same for any `size`.

    `credentials` is client id -> secret. `strict` False: the key's answers are strings (properjsonencoding off).
    `token_quota` a minute, `daily_quota` a day, `per_second` a second, all per client. `clock` in Unix seconds.
    The app's state is `app.state.sandbox`: faults, calls, settings.
    """
    if practices is None:
        practices = (replace(PRACTICES[0], size=size, seed=seed, heavy=heavy), *PRACTICES[1:])
    settings = Settings(strict, token_quota, token_seconds, daily_quota, per_second, latency_ms)
    sandbox = Sandbox.of(practices, credentials, settings, clock)
    return App(sandbox)


class App(Starlette):
    """Starlette inside the gateway: a dropped connection needs the server's own `send`, below any middleware."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(routes=_routes())
        self.router.redirect_slashes = False
        self.state.sandbox = sandbox
        self._gateway = Gateway(super().__call__, sandbox)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gateway(scope, receive, send)


def _routes() -> list[Route]:
    return [
        Route("/oauth2/v1/token", token, methods=["POST"]),
        Route("/ping", _ping, methods=["GET"]),
        *(Route(f"/v1/{{practiceid}}{path}", _endpoint(handler), methods=["GET"]) for path, handler in ENDPOINTS),
        Route("/v1/{practiceid}/{rest:path}", _unrouted, methods=_METHODS),
        Route("/{rest:path}", _nowhere, methods=_METHODS),
    ]


_METHODS = ["GET", "POST", "PUT", "DELETE"]


def _endpoint(handler: Handler) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        admitted = gate.check(request, sandbox)
        if isinstance(admitted, Response):
            return admitted
        practiceid = request.path_params["practiceid"]
        if gate.is_dummy(practiceid):
            answer = _dummy(request, sandbox, handler)
        else:
            practice = gate.practice(sandbox, practiceid)
            if isinstance(practice, Response):
                answer = practice
            else:
                query = pooled(request.query_params.multi_items())
                ask = Ask(sandbox, practice, request.scope["path"], request.path_params, query)
                answer = _answer(handler, ask)
        answer.headers.update(admitted)
        return answer

    return endpoint


def _answer(handler: Handler, ask: Ask) -> Response:
    try:
        payload = handler(ask)
    except Refused as refused:
        return refused.response()
    if isinstance(payload, Response):
        return payload  # a file
    return render(payload, strict=ask.sandbox.settings.strict, dice=ask.sandbox.dice)


def _dummy(request: Request, sandbox: Sandbox, handler: Handler) -> Response:
    if handler is directory.practiceinfo:
        return render(directory.reachable(sandbox), strict=sandbox.settings.strict, dice=sandbox.dice)
    if handler is directory.ping:
        return render({"pong": "true"}, strict=True, dice=sandbox.dice)
    return gate.unknown_practice()


async def _ping(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    return render({"pong": "true"}, strict=True, dice=sandbox.dice)


async def _unrouted(request: Request) -> Response:
    """A path below a practice that no service has registered: the gate still comes first."""
    sandbox: Sandbox = request.app.state.sandbox
    admitted = gate.check(request, sandbox)
    if isinstance(admitted, Response):
        return admitted
    practice = gate.practice(sandbox, request.path_params["practiceid"])
    return practice if isinstance(practice, Response) else gate.not_routed()


async def _nowhere(request: Request) -> Response:
    return gate.not_routed()
