"""Epic's FHIR R4 server, simulated from what was seen and documented of it, sharing no code with the adapter.

    app = create_app(size=25)                # httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    python -m adapters.epic.sandbox          # or alone on loopback

Where the real service's behaviour is not known, the choice stands in one constant marked "[assumed]". Creates, updates,
$match and bulk export answer as APIs that the client isn't registered for.
"""

from adapters.epic.sandbox.app import AUTHORITY, BASE, CLIENT_ID, SEED, create_app
from adapters.epic.sandbox.dialect.oddities import ODDITIES
from adapters.epic.sandbox.releases import RELEASES
from adapters.epic.sandbox.subresources import CLIENT_LACKS, USER_LACKS

__all__ = [
    "AUTHORITY",
    "BASE",
    "CLIENT_ID",
    "CLIENT_LACKS",
    "ODDITIES",
    "RELEASES",
    "SEED",
    "USER_LACKS",
    "create_app",
]
