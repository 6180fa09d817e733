"""Demo mode is wiring: the sandboxes on loopback, the ordinary server in front of them, and what to try first."""

from __future__ import annotations

import asyncio
import datetime
import importlib
import ipaddress
import secrets
import shlex
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from adapters import registry
from adapters.query import Clause, StringValue, TokenValue
from capability.issues import FHIRError
from facade.app import create_app
from facade.http.view import GUARDED
from facade.keys import new_keys
from facade.mapping_report.writing import page
from facade.services import Services
from facade.tenancy.directory import Tenant, load

CONFIGURATION = Path(__file__).resolve().parent.parent / "deploy" / "demo.yaml"
DAY = 86_400
MOST_PATIENTS = 100
MAPPING_REPORT = "/mapping-report"
ASKED_AGAIN = 2
"""Seconds after which the page that waits for the report looks again."""

WAITING = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{ASKED_AGAIN}">
<title>Mapping report</title><link rel="stylesheet" href="/static/docs.css"></head>
<body><main><h1>The mapping report is being computed</h1>
<p>The adapter runs over its sandbox, again and again with one field of the EHR's documents removed or changed.
That takes about half a minute, once; this page shows the report then.</p></main></body></html>
"""


@contextmanager
def sandboxes(population: int) -> Iterator[dict[str, str]]:
    """Every installed adapter's sandbox on a loopback port of its own, and the variables that reach them."""
    servers: list[uvicorn.Server] = []
    threads: list[threading.Thread] = []
    origins: dict[str, str] = {}
    try:
        for name in registry.available():
            adapter = registry.find(name)
            place = adapter.sandbox
            if place is None:
                continue
            listening = socket.create_server(("127.0.0.1", 0))
            server = _sandbox_server(place, population)
            thread = threading.Thread(target=server.run, args=([listening],), name=f"sandbox-{name}", daemon=True)
            thread.start()
            servers.append(server)
            threads.append(thread)
            origins |= reaching(name, f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield origins
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join(timeout=5)


def reaching(name: str, origin: str) -> dict[str, str]:
    """SANDBOX_<ADAPTER>_URL -> the origin of its sandbox, and SANDBOX_<ADAPTER>_<SETTING> -> what a connection's
    settings say to reach it there."""
    told = registry.find(name).sandbox_settings
    settings = told(origin) if told is not None else {}
    scalars = {key: str(value) for key, value in settings.items() if isinstance(value, str | int | float)}
    return {f"SANDBOX_{name.upper()}_{key.upper()}": value for key, value in {"url": origin, **scalars}.items()}


def _sandbox_server(place: str, population: int) -> uvicorn.Server:
    module, _, factory = place.partition(":")
    make: Callable[..., ASGIApp] = getattr(importlib.import_module(module), factory)
    app = make(size=population)
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))


def services(public_url: str, origins: Mapping[str, str]) -> Services:
    """The demo's services: `deploy/demo.yaml` with fresh keys. Raises ConfigurationError."""
    return Services(load(CONFIGURATION, {**new_keys(), **origins, "FACADE_PUBLIC_URL": public_url}))


def application(built: Services, *, people: int = 25) -> ASGIApp:
    """The ordinary app; beside it GET /demo.json and, linked from each base's /docs, the page /mapping-report over at
    most 25 `people`."""
    report = MappingPage(next(iter(built.directory.tenants.values())).us_core, min(people, 25))
    built.pages["which elements come from where"] = address = f"{built.directory.server.public_url}{MAPPING_REPORT}"
    app = create_app(built)

    async def demo_json(request: Request) -> Response:
        request.state.route = "demo.json"
        tenants = [await _tenant(app, built, tenant) for tenant in built.directory.tenants.values()]
        return Response(orjson.dumps({"tenants": tenants, "mapping_report": address}), media_type="application/json")

    return create_app(built, [Route("/demo.json", demo_json), Route(MAPPING_REPORT, report.page)])


