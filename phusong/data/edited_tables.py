"""Small TOML tables that a province may edit: read whole, and every mistake told at once with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from phusong.errors import MissingFileError, Range, StudyError
from phusong.words import Text

HEAD: Mapping[str, type] = {"name": str, "title": dict, "source": dict, "verified": bool, "valid_from": date}
"""What every table says of itself."""

_KINDS: Mapping[type, Text] = {
    str: Text("chữ", "a text"),
    bool: Text("true hoặc false", "true or false"),
    int: Text("số nguyên", "a whole number"),
    float: Text("số", "a number"),
    date: Text("ngày dạng 2026-01-31", "a day like 2026-01-31"),
    list: Text("danh sách", "a list"),
    dict: Text("bảng { … }", "a table { … }"),
}


def shipped_table(file_name: str) -> str:
    """Return the text of a table that comes with the package."""
    return resources.files("phusong.data").joinpath("tables", file_name).read_text(encoding="utf-8")


def own_table(path: Path, title: Text) -> str:
    """Return the text of a table of the user's own.

    Raises
    ------
    MissingFileError, StudyError
        No such file; not UTF-8.
    """
    if not path.is_file():
        raise MissingFileError(Text(f"Không tìm thấy {title.vi} {path}", f"No {title.en}: {path}"))
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path.name, error) from error


def parsed(text: str, name: str) -> dict[str, Any]:
    """Return a TOML text as values; a text that is none is one clear error."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> StudyError:
    return StudyError(Text(f"Bảng {name} không đọc được: {error}", f"Table {name} cannot be read: {error}"))


def refuse(name: str, wrong: Iterable[Text]) -> None:
    """Raise StudyError with every mistake, if there is any."""
    found = list(wrong)
    if found:
        vi, en = "; ".join(text.vi for text in found), "; ".join(text.en for text in found)
        raise StudyError(Text(f"{name}: {vi}", f"{name}: {en}"))


def at(place: str, text: Text) -> Text:
    """Put the place of a mistake before it."""
    return Text(f"{place}: {text.vi}", f"{place}: {text.en}")


def wrong_keys(raw: Mapping[str, Any], allowed: Iterable[str], place: str = "") -> Iterator[Text]:
    """Name every entry a section must not have."""
    known = list(allowed)
    for key in raw:
        if key not in known:
            names = ", ".join(known)
            text = Text(f"không có mục này, chỉ có {names}", f"no such entry, only {names}")
            yield at(_join(place, key), text)


def wrong_entry(raw: Mapping[str, Any], key: str, kind: type, place: str = "") -> Iterator[Text]:
    """Say what is wrong with one required entry: missing, of another kind, or a text in one language only."""
    where = _join(place, key)
    if key not in raw:
        yield at(where, Text("thiếu mục này", "missing"))
    elif not is_a(raw[key], kind):
        asked, got = _KINDS[kind], repr(raw[key])
        yield at(where, Text(f"phải là {asked.vi}, nhận được {got}", f"must be {asked.en}, got {got}"))
    elif kind is dict and key in ("title", "source"):
        yield from _wrong_text(raw[key], where)


def wrong_head(raw: Mapping[str, Any]) -> Iterator[Text]:
    """Say what is wrong with what a table says of itself."""
    for key, kind in HEAD.items():
        yield from wrong_entry(raw, key, kind)


def wrong_number(raw: Mapping[str, Any], key: str, allowed: Range, place: str = "") -> Iterator[Text]:
    """Say what is wrong with a required number: missing, none, or out of its range."""
    wrong = list(wrong_entry(raw, key, float, place))
    yield from wrong
    if not wrong and not allowed.holds(raw[key]):
        yield allowed.text(_join(place, key), raw[key])


def is_a(value: object, kind: type) -> bool:
    """Say whether a value is of a kind; true and false are no numbers, a time is no day."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind) and not isinstance(value, datetime)


def _wrong_text(raw: Mapping[str, Any], where: str) -> Iterator[Text]:
    yield from wrong_keys(raw, ("vi", "en"), where)
    for language in ("vi", "en"):
        yield from wrong_entry(raw, language, str, where)


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def text_of(raw: Mapping[str, str]) -> Text:
    """Return a text written in both languages."""
    return Text(vi=raw["vi"], en=raw["en"])
