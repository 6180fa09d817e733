"""An EHR of three people in one document, whose mapping has an element of each kind: what a mapping report should say
of it is known by looking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.contract import Adapter, Call, Connection, Page, Read, Search
from adapters.query import Query
from adapters.upstream import Upstream, Upstreams
from mappings import fhir
from mappings.mapped import Mapped

PEOPLE = [
    {
        "key": 1,
        "who": {"family": "Ames", "given": "Ada"},
        "sex": "f",
        "born": "3/1/1950",
        "town": "Troy",
        "colour": "red",
    },
    {
        "key": 2,
        "who": {"family": "Bell", "given": "Bo"},
        "sex": "m",
        "born": "12/24/1961",
        "city": "Rome",
        "town": "Roma",
    },
    {"key": 3, "who": {"family": "Cole", "given": "Cy"}, "sex": "f", "born": "7/7/1977", "mobile": "5185550100"},
]
SEXES = {"f": "female", "m": "male"}


def create_app(*, size: int) -> Starlette:
    async def people(request: Request) -> JSONResponse:
        return JSONResponse({"people": PEOPLE[:size], "printed": "today"})

    return Starlette(routes=[Route("/people", people)])


class LedgerSettings(BaseModel):
    origin: str


def connect(connection: Connection, upstreams: Upstreams) -> Upstream:
    settings = connection.settings
    assert isinstance(settings, LedgerSettings)
    return upstreams.to(connection, settings.origin, requests_per_second=1_000)


async def patients(ehr: Upstream, call: Call, query: Query) -> Page:
    async def fetch() -> tuple[Any, int]:
        reply = await ehr.send(call, "GET", "/people", operation="GET /people")
        return json.loads(reply.content), len(reply.content)

    document = await ehr.shared(call, "people", 60, fetch)
    return Page.mapped(patient, [one for one in document["people"] if query.id in (None, str(one.get("key")))])


def patient(record: Mapping[str, Any]) -> Mapped:
    """Without a key or a family name it is no record. The city is the town where there is no other."""
    who = record["who"]
    city = record.get("city") or record.get("town")
    phone = fhir.element(system="phone", value=record.get("mobile"), use="mobile") if "mobile" in record else None
    return Mapped(
        fhir.resource(
            "Patient",
            id=str(record["key"]),
            identifier=[fhir.identifier("urn:ledger", str(record["key"]))],
            name=[fhir.element(use="official", family=who["family"], given=[who.get("given")])],
            telecom=[phone],
            gender=SEXES.get(record.get("sex", ""), "unknown"),
            birthDate=fhir.us_date(record.get("born")),
            address=[fhir.element(city=city)],
            communication=[{"language": fhir.absent_code()}],
        )
    )


ADAPTER: Adapter[Upstream] = Adapter(
    name="ledger",
    settings=LedgerSettings,
    connect=connect,
    type_of=lambda local_id: frozenset({"Patient"}),
    interactions=(
        Read("Patient", patients, ("us-core-patient",)),
        Search("Patient", patients, frozenset({"_id"}), profiles=("us-core-patient",)),
    ),
    sandbox="tests.facade.ledger:create_app",
    sandbox_settings=lambda origin: {"origin": origin},
)
