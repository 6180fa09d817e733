"""python -m adapters.cerner.sandbox: the sandbox alone on loopback."""

from __future__ import annotations

import click
import uvicorn

from adapters.cerner.sandbox import APPS, TENANT, create_app
from adapters.population import SEED, SIZE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8930, show_default=True)
@click.option("--size", default=SIZE, show_default=True, help="People of the tenant.")
@click.option("--seed", default=SEED + 1, show_default=True)
@click.option("--heavy", is_flag=True, help="One person more, the last, with a chart of about 1000 resources.")
@click.option("--open-tier", is_flag=True, help="As the open host: no tokens.")
def main(host: str, port: int, size: int, seed: int, heavy: bool, open_tier: bool) -> None:
    """Simulate Oracle Health Millennium's FHIR R4 server over synthetic people."""
    app = create_app(size=size, seed=seed, heavy=heavy, open_tier=open_tier)
    client, origin = next(iter(APPS)), f"http://{host}:{port}"
    asked = "grant_type=client_credentials -d scope=system/Patient.rs"
    click.echo(f"token: curl -u {client.client_id}:{client.secret} -d {asked} ", nl=False)
    click.echo(f"{origin}/tenants/{TENANT}/protocols/oauth2/profiles/smart-v1/token")
    click.echo(f"then:  {origin}/r4/{TENANT}/Patient?name=a; faults: POST {origin}/_sandbox/faults")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
