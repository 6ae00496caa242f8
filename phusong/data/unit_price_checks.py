"""What may be wrong in a table of unit prices: in one row, and between rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from phusong.data.unit_price_keys import KEYS, UNITS
from phusong.errors import Problem, Range
from phusong.words import Text, number

Found = tuple[str, Text, str]
"""The column, what is wrong, and the code of the rule."""

YEARS = Range(1, 30)
PERCENT = Range(0, 100, "%")
_ENDS = ("low", "middle", "high")
_FIELDS = ("key", "title", "unit", *_ENDS, "source", "assumption", "dated")
_SINGLE = ("years", "discount_percent")
_NAMES: Mapping[str, Text] = {
    "low": Text("mức thấp", "low"),
    "middle": Text("mức trung bình", "middle"),
    "high": Text("mức cao", "high"),
}


def row_problems(row: Mapping[str, Any], name: str, line: int | None) -> Iterator[Problem]:
    """Return every mistake of one section of a TOML table; ``line`` is where it begins."""
    for column, text, code in (*_entry_problems(row), *value_problems(row)):
        found = str(row[column]) if column in row else None
        yield Problem(level="error", file=name, row=line, column=column, found=found, text=text, code=code)


def _entry_problems(row: Mapping[str, Any]) -> Iterator[Found]:
    for entry in sorted(row.keys() - set(_FIELDS)):
        allowed = ", ".join(_FIELDS)
        yield (
            entry,
            Text(f"không có mục {entry}, chỉ có {allowed}", f"no entry {entry}, only {allowed}"),
            "prices.entry",
        )
    for entry in _FIELDS:
        if entry not in row:
            if entry != "dated":
                yield entry, Text(f"thiếu {entry}", f"{entry} is missing"), "prices.missing"
        elif not _is_right_kind(entry, row[entry]):
            kind, given = _kind_text(entry), row[entry]
            vi, en = f"{entry} phải là {kind.vi}, nhận được “{given}”", f"{entry} must be {kind.en}, got “{given}”"
            yield entry, Text(vi, en), "prices.kind"


def _is_right_kind(entry: str, value: object) -> bool:
    if entry in _ENDS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if entry == "assumption":
        return isinstance(value, bool)
    if entry == "dated":
        return isinstance(value, date)
    if entry in ("title", "source") and isinstance(value, dict):
        return set(value) == {"vi", "en"} and all(isinstance(text, str) for text in value.values())
    return isinstance(value, str)


def _kind_text(entry: str) -> Text:
    if entry in _ENDS:
        return Text("một số", "a number")
    if entry == "dated":
        return Text("một ngày như 2026-11-22", "a day like 2026-11-22")
    return Text("true hoặc false", "true or false") if entry == "assumption" else Text("chữ", "text")


def value_problems(row: Mapping[str, Any]) -> Iterator[Found]:
    """Return what is wrong with the values of one row; values of a wrong kind are passed over."""
    key, unit = row.get("key"), row.get("unit")
    if isinstance(key, str) and key not in KEYS:
        yield "key", Text(f"không có khoản “{key}”", f"no item “{key}”"), "prices.key"
    if isinstance(unit, str):
        yield from _unit_problems(key, unit)
    ends = {end: float(row[end]) for end in _ENDS if _is_right_kind(end, row.get(end)) and not math.isnan(row[end])}
    yield from _range_problems(ends)
    if isinstance(key, str):
        yield from _setting_problems(key, ends)


def _unit_problems(key: object, unit: str) -> Iterator[Found]:
    if unit not in UNITS:
        allowed = ", ".join(UNITS)
        text = Text(f"không có đơn vị “{unit}”, chỉ có {allowed}", f"no unit “{unit}”, only {allowed}")
        yield "unit", text, "prices.unit"
    elif isinstance(key, str) and key in KEYS and unit != KEYS[key]:
        asked, given = UNITS[KEYS[key]], UNITS[unit]
        vi, en = f"đơn vị phải là {asked.vi}, nhận được {given.vi}", f"the unit must be {asked.en}, got {given.en}"
        yield "unit", Text(vi, en), "prices.unit"


def _range_problems(ends: Mapping[str, float]) -> Iterator[Found]:
    for end, value in ends.items():
        if not 0.0 <= value < math.inf:
            name, vi, en = _NAMES[end], number(value), number(value, "en")
            text = Text(f"{name.vi} phải từ 0 trở lên, nhận được {vi}", f"{name.en} must be 0 or more, got {en}")
            yield end, text, "prices.negative"
    for less, more in (("low", "middle"), ("middle", "high")):
        if less in ends and more in ends and ends[less] > ends[more]:
            vi = f"{_NAMES[less].vi} {number(ends[less])} lớn hơn {_NAMES[more].vi} {number(ends[more])}"
            en = f"{_NAMES[less].en} {number(ends[less], 'en')} is above {_NAMES[more].en} {number(ends[more], 'en')}"
            yield less, Text(vi, en), "prices.order"


def _setting_problems(key: str, ends: Mapping[str, float]) -> Iterator[Found]:
    """Check the rows that are settings, not prices."""
    if key in _SINGLE and len(set(ends.values())) > 1:
        text = Text("khoản này chỉ có một giá trị: thấp = trung bình = cao", "this has one value: low = middle = high")
        yield "middle", text, "prices.single"
    if key == "years" and any(value != round(value) or not YEARS.holds(value) for value in ends.values()):
        text = Text("số năm phải là số nguyên từ 1 đến 30", "years must be a whole number from 1 to 30")
        yield "middle", text, "prices.years"
    if KEYS.get(key) == "%":
        for end, value in ends.items():
            if value > PERCENT.high:
                yield end, PERCENT.text("%", value), "prices.percent"


def key_problems(keys: Sequence[Any], name: str, lines: Sequence[int | None]) -> Iterator[Problem]:
    """Return items that stand in two rows, and those that stand in none."""
    for i, key in enumerate(keys):
        if isinstance(key, str) and key in keys[:i]:
            text = Text(f"khoản {key} đã có ở một dòng trên", f"item {key} stands in a row above already")
            where: dict[str, Any] = {"file": name, "row": lines[i], "column": "key", "found": key}
            yield Problem(level="error", text=text, code="prices.twice", **where)
    yield from absent(keys, name)


def absent(keys: Sequence[Any], name: str) -> Iterator[Problem]:
    """Return one problem with all items a table lacks."""
    missing = ", ".join(key for key in KEYS if key not in keys)
    if missing:
        text = Text(f"thiếu các khoản: {missing}", f"items missing: {missing}")
        yield Problem(level="error", file=name, text=text, code="prices.absent")
