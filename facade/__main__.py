"""The command line: serve, check-config, token, new-keys, demo, and the commands of `facade.commands`."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

import click
import uvicorn
from starlette.types import ASGIApp

from facade import keys, telemetry
from facade.app import create_app
from facade.commands.configured import CONFIG, directory
from facade.commands.discover import discover
from facade.commands.mapping_report import command as mapping_report
from facade.commands.unmapped import unmapped
from facade.services import VERSION, Services
from facade.tenancy.source import ConfigurationError

PORT = click.IntRange(0, 65_535)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="facade")
def main() -> None:
    """One US Core FHIR R4 endpoint in front of many EHRs.

    \b
    First steps:
      facade demo                              try it against simulated EHRs, nothing to configure
      facade new-keys                          make the server's keys
      facade check-config --config facade.yaml find every mistake in a configuration
      facade serve --config facade.yaml        run it
      facade token --config facade.yaml --tenant T --client C     a token for development
      facade unmapped --config facade.yaml     which codes of the EHRs nobody gave a meaning yet
      facade mapping-report                    which elements come from which fields of the EHRs
    """


@main.command()
@CONFIG
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=PORT, help="Port to listen on.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; each has its share of the rate budgets.",
)
@click.option("--tls-cert", type=click.Path(exists=True, path_type=Path), help="Certificate chain, PEM.")
@click.option("--tls-key", type=click.Path(exists=True, path_type=Path), help="Private key, PEM.")
def serve(path: Path, host: str, port: int, workers: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Run the server for real."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    known = directory(path)  # refuse a wrong file here, once, instead of in every worker
    scheme = "https" if tls_cert else "http"
    click.echo(f"serving {', '.join(tenant.base for tenant in known.tenants.values())}", err=True)
    click.echo(f"listening on {scheme}://{host}:{port} with {workers} worker(s); Ctrl-C stops", err=True)
    os.environ["FACADE_CONFIG"] = str(path)
    os.environ["FACADE_WORKERS"] = str(workers)
    _free(host, port)
    with tempfile.TemporaryDirectory(prefix="facade-") as folder:
        if workers > 1:
            os.environ["FACADE_SHARED"] = str(Path(folder) / "shared.sqlite")
        _run(host, port, workers, tls_cert, tls_key)


def _run(host: str, port: int, workers: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    uvicorn.run(
        "facade.__main__:worker",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def _free(host: str, port: int) -> None:
    """Says so before the workers start, each with a message of its own, where the port is taken."""
    try:
        socket.create_server((host, port)).close()
    except OSError as exc:
        raise click.ClickException(f"cannot listen on {host}:{port} ({exc.strerror}); choose another --port") from exc


def worker() -> ASGIApp:
    """One server process's app; its configuration file comes by FACADE_CONFIG."""
    known = directory(Path(os.environ["FACADE_CONFIG"]))
    telemetry.configure(known.server.log_level)
    shared = os.environ.get("FACADE_SHARED")
    workers = int(os.environ.get("FACADE_WORKERS", "1"))
    app = create_app(Services(known, workers=workers, shared=Path(shared) if shared else None))
    settle()
    return app


def settle() -> None:
    """Take what start-up built out of the garbage collector's rounds, and make those rounds rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@main.command("check-config")
@CONFIG
def check_config(path: Path) -> None:
    """Tell every mistake in a configuration, with file and line."""
    known = directory(path)
    for tenant in known.tenants.values():
        click.echo(
            f"{tenant.key}: {tenant.base} (US Core {tenant.us_core}, clients: {', '.join(tenant.clients) or 'none'})"
        )
        for key, entry in tenant.practices.items():
            adapters = ", ".join(f"{name} by {made.adapter}" for name, (made, _) in entry.connections.items())
            click.echo(f"  {key}: {entry.practice.name} ({adapters})")
    click.echo("The configuration is good.")


@main.command()
@CONFIG
@click.option("--tenant", "tenant_key", required=True, help="Tenant key.")
@click.option("--client", "client_key", required=True, help="Client key in that tenant.")
@click.option("--seconds", default=3600, show_default=True, type=click.IntRange(1, 86_400), help="How long it is good.")
@click.option("--purpose", help="Purpose of use to claim, e.g. HPAYMT.")
def token(path: Path, tenant_key: str, client_key: str, seconds: int, purpose: str | None) -> None:
    """Print an access token for development, as wide as the client's grant."""
    services = Services(directory(path))
    tenant = services.directory.tenants.get(tenant_key)
    if tenant is None:
        raise click.BadParameter(f"no such tenant; there are {', '.join(services.directory.tenants)}")
    client = tenant.clients.get(client_key)
    if client is None:
        raise click.BadParameter(f"no such client; there are {', '.join(tenant.clients) or 'none'}")
    try:
        click.echo(services.tokens.mint(tenant, client, seconds=seconds, purpose=purpose))
    except ValueError as exc:
        raise click.BadParameter(str(exc)) from exc


@main.command("new-keys")
def new_keys() -> None:
    """Print fresh server keys as shell exports. Keep them secret; all workers share them."""
    for name, value in keys.new_keys().items():
        click.echo(f"export {name}='{value}'")


@main.command()
@click.option("--port", default=8000, show_default=True, type=PORT, help="Port to listen on; 0 for a free one.")
@click.option(
    "--size",
    "--population",
    "population",
    default=25,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Synthetic people in the first practice. They are made when they are asked for: 10000 start as fast as 25.",
)
@click.option("--tls", is_flag=True, help="HTTPS with a throwaway certificate.")
def demo(port: int, population: int, tls: bool) -> None:
    """Run the facade in front of simulated EHRs, and print what to try.

    It listens on loopback alone: what it prints, and /demo.json, hold tokens.
    """
    from facade import demo as wiring

    telemetry.configure("warning")
    host = "127.0.0.1"
    signal.signal(signal.SIGTERM, _interrupt)  # so that the throwaway certificate goes, whoever ends us
    with tempfile.TemporaryDirectory(prefix="facade-demo-") as folder:
        certificate = wiring.throwaway_certificate(Path(folder), host) if tls else None
        try:
            answered = wiring.run(host, port, population, certificate, click.echo)
        except OSError as exc:
            raise click.ClickException(f"cannot listen on {host}:{port} ({exc.strerror}); try PORT=8001") from exc
        except ConfigurationError as exc:
            raise click.ClickException(str(exc)) from exc
        except KeyboardInterrupt:
            answered = True
    click.echo("\nstopped.")
    sys.exit(0 if answered else 1)


main.add_command(discover)
main.add_command(mapping_report)
main.add_command(unmapped)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
