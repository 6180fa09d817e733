"""[base]/Binary/[id] and [base]/Binary/[id]/_history/[vid]: the bytes as they are, or the resource with them in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from capability.issues import Invalid
from facade.http import respond
from facade.http.content import ContentResponse
from facade.http.negotiate import form_of_content
from facade.http.params.names import shown
from facade.http.rest import CONTROL, RestRequest
from facade.interactions.asking import Asking
from facade.interactions.binary import Means, Opened, binary
from facade.interactions.read import unknown_id
from facade.services import Services


async def current(services: Services, asking: Asking, request: RestRequest) -> Response:
    """read. Raises NotAcceptable where Accept takes neither the document's own type nor FHIR's; ClientDisconnect."""
    return await _answer(services, asking, request)


async def version(services: Services, asking: Asking, request: RestRequest) -> Response:
    """vread: where the version asked for is the current one."""
    return await _answer(services, asking, request, request.path[3])


async def _answer(services: Services, asking: Asking, request: RestRequest, wanted: str | None = None) -> Response:
    for name, _ in request.pairs:
        if name not in CONTROL:
            raise Invalid("a read of Binary takes no parameter but _format and _pretty", parameter=shown(name))
    negotiated = partial(form_of_content, request.headers, request.pairs)
    means = Means(services.limits.document_bytes, services.documents, lambda kind: negotiated(kind) is None)
    opened = await _while_there(request.gone, binary(asking, request.path[1], means))
    try:
        if wanted not in (None, opened.version):
            raise unknown_id("Binary")
        written = negotiated(opened.content.document.content_type)
        answer = respond.content(opened, written, request.headers)
    except BaseException:
        await opened.close()
        raise
    if not isinstance(answer, ContentResponse):
        await opened.close()
    return answer


async def _while_there(
    gone: Callable[[], Coroutine[Any, Any, None]] | None, work: Coroutine[Any, Any, Opened]
) -> Opened:
    """What `work` gives, as long as the client waits for it: an EHR is not kept busy for nobody."""
    if gone is None:
        return await work
    task, left = asyncio.ensure_future(work), asyncio.ensure_future(gone())
    try:
        await asyncio.wait((task, left), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        left.result()
        raise ClientDisconnect
    except asyncio.CancelledError:
        if task.done() and not task.cancelled() and task.exception() is None:
            await task.result().close()
        raise
    finally:
        for each in (left, task):
            each.cancel()
        await asyncio.gather(left, task, return_exceptions=True)
