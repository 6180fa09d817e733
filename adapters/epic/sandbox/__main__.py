"""python -m adapters.epic.sandbox: the sandbox alone on loopback."""

from __future__ import annotations

import click
import uvicorn

from adapters.epic.sandbox import AUTHORITY, BASE, CLIENT_ID, RELEASES, SEED, create_app
from adapters.epic.sandbox.releases import CURRENT
from adapters.population import SIZE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8902, show_default=True)
@click.option("--size", default=SIZE, show_default=True, help="People.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--release", default=CURRENT, show_default=True, type=click.Choice(list(RELEASES)))
@click.option("--context", default="backend", show_default=True, type=click.Choice(["backend", "patient"]))
@click.option("--hiccup", default=0, show_default=True, help="Of every so many token requests one fails; 0: none.")
@click.option("--heavy", is_flag=True, help="One person more, the last, with a chart of about 1000 resources.")
def main(host: str, port: int, size: int, seed: int, release: str, context: str, hiccup: int, heavy: bool) -> None:
    """Simulate Epic's FHIR R4 server over synthetic people."""
    app = create_app(
        size=size,
        seed=seed,
        release=release,
        context="patient" if context == "patient" else "backend",
        hiccup=hiccup,
        heavy=heavy,
    )
    click.echo(f"client {CLIENT_ID}, key of adapters.fhir_r4.sandbox.demo_key, assertion to ", nl=False)
    click.echo(f"http://{host}:{port}{AUTHORITY}/token")
    click.echo(f"FHIR: http://{host}:{port}{BASE}/metadata; faults: POST http://{host}:{port}/_sandbox/faults")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
