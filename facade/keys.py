"""The server's own keys: what signs access tokens and what seals paging links."""

from __future__ import annotations

import json

import orjson
from cryptography.fernet import Fernet
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ADVICE = "make one with `facade new-keys`"


def signing_key(text: str) -> ECKey:
    """A private P-384 key from a JWK (JSON) or PEM. Raises ValueError."""
    try:
        key = ECKey.import_key(json.loads(text) if text.lstrip().startswith("{") else text)
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise ValueError(f"is not an EC key in JWK or PEM form; {ADVICE}") from exc
    if not key.is_private or key.curve_name != "P-384":
        raise ValueError(f"is not a private P-384 key; {ADVICE}")
    key.ensure_kid()
    return key


def cursor_key(text: str) -> Fernet:
    """A key that seals paging links. Raises ValueError."""
    try:
        return Fernet(text)
    except (ValueError, TypeError) as exc:
        raise ValueError(f"is not 32 bytes in URL-safe base64; {ADVICE}") from exc


def new_keys() -> dict[str, str]:
    """Fresh keys by the environment variables that the shipped configurations name."""
    signing = ECKey.generate_key("P-384", private=True)
    return {
        "FACADE_SIGNING_KEY": orjson.dumps(signing.as_dict(private=True)).decode(),
        "FACADE_CURSOR_KEY": Fernet.generate_key().decode(),
    }
