"""Addresses of EHRs: what an origin is, and which paths stay on it."""

from __future__ import annotations

import httpx

from capability.issues import EHRInvalid

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def checked_origin(text: str) -> str:
    """`text` as scheme://host[:port]. Raises: ValueError where it is more or less, or http beyond loopback."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise ValueError("is not an address") from exc
    if url.userinfo or url.query or url.fragment or url.path not in ("", "/") or not url.host:
        raise ValueError("an EHR's origin is scheme, host and port, nothing else")
    if (url.port or 0) > 65535:
        raise ValueError("an EHR's origin has a port up to 65535")
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise ValueError("an EHR's origin is https; http is for loopback only")
    return str(url).rstrip("/")


def checked_path(path: str) -> str:
    """`path` where it stays on the origin. Raises: EHRInvalid otherwise; such paths come from links of the EHR."""
    segments = path.partition("?")[0].split("/")
    if (
        not path.startswith("/")
        or path.startswith("//")
        or not path.isascii()
        or not path.isprintable()
        or any(character in path for character in "\\# ")
        or any(segment.lower().replace("%2e", ".") in (".", "..") for segment in segments)
    ):
        raise EHRInvalid("the EHR named an address that is not followed")
    return path
