"""A key pair that protects nothing: it is published here, for demos and tests of sandboxes that want private_key_jwt.

Whoever runs this code has both halves. Never register it anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PUBLIC_KEY: Mapping[str, str] = {
    "kty": "EC",
    "crv": "P-384",
    "x": "re-Y9WDQLxIrzHZV6v0hPNVQXZBnO7jhLLVCkORjnKBTyhjDiTbGZNQ0McSlbie9",
    "y": "y3LJJgolwpM5_VHOsxDIK-qkK1TqAsZ3EnssBeV7mWS8UPX-oE80A_QlwDNVcsZw",
    "kid": "sandbox-demo",
    "alg": "ES384",
    "use": "sig",
}
PRIVATE_KEY: Mapping[str, str] = {**PUBLIC_KEY, "d": "N9wGckDsN8dNMC6iltGUQ_XhcRllPALqB8uiNvanLH6E-ZCjGG4ItFSthG1BpevT"}
"""A JWK, as text: orjson.dumps(dict(PRIVATE_KEY)).decode()."""

JWKS: Mapping[str, Any] = {"keys": [PUBLIC_KEY]}
"""What a sandbox registers for its client."""
