"""Misbehaviour on demand and a journal of what was asked, the same for every FHIR sandbox.

GET/DELETE /_sandbox/calls, POST/DELETE /_sandbox/faults: as athenaNet's sandbox has them.
"""

from __future__ import annotations

from starlette.types import ASGIApp


class Controlled:
    """An ASGI app around `app` that answers /_sandbox/..., records each request (method, path, query, status; never a
    token) and makes those that a rule matches go wrong: throttle (429), status, html, truncated, empty, slow, hang,
    reset, expire_token, malformed_record (one entry of a Bundle turned into nonsense), alien_record.
    """

    def __init__(self, app: ASGIApp, *, expire: object = None) -> None:
        raise NotImplementedError
