"""python -m adapters.fhir_r4.sandbox: the sandbox alone on loopback."""

from __future__ import annotations

import click
import uvicorn

from adapters.fhir_r4.sandbox.access import TOKEN_PATH
from adapters.fhir_r4.sandbox.app import BASE, CLIENT_ID, CLIENT_SECRET, create_app
from adapters.fhir_r4.sandbox.dialect import Dialect, Unknown
from adapters.population import SEED, SIZE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8910, show_default=True)
@click.option("--size", default=SIZE, show_default=True, help="People.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--heavy", is_flag=True, help="One person more, the last, with a chart of about 1000 resources.")
@click.option("--unknown", type=click.Choice(["ignored", "refused", "strict"]), default="strict", show_default=True)
@click.option("--absolute", is_flag=True, help="References as whole URLs.")
def main(host: str, port: int, size: int, seed: int, heavy: bool, unknown: Unknown, absolute: bool) -> None:
    """Simulate a FHIR R4 server over synthetic people."""
    dialect = Dialect(unknown=unknown, absolute=absolute)
    app = create_app(size=size, seed=seed, heavy=heavy, dialect=dialect)
    where = f"http://{host}:{port}"
    click.echo(
        f"token: curl -u {CLIENT_ID}:{CLIENT_SECRET} -d grant_type=client_credentials -d scope='system/*.rs' ", nl=False
    )
    click.echo(f"{where}{TOKEN_PATH}")
    click.echo(f"then:  {where}{BASE}/Patient/1; faults: POST {where}/_sandbox/faults")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
