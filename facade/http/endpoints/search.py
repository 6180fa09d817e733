"""[base]/[type]?... and [base]/[type]/_search"""

from __future__ import annotations

from starlette.responses import Response

from capability.issues import Invalid
from facade.http import bundles
from facade.http.negotiate import form, handling
from facade.http.params import parse_search
from facade.http.rest import CONTROL, Pairs, RestRequest, form_pairs
from facade.interactions.asking import Asking
from facade.interactions.cursors import Cursor
from facade.interactions.search import search
from facade.services import Services


async def by_query(services: Services, asking: Asking, request: RestRequest) -> Response:
    """search-type with the parameters in the address."""
    return await answer(services, asking, request, request.path[0], request.pairs)


async def by_form(services: Services, asking: Asking, request: RestRequest) -> Response:
    """search-type with the parameters in the address and in a form body, which count alike."""
    return await answer(services, asking, request, request.path[0], [*request.pairs, *await form_pairs(request)])


async def answer(services: Services, asking: Asking, request: RestRequest, type_: str, pairs: Pairs) -> Response:
    """The searchset of a search for `type_` by `pairs`. Raises FHIRError."""
    written = form(request.headers, pairs)
    base = asking.base
    text, pairs = _take_cursor(pairs)
    resume: Cursor | None = None
    if text is not None:
        resume = await base.cursors.open(text, asking.binding)
        if resume.type != type_ or not {pair for pair in pairs if pair[0] not in CONTROL} <= set(resume.pairs):
            raise Invalid("a paging link is used as it was given; run the search again", parameter="_cursor")
        pairs = list(resume.pairs)
    lenient = (handling(request.headers) or ("lenient" if base.tenant.lenient else "strict")) == "lenient"
    parsed = parse_search(
        type_,
        pairs,
        types=base.declared,
        bases=services.bases(base.tenant),
        lenient=lenient,
        max_count=services.limits.page_max,
    )
    found = await search(asking, parsed, services.limits, resume)
    return bundles.searchset(
        base.url, type_, found, applied=parsed.applied, ignored=parsed.ignored, cursor=text, form=written
    )


def _take_cursor(pairs: Pairs) -> tuple[str | None, Pairs]:
    found = [value for name, value in pairs if name == "_cursor"]
    if len(found) > 1:
        raise Invalid("a paging link is used as it was given", parameter="_cursor")
    return (found[0] if found else None), [pair for pair in pairs if pair[0] != "_cursor"]