class MappingPage:
    """The mapping report as a page: computed by a process of its own when somebody asks first, then kept."""

    def __init__(self, us_core: str, people: int) -> None:
        flags = ("--json", "--us-core", us_core, "--people", str(people))
        self._command = (sys.executable, "-m", "facade", "mapping-report", *flags)
        self._work: asyncio.Task[bytes] | None = None

    async def page(self, request: Request) -> Response:
        """What to wait for, and asks again by itself, until the report is there.

        Raises FHIRError where the report could not be made; the next request tries again.
        """
        request.state.route = "mapping-report"
        if self._work is None:
            self._work = asyncio.create_task(self._made())
        done, _ = await asyncio.wait({self._work}, timeout=ASKED_AGAIN)
        if not done:
            again = {**GUARDED, "Retry-After": str(ASKED_AGAIN)}
            return Response(WAITING, 202, again, media_type="text/html; charset=utf-8")
        try:
            content = self._work.result()
        except (OSError, ValueError) as exc:
            self._work = None
            raise FHIRError("the mapping report could not be made; try `facade mapping-report`") from exc
        return Response(content, 200, GUARDED, media_type="text/html; charset=utf-8")

    async def _made(self) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        found, _ = await process.communicate()
        return page(orjson.loads(found)).encode()


async def _tenant(app: ASGIApp, built: Services, tenant: Tenant) -> dict[str, Any]:
    tokens = tokens_of(built, tenant)
    token = next(iter(tokens.values()))
    found = {key: await _patients(app, tenant, key, token) for key in tenant.practices}
    return {
        "key": tenant.key,
        "base": tenant.base,
        "practices": [
            {
                "key": key,
                "base": tenant.practice_base(key),
                "adapters": [connection.adapter for connection, _ in entry.connections.values()],
                "patients": found[key],
            }
            for key, entry in tenant.practices.items()
        ],
        "tokens": tokens,
        "patients": [id_ for ids in found.values() for id_ in ids],
    }


def tokens_of(built: Services, tenant: Tenant) -> dict[str, str]:
    """A fresh token for each client of the tenant, good for a day; with its first purpose where it has one."""
    return {
        key: built.tokens.mint(tenant, client, seconds=DAY, purpose=next(iter(sorted(client.purposes)), None))
        for key, client in tenant.clients.items()
    }


async def _patients(app: ASGIApp, tenant: Tenant, practice: str, token: str) -> list[str]:
    """Patient ids of a practice as any client finds them: through the server."""
    found: list[str] = []
    clauses = [
        one for _, adapter in tenant.practices[practice].connections.values() for one in adapter.sandbox_patients
    ]
    asked = urlencode([("_count", str(MOST_PATIENTS)), *((one.name, written(one)) for one in clauses)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), headers=_bearer(token)) as client:
        url: str | None = f"{tenant.practice_base(practice)}/Patient?{asked}"
        while url is not None and len(found) < MOST_PATIENTS:
            bundle = (await client.get(url)).raise_for_status().json()
            found += [e["resource"]["id"] for e in bundle.get("entry", ()) if e["search"]["mode"] == "match"]
            url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return found[:MOST_PATIENTS]


def written(clause: Clause) -> str:
    """The values of a clause on names or identifiers, as in a URL."""
    texts = []
    for value in clause.values:
        match value:
            case StringValue(text):
                texts.append(text)
            case TokenValue(system, code):
                texts.append(code or "" if system is None else f"{system}|{code}")
    return ",".join(texts)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def welcome(built: Services, ca: Path | None) -> str:
    """What to paste first. Search lines are made from patients as the server shows them: the first, and one who is
    linked across practices."""
    tenant = next(iter(built.directory.tenants.values()))
    token = tokens_of(built, tenant)["system"]
    patient = _got(ca, token, f"{tenant.base}/Patient?_count=1")["entry"][0]["resource"]
    curl = f"curl -sS {f'--cacert {shlex.quote(str(ca))} ' if ca else ''}"
    auth = f"-H 'Authorization: Bearer {token}'"
    queries = (
        f"Patient/{patient['id']}?_pretty=true",
        f"Observation?patient={patient['id']}&category=vital-signs&_pretty=true",
        _by_name(patient),
    )
    titles = ("a Patient", "her vital signs", "a search by name and birthdate")
    lines = [line for tenant_ in built.directory.tenants.values() for line in _bases(built, tenant_)]
    lines += _about(built)
    lines.append("\nPaste one of these:\n")
    for title, query in zip(titles, queries, strict=True):
        lines.append(f"# {title}\n{curl}{auth} '{tenant.base}/{query}'\n")
    lines += _federated(built, curl, ca)
    lines.append(f"# the CapabilityStatement (no token)\n{curl}'{tenant.base}/metadata?_pretty=true'\n")
    lines.append("Ctrl-C stops everything.")
    return "\n".join(lines)


