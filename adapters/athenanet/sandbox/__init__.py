"""athenaNet's REST API, simulated: an ASGI app built from population facts, sharing no code with the adapter.

    app = create_app(size=25)                  # httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    python -m adapters.athenanet.sandbox       # or alone on loopback

Where the real service's behaviour is not known, the choice stands in one constant marked "assumed".
"""

from adapters.athenanet.sandbox.app import create_app
from adapters.athenanet.sandbox.faults import Rule
from adapters.athenanet.sandbox.state import CREDENTIALS, SCOPE, Sandbox, Settings
from adapters.simulator.athena import PRACTICES, Practice

__all__ = ["CREDENTIALS", "PRACTICES", "SCOPE", "Practice", "Rule", "Sandbox", "Settings", "create_app"]
