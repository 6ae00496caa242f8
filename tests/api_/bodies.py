"""What each route that changes something is sent by the test of who may: the same for all, or by the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_.made_world import World

Body = dict[str, Any] | Callable[[World], dict[str, Any]]

BODIES: dict[tuple[str, str], Body] = {}
SKIPPED: dict[tuple[str, str], str] = {}
"""Routes this test leaves out, and why."""
