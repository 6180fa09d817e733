"""Documents that are the same for everybody: a weak ETag, and 304 for who has it already. RFC 9110, section 13.1.2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.responses import Response

from facade.http.preconditions import unchanged


def tagged(response: Response, headers: Mapping[str, str]) -> Response:
    """`response` with the hash of its body as ETag, or a 304 where the request's headers name it.

    Raises PreconditionFailed.
    """
    version = hashlib.blake2b(response.body, digest_size=9).hexdigest()
    response.headers["ETag"] = f'W/"{version}"'
    if not unchanged(headers, version, None):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(status_code=304, headers=kept)
