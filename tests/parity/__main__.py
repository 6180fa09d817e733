"""Writes docs/parity.md: `python -m tests.parity`."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.parity.differences import document

if __name__ == "__main__":
    (ROOT / "docs" / "parity.md").write_text(document(), encoding="utf-8")
