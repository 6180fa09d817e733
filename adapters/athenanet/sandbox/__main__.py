"""python -m adapters.athenanet.sandbox: the sandbox alone on loopback."""

from __future__ import annotations

import click
import uvicorn

from adapters.athenanet.sandbox import CREDENTIALS, SCOPE, create_app
from adapters.athenanet.sandbox.state import TOKEN_QUOTA
from adapters.population import SEED, SIZE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8900, show_default=True)
@click.option("--size", default=SIZE, show_default=True, help="People in practice 195900.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--lax", is_flag=True, help="Answers in strings: properjsonencoding off.")
@click.option("--token-quota", default=TOKEN_QUOTA, show_default=True, help="Token requests a minute.")
@click.option("--latency-ms", default=0.0, show_default=True, help="Added to every call.")
@click.option("--heavy", is_flag=True, help="One person more, the last, with a chart of about 1000 resources.")
def main(
    host: str, port: int, size: int, seed: int, lax: bool, token_quota: int, latency_ms: float, heavy: bool
) -> None:
    """Simulate athenaNet's REST API over synthetic people."""
    app = create_app(size=size, seed=seed, strict=not lax, token_quota=token_quota, latency_ms=latency_ms, heavy=heavy)
    client, secret = next(iter(CREDENTIALS.items()))
    click.echo(f"token: curl -u {client}:{secret} -d grant_type=client_credentials -d scope='{SCOPE}' ", nl=False)
    click.echo(f"http://{host}:{port}/oauth2/v1/token")
    click.echo(f"then:  http://{host}:{port}/v1/195900/patients/1; faults: POST http://{host}:{port}/_sandbox/faults")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
