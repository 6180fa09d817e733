"""Vendor access tokens in memory, encrypted: a heap dump or a stray repr shows none."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes; https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf, section 8.2


class MemoryTokens:
    """The TokenStore of one process (adapters.contract.TokenStore). Its key is made at start and never leaves.

    A token is sealed to the name it is kept under: it cannot be had under another.
    """

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        self._kept: dict[str, tuple[bytes, float]] = {}

    async def get(self, key: str) -> tuple[str, float] | None:
        """(token, expiry in epoch seconds), None where none is kept."""
        found = self._kept.get(key)
        return None if found is None else (self._opened(key, found[0]), found[1])

    async def put(self, key: str, token: str, expires: float) -> None:
        nonce = os.urandom(NONCE)
        self._kept[key] = (nonce + self._cipher.encrypt(nonce, token.encode(), key.encode()), expires)

    async def drop(self, key: str, token: str) -> None:
        """Forget `token` if it is still the one kept."""
        found = self._kept.get(key)
        if found is not None and self._opened(key, found[0]) == token:
            del self._kept[key]

    def _opened(self, key: str, sealed: bytes) -> str:
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], key.encode()).decode()
