"""The server's own keys: what signs access tokens and what seals paging links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.fernet import Fernet
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

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


def check_public_keys(jwks: Mapping[str, Any]) -> None:
    """Raises ValueError, which repeats nothing of it, where an app's JWK Set could not verify what the app signs: by
    RS384 or ES384, with public keys told apart by `kid`.

    https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys
    """
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not keys:
        raise ValueError("is not a JWK Set: `keys` is a list of one public key or more")
    for at, key in enumerate(keys):
        _check_public_key(f"key {at + 1}", key)
    names = [key["kid"] for key in keys]
    if len(names) > len(set(names)):
        raise ValueError("has two keys with the same `kid`; rename one")


def _check_public_key(which: str, key: Any) -> None:
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str) or not key["kid"]:
        raise ValueError(f"{which} is not a JWK with a `kid` that is text")
    if "d" in key or key.get("kty") == "oct":
        raise ValueError(f"{which} is a private or symmetric key; register public keys only")
    try:
        found = import_key(key)
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise ValueError(f"{which} can't be read as a public key: check `kty` and the numbers") from exc
    if not (isinstance(found, RSAKey) or (isinstance(found, ECKey) and found.curve_name == "P-384")):
        raise ValueError(f"{which} is neither an RSA nor a P-384 key, which RS384 and ES384 need")


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
