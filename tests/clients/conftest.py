"""One facade on a port for all clients, and the JavaScript ones as processes that put them to use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from joserfc.jwk import ECKey

from tests.clients.javascript import JavaScriptClient, installed
from tests.facade.served import served
from tests.facade.world import link

KEY = ECKey.generate_key("P-384", {"kid": "app-1"}, private=True)


@dataclass(frozen=True)
class Facade:
    """`http` is a plain HTTP client at the base, with the same token: what it finds is what others have to find."""

    base: str
    token: str
    http: httpx.Client

    def get(self, address: str) -> Any:
        """The body of an answer that has to be a 200."""
        return self.http.get(f"{self.base}/{address}").raise_for_status().json()

    def pages(self, address: str) -> list[dict[str, Any]]:
        """The Bundles of a search, to the last."""
        found: list[dict[str, Any]] = [self.get(address)]
        while (url := link(found[-1], "next")) is not None:
            found.append(self.http.get(url).raise_for_status().json())
        return found


def references(pages: list[dict[str, Any]], mode: str = "match") -> list[str]:
    """`Type/id` of all entries of Bundles that are there for this reason, in order."""
    return [
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for page in pages
        for entry in page.get("entry", ())
        if mode == entry["search"]["mode"]
    ]


@pytest.fixture(scope="session")
def facade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facade]:
    """The plain world, with a client `app` that has a key of its own."""
    keys = {"keys": [{**KEY.as_dict(private=False), "kid": "app-1"}]}
    clients = {
        "system": {"scopes": ["system/*.rs"]},
        "app": {"scopes": ["system/Patient.rs"], "jwks": keys},
    }
    running = served(tmp_path_factory.mktemp("facade"), riverbend={"policy": [], "clients": clients})
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(running) as there:
        token = there.world.token(seconds=3_600)
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            yield Facade(there.base, token, client)


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, with the packages of js/package-lock.json in place."""
    return installed()


@pytest.fixture(scope="session")
def kit(node: str, facade: Facade, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaScriptClient]:
    """fhir-kit-client."""
    with JavaScriptClient.started(node, "fhir_kit_client.mjs", facade, tmp_path_factory.mktemp("kit")) as client:
        yield client


@pytest.fixture(scope="session")
def smart(node: str, facade: Facade, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaScriptClient]:
    """The SMART JavaScript client."""
    with JavaScriptClient.started(node, "smart_fhirclient.mjs", facade, tmp_path_factory.mktemp("smart")) as client:
        yield client
