"""Processes of this program that touch what strangers sent: how they find this package and how they are shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]

CREATION_FLAGS = 0x08000000 if sys.platform == "win32" else 0
"""Windows: no console flashes up."""


def package_environment(**more: str) -> dict[str, str]:
    """Return an environment in which this very package is found, from whatever folder it is called."""
    others = os.environ.get("PYTHONPATH", "")
    return os.environ | more | {"PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), others)))}
