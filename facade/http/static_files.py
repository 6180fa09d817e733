"""/static/{name}: the style sheets of our pages, read once; nothing else of the file system can be named."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from capability.issues import NotFound
from facade.http.preconditions import tagged

MEDIA_TYPES = {".css": "text/css; charset=utf-8"}
FOLDER = Path(__file__).parent / "static"
FILES = {path.name: (path.read_bytes(), MEDIA_TYPES[path.suffix]) for path in sorted(FOLDER.glob("*.css"))}


async def static(request: Request) -> Response:
    """A file of the table. Raises NotFound."""
    request.state.route = "static"
    found = FILES.get(request.path_params["name"])
    if found is None:
        raise NotFound("there is no such file")
    content, media_type = found
    headers = {"Cache-Control": "public, max-age=3600"}
    return tagged(Response(content, 200, headers, media_type=media_type), request.headers)
