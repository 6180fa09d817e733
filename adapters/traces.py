"""Where an exception happened, without a value of it: what a log may hold of an error over somebody's data."""

from __future__ import annotations

import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INNERMOST = 6


def frames(exc: BaseException) -> list[str]:
    """`file:line function` of the innermost frames; no message, no arguments, no locals."""
    found = traceback.extract_tb(exc.__traceback__)[-INNERMOST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in found]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
