"""Oracle Health Millennium's FHIR R4 server, simulated from what is known of it on the wire.

    app = create_app(size=25)                  # httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    python -m adapters.cerner.sandbox          # or alone on loopback

Where the real server's behaviour is not known, the choice stands in one constant marked [assumed].
"""

from adapters.cerner.sandbox.app import APPS, create_app
from adapters.cerner.sandbox.authorization import App
from adapters.cerner.sandbox.oddities import ODDITIES
from adapters.cerner.sandbox.state import TENANT, TOKEN_SECONDS

__all__ = ["APPS", "ODDITIES", "TENANT", "TOKEN_SECONDS", "App", "create_app"]
