"""python -m adapters.athena_fhir.sandbox: the sandbox alone on loopback."""

from __future__ import annotations

import click
import uvicorn

from adapters.athena_fhir.sandbox import BASE, CREDENTIALS, create_app
from adapters.athena_fhir.sandbox.gate import PER_SECOND, TOKEN_PATH, TOKEN_QUOTA
from adapters.population import SEED, SIZE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8910, show_default=True)
@click.option("--size", default=SIZE, show_default=True, help="People in practice 195900.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--heavy", is_flag=True, help="One person more, the last, with a chart of about 1000 resources.")
@click.option("--lax", is_flag=True, help="Unknown search parameters are ignored.")
@click.option("--token-quota", default=TOKEN_QUOTA, show_default=True, help="Token requests a minute.")
@click.option("--per-second", default=PER_SECOND, show_default=True, help="Calls a second.")
def main(host: str, port: int, size: int, seed: int, heavy: bool, lax: bool, token_quota: int, per_second: int) -> None:
    """Simulate athena's FHIR server over synthetic people."""
    app = create_app(size=size, seed=seed, heavy=heavy, lax=lax, token_quota=token_quota, per_second=per_second)
    client, secret = next(iter(CREDENTIALS.items()))
    scope = "system/Patient.read"
    click.echo(f"token: curl -u {client}:{secret} -d grant_type=client_credentials -d scope={scope} ", nl=False)
    click.echo(f"http://{host}:{port}{TOKEN_PATH}")
    click.echo(f"then:  http://{host}:{port}{BASE}/Patient/a-195900.E-1; faults: POST ", nl=False)
    click.echo(f"http://{host}:{port}/_sandbox/faults")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
