"""Tables people edit, written as TOML: read back they are the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from phusong.data.store import toml_text


def as_toml(raw: Mapping[str, Any]) -> str:
    """Write entries as TOML: single ones first, then a section for every table and for every table of a list."""
    single = {key: value for key, value in raw.items() if not _is_tables(value) and not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in single.items()]
    for key, value in raw.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{_key(key)}]", *_entries(value)]
        elif _is_tables(value):
            for one in value:
                lines += ["", f"[[{_key(key)}]]", *_entries(one)]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _entries(section: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in section.items()]


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else toml_text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_entries(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return repr(value)
