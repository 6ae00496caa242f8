"""Text from strangers as a database takes it: PostgreSQL holds no NUL, JSON no half of a character."""

from __future__ import annotations

import re
from typing import Any

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return text with what no database holds replaced by the sign for it."""
    return _FORBIDDEN.sub("\ufffd", text)


def clean_json(value: Any) -> Any:
    """Return a plain JSON value whose texts are clean."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): clean_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(one) for one in value]
    return value
