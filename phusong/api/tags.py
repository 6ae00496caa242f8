"""Entity tags: what a browser holds already is not made and sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Request

NOT_CHANGED: Mapping[int | str, dict[str, Any]] = {304: {"description": "Như bản đang có / as the one that is held"}}
"""What a route may answer that looks at tags."""


def tag_of(*told: object) -> str:
    """Return the tag of what is made from these and nothing else."""
    return '"' + hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()[:32] + '"'


def is_held(request: Request, tag: str) -> bool:
    """Say whether the reader has what this is the tag of."""
    held = request.headers.get("if-none-match", "").split(",")
    return tag in (one.strip().removeprefix("W/") for one in held)