def _federated(built: Services, curl: str, ca: Path | None) -> Iterator[str]:
    """A search over each tenant that links somebody across its practices, and the records of all of them."""
    for tenant in built.directory.tenants.values():
        for id_, others in list(tenant.links.items())[:1]:
            token = tokens_of(built, tenant)["system"]
            begun = f"{curl}-H 'Authorization: Bearer {token}' '{tenant.base}"
            query = _by_name(_got(ca, token, f"{tenant.base}/Patient/{id_}"))
            asked = f"{len(tenant.practices)} practices with an EHR each are asked at once"
            yield f"# a search over {tenant.name}: {asked}, {1 + len(others)} have her\n{begun}/{query}'\n"
            query = f"Patient/{id_}/$everything?_linked=true&_count=500&_pretty=true"
            yield f"# her records in all of them, since the tenant has confirmed that they are hers\n{begun}/{query}'\n"


def _got(ca: Path | None, token: str, url: str) -> Any:
    with httpx.Client(verify=_trust(ca) if ca else True, headers=_bearer(token), timeout=30) as client:
        return client.get(url).raise_for_status().json()


def _by_name(patient: Mapping[str, Any]) -> str:
    name = patient["name"][0]
    asked = {"family": name["family"], "given": name["given"][0], "birthdate": patient["birthDate"]}
    return f"Patient?{urlencode(asked, quote_via=quote)}&_pretty=true"


def _bases(built: Services, tenant: Tenant) -> Iterator[str]:
    yield f"\nTenant {tenant.key} ({tenant.name})\n  base   {tenant.base}"
    for key, entry in tenant.practices.items():
        adapters = ", ".join(connection.adapter for connection, _ in entry.connections.values())
        yield f"  base   {tenant.practice_base(key)}   practice {key}: {adapters}"
    for key, token in tokens_of(built, tenant).items():
        yield f"  token  {key}:\n{token}"


def _about(built: Services) -> Iterator[str]:
    origin = built.directory.server.public_url
    yield "\nFor all tenants"
    yield f"  all of this for scripts: {origin}/demo.json"
    yield f"  which element comes from which field of the EHR: {origin}{MAPPING_REPORT}"


def _trust(ca: Path) -> Any:
    return ssl.create_default_context(cafile=str(ca))


def run(host: str, port: int, population: int, tls: tuple[Path, Path] | None, echo: Callable[[str], None]) -> bool:
    """Serves until interrupted; False where the server did not answer as it should. `tls` is (certificate, key).

    Raises OSError where the port is taken.
    """
    listening = socket.create_server((host, port))
    port = listening.getsockname()[1]
    scheme = "https" if tls else "http"
    with sandboxes(population) as origins:
        built = services(f"{scheme}://{host}:{port}", origins)
        config = uvicorn.Config(
            application(built, people=population),
            log_config=None,
            access_log=False,
            server_header=False,
            ssl_certfile=tls[0] if tls else None,
            ssl_keyfile=tls[1] if tls else None,
        )
        server = uvicorn.Server(config)
        failed: list[str] = []
        greeting = (server, built, tls[0] if tls else None, echo, failed)
        greeter = threading.Thread(target=_greet, args=greeting, daemon=True)
        greeter.start()
        server.run([listening])
        return bool(server.started and not failed)


def _greet(
    server: uvicorn.Server, built: Services, ca: Path | None, echo: Callable[[str], None], failed: list[str]
) -> None:
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        echo(welcome(built, ca))
    except (httpx.HTTPError, LookupError) as exc:
        failed.append(type(exc).__name__)
        echo(f"the demo did not answer as it should: {type(exc).__name__}")
        server.should_exit = True


def throwaway_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A self-signed certificate for `host` and its key, good for a day, in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"facade demo {secrets.token_hex(4)}")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / "certificate.pem", folder / "key.pem"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_path, key_path
