"""Documents that are the same for everybody: a weak ETag, and 304 for who has it already. RFC 9110, section 13.1.2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.responses import Response


def tagged(response: Response, headers: Mapping[str, str]) -> Response:
    """`response` with the hash of its body as ETag, or a 304 where If-None-Match of the request names it."""
    tag = f'W/"{hashlib.blake2b(response.body, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = tag
    if not _has(headers.get("if-none-match", ""), tag):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(status_code=304, headers=kept)


def _has(sent: str, tag: str) -> bool:
    """Weak comparison: `W/` does not count."""
    opaque = tag.removeprefix("W/")
    return any(each.strip().removeprefix("W/") in (opaque, "*") for each in sent.split(","))
