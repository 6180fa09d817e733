"""Structured logs without PHI, and the counter of codes that no table knew.

An event holds names that we chose (tenant, practice, connection, operation template, status, milliseconds) and never
a query, an id of a patient, a body or a token. Vendor codes and free text are counted by digest only.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson
import structlog

from mappings.mapped import Unmapped

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    """JSON lines on standard error. `level` is one of LEVELS."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


def _dumps(event: dict[str, Any], **_: object) -> bytes:
    return orjson.dumps(event, default=lambda value: type(value).__name__)


MOST_CODES = 20_000


class UnmappedCodes:
    """How often each table met a code it has no row for, per tenant and practice; free text cannot grow it forever."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, tenant: str, practice: str, found: Iterable[Unmapped]) -> None:
        """Counts `found`; the first sight of each is logged, by digest."""
        for one in found:
            digest = hashlib.blake2b(one.code.encode(), digest_size=6).hexdigest()
            key = (tenant, practice, one.table, digest)
            if key not in self.counts and len(self.counts) >= MOST_CODES:
                key = (tenant, practice, one.table, "others")
            self.counts[key] += 1
            if self.counts[key] == 1:
                structlog.get_logger().warning(
                    "mapping.unmapped", tenant=tenant, practice=practice, table=one.table, digest=digest
                )
