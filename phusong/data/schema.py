"""What a list is: one table of columns that makes the check, the Excel template and the documentation page alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.names import fold
from phusong.data.raw.sheet import JOINT
from phusong.data.spelling import edit_distance
from phusong.errors import Level, Range
from phusong.words import Language, Text

Kind = Literal[
    "str",
    "int",
    "float",
    "degrees",
    "bool",
    "date",
    "time",
    "enum",
    "enums",
    "code",
    "operator",
    "operators",
    "list",
    "azimuths",
]
Required = Literal["R", "C", "O"]
Position = Literal["required", "expected", "optional", "none"]
"""``expected``: the list must have the columns; a row without a position is kept, with a warning."""

REQUIRED_TEXTS: Mapping[Required, Text] = MappingProxyType(
    {
        "R": Text("Bắt buộc", "Required"),
        "C": Text("Có điều kiện", "Conditional"),
        "O": Text("Không bắt buộc", "Optional"),
    }
)
KIND_TEXTS: Mapping[Kind, Text] = MappingProxyType(
    {
        "str": Text("chữ", "text"),
        "int": Text("số nguyên", "whole number"),
        "float": Text("số", "number"),
        "degrees": Text("độ thập phân hoặc độ phút giây", "decimal degrees, or degrees minutes seconds"),
        "bool": Text("Có/Không", "Yes/No"),
        "date": Text("ngày dd/mm/yyyy", "date dd/mm/yyyy"),
        "time": Text("ngày giờ dd/mm/yyyy hh:mm", "date and time dd/mm/yyyy hh:mm"),
        "enum": Text("chọn một", "one of"),
        "enums": Text("chọn một hoặc nhiều, cách nhau bằng ;", "one or more of, separated by ;"),
        "code": Text("mã (giữ số 0 ở đầu)", "code (leading zeros kept)"),
        "operator": Text("nhà mạng", "operator"),
        "operators": Text("các nhà mạng, cách nhau bằng ;", "operators, separated by ;"),
        "list": Text("nhiều giá trị, cách nhau bằng ;", "several values, separated by ;"),
        "azimuths": Text("một hoặc nhiều góc, cách nhau bằng /", "one or more angles, separated by /"),
    }
)

PERSONAL_TERMS: tuple[str, ...] = (
    *("ho ten", "ho va ten", "ho dem", "chu ho", "ten nguoi", "nguoi dai dien", "full name", "person name"),
    *("head of household", "household head", "name of head"),
    *("cccd", "cmnd", "can cuoc", "chung minh", "dinh danh", "ho chieu", "id card", "national id", "passport"),
    *("dien thoai", "sdt", "so dt", "phone", "mobile number", "email", "ngay sinh", "nam sinh", "date of birth"),
)
"""Folded words of a header that mark a column of personal data (domain.md §1.9, §2.3): dropped before it is kept."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value an enumeration may have: the value we store, its label, other spellings."""

    value: str
    title: Text
    aliases: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        """Return every spelling that means this option."""
        return (self.value, self.title.vi, self.title.en, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a list.

    ``required`` is R (refused without it), C (needed unless other columns stand in) or O. An R field with a ``default``
    is asked for but a list without it is taken: a warning if the column is absent, a count if cells are empty.
    ``default`` says what stands in for a value the list does not give; ``digits`` is the length of a code with leading
    zeros.
    """

    name: str
    title: Text
    meaning: Text
    kind: Kind = "str"
    required: Required = "O"
    unit: str = ""
    limits: Range | None = None
    default: Text | None = None
    options: tuple[Option, ...] = ()
    digits: int | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""

    @property
    def is_refused_without(self) -> bool:
        """Say whether a row without this value is an error."""
        return self.required == "R" and self.default is None

    def header(self, language: Language) -> str:
        """Return the column header with its unit, as the template writes it."""
        title = self.title.to(language)
        return f"{title} ({self.unit})" if self.unit else title

    def limits_text(self, value: float) -> Text:
        """Say what was given and what is allowed, in this column's words."""
        assert self.limits is not None
        return Text(self.limits.text(self.title.vi, value).vi, self.limits.text(self.title.en, value).en)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """A rule between columns of one row; ``breaks`` marks the rows that break it (never those with a missing value)."""

    column: str
    level: Level
    text: Text
    code: str
    breaks: Callable[[pd.DataFrame], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListSchema:
    """One kind of list; two are the same only if they are one, so that what is made of one is quickly found again.

    Rows with the same value of ``position_of`` stand at one place: one without a position takes that of another.
    ``unique`` names the columns no two rows may share; ``key`` is the column that is made where the list has none, from
    ``key_from`` (or from the file and the row if that is empty), with ``key_prefix`` before it. Of each group of
    ``one_of`` at least one must be given in every row.
    """

    name: str
    title: Text
    fields: tuple[Field, ...]
    unique: tuple[str, ...]
    position: Position = "none"
    position_of: str = ""
    key: str | None = None
    key_prefix: str = ""
    key_from: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    checks: tuple[RowCheck, ...] = ()
    personal: tuple[str, ...] = PERSONAL_TERMS

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return _fields_by_name(self)[name]


def header_key(header: str) -> str:
    """Return a header as it is compared: folded, letters and digits only."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(header)))


@cache
def fields_by_header(schema: ListSchema) -> Mapping[str, str]:
    """Return the field name of every accepted header, as :func:`header_key` writes it."""
    found: dict[str, str] = {}
    for field in schema.fields:
        titles = (field.name, field.title.vi, field.title.en, *field.aliases)
        for title in titles:
            found[header_key(title)] = field.name
            if field.unit:
                found[header_key(f"{title} ({field.unit})")] = field.name
    return MappingProxyType(found)


@lru_cache(maxsize=8192)
def field_of_header(schema: ListSchema, header: str) -> str | None:
    """Return the field a header names, or None.

    Of a header of several rows the title below counts with those above it, in either order ("Cột anten › Chiều cao" is
    the height of the mast), then alone. Remarks in brackets, numbers in front ("(3) Kinh độ") and the usual
    abbreviations are read where the words as written name no column.
    """
    *above, title = header.split(JOINT)
    for text in _readings(above, title):
        found = _field_of_title(schema, text)
        if found is not None:
            return None if found in PLACE_FIELDS and _is_of_another_place(above) else found
    return None


def named_columns(schema: ListSchema, headers: Iterable[str]) -> int:
    """Count the columns of the list that some headers name, each once."""
    return len({field_of_header(schema, header) for header in headers} - {None})


def is_personal(schema: ListSchema, header: str) -> bool:
    """Say whether a header names personal data and no column of the list."""
    key = header_key(header)
    if key in fields_by_header(schema):
        return False
    if " " not in key:  # as programs write it: HoTen, SoDienThoai
        return any(key == term or (len(term) >= _SHORTEST_TERM and term in key) for term in _compact_terms(schema))
    return any(f" {term} " in f" {key} " for term in schema.personal)


def nearest_field(schema: ListSchema, header: str, taken: Container[str]) -> str | None:
    """Return the one field whose title a header misses by a typing slip, or None; digits never slip."""
    title = header.split(JOINT)[-1]
    key = header_key(_NUMBERED.sub("", _BRACKETS.sub(" ", title)))
    limit = 0 if len(key) < _SHORTEST_SLIP else 1 if len(key) < _LONG else 2
    if not limit or is_personal(schema, title):
        return None
    distances: dict[str, int] = {}
    for known, field in fields_by_header(schema).items():
        if abs(len(known) - len(key)) <= limit and re.findall(r"\d", known) == re.findall(r"\d", key):
            distances[field] = min(edit_distance(key, known), distances.get(field, limit + 1))
    best = min(distances.values(), default=limit + 1)
    nearest = [field for field, distance in distances.items() if distance == best]
    return nearest[0] if best <= limit and len(nearest) == 1 and nearest[0] not in taken else None


PLACE_FIELDS = frozenset({"lon", "lat", "northing", "easting", "central_meridian", "epsg"})
_BRACKETS = re.compile(r"[\(\[].*?([\)\]]|$)")
_NUMBERED = re.compile(r"^\s*[\(\[]?\s*(?:\d{1,2}(?:\.\d{1,2})*|[a-hA-H]|[ivIV]{1,4})\s*[\)\]\.:\-/]+\s*(?=\S)")
_OTHER_PLACE = re.compile(r"\b(?:gan nhat|lan can|hien huu|hien co|nearest)\b")
_SHORT_WORDS = (
    *(("so luong", "so"), ("sl", "so"), ("ti le", "ty le"), ("kc", "khoang cach"), ("dn", "doanh nghiep")),
    *(("qg", "quoc gia"), ("hgd", "ho"), ("ho gia dinh", "ho"), ("ho dan", "ho"), ("ang ten", "anten")),
)
_SUMS = frozenset({"tong", "tong so", "tong cong", "chung", "so luong", "sl"})
"""What the title below says where it only means all of the title above: "Số hộ › Tổng số"."""
_SHORTEST_TERM = 5
_SHORTEST_SLIP = 6
_LONG = 12


def _readings(above: Sequence[str], title: str) -> Iterator[str]:
    """Return what a title may mean with those above it: all of them, the nearest, the topmost, then alone."""
    if above:
        yield " ".join([*above, title])
        for parent in dict.fromkeys((above[-1], above[0])):
            yield f"{parent} {title}"
            yield f"{title} {parent}"
        if header_key(title) in _SUMS:
            yield above[-1]
    yield title


def _field_of_title(schema: ListSchema, title: str) -> str | None:
    known = fields_by_header(schema)
    exact = known.get(header_key(title))
    if exact is not None or is_personal(schema, title):
        return exact
    unnumbered = _NUMBERED.sub("", title)
    texts = (title, unnumbered, _BRACKETS.sub(" ", unnumbered), _BRACKETS.sub(" ", title))
    keys = [key for key in map(header_key, texts) if key]
    forms = (*keys, *map(_spelt_out, keys))
    loose = _fields_by_loose_key(schema)
    found = (known.get(form) for form in forms)
    return next(filter(None, found), None) or next(
        filter(None, (loose.get(form.replace(" ", "")) for form in forms)), None
    )


def _is_of_another_place(above: Sequence[str]) -> bool:
    """Say whether the titles above a position name another thing than the row: "Trạm gần nhất › Kinh độ"."""
    return any(_OTHER_PLACE.search(header_key(text)) for text in above)


def _spelt_out(key: str) -> str:
    padded = f" {key} "
    for short, full in _SHORT_WORDS:
        padded = padded.replace(f" {short} ", f" {full} ")
    return padded.strip()


@cache
def _fields_by_loose_key(schema: ListSchema) -> Mapping[str, str]:
    """Return the field of every header without its spaces and abbreviations, but for those that then mean two."""
    found: dict[str, set[str]] = {}
    for key, field in fields_by_header(schema).items():
        for form in (key, _spelt_out(key)):
            found.setdefault(form.replace(" ", ""), set()).add(field)
    return MappingProxyType({key: next(iter(fields)) for key, fields in found.items() if len(fields) == 1})


@cache
def _compact_terms(schema: ListSchema) -> tuple[str, ...]:
    return tuple(term.replace(" ", "") for term in schema.personal)


@cache
def _fields_by_name(schema: ListSchema) -> Mapping[str, Field]:
    return MappingProxyType({field.name: field for field in schema.fields})
