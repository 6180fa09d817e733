"""Who gets through: bearer token, daily and per-second quota, practice. These errors come from the gateway, not the
application: no blank lines before their JSON, or no JSON at all.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.athenanet.sandbox.practice import DUMMY_PRACTICE, PracticeData
from adapters.athenanet.sandbox.state import Sandbox
from adapters.simulator.quota import Window

_DAY = 86_400
NOT_ROUTED = "Service not registered with API gateway."


def not_routed() -> Response:
    return Response(NOT_ROUTED, 404, media_type="text/plain")


def invalid_token() -> Response:
    detail = "The access token provided is not valid for this service."
    challenge = (
        'Bearer realm="null",error="invalid_token",'
        'error_description="keymanagement.service.invalid_access_token: Invalid Access Token"'
    )
    return _json(401, "Invalid Access Token.", detail, {"WWW-Authenticate": challenge})


def not_granted() -> Response:
    return _json(401, "Incorrect permissions.", "Bad auth.")


def unknown_practice() -> Response:
    return _json(404, "Invalid practice.", "The practice ID does not exist.")


def over_rate(wording: str) -> Response:
    """[assumed] The legacy gateway's status and wording; the current one may well answer 429."""
    return Response(wording, 403, media_type="text/plain")


def check(request: Request, sandbox: Sandbox) -> Response | dict[str, str]:
    """The refusal, or the quota headers of an admitted request."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        return Response("Developer Inactive", 401, media_type="text/plain")
    scheme, _, bearer = authorization.partition(" ")
    token = sandbox.tokens.get(bearer.strip()) if scheme.lower() == "bearer" else None
    now = sandbox.clock()
    if token is None or token.expires <= now:
        return invalid_token()
    limit = sandbox.settings.per_second
    second = sandbox.second_windows.setdefault(token.client, Window()).hit(int(now))
    if limit is not None and second > limit:
        return over_rate("Developer Over Qps")
    quota = sandbox.settings.daily_quota
    today = sandbox.day_windows.setdefault(token.client, Window()).hit(int(now // _DAY))
    if today > quota:
        return over_rate("Developer Over Rate")
    return {"X-RateLimit-Limit": str(quota), "X-RateLimit-Remaining": str(quota - today)}


def practice(sandbox: Sandbox, practiceid: str) -> PracticeData | Response:
    found = sandbox.practices.get(practiceid)
    if found is None:
        return unknown_practice()
    return found if found.practice.granted else not_granted()


def is_dummy(practiceid: str) -> bool:
    return practiceid == DUMMY_PRACTICE


def _json(status: int, error: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps({"error": error, "detailedmessage": detail})
    return Response(body, status, headers, "application/json")
