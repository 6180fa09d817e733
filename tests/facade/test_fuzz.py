"""Requests that Schemathesis makes up from the published OpenAPI document: each answer is in its place.

Some 200 requests of every other operation a run, the same ones each time; 10,000 of all in the long mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zlib import crc32

import httpx
import pytest
import requests
import schemathesis
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from structlog.testing import capture_logs

from facade.app import create_app
from tests.facade.truth.bases import served, services
from tests.facade.truth.wire import Wire
from tests.facade.world import ORIGIN

SERVED = served()[0]
DOCUMENT = SERVED.openapi
BASE = ORIGIN + SERVED.path
OPERATIONS = sorted(
    (path, method) for path, item in DOCUMENT["paths"].items() for method in {"get", "post"} & set(item)
)
LONG = settings.default is not None and settings.default.max_examples >= 1_000
REQUESTS = 10_000 if LONG else 200

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""Every answer is one that the document has for this operation."""


@dataclass
class Fuzzed:
    """The document as it is served, ids that there are, and how requests of each operation are made up and sent."""

    schema: Any
    wire: Wire
    runner: asyncio.Runner
    known: Mapping[str, list[str]]
    _strategies: dict[tuple[str, str], st.SearchStrategy[Any]] = field(default_factory=dict)

    def cases(self, path: str, method: str) -> st.SearchStrategy[Any]:
        """Requests as the document has them, and such as it has not."""
        if (path, method) not in self._strategies:
            operation = self.schema[path][method]
            modes = [GenerationMode.POSITIVE]
            if list(operation.query) or list(operation.body):
                modes.append(GenerationMode.NEGATIVE)
            made = [operation.as_strategy(generation_mode=each) for each in modes]
            self._strategies[path, method] = st.one_of(*made)
        return self._strategies[path, method]

    def answer(self, case: Any) -> httpx.Response:
        """The server's answer to a request, as a client has it."""
        sent = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
        path, _, query = (sent.url or "").removeprefix(ORIGIN).partition("?")
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body if isinstance(sent.body, bytes) else b""
        headers = {str(name): str(value) for name, value in sent.headers.items()}
        asked = self.wire.ask(sent.method or "", path, query=query, headers=headers, content=body)
        found = self.runner.run(asked)
        request = httpx.Request(sent.method or "", sent.url or "", content=body)
        answer = httpx.Response(found.status, headers=dict(found.headers), content=found.content, request=request)
        answer.elapsed = timedelta(0)
        return answer


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    with asyncio.Runner() as runner, capture_logs():
        opened = services()
        made = runner.run(opened.__aenter__())
        tenant = made.directory.tenants[SERVED.tenant]
        token = made.tokens.mint(tenant, tenant.clients["system"], seconds=86_400)
        wire = Wire(create_app(made), {"authorization": f"Bearer {token}"})
        yield Fuzzed(schemathesis.openapi.from_dict(dict(DOCUMENT)), wire, runner, runner.run(_known(wire)))
        runner.run(opened.__aexit__(None, None, None))


async def _known(wire: Wire) -> dict[str, list[str]]:
    """Ids of what there is, by type."""
    found: dict[str, list[str]] = {}
    for type_ in ("Patient", *sorted(SERVED.types)):
        if "search-type" in SERVED.interactions(type_):
            needed = [("patient", ",".join(found["Patient"]))] if SERVED.alternatives(type_) else []
            bundle = (await wire.ask("GET", f"{SERVED.path}/{type_}", needed)).json()
            # a type that no patient has, such as Slot, gives an outcome: nothing of it is known
            found[type_] = [each["resource"]["id"] for each in bundle.get("entry", ())][:20]
    return found


QUICK = [
    pytest.param(path, method, id=f"{method}-{path}", marks=pytest.mark.long if crc32(path.encode()) % 2 else ())
    for path, method in OPERATIONS
]
"""Making requests up is dear, and what makes an operation's answers is the same for many."""


@pytest.mark.parametrize(("path", "method"), QUICK)
def test_whatever_is_sent_the_answer_is_in_its_place(fuzzed: Fuzzed, path: str, method: str) -> None:
    @settings(
        max_examples=1 + REQUESTS // len(OPERATIONS),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=fuzzed.cases(path, method), choice=st.integers(0, 3), which=st.integers(0, 19))
    def run(case: Any, choice: int, which: int) -> None:
        if choice:  # most made-up ids are nobody's, and most made-up searches lack what they need
            _of_somebody(case, fuzzed.known, path, which)
        response = fuzzed.answer(case)
        case.validate_response(response, checks=CHECKS)
        _in_its_place(response)

    run()


def _of_somebody(case: Any, known: Mapping[str, list[str]], path: str, which: int) -> None:
    ids = known.get(path.split("/")[1], ())
    if "{id}" in path and ids and isinstance(case.path_parameters, dict):
        case.path_parameters["id"] = ids[which % len(ids)]
    taken = DOCUMENT["paths"][path].get("get", {}).get("parameters", ())
    if any(each.get("$ref", "").endswith(".patient") for each in taken) and isinstance(case.query, dict):
        case.query["patient"] = [known["Patient"][which % len(known["Patient"])]]


def _in_its_place(response: httpx.Response) -> None:
    """An error is an OperationOutcome, and what is FHIR is valid."""
    media_type = response.headers.get("content-type", "")
    if response.status_code >= 400:
        assert "OperationOutcome" == response.json()["resourceType"]
    if "fhir+json" in media_type or response.status_code >= 400:
        body = response.json()
        get_fhir_model_class(body["resourceType"]).model_validate(body)
